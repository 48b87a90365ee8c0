"""Reads of a declaration: what it owes and why, as known at K. Read from its stream each time, as recorded."""

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from contracts import problem
from contracts.texts import RecordId
from contracts.trade import Member
from services.serving.answers import AnyRequest, respond_json, respond_problem
from services.tariffs.domain.lifecycle.view import declaration_view
from services.tariffs.doors.moments import AsKnown
from services.tariffs.doors.wiring import reading_of
from services.tariffs.following.recorded import recorded_in


@get(
    "/declarations/{member:str}/{reference:str}",
    summary="A declaration as known at K: items, duty step by step, account, history",
    tags=["declarations"],
)
async def get_declaration(
    request: AnyRequest, member: FromPath[str], reference: FromPath[str], known: AsKnown
) -> Response[bytes]:
    """Each item has the assessment that stands, with its lines, the entries and law they cite, and its trace; the
    account says what is to be paid or refunded at K. What was superseded stays in the history, by position."""
    reading = reading_of(request)
    unknown = problem.not_recorded(
        f"no declaration {reference} to {member} was recorded up to position {known.position}"
    )
    if not _is_named(member, reference):
        return respond_problem(unknown)
    lines = await reading.ledger.stream(f"declaration/{member}/{reference}", until=known.position)
    view = declaration_view([recorded_in(line) for line in lines])
    if view is None:
        return respond_problem(unknown)
    return respond_json({"position": known.position, "settled": known.settled, "declaration": view})


def _is_named(member: str, reference: str) -> bool:
    """Whether a declaration can have this name at all; anything else must not become a path of the ledger."""
    try:
        msgspec.convert((member, reference), tuple[Member, RecordId])
    except msgspec.ValidationError:
        return False
    return True
