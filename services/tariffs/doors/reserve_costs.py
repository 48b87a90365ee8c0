"""Reads of what a reserve costs its companies and gives them: carrying cost by period, fixed price against market."""

from datetime import date
from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from contracts import problem
from contracts.problem import Problem
from services.serving.answers import AnyRequest, respond_problem
from services.tariffs.domain.reserve.carrying import costs_between
from services.tariffs.domain.reserve.commitment import CommitmentState
from services.tariffs.domain.reserve.market import gains_of, outgoings_on
from services.tariffs.domain.reserve.view import stocks_of, terms_of
from services.tariffs.doors.moments import OnDay, day_of
from services.tariffs.doors.reserves import reserve_on
from services.tariffs.doors.rules import framed
from services.tariffs.doors.wiring import reading_of

PeriodFrom = Annotated[
    str | None,
    QueryParameter(name="period_from", description="First day; the beginning of the term when left out"),
]
PeriodTo = Annotated[
    str | None,
    QueryParameter(
        name="period_to",
        description="First day after it; left out, the end of the term (or V, when the term is open)",
    ),
]


@get(
    "/reserves/{reserve:str}/commitments/{purchase_commitment:str}/carrying_cost",
    summary="Carrying cost of a commitment for a period, and the forecast to term",
    tags=["reserve"],
)
async def get_carrying_cost(
    request: AnyRequest,
    reserve: FromPath[str],
    purchase_commitment: FromPath[str],
    moment: OnDay,
    period_from: PeriodFrom = None,
    period_to: PeriodTo = None,
) -> Response[bytes]:
    """Financing and storage, charged and still to be charged, with the day count and the formula of each. A charge
    that has a day in the period is given whole."""
    days = _days(period_from, period_to)
    if isinstance(days, Problem):
        return respond_problem(days)
    found = await reserve_on(reading_of(request), reserve, moment)
    if isinstance(found, Problem):
        return respond_problem(found)
    states, _ = found
    state = states.get(f"purchase_commitment/{purchase_commitment}")
    cost = costs_between(state, *days, moment.day) if isinstance(state, CommitmentState) else None
    if cost is None or purchase_commitment not in terms_of(reserve, states):
        because = (
            f"reserve {reserve} has no commitment {purchase_commitment} up to position {moment.position}"
        )
        return respond_problem(problem.not_recorded(because))
    return framed(moment, carrying_cost=cost)


@get(
    "/reserves/{reserve:str}/drawdowns",
    summary="Drawdowns and buy-backs, each at the fixed price against the market of its day",
    tags=["reserve"],
)
async def get_drawdowns(request: AnyRequest, reserve: FromPath[str], moment: OnDay) -> Response[bytes]:
    """What each company gained by its fixed price, and the reserve by all of them. The market price is the reference
    price recorded for the day, assessed or an index; where there is none, nothing is compared."""
    found = await reserve_on(reading_of(request), reserve, moment)
    if isinstance(found, Problem):
        return respond_problem(found)
    states, _ = found
    terms, stocks = terms_of(reserve, states), stocks_of(reserve, states)
    outgoings = outgoings_on(moment.rules, terms, stocks, moment.day, moment.position)
    return framed(moment, drawdowns=outgoings, gains=gains_of(outgoings))


def _days(period_from: str | None, period_to: str | None) -> tuple[date | None, date | None] | Problem:
    """The two days asked for; a problem when one is none, or they span no day."""
    days: list[date | None] = []
    for name, text in (("period_from", period_from), ("period_to", period_to)):
        day = None if text is None else day_of(text, date.min, name)
        if isinstance(day, Problem):
            return day
        days.append(day)
    start, end = days
    if start is not None and end is not None and start >= end:
        return problem.bad_query(
            "period_to", f"{end} is not after {start}", mend="It is the first day after."
        )
    return start, end
