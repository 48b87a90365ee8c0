"""Facts of governance for tests: rule books, proposals, and a bloc that is judged with four eyes."""

from typing import Any

import msgspec
from msgspec.structs import replace

from contracts.admissions import ADMISSION_ACTIVATED
from contracts.envelope import Event
from services.tariffs.domain.rule import RULESETS
from tests.domain import facts
from tests.domain.facts import SECRETARIAT, act, event
from tests.domain.given import Bloc, founded_bloc

COUNCIL = "bloc.council"
US_COUNCIL = "us.council"
PROPOSAL = "floor.ndpr.2026"


def ruleset_activated(ruleset: str, by: str = SECRETARIAT, **more: Any) -> Event[Any]:
    """A rule book is put in force."""
    data = {"ruleset": ruleset, "effective_from": "2026-07-01", "legal_basis": act("9")}
    return event(by, "bloc.ruleset.activated.v1", data | more)


def admission_activated(version: int, by: str = SECRETARIAT, **more: Any) -> Event[Any]:
    """A version of the rules of admission is put in force."""
    return event(by, ADMISSION_ACTIVATED, {"version": version, "legal_basis": act("10")} | more)


def under(proposed: Event[Any], name: str = PROPOSAL) -> Event[Any]:
    """The same event, naming a proposal."""
    return replace(proposed, data=replace(proposed.data, proposal=name))


def submitted(*proposed: Event[Any], name: str = PROPOSAL, by: str = "") -> Event[Any]:
    """A proposal of events, by the author of the first one."""
    events = [
        {"type": one.type, "data": msgspec.to_builtins(under(one, name).data, builtin_types=(bytes,))}
        for one in proposed
    ]
    data = {"proposal": name, "title": "What the committee agreed", "events": events}
    return event(by or proposed[0].party, "bloc.proposal.submitted.v1", data)


def approved(position: int, name: str = PROPOSAL, by: str = COUNCIL) -> Event[Any]:
    """A proposal is approved."""
    return event(by, "bloc.proposal.approved.v1", {"proposal": name, "position": position})


def rejected(position: int, name: str = PROPOSAL, by: str = COUNCIL) -> Event[Any]:
    """A proposal is rejected."""
    data = {"proposal": name, "position": position, "reason": "The figures are not those of the annex"}
    return event(by, "bloc.proposal.rejected.v1", data)


def withdrawn(name: str = PROPOSAL, by: str = SECRETARIAT) -> Event[Any]:
    """A proposal is withdrawn."""
    return event(by, "bloc.proposal.withdrawn.v1", {"proposal": name, "reason": "Overtaken by events"})


def bloc_with_approvers() -> Bloc:
    """A founded bloc with an approver for the bloc and one for the United States, still under its first rule book."""
    bloc = founded_bloc()
    for party, territory in ((COUNCIL, "BLOC"), (US_COUNCIL, "US")):
        bloc.record(facts.key_registered(party), facts.mandate_granted(party, "approver", (territory,)))
    return bloc


def bloc_with_four_eyes() -> Bloc:
    """The same, judged by the second rule book."""
    return bloc_with_approvers().record(ruleset_activated(RULESETS[1], effective_from="2026-06-01"))


def proposing(bloc: Bloc, *proposed: Event[Any], name: str = PROPOSAL, by: str = COUNCIL) -> int:
    """Given a proposal of these events that `by` approved; its position."""
    bloc.record(submitted(*proposed, name=name))
    position = bloc.position
    bloc.record(approved(position, name, by))
    return position


CASE = "us.graphite.2024"


def case_opened(kind: str = "investigation", by: str = "us.remedies", **more: Any) -> Event[Any]:
    """A case is opened: the investigation of graphite, or a dispute between two ministries."""
    data: dict[str, Any] = {
        "case": CASE,
        "kind": kind,
        "title": "Active anode material",
        "opened_on": "2025-01-14",
        "goods": {"hs_edition": "HS2022", "prefixes": ["380110"]},
        "legal_basis": act("4"),
    }
    if kind == "dispute":
        data |= {"complainant": "eu.trade", "respondent": "us.trade"}
    return event(by, "bloc.case.opened.v1", data | more)


def consultations(on: str = "2025-06-01", settled: bool = False, by: str = "us.remedies") -> Event[Any]:
    """The parties met."""
    return event(by, "bloc.case.consultations_held.v1", {"case": CASE, "held_on": on, "settled": settled})


def ruling(stage: str = "final", on: str = "2026-03-12", by: str = "us.remedies", **more: Any) -> Event[Any]:
    """A determination; negative unless it says otherwise."""
    data = {
        "case": CASE,
        "stage": stage,
        "ruled_on": on,
        "affirmative": False,
        "effect": "ex_tunc",
        "legal_basis": act("5"),
    }
    return event(by, "bloc.case.ruled.v1", data | more)


def case_closed(outcome: str = "ruled", on: str = "2026-03-13", by: str = "us.remedies") -> Event[Any]:
    """Nothing more will happen in it."""
    return event(by, "bloc.case.closed.v1", {"case": CASE, "closed_on": on, "outcome": outcome})
