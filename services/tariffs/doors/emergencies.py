"""Reads of emergencies of supply, on a day V, as known at a position K."""

from litestar import Response, get

from contracts import problem
from contracts.problem import Problem
from services.tariffs.domain.emergencies import emergencies_at, emergency_at
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


@get("/emergencies", summary="Emergencies of supply on V, as known at K", tags=["reserve"])
async def get_emergencies(
    request: AnyRequest,
    effective_at: EffectiveAt = None,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """Every emergency of which anything was recorded: pending, declared, ended, expired or annulled, and why."""
    moment = await moment_of(wiring_of(request), Asked(effective_at, known_at, position, min_position))
    if isinstance(moment, Problem):
        return respond_problem(moment)
    return framed(moment, emergencies=emergencies_at(moment.rules, moment.day, moment.position))


@get("/emergencies/{emergency:str}", summary="One emergency on V, as known at K", tags=["reserve"])
async def get_emergency(
    request: AnyRequest,
    emergency: str,
    effective_at: EffectiveAt = None,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """`status` tells "not known at K" from "known to be none"; 404 when nothing was ever recorded of it."""
    moment = await moment_of(wiring_of(request), Asked(effective_at, known_at, position, min_position))
    if isinstance(moment, Problem):
        return respond_problem(moment)
    if emergency not in moment.rules.emergencies:
        return respond_problem(problem.not_found(f"no emergency {emergency} is recorded"))
    return framed(moment, emergency=emergency_at(moment.rules, emergency, moment.day, moment.position))
