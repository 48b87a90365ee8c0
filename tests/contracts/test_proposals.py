"""Proposals on the wire: complete payloads, each naming its proposal, checked as strictly as on their own."""

from typing import Any

from contracts.events import PROPOSABLE, PriceFloorSet, ProposalSubmitted
from contracts.registry import EVENT_TYPES
from tests.contracts.mutations import accepted, event, line, refused, refused_with

SUBMITTED = "bloc.proposal.submitted.v1"


def test_whatever_needs_four_eyes_can_be_proposed():
    """A type that must name a proposal, and cannot be in one, could never be recorded: add it to PROPOSABLE."""
    marked = {name for name, known in EVENT_TYPES.items() if known.four_eyes}
    assert not marked - PROPOSABLE.keys()
    assert all(EVENT_TYPES[name].payload is payload for name, payload in PROPOSABLE.items())


def test_a_proposed_payload_is_decoded_as_its_type():
    """So that it can be compared with what is recorded later."""
    data = accepted(event(SUBMITTED)).data
    assert isinstance(data, ProposalSubmitted)
    assert isinstance(data.events[0].payload, PriceFloorSet)


def test_a_fault_in_a_proposed_payload_is_named_by_its_path():
    """As in an event of its own."""
    path = "$.data.events[0].data.price.currency"
    assert "currency" in refused_with(SUBMITTED, path, "USX").reason
    refused_with(SUBMITTED, "$.data.events[0].data.approved_by", "us.trade")


def test_only_what_can_name_a_proposal_is_proposed():
    """A declaration is a fact and needs nobody's consent."""
    fault = refused_with(SUBMITTED, "$.data.events[0].type", "bloc.declaration.accepted.v1")
    assert "cannot be proposed" in fault.reason


def test_a_proposed_event_names_its_own_proposal():
    """Another one, or none, is a slip."""
    refused_with(SUBMITTED, "$.data.events[0].data.proposal", "another")
    value = event(SUBMITTED)
    del value["data"]["events"][0]["data"]["proposal"]
    assert refused(line(value)).path == "$.data.events[0].data.proposal"


def test_the_same_event_is_not_proposed_twice():
    """Each proposed event is recorded once, so its double could never be."""
    value: dict[str, Any] = event(SUBMITTED)
    value["data"]["events"] *= 2
    assert refused(line(value)).path == "$.data.events[1]"
