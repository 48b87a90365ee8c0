"""Four eyes: which events need the approval of a second party, and who may give it.

Membership, acts, measures, floors, emergencies, rule books, mandates, and the corrections of these; and keys where
the secretariat speaks for another party or for itself. A party that registers a further key of its own needs
nobody's consent, else a stolen key could not be replaced in time. Approvers hold mandates of their own for
territories and minerals: a measure of a territory is approved there, everything else for the bloc.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec.structs import replace

from contracts.envelope import Event
from contracts.events import (
    CheckpointKeyRotated,
    EventAnnulled,
    EventCorrected,
    KeyRegistered,
    MandateGranted,
    Payload,
)
from contracts.registry import EVENT_TYPES
from contracts.streams import stream_of
from contracts.trade import ALL_MINERALS, BLOC
from services.tariffs.domain.governance.mandates import (
    Mandate,
    mandates_of,
    minerals_of,
    territory_of,
)
from services.tariffs.domain.histories.correcting import roots_of
from services.tariffs.domain.histories.places import history_of
from services.tariffs.domain.measures import territory_of_name
from services.tariffs.domain.state import RulesState

APPROVER = "approver"
APPROVED = "bloc.proposal.approved.v1"


def needs_approval(rules: RulesState, event: Event[Any]) -> bool:
    """Whether an event of this author needs four eyes, whenever it is recorded."""
    match event.data:
        case KeyRegistered() | CheckpointKeyRotated():
            return event.party == rules.ring.secretariat
        case EventCorrected() | EventAnnulled():
            return _corrects_what_needs_approval(rules, event)
        case _:
            return EVENT_TYPES[event.type].four_eyes


def may_need_approval(event_type: str, payload: type[Payload]) -> bool:
    """Whether any event of a type needs four eyes: the same question, before the author is known."""
    whoever = (KeyRegistered, CheckpointKeyRotated, EventCorrected, EventAnnulled)
    return issubclass(payload, whoever) or EVENT_TYPES[event_type].four_eyes


def begins_four_eyes(rules: RulesState, event: Event[Any], day: date) -> bool:
    """Whether an event is what the first approver needs, his key or his mandate, while there is nobody to approve it.

    Without it a bloc that has no approver (yet, or any more) could never get one.
    """
    match event.data:
        case KeyRegistered() as data:
            is_first = not rules.ring.party_keys(data.party)
        case MandateGranted() as data:
            is_first = data.role == APPROVER
        case _:
            is_first = False
    return is_first and not any(
        may_approve(rules, party, event.type, event.data, day)
        for party in rules.mandates
        if party != event.party
    )


def may_approve(rules: RulesState, party: str, type_name: str, data: Payload, day: date) -> bool:
    """Whether a party holds, on a recorded day, a mandate to approve an event with these data."""
    return any(_covers(rules, mandate, type_name, data) for mandate in _as_approver(rules, party, day))


def scope_of(rules: RulesState, type_name: str, data: Payload) -> tuple[str, tuple[str, ...]]:
    """Territory and minerals that a proposed event is about; `BLOC` when it is about no territory alone."""
    said = _innermost(data)
    territory = territory_of(said)
    if territory is None and isinstance(said, EventAnnulled):
        kind, _, thing = stream_of(type_name, data).partition("/")
        territory = territory_of_name(thing) if kind == "measure" else None
        return territory or BLOC, _minerals_of_stream(rules, kind, thing)
    return territory or BLOC, minerals_of(said)


def proposed_as(event: Event[Any], type_name: str, data: Payload) -> Event[Any]:
    """A proposed event as its author would post it: to ask the rules about it."""
    return replace(event, type=type_name, subject=stream_of(type_name, data), data=data)


def _as_approver(rules: RulesState, party: str, day: date) -> Iterator[Mandate]:
    for mandate in mandates_of(rules, party, rules.position):
        if mandate.role == APPROVER and mandate.is_live(day) and mandate.names_type(APPROVED):
            yield mandate


def _covers(rules: RulesState, mandate: Mandate, type_name: str, data: Payload) -> bool:
    territory, minerals = scope_of(rules, type_name, data)
    if territory not in mandate.territories:
        return False
    return ALL_MINERALS in mandate.minerals or all(mineral in mandate.minerals for mineral in minerals)


def _corrects_what_needs_approval(rules: RulesState, event: Event[Any]) -> bool:
    """A correction needs it if what it corrects in the end did; one of nothing is refused by other rules."""
    root = roots_of(history_of(rules, event.subject)).get(event.data.target.position)
    return root is not None and EVENT_TYPES[root.event.type].four_eyes


def _innermost(data: Payload) -> Payload:
    while isinstance(data, EventCorrected) and data.payload is not None:
        data = data.payload
    return data


def _minerals_of_stream(rules: RulesState, kind: str, thing: str) -> tuple[str, ...]:
    """Minerals of what an annulment is about: those of the first words about it, or of the name of its line."""
    if kind in ("floor", "line", "mineral"):
        return (thing.split(".")[0],)
    history = rules.measures.get(thing, ()) if kind == "measure" else ()
    return minerals_of(history[0].data) if history else ()
