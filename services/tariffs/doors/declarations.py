"""Reads of a declaration: what it owes and why, as known at K. Read from its stream each time, as recorded."""

import msgspec
from litestar import Response, get

from contracts import problem
from contracts.problem import Problem
from contracts.texts import RecordId
from contracts.trade import Member
from services.tariffs.domain.lifecycle.view import declaration_view
from services.tariffs.domain.state import Recorded
from services.tariffs.doors.moments import Asked, AtPosition, KnownAt, MinPosition, moment_of
from services.tariffs.doors.wiring import AnyRequest, respond_json, respond_problem, wiring_of
from services.tariffs.following.recorded import event_in, place_of
from services.tariffs.outside.ledger import LedgerAway


@get(
    "/declarations/{member:str}/{reference:str}",
    summary="A declaration as known at K: items, duty step by step, account, history",
    tags=["declarations"],
)
async def get_declaration(
    request: AnyRequest,
    member: str,
    reference: str,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """Each item has the assessment that stands, with its lines, the entries and law they cite, and its trace; the
    account says what is to be paid or refunded at K. What was superseded stays in the history, by position."""
    wiring = wiring_of(request)
    moment = await moment_of(wiring, Asked(None, known_at, position, min_position))
    if isinstance(moment, Problem):
        return respond_problem(moment)
    unknown = problem.not_found(
        f"no declaration {reference} to {member} was recorded up to position {moment.position}"
    )
    if not _is_named(member, reference):
        return respond_problem(unknown)
    try:
        lines = await wiring.ledger.stream(f"declaration/{member}/{reference}", until=moment.position)
    except LedgerAway as away:
        return respond_problem(problem.unavailable(str(away)))
    view = declaration_view([_recorded(line) for line in lines])
    if view is None:
        return respond_problem(unknown)
    return respond_json({"position": moment.position, "settled": moment.settled, "declaration": view})


def _is_named(member: str, reference: str) -> bool:
    """Whether a declaration can have this name at all; anything else must not become a path of the ledger."""
    try:
        msgspec.convert((member, reference), tuple[Member, RecordId])
    except msgspec.ValidationError:
        return False
    return True


def _recorded(line: bytes) -> Recorded:
    place = place_of(line)
    return Recorded(place.position, event_in(line), place.recorded_at)
