"""Question 14: the same goods on the same day, and members' duties differ: by classification, rate, rounding, or law?

Goods are the same when they are of one line of the catalogue (or, of no line, under one subheading), of one origin,
and accepted on one day. Of each member the declaration with the lowest name stands for all. One declaration's goods
are then assessed by the law of the other member, and what changed on the way is changed one thing at a time, in the
order of `STEPS`; each step shows what it alone adds, so that the steps sum to the difference, exactly.

Members reckon in different currencies, so duties are compared as ad valorem equivalents: duty in percent of the
customs value, rounded once to EQUIVALENT_DIGITS. A step that cannot be computed is said to be so, and what it would
have added is counted in the next one.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from msgspec import UNSET, Struct
from msgspec.structs import replace

from contracts.decimals import EXACT, plain_text
from contracts.events.declarations import DeclarationItem
from contracts.limits import EQUIVALENT_DIGITS
from contracts.trade import HS6_DIGITS
from services.tariffs.domain.assessment.assess import Assessment, assess_for
from services.tariffs.domain.assessment.comparing import AspectDifference, compare
from services.tariffs.domain.assessment.conversion import Exchange
from services.tariffs.domain.assessment.exact import HUNDRED
from services.tariffs.domain.assessment.importer import Importer, importer_on
from services.tariffs.domain.assessment.parts import as_drawn
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.state import RulesState

from .imports import Import

Step = Literal["classification", "claim", "exchange_rate", "rounding", "law"]
STEPS: tuple[Step, ...] = ("classification", "claim", "exchange_rate", "rounding", "law")
"""What is changed, in this order: the codes and line as the other declared them; the preference and quota that it
claimed; the other's currency and rule of exchange; its rules of rounding; then all the rest, its measures above all."""

Good = tuple[date, str, str]
"""Day, line or subheading, origin."""


class Effect(Struct, frozen=True):
    """What one step adds, in percentage points of the customs value; "not known" when it cannot be computed."""

    step: Step
    points: str


class Treated(Struct, frozen=True):
    """A member's declaration that stands for others like it: its duty as recorded, and in percent of its value."""

    member: str
    item: str
    position: int
    duty: str
    currency: str
    equivalent: str


class Difference(Struct, frozen=True):
    """Two members on the same goods: `points` is what the other's law adds to the one's own, the sum of `effects`."""

    day: date
    good: str
    origin: str
    one: Treated
    other: Treated
    own_law: str
    """The goods of the one by its own law, in percent of their value as known now."""
    other_law: str
    """The same goods, as the other declares them, by the other's law."""
    points: str
    effects: tuple[Effect, ...]
    said: tuple[AspectDifference, ...]
    """Each aspect on which the two laws do not agree, in words."""


class Treatment(Struct, frozen=True):
    """The report. `goods`: goods that more than one member accepted on a day; `same`: pairs without a difference."""

    known_position: int
    goods: int
    same: int
    not_known: int
    differences: tuple[Difference, ...]


class TreatmentReport:
    """Takes items in any order; keeps one of each member for each good and day."""

    def __init__(self, rules: RulesState) -> None:
        self._rules = rules
        self._kept: dict[Good, dict[str, Import]] = {}

    def take(self, one: Import) -> None:
        """Look at one item."""
        members = self._kept.setdefault((one.day, good_of(one.item), one.item.origin), {})
        before = members.get(one.member)
        if before is None or (one.name, one.position) < (before.name, before.position):
            members[one.member] = one

    def result(self) -> Treatment:
        """The report: each pair is of the first member by name and another."""
        found: list[Difference] = []
        goods = same = not_known = 0
        for (day, good, origin), members in sorted(self._kept.items()):
            if len(members) < 2:
                continue
            goods += 1
            first, *others = (members[name] for name in sorted(members))
            for other in others:
                difference = _difference(self._rules, (day, good, origin), first, other)
                if difference is None:
                    not_known += 1
                elif difference.points == "0":
                    same += 1
                else:
                    found.append(difference)
        return Treatment(self._rules.position, goods, same, not_known, tuple(found))


def good_of(item: DeclarationItem) -> str:
    """What makes goods the same: the line of the catalogue, or the subheading and edition for goods of no line."""
    if item.line is UNSET or item.line == "none":
        return f"{item.commodity_code[:HS6_DIGITS]} ({item.hs_edition})"
    return item.line


class _Law(Struct, frozen=True):
    """Whose law is applied to which goods."""

    importer: Importer
    item: DeclarationItem


def _difference(rules: RulesState, good: Good, one: Import, other: Import) -> Difference | None:
    """The difference between two; None when the end or the beginning of the way cannot be computed."""
    own, theirs = _importer(rules, one), _importer(rules, other)
    if own is None or theirs is None:
        return None
    laws = (_Law(own, one.item), *_way(own, theirs, one.item, other.item))
    left = as_drawn(one.duty.quota)
    assessed = [assess_for(rules, law.importer, law.item, rules.position, left) for law in laws]
    equivalents = [_equivalent(rules, law, found) for law, found in zip(laws, assessed, strict=True)]
    begin, end = equivalents[0], equivalents[-1]
    if begin is None or end is None:
        return None
    day, named, origin = good
    return Difference(
        day=day,
        good=named,
        origin=origin,
        one=_treated(rules, one, own),
        other=_treated(rules, other, theirs),
        own_law=_text(begin),
        other_law=_text(end),
        points=_text(EXACT.subtract(end, begin)),
        effects=_effects(equivalents),
        said=compare([(laws[0].item, assessed[0]), (laws[-1].item, assessed[-1])]).differences,
    )


def _way(own: Importer, theirs: Importer, item: DeclarationItem, other: DeclarationItem) -> list[_Law]:
    """From one's law on one's goods to the other's law on the same goods, a step at a time."""
    same_subheading = item.commodity_code[:HS6_DIGITS] == other.commodity_code[:HS6_DIGITS]
    # The digits behind the subheading are each tariff's own: they come with the law.
    code = item.commodity_code if same_subheading else other.commodity_code
    classified = replace(
        item,
        commodity_code=code,
        hs_edition=other.hs_edition,
        line=other.line,
        additional_codes=other.additional_codes,
    )
    claimed = replace(
        classified,
        preference_claimed=other.preference_claimed,
        origin_proof=other.origin_proof,
        quota=other.quota,
    )
    terms = replace(
        own.terms, currency=theirs.terms.currency, exchange_rate_rule=theirs.terms.exchange_rate_rule
    )
    exchanged = replace(own, terms=terms)
    rounding = replace(
        terms, value_rounding=theirs.terms.value_rounding, duty_rounding=theirs.terms.duty_rounding
    )
    rounded = replace(
        exchanged,
        terms=rounding,
        value_unit=theirs.value_unit,
        duty_unit=theirs.duty_unit,
        value_rule=theirs.value_rule,
        duty_rule=theirs.duty_rule,
    )
    return [
        _Law(own, classified),
        _Law(own, claimed),
        _Law(exchanged, claimed),
        _Law(rounded, claimed),
        _Law(theirs, replace(claimed, commodity_code=other.commodity_code)),
    ]


def _effects(equivalents: list[Decimal | None]) -> tuple[Effect, ...]:
    """What each step adds to what was known before it."""
    found: list[Effect] = []
    known = equivalents[0]
    for step, equivalent in zip(STEPS, equivalents[1:], strict=True):
        if equivalent is None or known is None:
            found.append(Effect(step, "not known"))
            continue
        found.append(Effect(step, _text(EXACT.subtract(equivalent, known))))
        known = equivalent
    return tuple(found)


def _treated(rules: RulesState, one: Import, importer: Importer) -> Treated:
    own = _share(rules, _Law(importer, one.item), Decimal(one.duty.total))
    equivalent = "not known" if own is None else _text(own)
    return Treated(one.member, one.name, one.position, one.duty.total, one.duty.currency, equivalent)


def _equivalent(rules: RulesState, law: _Law, found: Assessment) -> Decimal | None:
    return _share(rules, law, Decimal(found.total)) if found.status == "final" else None


def _share(rules: RulesState, law: _Law, duty: Decimal) -> Decimal | None:
    """Duty in percent of the customs value, which is converted by the same law; None without a rate or a value."""
    value = law.item.customs_value
    exchange = Exchange(rules, law.importer, rules.position, law.item.exported_on, [])
    converted = exchange.convert(Decimal(value.amount), value.currency)
    if isinstance(converted, NotKnown) or not converted.exact:
        return None
    share = EXACT.divide(EXACT.multiply(duty, HUNDRED), converted.exact)
    return share.quantize(Decimal(1).scaleb(-EQUIVALENT_DIGITS), rounding=ROUND_HALF_UP, context=EXACT)


def _importer(rules: RulesState, one: Import) -> Importer | None:
    found = importer_on(rules, one.member, one.accepted_at, rules.position)
    return None if isinstance(found, NotKnown) else found


def _text(points: Decimal) -> str:
    """Without trailing zeros."""
    return plain_text(points.normalize(EXACT)) if points else "0"
