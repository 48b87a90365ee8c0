"""Mandates: what a party may issue, for which territories and minerals, on which recorded days.

A mandate is a recorded act with dates of its own; the charter is the mandate of the secretariat that it names,
for everything that the role `secretariat` may issue. (A mandate that the secretariat grants itself would add
nothing: whoever grants mandates can always grant itself one.) Whether a mandate covers an event is asked in one
place, `lacking`, whose answer is the sentence that the refused party reads.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from msgspec import UNSET, Struct
from msgspec.structs import replace

from contracts.envelope import Event
from contracts.events import (
    DeclarationAccepted,
    DeclarationAmended,
    DeclarationInvalidated,
    DutySettled,
    MandateGranted,
    MandateRevoked,
    MeasureAmended,
    MeasureCreated,
    MemberCommitmentFulfilled,
    QuotaAmended,
    QuotaBlocked,
    QuotaOpened,
    QuotaUnblocked,
    ReassessmentOrdered,
    RefundPaid,
    SecurityLodged,
    SecurityReleased,
    UndertakingAccepted,
    UndertakingAmended,
)
from contracts.limits import TIMELINE_ANSWERS_REMEMBERED_MAX
from contracts.registry import EVENT_TYPES, ROLES, is_named
from contracts.trade import ALL_MINERALS, BLOC
from contracts.values import Goods
from services.tariffs.domain.histories.timeline import known_at
from services.tariffs.domain.measures import kind_of_history, territory_of_name
from services.tariffs.domain.state import History, Recorded, RulesState

NATIONAL_ROLES = frozenset({"trade_ministry", "investigating_authority", "customs"})
"""Roles that act for named territories only."""

TERRITORIAL_ROLES = NATIONAL_ROLES | {"court"}
"""Roles whose events are of a territory of their mandate; a court's may be the bloc."""

KINDS_BY_ROLE = {
    "trade_ministry": frozenset({"base", "preference", "autonomous_suspension"}),
    "investigating_authority": frozenset({"anti_dumping", "countervailing", "safeguard"}),
}
"""Kinds of measure that a role may issue: trade remedies belong to the authority that investigated."""

OF_A_MEMBER = (
    DeclarationAccepted,
    DeclarationAmended,
    DeclarationInvalidated,
    ReassessmentOrdered,
    DutySettled,
    RefundPaid,
    SecurityLodged,
    SecurityReleased,
    MemberCommitmentFulfilled,
)
"""What customs of a member says about declarations to that member, and a member of what it undertook."""


class Mandate(Struct, frozen=True):
    """One mandate, cut short by its revocation if there is one. Days from `start` to before `end` (None: open)."""

    mandate: str
    party: str
    role: str
    event_types: tuple[str, ...]
    territories: tuple[str, ...]
    minerals: tuple[str, ...]
    start: date
    end: date | None
    act: Recorded
    revoked_by: Recorded | None = None
    by_charter: bool = False

    def is_live(self, day: date) -> bool:
        """Whether the mandate may be used for what is recorded on that day."""
        return self.by_charter or (self.start <= day and (self.end is None or day < self.end))

    def names_type(self, event_type: str) -> bool:
        """Whether the mandate names the event type, itself or by its family (`bloc.measure.*`), and its role may."""
        return is_named(event_type, self.event_types) and self.role in EVENT_TYPES[event_type].roles


def mandates_of(rules: RulesState, party: str, position: int) -> tuple[Mandate, ...]:
    """All mandates of a party as known at K = `position`, in order of recording, the charter's first."""
    held: dict[str, Mandate] = {}
    charter = rules.charter
    if charter is not None and charter.position <= position and charter.data.secretariat.party == party:
        held["charter"] = _by_charter(charter)
    for entry in known_at(rules.mandates.get(party, ()), position):
        match entry.data:
            case MandateGranted() as granted:
                held[granted.mandate] = _granted(granted, entry)
            case MandateRevoked() as revoked if revoked.mandate in held:
                held[revoked.mandate] = _revoked(held[revoked.mandate], revoked, entry)
            case _:
                continue
    return tuple(held.values())


def live_mandates(rules: RulesState, party: str, day: date) -> Iterator[Mandate]:
    """The mandates of a party that may be used for what is recorded on a day."""
    return (mandate for mandate in mandates_of(rules, party, rules.position) if mandate.is_live(day))


def mandates_behind(rules: RulesState, entry: Recorded) -> Iterator[Mandate]:
    """The mandates by which its author could issue a recorded event, as known just before it."""
    for mandate in mandates_of(rules, entry.event.party, entry.position - 1):
        if mandate.is_live(entry.recorded_on) and mandate.names_type(entry.event.type):
            yield mandate


def lacking(rules: RulesState, event: Event[Any], day: date) -> str | None:
    """What the author lacks to issue this event on a recorded day, in plain words; None when it is covered."""
    named = _usable(rules, event.party, day, event.type)
    if not named:
        return f"{event.party} holds no mandate for {event.type} on {day}"
    first = ""
    for mandate in named:
        gap = _gap(rules, mandate, event)
        if gap is None:
            return None
        first = first or gap
    return first


_used: dict[tuple[int, int, date, str], tuple[History, Recorded | None, tuple[Mandate, ...]]] = {}


def _usable(rules: RulesState, party: str, day: date, event_type: str) -> tuple[Mandate, ...]:
    """The live mandates that name a type. Remembered as in remembered.py: every declaration of the day asks for the
    same, and a party may hold a thousand."""
    history = rules.mandates.get(party, ())
    key = (id(history), id(rules.charter), day, event_type)
    known = _used.get(key)
    if known is None or not history:  # the empty history is one object, whoever's it is
        if len(_used) >= TIMELINE_ANSWERS_REMEMBERED_MAX:
            _used.clear()
        named = tuple(one for one in live_mandates(rules, party, day) if one.names_type(event_type))
        known = _used[key] = (history, rules.charter, named)
    return known[2]


def acts_as_secretariat(rules: RulesState, event: Event[Any], day: date) -> bool:
    """Whether the author may issue this event as secretariat (by the charter or by mandate)."""
    return any(
        mandate.role == "secretariat" and mandate.names_type(event.type)
        for mandate in live_mandates(rules, event.party, day)
    )


def _by_charter(charter: Recorded) -> Mandate:
    return Mandate(
        mandate="charter",
        party=charter.data.secretariat.party,
        role="secretariat",
        event_types=ROLES["secretariat"],
        territories=(BLOC,),
        minerals=(ALL_MINERALS,),
        start=charter.data.founded_on,
        end=None,
        act=charter,
        by_charter=True,
    )


def _granted(granted: MandateGranted, entry: Recorded) -> Mandate:
    return Mandate(
        mandate=granted.mandate,
        party=granted.party,
        role=granted.role,
        event_types=granted.event_types,
        territories=granted.territories,
        minerals=granted.minerals,
        start=granted.effective_from,
        end=None if granted.effective_to is UNSET else granted.effective_to,
        act=entry,
    )


def _revoked(mandate: Mandate, revoked: MandateRevoked, entry: Recorded) -> Mandate:
    end = revoked.effective_from if mandate.end is None else min(mandate.end, revoked.effective_from)
    return replace(mandate, end=end, revoked_by=entry)


def _gap(rules: RulesState, mandate: Mandate, event: Event[Any]) -> str | None:
    """Why a mandate that names the type does not cover this event; None when it does."""
    if mandate.by_charter:
        return None
    territory = territory_of(event.data)
    if mandate.role in TERRITORIAL_ROLES and territory is not None and territory not in mandate.territories:
        return f"mandate {mandate.mandate} is for {', '.join(mandate.territories)}, not for {territory}"
    kinds = KINDS_BY_ROLE.get(mandate.role)
    kind = None if kinds is None else kind_of(rules, event.data)
    if kinds is not None and kind is not None and kind not in kinds:
        role = mandate.role.replace("_", " ")
        return f"mandate {mandate.mandate} is of a {role}, which may not issue a measure of kind {kind}"
    if ALL_MINERALS not in mandate.minerals:
        outside = [mineral for mineral in minerals_of(event.data) if mineral not in mandate.minerals]
        if outside:
            return f"mandate {mandate.mandate} is for {', '.join(mandate.minerals)}, not for {outside[0]}"
    return None


def territory_of(data: object) -> str | None:
    """The territory or member that a national authority's event speaks for; None when it speaks for none."""
    if isinstance(data, OF_A_MEMBER):
        return data.member
    if isinstance(data, QuotaOpened | QuotaAmended | QuotaBlocked | QuotaUnblocked):
        return data.territory
    names = (getattr(data, field, None) for field in ("measure", "act", "undertaking"))
    named = next((name for name in names if name is not None), None)
    return None if named is None else territory_of_name(named)


def kind_of(rules: RulesState, data: object) -> str | None:
    """The kind of the measure that an event is about; None for other events and unknown measures."""
    if isinstance(data, MeasureCreated):
        return data.kind
    return kind_of_history(rules.measures.get(getattr(data, "measure", ""), ()), rules.position)


def minerals_of(data: object) -> tuple[str, ...]:
    """The minerals that an event is about. Goods named by prefix alone may be of any mineral: that is `*`."""
    match data:
        case MeasureCreated() | MeasureAmended():
            return _of_goods(data.goods)
        case UndertakingAccepted() | UndertakingAmended():
            return tuple(mineral for minimum in data.minimums for mineral in _of_goods(minimum.goods))
        case DeclarationAccepted() | DeclarationAmended() | SecurityLodged():
            return _of_lines(item.line for item in data.items if item.line is not UNSET)
        case _:
            line, mineral = getattr(data, "line", None), getattr(data, "mineral", None)
            if line is not None:
                return _of_lines((line,))
            return (mineral,) if mineral is not None else tuple(getattr(data, "minerals", ()))


def _of_goods(goods: Goods) -> tuple[str, ...]:
    if goods.prefixes is not UNSET or goods.lines is UNSET:
        return (ALL_MINERALS,)
    return _of_lines(goods.lines)


def _of_lines(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line.split(".")[0] for line in lines if line != "none")
