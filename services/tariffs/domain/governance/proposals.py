"""Proposals as known at K: who proposed what, what became of it, and which of its events are recorded.

What is proposed is recorded later by an event that names the proposal and says exactly the same. So nothing has to
be stored about how far a proposal has come: it is compared with what was recorded in its name.
"""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from contracts.envelope import Event
from contracts.events import ProposedEvent
from services.tariffs.domain.histories.timeline import recorded_by
from services.tariffs.domain.state import Recorded, RulesState

ProposalStatus = Literal["submitted", "approved", "rejected", "withdrawn", "partly_recorded", "recorded"]
"""The last two are derived: an approved proposal of which some, or all, events are recorded."""


class Proposal(Struct, frozen=True):
    """A proposal with what is known of it. `recorded` has one place for each proposed event, None while it is open."""

    submitted: Recorded
    events: tuple[ProposedEvent, ...]
    recorded: tuple[Recorded | None, ...]
    approved: Recorded | None = None
    rejected: Recorded | None = None
    withdrawn: Recorded | None = None

    @property
    def name(self) -> str:
        """Its identifier."""
        return self.submitted.data.proposal

    @property
    def author(self) -> str:
        """The party that submitted it, which alone records its events."""
        return self.submitted.event.party

    @property
    def status(self) -> ProposalStatus:
        """How far it has come."""
        if self.withdrawn is not None:
            return "withdrawn"
        if self.rejected is not None:
            return "rejected"
        if self.approved is None:
            return "submitted"
        if None not in self.recorded:
            return "recorded"
        return "partly_recorded" if any(self.recorded) else "approved"

    def place_of(self, event: Event[Any]) -> int | None:
        """Which of the proposed events an event is: the first of its type with exactly its data; None if none."""
        return _place(self.events, event)


def proposal_at(rules: RulesState, name: str, position: int) -> Proposal | None:
    """A proposal as known at K = `position`; None when none of that name had been submitted."""
    said: dict[str, Recorded] = {}
    for entry in recorded_by(rules.proposals.get(name, ()), position):
        said.setdefault(entry.event.type.split(".")[2], entry)
    submitted = said.get("submitted")
    if submitted is None:
        return None
    events = submitted.data.events
    recorded: list[Recorded | None] = [None] * len(events)
    for entry in recorded_by(rules.under_proposals.get(name, ()), position):
        place = _place(events, entry.event)
        if place is not None and entry.event.source == submitted.event.source and recorded[place] is None:
            recorded[place] = entry
    return Proposal(
        submitted=submitted,
        events=events,
        recorded=tuple(recorded),
        approved=said.get("approved"),
        rejected=said.get("rejected"),
        withdrawn=said.get("withdrawn"),
    )


def proposals_at(rules: RulesState, position: int) -> tuple[Proposal, ...]:
    """All proposals as known at K = `position`, in order of submission."""
    known = (proposal_at(rules, name, position) for name in rules.proposals)
    return tuple(sorted((one for one in known if one is not None), key=lambda one: one.submitted.position))


def _place(events: Sequence[ProposedEvent], event: Event[Any]) -> int | None:
    for place, proposed in enumerate(events):
        if proposed.type == event.type and proposed.payload == event.data:
            return place
    return None
