"""Reads of price undertakings, on a day V, as known at a position K."""

from litestar import Response, get

from contracts import problem
from contracts.problem import Problem
from services.tariffs.domain.undertakings import undertaking_at
from services.tariffs.doors.moments import (
    Asked,
    AtPosition,
    EffectiveAt,
    KnownAt,
    MinPosition,
    moment_of,
)
from services.tariffs.doors.rules import framed
from services.tariffs.doors.wiring import AnyRequest, respond_problem, wiring_of


@get("/undertakings/{undertaking:str}", summary="A price undertaking on V, as known at K", tags=["rules"])
async def get_undertaking(
    request: AnyRequest,
    undertaking: str,
    effective_at: EffectiveAt = None,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """Its company, minimum prices, cap and the measures it exempts from; which of its invoices were invalidated."""
    moment = await moment_of(wiring_of(request), Asked(effective_at, known_at, position, min_position))
    if isinstance(moment, Problem):
        return respond_problem(moment)
    view = undertaking_at(moment.rules, undertaking, moment.day, moment.position)
    if view is None:
        return respond_problem(problem.not_found(f"no undertaking {undertaking} is recorded"))
    return framed(moment, undertaking=view)
