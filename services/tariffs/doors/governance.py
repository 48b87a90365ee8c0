"""Reads of governance: rule books, proposals, cases, and who issued and approved each act on a thing."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from contracts import problem
from services.serving.answers import respond_problem
from services.tariffs.domain.governance.admissions import activations, admission_at
from services.tariffs.domain.governance.authority import authority_of
from services.tariffs.domain.governance.cases import Case, case_at
from services.tariffs.domain.governance.proposals import Proposal, proposal_at, proposals_at
from services.tariffs.domain.governance.rule_books import activated, rule_book_on
from services.tariffs.domain.state import Recorded
from services.tariffs.doors.moments import AsKnown, OnDay
from services.tariffs.doors.rules import Filter, framed
from services.tariffs.doors.understood import OfProposals, understood


@get("/rulesets", summary="The rule books put in force, and the one that decides on V", tags=["governance"])
async def get_rulesets(moment: OnDay) -> Response[bytes]:
    """V is the day on which something is submitted (UTC)."""
    books = [
        {"ruleset": book.ruleset, "effective_from": book.since, "position": book.by.position}
        for book in activated(moment.rules, moment.position)
    ]
    deciding = rule_book_on(moment.rules, moment.day, moment.position)
    return framed(moment, deciding=deciding, rulesets=books)


@get(
    "/admissions",
    summary="The rules of admission put in force, and those that count at K",
    tags=["governance"],
)
async def get_admissions(known: AsKnown) -> Response[bytes]:
    """By these the ledger records or does not; `admits_by` counts for the draft behind K."""
    versions = [
        {"version": entry.data.version, "position": entry.position, "legal_basis": entry.data.legal_basis}
        for entry in activations(known.rules, known.position)
    ]
    return framed(known, admits_by=admission_at(known.rules, known.position), admissions=versions)


@get("/proposals", summary="Proposals as known at K, in order of submission", tags=["governance"])
async def get_proposals(known: AsKnown, status: Filter = None, author: Filter = None) -> Response[bytes]:
    """Filters: status (submitted, approved, rejected, withdrawn, partly_recorded, recorded) and author."""
    understood(OfProposals, status=status, author=author)
    shown = [
        _proposal(one)
        for one in proposals_at(known.rules, known.position)
        if status in (None, one.status) and author in (None, one.author)
    ]
    return framed(known, proposals=shown)


@get("/proposals/{proposal:str}", summary="One proposal, with all that it proposes", tags=["governance"])
async def get_proposal(proposal: FromPath[str], known: AsKnown) -> Response[bytes]:
    """Its events as proposed, each with the position at which it is recorded; who submitted and who decided."""
    found = proposal_at(known.rules, proposal, known.position)
    if found is None:
        missing = f"no proposal {proposal} was submitted up to position {known.position}"
        return respond_problem(problem.not_recorded(missing))
    events = [
        {"type": event.type, "data": event.payload} | ({} if entry is None else {"position": entry.position})
        for event, entry in zip(found.events, found.recorded, strict=True)
    ]
    return framed(known, proposal=_proposal(found) | {"events": events})


@get("/cases/{case:str}", summary="A dispute, review or investigation, as known at K", tags=["governance"])
async def get_case(case: FromPath[str], known: AsKnown) -> Response[bytes]:
    """How far it has come, and what was said at each step."""
    found = case_at(known.rules, case, known.position)
    if found is None:
        missing = f"no case {case} was opened up to position {known.position}"
        return respond_problem(problem.not_recorded(missing))
    return framed(known, case=_case(found))


@get("/authority/{kind:str}/{thing:str}", summary="Who issued and approved each act", tags=["governance"])
async def get_authority(kind: FromPath[str], thing: FromPath[str], known: AsKnown) -> Response[bytes]:
    """For a stream of the rules, such as floor/ndpr.oxide_compound.oxide_99: every act on it with its author, his
    mandates, the rule book, and the proposal with its approver and his; `four_eyes` says whether there were two."""
    acts = authority_of(known.rules, f"{kind}/{thing}", known.position)
    if not acts:
        missing = f"no rule was recorded on {kind}/{thing} up to position {known.position}"
        return respond_problem(problem.not_recorded(missing))
    return framed(known, stream=f"{kind}/{thing}", acts=acts)


ROUTES = (get_rulesets, get_admissions, get_proposals, get_proposal, get_case, get_authority)
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
