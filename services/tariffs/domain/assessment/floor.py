"""The price floor on one item: the gap to floor x quantity, or a share of it, and nothing at or above it.

The floor is kept by an adjustable duty (the model is the variable duty of Regulation (EU) 2025/2351). The
value that its price basis reads is compared with floor x quantity; a unit price is never computed, because
it would have to be rounded. Goods of the bloc that the floor spares owe nothing, and an undercut of theirs
is reported as an alert.
"""

from decimal import Decimal

import msgspec
from msgspec import UNSET

from contracts.currencies import MINOR_UNIT_DIGITS
from contracts.duty_expressions import AdValorem, DifferenceToPrice, DutyComponent
from contracts.events.declarations import DeclarationItem
from contracts.events.duties import TraceStep
from contracts.events.floors import PriceFloorRevised, PriceFloorSet
from contracts.values import Citation, LegalCitation, Money, Price
from services.tariffs.domain.histories.remembered import answer_of
from services.tariffs.domain.histories.timeline import InForce
from services.tariffs.domain.histories.timeline import NotKnown as NothingRecorded
from services.tariffs.domain.state import Recorded, RulesState

from .coverage import reach
from .duties import Duties
from .exact import ZERO, exact_text, shown
from .expression import evaluate
from .figures import ItemFigures, declared_value, price_times_mass
from .minor_units import money_of
from .quantities import price_of
from .selection import Meeting
from .unknown import NotKnown

FloorTerms = PriceFloorSet | PriceFloorRevised

GAP_PER_UNIT_DIGITS_MAX = 6
"""Digits after the point of the gap per unit in an alert. It is for reading; the gap itself is exact."""


class FloorMet(msgspec.Struct, frozen=True, gc=False):
    """A floor in force on the item's line; `spares` when the goods are spared for being of the bloc."""

    line: str
    act: Recorded
    terms: FloorTerms
    applies: bool
    spares: bool

    @property
    def component(self) -> DifferenceToPrice:
        """The floor as a duty component; the schedule is written only where it is not the whole gap."""
        schedule = self.terms.schedule
        return DifferenceToPrice(
            op="+",
            price=self.terms.price,
            price_basis=self.terms.price_basis,
            schedule=UNSET if schedule.kind == "full_gap" else schedule,
        )

    @property
    def gap(self) -> DifferenceToPrice:
        """What the goods lack to the floor, whatever share of it is duty."""
        return msgspec.structs.replace(self.component, schedule=UNSET)


class FloorFound(msgspec.Struct, frozen=True, gc=False):
    """What is known of a floor: the step that says it, and the floor where one is in force."""

    step: TraceStep
    met: FloorMet | None = None


class Undercut(msgspec.Struct, frozen=True, gc=False):
    """Goods of the bloc below the floor: what `bloc.price_undercut.detected.v1` says about them.

    The declared value and the floor's are each in their own currency, the gap in that of the importing member.
    """

    line: str
    declared_value: Money
    floor_value: Money
    gap: Money
    gap_per_unit: Price
    cites: Citation


def floor_on(rules: RulesState, meeting: Meeting, item: DeclarationItem) -> FloorFound | None:
    """Find the floor on the item's line, and whether it applies; None when nothing of one is recorded."""
    line = item.line
    if line is UNSET or line == "none":
        because = "the goods are of no line of the catalogue"
        return FloorFound(TraceStep(step="select", applies=False, because=because))
    answer = answer_of(rules, rules.floors.get(line), meeting.day, meeting.position)
    if isinstance(answer, NothingRecorded):
        return None
    if not isinstance(answer, InForce):
        return FloorFound(_step(line, answer.act, applies=False, because=answer.because))
    terms: FloorTerms = answer.act.data
    reached = reach(terms.origins, item.origin, meeting.bloc, meeting.day)
    because = f"line matches; {reached.because}; in force from {answer.since}"
    return FloorFound(
        _step(line, answer.act, applies=reached.covers, because=because),
        FloorMet(line, answer.act, terms, reached.covers, reached.spares_the_bloc),
    )


def meet_floor(
    duties: Duties, found: FloorFound | None, item: DeclarationItem, position: int
) -> FloorMet | None:
    """Say in the trace what was found of a floor as known at K = `position`; give the one in force."""
    if found is not None:
        duties.steps.append(found.step)
        return found.met
    missing = NotKnown("floor", f"no price floor of {item.line} is recorded at position {position}")
    duties.unknown.append(missing)
    duties.steps.append(
        TraceStep(step="select", floor=item.line, result="not known", because=missing.because)
    )
    return None


def add_floor(duties: Duties, met: FloorMet, figures: ItemFigures) -> None:
    """Add the floor duty: the gap, at most `cap_percent` of the customs value when the floor has a cap."""
    duty: tuple[DutyComponent, ...] = (met.component,)
    if met.terms.cap_percent is not UNSET:
        duty = (*duty, AdValorem(op="at_most", percent=met.terms.cap_percent))
    evaluated = evaluate(duty, figures, duties.total)
    if isinstance(evaluated, NotKnown):
        duties.miss("price_floor", evaluated)
        return
    legal_basis = met.terms.legal_basis
    cites = LegalCitation(stream=f"floor/{met.line}", position=met.act.says_so, legal_basis=legal_basis)
    duties.add("price_floor", evaluated, cites)


def find_undercut(duties: Duties, met: FloorMet, figures: ItemFigures) -> Undercut | None:
    """Find by how much spared goods are below the floor; None when they are not, or it cannot be known.

    A value that is missing is noted as not known, as for a duty. A missing rate of exchange is not: no duty
    depends on it, and the trace says that the alert could not be worked out.
    """
    terms = met.terms
    declared = declared_value(figures, terms.price_basis)
    if isinstance(declared, NotKnown):
        return _not_known(duties, declared)
    content = "" if terms.price.content is UNSET else terms.price.content
    priced = price_times_mass(figures, terms.price.amount, terms.price.currency, terms.price.per, content)
    if isinstance(priced, NotKnown):
        return _not_known(duties, priced)
    evaluated = evaluate((met.gap,), figures, duties.total)
    if isinstance(evaluated, NotKnown):
        return _not_known(duties, evaluated)
    gap = money_of(evaluated.exact, figures.currency)
    duties.steps.append(_undercut_step(evaluated.workings[0].formula, evaluated.exact))
    if gap.value == ZERO:
        return None
    per_unit = price_of(evaluated.exact, terms.price.per, priced.kilograms)
    return Undercut(
        line=met.line,
        declared_value=declared,
        floor_value=money_of(priced.exact, terms.price.currency),
        gap=gap,
        gap_per_unit=msgspec.structs.replace(
            terms.price,
            currency=figures.currency,
            amount=shown(per_unit, MINOR_UNIT_DIGITS[figures.currency], GAP_PER_UNIT_DIGITS_MAX),
        ),
        cites=Citation(stream=f"floor/{met.line}", position=met.act.says_so),
    )


def _not_known(duties: Duties, missing: NotKnown) -> None:
    if missing.what == "exchange_rate":
        duties.steps.append(TraceStep(step="price_undercut", result="not known", because=missing.because))
    else:
        duties.miss("price_undercut", missing)


def _undercut_step(formula: str, exact: Decimal) -> TraceStep:
    result = "below the floor: an alert, no duty" if exact > ZERO else "at or above the floor"
    return TraceStep(step="price_undercut", formula=formula, exact=exact_text(exact), result=result)


def _step(line: str, act: Recorded, *, applies: bool, because: str) -> TraceStep:
    return TraceStep(step="select", floor=line, position=act.says_so, applies=applies, because=because)
