"""Reads of price undertakings, on a day V, as known at a position K."""

from litestar import Response, get
from litestar.params import FromPath

from contracts import problem
from services.serving.answers import respond_problem
from services.tariffs.domain.undertakings import undertaking_at
from services.tariffs.doors.moments import OnDay
from services.tariffs.doors.rules import framed


@get("/undertakings/{undertaking:str}", summary="A price undertaking on V, as known at K", tags=["rules"])
async def get_undertaking(undertaking: FromPath[str], moment: OnDay) -> Response[bytes]:
    """Its company, minimum prices, cap and the measures it exempts from; which of its invoices were invalidated."""
    view = undertaking_at(moment.rules, undertaking, moment.day, moment.position)
    if view is None:
        return respond_problem(problem.not_recorded(f"no undertaking {undertaking} is recorded"))
    return framed(moment, undertaking=view)
