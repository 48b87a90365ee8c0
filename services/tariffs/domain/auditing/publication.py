"""Whether an act raises a duty from a day before its publication, which no member may enforce (GATT 1994, X:2).

An act that names no day of publication was made public by the record itself. An act raises a duty when a component of
it is higher than before, when it ends or pauses something that lowers duties, or when the two cannot be compared: the
auditor then looks for himself. Corrections and annulments are read for what they change.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import asdict

from contracts.duty_expressions import AdValorem, DifferenceToPrice, DutyComponent, Specific
from contracts.envelope import AnyEvent
from contracts.events import EventAnnulled, EventCorrected
from contracts.events.payload import LegalPayload
from contracts.values import Price
from services.tariffs.domain.assessment.selection import RELIEFS
from services.tariffs.domain.histories.correcting import as_corrected
from services.tariffs.domain.histories.timeline import ACTS, timeline
from services.tariffs.domain.measures import kind_of_history
from services.tariffs.domain.state import History, RulesState

from .lags import begins_on


class Raised(Struct, frozen=True):
    """A duty is raised too early: what raises it, the day of publication, and how it was published."""

    what: str
    published_on: date
    how: str


def raised_too_early(rules: RulesState, event: AnyEvent, recorded_on: date) -> Raised | None:
    """Say that an act raises a duty before its publication; None when it does not. `rules`: before the act."""
    data: Any = event.data
    begins = begins_on(event)
    place = _place(event)
    if not isinstance(data, LegalPayload) or begins is None or place is None:
        return None
    stated = data.published_on
    published_on = recorded_on if stated is UNSET else stated
    if begins >= published_on:
        return None
    history = getattr(rules, place[0]).get(place[1], ())
    what = _raises(event.type, data, history, rules.position)
    how = "it was recorded; it names no day of publication" if stated is UNSET else "its publication"
    return None if what is None else Raised(f"{event.subject}: {what}", published_on, how)


def _place(event: AnyEvent) -> tuple[str, str] | None:
    """The histories, and the name, of the measure or floor that an act is about."""
    kind, _, thing = event.subject.partition("/")
    field = {"measure": "measures", "floor": "floors"}.get(kind)
    return None if field is None else (field, thing)


def _raises(type_name: str, data: Any, history: History, position: int) -> str | None:
    """What raises the duty, in words; None when nothing does."""
    if isinstance(data, EventCorrected):
        return _corrected(data, history)
    if isinstance(data, EventAnnulled):
        return None
    act = ACTS.get(type_name)
    lowers = kind_of_history(history, position) in RELIEFS
    match act:
        case "begin":
            lowers = getattr(data, "kind", "") in RELIEFS
            return None if lowers else "a new duty"
        case "change":
            last = timeline(history, position).last if history else None
            return "new terms" if last is None else _higher(data, last.act.data)
        case "resume":
            return None if lowers else "a duty is taken again"
        case "suspend" | "end":
            return "what lowered a duty no longer holds" if lowers else None
        case _:
            return None


def _corrected(data: EventCorrected, history: History) -> str | None:
    """Whether the corrected terms are higher than those that stood."""
    standing = next(
        (entry for entry in as_corrected(history).entries if entry.position == data.target.position), None
    )
    if standing is None or not isinstance(data.payload, type(standing.data)):
        return None
    if ACTS.get(standing.event.type) not in ("begin", "change"):
        return "a corrected act" if data.payload != standing.data else None
    said: Any = data.payload
    if said.effective_from < standing.data.effective_from:
        return "terms that hold earlier than was recorded"
    return _higher(said, standing.data)


def _higher(new: Any, old: Any) -> str | None:
    """What of the new terms is, or may be, higher than in the old."""
    if hasattr(new, "price"):
        if _measure(new.price) != _measure(old.price):
            return "a floor in another currency or content"
        if new.price.per_kilogram > old.price.per_kilogram:
            return f"a floor of {new.price.amount}, which was {old.price.amount}"
        parts = ("origins", "price_basis", "schedule", "cap_percent")
    else:
        if _any_higher(new.duty, old.duty):
            return "a higher duty"
        parts = ("origins", "goods")
    changed = [part for part in parts if getattr(new, part) != getattr(old, part)]
    return f"other {' and '.join(changed).replace('_', ' ')}, which may be higher" if changed else None


def _any_higher(new: Sequence[DutyComponent], old: Sequence[DutyComponent]) -> bool:
    if len(new) != len(old):
        return True
    return any(_component_higher(one, other) for one, other in zip(new, old, strict=True))


def _component_higher(new: DutyComponent, old: DutyComponent) -> bool:
    """Whether a component is higher; one of another shape may be."""
    if _shape(new) != _shape(old):
        return True
    more, less = _figure(new), _figure(old)
    return less > more if new.op == "-" else more > less


def _shape(component: DutyComponent) -> tuple[object, ...]:
    """All that a component says beside its figure."""
    said = {
        name: value for name, value in asdict(component).items() if name not in ("percent", "amount", "price")
    }
    measure = _measure(component.price) if isinstance(component, DifferenceToPrice) else None
    return (component.kind, tuple(said.items()), measure)


def _figure(component: DutyComponent) -> Decimal:
    match component:
        case AdValorem():
            return Decimal(component.percent)
        case Specific():
            return Decimal(component.amount)
        case DifferenceToPrice():
            return component.price.per_kilogram


def _measure(price: Price) -> tuple[object, ...]:
    """What must be the same for two prices to be compared: the currency, and the content that they are for."""
    return price.currency, price.content
