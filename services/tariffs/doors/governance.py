"""Reads of governance: rule books, proposals, cases, and who issued and approved each act on a thing."""

from typing import Any

from litestar import Response, get

from contracts import problem
from contracts.problem import Problem
from services.tariffs.domain.governance.authority import authority_of
from services.tariffs.domain.governance.cases import Case, case_at
from services.tariffs.domain.governance.proposals import Proposal, proposal_at, proposals_at
from services.tariffs.domain.governance.rule_books import activated, rule_book_on
from services.tariffs.domain.state import Recorded
from services.tariffs.doors.moments import (
    Asked,
    AtPosition,
    EffectiveAt,
    KnownAt,
    MinPosition,
    moment_of,
)
from services.tariffs.doors.rules import Filter, framed
from services.tariffs.doors.wiring import AnyRequest, respond_problem, wiring_of


@get("/rulesets", summary="The rule books put in force, and the one that decides on V", tags=["governance"])
async def get_rulesets(
    request: AnyRequest,
    effective_at: EffectiveAt = None,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """V is the day on which something is submitted (UTC)."""
    moment = await moment_of(wiring_of(request), Asked(effective_at, known_at, position, min_position))
    if isinstance(moment, Problem):
        return respond_problem(moment)
    books = [
        {"ruleset": book.ruleset, "effective_from": book.since, "position": book.by.position}
        for book in activated(moment.rules, moment.position)
    ]
    deciding = rule_book_on(moment.rules, moment.day, moment.position)
    return framed(moment, deciding=deciding, rulesets=books)


@get("/proposals", summary="Proposals as known at K, in order of submission", tags=["governance"])
async def get_proposals(
    request: AnyRequest,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
    status: Filter = None,
    author: Filter = None,
) -> Response[bytes]:
    """Filters: status (submitted, approved, rejected, withdrawn, partly_recorded, recorded) and author."""
    moment = await moment_of(wiring_of(request), Asked(None, known_at, position, min_position))
    if isinstance(moment, Problem):
        return respond_problem(moment)
    shown = [
        _proposal(one)
        for one in proposals_at(moment.rules, moment.position)
        if status in (None, one.status) and author in (None, one.author)
    ]
    return framed(moment, proposals=shown)


@get("/proposals/{proposal:str}", summary="One proposal, with all that it proposes", tags=["governance"])
async def get_proposal(
    request: AnyRequest,
    proposal: str,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """Its events as proposed, each with the position at which it is recorded; who submitted and who decided."""
    moment = await moment_of(wiring_of(request), Asked(None, known_at, position, min_position))
    if isinstance(moment, Problem):
        return respond_problem(moment)
    found = proposal_at(moment.rules, proposal, moment.position)
    if found is None:
        missing = f"no proposal {proposal} was submitted up to position {moment.position}"
        return respond_problem(problem.not_found(missing))
    events = [
        {"type": event.type, "data": event.payload} | ({} if entry is None else {"position": entry.position})
        for event, entry in zip(found.events, found.recorded, strict=True)
    ]
    return framed(moment, proposal=_proposal(found) | {"events": events})


@get("/cases/{case:str}", summary="A dispute, review or investigation, as known at K", tags=["governance"])
async def get_case(
    request: AnyRequest,
    case: str,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """How far it has come, and what was said at each step."""
    moment = await moment_of(wiring_of(request), Asked(None, known_at, position, min_position))
    if isinstance(moment, Problem):
        return respond_problem(moment)
    found = case_at(moment.rules, case, moment.position)
    if found is None:
        missing = f"no case {case} was opened up to position {moment.position}"
        return respond_problem(problem.not_found(missing))
    return framed(moment, case=_case(found))


@get("/authority/{kind:str}/{thing:str}", summary="Who issued and approved each act", tags=["governance"])
async def get_authority(
    request: AnyRequest,
    kind: str,
    thing: str,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """For a stream of the rules, such as floor/ndpr.oxide_compound.oxide_99: every act on it with its author, his
    mandates, the rule book, and the proposal with its approver and his; `four_eyes` says whether there were two."""
    moment = await moment_of(wiring_of(request), Asked(None, known_at, position, min_position))
    if isinstance(moment, Problem):
        return respond_problem(moment)
    acts = authority_of(moment.rules, f"{kind}/{thing}", moment.position)
    if not acts:
        missing = f"no rule was recorded on {kind}/{thing} up to position {moment.position}"
        return respond_problem(problem.not_found(missing))
    return framed(moment, stream=f"{kind}/{thing}", acts=acts)


ROUTES = (get_rulesets, get_proposals, get_proposal, get_case, get_authority)
"""All reads of this module."""


def _proposal(found: Proposal) -> dict[str, Any]:
    """A proposal without what it proposes."""
    steps = {"approved": found.approved, "rejected": found.rejected, "withdrawn": found.withdrawn}
    return {
        "proposal": found.name,
        "title": found.submitted.data.title,
        "status": found.status,
        "author": found.author,
        "submitted": _step(found.submitted),
        "events_proposed": len(found.events),
        "events_recorded": sum(entry is not None for entry in found.recorded),
    } | {name: _step(entry) for name, entry in steps.items() if entry is not None}


def _case(found: Case) -> dict[str, Any]:
    steps = [found.opened, *found.consultations, *found.rulings, *([found.closed] if found.closed else [])]
    return {
        "case": found.terms.case,
        "kind": found.terms.kind,
        "status": found.status,
        "steps": [_step(entry) | {"type": entry.event.type, "data": entry.data} for entry in steps],
    }


def _step(entry: Recorded) -> dict[str, Any]:
    return {"by": entry.event.party, "position": entry.position, "recorded_at": entry.recorded_at}
