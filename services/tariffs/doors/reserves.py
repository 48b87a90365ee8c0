"""Reads of a reserve: stock, cover, entitlements, obligations and capital, on V as known at K.

Nothing of this is posted anywhere: it is computed from the reserve's streams, which are read from the ledger up to
K each time. Overdue is a matter of dates, so the same question on a later day has another answer.
"""

import asyncio

from litestar import Response, get

from contracts import problem
from contracts.problem import Problem
from services.tariffs.domain.reserve.view import ReserveView, reserve_view
from services.tariffs.doors.moments import (
    Asked,
    AtPosition,
    EffectiveAt,
    KnownAt,
    MinPosition,
    Moment,
    moment_of,
)
from services.tariffs.doors.rules import framed
from services.tariffs.doors.wiring import AnyRequest, Wiring, respond_problem, wiring_of
from services.tariffs.following.streams import load_head
from services.tariffs.outside.ledger import LedgerAway


@get("/reserves/{reserve:str}", summary="A reserve on V, as known at K", tags=["reserve"])
async def get_reserve(
    request: AnyRequest,
    reserve: str,
    effective_at: EffectiveAt = None,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """Capital by source (never added up), stock by lot, cover, entitlements, obligations."""
    found = await _view(wiring_of(request), reserve, Asked(effective_at, known_at, position, min_position))
    if isinstance(found, Problem):
        return respond_problem(found)
    moment, view = found
    return framed(moment, reserve=view)


@get("/reserves/{reserve:str}/obligations", summary="What must be refilled, and by when", tags=["reserve"])
async def get_obligations(
    request: AnyRequest,
    reserve: str,
    effective_at: EffectiveAt = None,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """Open, partly fulfilled, overdue (with the charge up to V) and fulfilled obligations."""
    found = await _view(wiring_of(request), reserve, Asked(effective_at, known_at, position, min_position))
    if isinstance(found, Problem):
        return respond_problem(found)
    moment, view = found
    return framed(moment, obligations=view.obligations)


async def _view(wiring: Wiring, reserve: str, asked: Asked) -> tuple[Moment, ReserveView] | Problem:
    moment = await moment_of(wiring, asked)
    if isinstance(moment, Problem):
        return moment
    directory = moment.rules.reserves.get(reserve)
    if directory is None or directory.opened_at > moment.position:
        return problem.not_found(f"no reserve {reserve} was recorded up to position {moment.position}")
    names = [stream for stream, first in directory.streams.items() if first <= moment.position]
    try:
        heads = await asyncio.gather(
            *(load_head(wiring.ledger, stream, until=moment.position) for stream in names)
        )
    except LedgerAway as away:
        return problem.unavailable(str(away))
    states = {name: head.state for name, head in zip(names, heads, strict=True)}
    return moment, reserve_view(reserve, states, moment.day)
