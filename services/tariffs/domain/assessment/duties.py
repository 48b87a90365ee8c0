"""The duties on one item before the floor: the best base duty that applies, and every trade remedy.

Base, preference and autonomous suspension are alternatives: the importer owes the lowest that applies (E10:
0 % for the bloc instead of 3.7 %). Anti-dumping, countervailing and safeguard duties add, each on its own;
those that reckon with the duty itself (`cif_plus_duty`) come after those that do not, so that no duty
counts itself. A measure that is suspended applies to nothing and hides nothing: the answer is "none", which
is not the same as "not known".
"""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from contracts.decimals import EXACT
from contracts.duty_expressions import DifferenceToPrice
from contracts.events.declarations import DeclarationItem
from contracts.events.duties import DutyLineKind, TraceStep
from contracts.limits import TRACE_MEASURES_MAX
from contracts.values import LegalCitation

from .exact import ZERO, exact_text
from .expression import Evaluated, Term, evaluate
from .figures import ItemFigures
from .selection import Candidate
from .unknown import NotKnown

ALTERNATIVES = ("base", "autonomous_suspension", "preference")
"""Kinds of which the lowest applies; of equals the first here, so a useless preference is not used."""


class DraftLine(msgspec.Struct, frozen=True, gc=False):
    """A duty line before rounding: the term and what it cites."""

    kind: DutyLineKind
    term: Term
    cites: LegalCitation


class Duties(msgspec.Struct, gc=False):
    """What has been worked out so far; `total` is the exact sum of the lines."""

    lines: list[DraftLine]
    steps: list[TraceStep]
    unknown: list[NotKnown]
    total: Decimal = ZERO

    def add(self, kind: DutyLineKind, evaluated: Evaluated, cites: LegalCitation) -> None:
        """Add the terms of one measure as lines, and its working as steps."""
        for working in evaluated.workings:
            self.steps.append(TraceStep(step=kind, formula=working.formula, exact=exact_text(working.exact)))
        for term in evaluated.terms:
            self.lines.append(DraftLine(kind, term, cites))
        self.total = EXACT.add(self.total, evaluated.exact)

    def miss(self, step: str, missing: NotKnown) -> None:
        """Note something that was not known, in the trace too."""
        self.unknown.append(missing)
        self.steps.append(TraceStep(step=step, result="not known", because=missing.because))


class Best(msgspec.Struct, frozen=True, gc=False):
    """The alternative with the lowest duty, and what it comes to."""

    candidate: Candidate
    evaluated: Evaluated


def best_of(found: Sequence[Candidate], figures: ItemFigures) -> Best | NotKnown | None:
    """Find the alternative with the lowest duty; None when none applies.

    One alternative that cannot be computed leaves the base duty unknown: it might have been the lowest.
    """
    best: Best | None = None
    for kind in ALTERNATIVES:
        for candidate in found:
            if candidate.kind != kind or not candidate.applies or candidate.terms is None:
                continue
            evaluated = evaluate(candidate.terms.duty, figures, ZERO)
            if isinstance(evaluated, NotKnown):
                return evaluated
            if best is None or evaluated.exact < best.evaluated.exact:
                best = Best(candidate, evaluated)
    return best


def show(duties: Duties, found: Sequence[Candidate], best: Best | NotKnown | None) -> None:
    """Write down every measure on the goods: those that apply, and why the others do not."""
    chosen = best.candidate if isinstance(best, Best) else None
    more = -TRACE_MEASURES_MAX
    for candidate in found:
        applies, because = candidate.applies, candidate.because
        if applies and chosen is not None and candidate is not chosen and candidate.kind in ALTERNATIVES:
            applies, because = False, f"{because}; {chosen.measure} gives no higher duty"
        if not applies:
            more += 1
            if more > 0:
                continue
        step = TraceStep(
            step="select",
            measure=candidate.measure,
            position=candidate.act.says_so,
            applies=applies,
            because=because,
        )
        duties.steps.append(step)
    if more > 0:
        because = f"{more} more measures on these goods do not apply either"
        duties.steps.append(TraceStep(step="select", applies=False, because=because))


def add_base(
    duties: Duties, found: Sequence[Candidate], best: Best | NotKnown | None, item: DeclarationItem
) -> None:
    """Add the base duty; or say that there is none (suspended, ended), or that none is known."""
    if isinstance(best, Best):
        duties.add(best.candidate.kind, best.evaluated, cites(best.candidate))
        return
    if best is not None:
        duties.miss("base", best)
        return
    for candidate in found:
        if candidate.kind == "base" and candidate.terms is None:
            because = f"{candidate.measure}: {candidate.because}"
            duties.steps.append(
                TraceStep(step="base", result="none", because=because, position=candidate.act.says_so)
            )
            return
    because = f"no base duty on {item.commodity_code} from {item.origin} is recorded"
    duties.miss("base", NotKnown("base", because))


def add_remedies(
    duties: Duties, found: Sequence[Candidate], figures: ItemFigures, begun: Decimal = ZERO
) -> None:
    """Add every trade remedy that applies; those on `cif_plus_duty` reckon with all duties that are not.

    `begun` is what was owed before these goods: the duty on the other part of a split item.
    """
    remedies = [c for c in found if c.applies and c.terms is not None and c.kind not in ALTERNATIVES]
    if not remedies:
        return
    late = [candidate for candidate in remedies if _counts_duty(candidate)]
    for candidate in remedies:
        if candidate not in late:
            _add(duties, candidate, figures, ZERO)
    before = EXACT.subtract(duties.total, begun)
    for candidate in late:
        _add(duties, candidate, figures, before)


def _counts_duty(candidate: Candidate) -> bool:
    return candidate.terms is not None and any(
        isinstance(component, DifferenceToPrice) and component.price_basis == "cif_plus_duty"
        for component in candidate.terms.duty
    )


def _add(duties: Duties, candidate: Candidate, figures: ItemFigures, before: Decimal) -> None:
    assert candidate.terms is not None  # an applying candidate has terms
    evaluated = evaluate(candidate.terms.duty, figures, before)
    if isinstance(evaluated, NotKnown):
        duties.miss(candidate.kind, evaluated)
    else:
        duties.add(candidate.kind, evaluated, cites(candidate))


def cites(candidate: Candidate) -> LegalCitation:
    """Cite the entry with the terms in force, and their legal basis."""
    assert candidate.terms is not None  # only measures with terms in force become lines
    return LegalCitation(
        stream=f"measure/{candidate.measure}",
        position=candidate.act.says_so,
        legal_basis=candidate.terms.legal_basis,
    )
