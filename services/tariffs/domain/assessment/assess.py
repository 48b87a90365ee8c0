"""The duty on one item, step by step: the order of calculation of the bloc, in the order in which it runs.

1 governing day in the member's time zone · 2 origin and membership on that day · 3 line, measures, undertaking
and floor, as known at K; rates of exchange by the member's rule · 4 base duty, the best that applies · 5 trade
remedies, each added · 6 price floor on its price basis · 7 its cap · 8 rounding by the member's rule, then
the total · 9 the trace of all of it.
Three answers are kept apart throughout: a value, known to be none, and not known at K. What was not known
makes the assessment incomplete, never zero.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from contracts.decimals import plain_text
from contracts.events.declarations import DeclarationItem
from contracts.events.duties import DutyLine, TraceStep
from contracts.events.quotas import QuotaShare
from services.tariffs.domain.state import RulesState

from .applicable import applicable_law
from .conversion import Exchange
from .duties import Best, DraftLine, Duties, add_base, add_remedies, best_of, show
from .exact import exact_text
from .figures import ItemFigures, too_large
from .floor import Undercut, add_floor, find_undercut, meet_floor
from .importer import Importer, importer_on
from .parts import Part, QuotaLeft, claim, parts_of
from .rounding import round_lines, round_to
from .selection import Candidate, Meeting
from .undertakings import meet_undertaking
from .unknown import NotKnown

ADDENDS_WRITTEN_MAX = 12
"""Lines whose sum the trace writes out; more are counted."""

LEAVES_FINAL = frozenset({"floor", "additional_code"})
"""What may be unknown of a final assessment: a floor that nobody has set, and an additional code that the rule book of
its day did not ask for."""


class Assessment(msgspec.Struct, frozen=True, gc=False):
    """What one item owes, in `currency`, and how that was found.

    `complete` is false when something was not known at `known_position`; `unknown` says what. `status` is
    provisional when that was the base duty, without which nothing is final; a floor that nobody has set yet
    leaves an assessment final (LEAVES_FINAL). `governing_date` and `currency` are None when even the importing
    member was not known.
    """

    member: str
    item_no: int
    known_position: int
    governing_date: date | None
    currency: str | None
    status: Literal["final", "provisional"]
    complete: bool
    unknown: tuple[NotKnown, ...]
    lines: tuple[DutyLine, ...]
    total: str
    trace: tuple[TraceStep, ...]
    undercut: Undercut | None
    quota: QuotaShare | None = None
    """What the item was granted of the quota that it claims; None when it claims none, or may not."""


def assess_item(
    rules: RulesState,
    *,
    member: str,
    accepted_at: str,
    item: DeclarationItem,
    known_position: int,
    left: QuotaLeft | None = None,
) -> Assessment:
    """Assess one item imported into `member`, as known at `known_position`.

    `accepted_at` (RFC 3339 with offset) gives V; `left` is what the quota that the item claims has left for
    it. Amounts are of the member's currency. Nothing is raised for input that decodes: what cannot be computed is
    in `unknown`.
    """
    importer = importer_on(rules, member, accepted_at, known_position)
    if not isinstance(importer, NotKnown):
        return assess_for(rules, importer, item, known_position, left)
    step = TraceStep(step="governing_date", result="not known", because=importer.because)
    return Assessment(
        member=member,
        item_no=item.item_no,
        known_position=known_position,
        governing_date=None,
        currency=None,
        status="provisional",
        complete=False,
        unknown=(importer,),
        lines=(),
        total="0",
        trace=(step,),
        undercut=None,
    )


def assess_for(
    rules: RulesState,
    importer: Importer,
    item: DeclarationItem,
    known_position: int,
    left: QuotaLeft | None = None,
) -> Assessment:
    """Assess one item for a member whose terms of the day are known: read once for a whole declaration."""
    law = applicable_law(rules, importer.member, importer.day, known_position, item)
    meeting = Meeting(importer.member, importer.day, known_position, law.bloc)
    duties = Duties([], [_day_step(importer), *law.origin_steps], [])
    for step, missing in law.missing:
        duties.miss(step, missing)
    duties.unknown.extend(law.codes)
    exchange = Exchange(rules, importer, known_position, item.exported_on, duties.steps)
    figures = _figures(importer, item, exchange, duties)
    exemption = meet_undertaking(rules, meeting, item, figures, duties)
    share = claim(duties, law.found, item, left, exemption)
    parts = _weigh(
        parts_of(duties, law.found, item, share, exemption), item, figures, importer, exchange, duties
    )
    met = meet_floor(duties, law.floor, item, known_position)
    if isinstance(figures, NotKnown):
        duties.miss("customs_value", figures)
        return _rounded(duties, importer, item, known_position, None, share)
    for part in parts:
        begun = duties.total
        add_base(duties, part.found, part.best, item)
        add_remedies(duties, part.found, part.figures, begun)
    undercut = None
    if met is not None and met.applies:
        add_floor(duties, met, figures)
    elif met is not None and met.spares:
        undercut = find_undercut(duties, met, figures)
    return _rounded(duties, importer, item, known_position, undercut, share)


class _Weighed(msgspec.Struct, frozen=True, gc=False):
    """A part of the item: the measures on it, its figures, and the best base duty that applies to it."""

    found: Sequence[Candidate]
    figures: ItemFigures
    best: Best | NotKnown | None


def _weigh(
    parts: Sequence[Part],
    item: DeclarationItem,
    figures: ItemFigures | NotKnown,
    importer: Importer,
    exchange: Exchange,
    duties: Duties,
) -> list[_Weighed]:
    """Show the measures on each part, and weigh those that it may choose from; without figures nothing is weighed."""
    weighed: list[_Weighed] = []
    for part in parts:
        own = figures
        if part.item is not item and not isinstance(figures, NotKnown):
            own = _figures(importer, part.item, exchange, duties)
        best = None if isinstance(own, NotKnown) else best_of(part.found, own)
        show(duties, part.found, best)
        if not isinstance(own, NotKnown):
            weighed.append(_Weighed(part.found, own, best))
    return weighed


def _day_step(importer: Importer) -> TraceStep:
    return TraceStep(
        step="governing_date",
        input={"accepted_at": importer.accepted_at, "legal_tz": importer.terms.legal_tz},
        result=importer.day.isoformat(),
        position=importer.accession.says_so,
    )


def _figures(
    importer: Importer, item: DeclarationItem, exchange: Exchange, duties: Duties
) -> ItemFigures | NotKnown:
    """Read the figures. The base of ad valorem duties is rounded by the member's law (a declared value by the
    house rule, the minor unit, is round already)."""
    terms, declared, mass = importer.terms, item.customs_value, item.net_mass.kilograms
    value = exchange.convert(Decimal(declared.amount), declared.currency, "customs_value")
    if isinstance(value, NotKnown):
        return value
    if not importer.value_rule and not value.factor:
        return ItemFigures(item, terms.currency, mass, value.exact, declared.amount, exchange)
    large = too_large(value.exact)
    if large is not None:
        return large
    rounding = terms.value_rounding
    base = round_to(value.exact, importer.value_unit, rounding.mode)
    large = too_large(base)  # rounding may be what makes it so
    if large is not None:
        return large
    text = plain_text(base)
    step = TraceStep(
        step="value_rounding",
        formula=f"{declared.amount} {declared.currency}{value.factor} to {rounding.unit} {terms.currency}",
        rule=importer.value_rule or f"house.value.{rounding.mode}.{rounding.unit}",
        exact=text,
        position=importer.accession.says_so,
    )
    duties.steps.append(step)
    return ItemFigures(item, terms.currency, mass, base, text, exchange)


def _rounded(
    duties: Duties,
    importer: Importer,
    item: DeclarationItem,
    known_position: int,
    undercut: Undercut | None,
    share: QuotaShare | None,
) -> Assessment:
    """Round the lines and their total once, by the member's rule, and close the trace."""
    rule = importer.terms.duty_rounding
    exacts = [line.term.exact for line in duties.lines]
    amounts, total = round_lines(exacts, importer.duty_unit, rule.mode, rule.per)
    large = too_large(total)
    if large is not None:
        duties.miss("total", large)
    texts = tuple([plain_text(amount) for amount in amounts])
    total_text = plain_text(total)
    steps = duties.steps
    if texts:
        position = importer.accession.says_so
        steps.append(TraceStep(step="round", rule=importer.duty_rule, position=position, results=texts))
    added = texts if rule.per == "line" else tuple([exact_text(exact) for exact in exacts])
    steps.append(TraceStep(step="total", formula=_sum_of(added), result=total_text))
    unknown = tuple(dict.fromkeys(duties.unknown))
    drafts = enumerate(zip(duties.lines, texts, strict=True), 1)
    lines = tuple([_line(number, draft, text) for number, (draft, text) in drafts])
    is_final = not unknown or all(missing.what in LEAVES_FINAL for missing in unknown)
    return Assessment(
        member=importer.member,
        item_no=item.item_no,
        known_position=known_position,
        governing_date=importer.day,
        currency=importer.terms.currency,
        status="final" if is_final else "provisional",
        complete=not unknown,
        unknown=unknown,
        lines=lines,
        total=total_text,
        trace=tuple(steps),
        undercut=undercut,
        quota=share,
    )


def _sum_of(texts: tuple[str, ...]) -> str:
    """Write the sum out, or count its parts: a formula is to be read."""
    return " + ".join(texts) if 0 < len(texts) <= ADDENDS_WRITTEN_MAX else f"the sum of {len(texts)} lines"


def _line(number: int, draft: DraftLine, amount: str) -> DutyLine:
    term = draft.term
    return DutyLine(
        line_no=number,
        kind=draft.kind,
        component=term.component,
        basis=term.basis,
        exact=exact_text(term.exact),
        amount=amount,
        cites=draft.cites,
    )
