"""Reads of emergencies of supply, on a day V, as known at a position K."""

from litestar import Response, get
from litestar.params import FromPath

from contracts import problem
from services.serving.answers import respond_problem
from services.tariffs.domain.emergencies import emergencies_at, emergency_at
from services.tariffs.doors.moments import OnDay
from services.tariffs.doors.rules import framed


@get("/emergencies", summary="Emergencies of supply on V, as known at K", tags=["reserve"])
async def get_emergencies(moment: OnDay) -> Response[bytes]:
    """Every emergency of which anything was recorded: pending, declared, ended, expired or annulled, and why."""
    return framed(moment, emergencies=emergencies_at(moment.rules, moment.day, moment.position))


@get("/emergencies/{emergency:str}", summary="One emergency on V, as known at K", tags=["reserve"])
async def get_emergency(emergency: FromPath[str], moment: OnDay) -> Response[bytes]:
    """`status` tells "not known at K" from "known to be none"; 404 when nothing was ever recorded of it."""
    if emergency not in moment.rules.emergencies:
        return respond_problem(problem.not_recorded(f"no emergency {emergency} is recorded"))
    return framed(moment, emergency=emergency_at(moment.rules, emergency, moment.day, moment.position))
