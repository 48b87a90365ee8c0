"""Reads of a reserve: stock, cover, entitlements, obligations and capital, on V as known at K.

Nothing of this is posted anywhere: it is computed from the reserve's streams, which are read from the ledger up to
K each time. Overdue is a matter of dates, so the same question on a later day has another answer.
"""

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from contracts import problem
from contracts.limits import DAYS_ASKED_MAX, MASS_ASKED_KILOGRAMS_MAX
from contracts.problem import Problem
from services.serving.answers import AnyRequest, respond_problem
from services.tariffs.domain.reserve.answers import becoming_overdue, cover_after
from services.tariffs.domain.reserve.carrying import costs_until
from services.tariffs.domain.reserve.commitment import CommitmentState
from services.tariffs.domain.reserve.releases import cover_after_releases, releases_on
from services.tariffs.domain.reserve.streams import StreamState
from services.tariffs.domain.reserve.view import ReserveView, reserve_view, stocks_of
from services.tariffs.doors.moments import Moment, OnDay
from services.tariffs.doors.rules import framed
from services.tariffs.doors.wiring import Reading, reading_of
from services.tariffs.following.streams import load_head

Release = Annotated[
    int | None,
    QueryParameter(
        name="release_kilograms",
        ge=1,
        le=MASS_ASKED_KILOGRAMS_MAX,
        description="Show the cover of each line as it would be after so much of it were released",
    ),
]
WithinDays = Annotated[
    int | None,
    QueryParameter(
        name="overdue_within_days",
        ge=1,
        le=DAYS_ASKED_MAX,
        description="Only what is in time on V and overdue so many days later if nothing comes back",
    ),
]


@get("/reserves/{reserve:str}", summary="A reserve on V, as known at K", tags=["reserve"])
async def get_reserve(
    request: AnyRequest, reserve: FromPath[str], moment: OnDay, release_kilograms: Release = None
) -> Response[bytes]:
    """Capital by source (never added up), stock by lot, cover, who holds how much of each commitment, transfers,
    whether the parts sum to what was committed, obligations; emergency releases in order of priority, and the cover
    once what is open in them has been drawn; and what each commitment costs until V, by period and component: as
    charged, then what is still to be charged (with a later V: the forecast)."""
    found = await reserve_on(reading_of(request), reserve, moment)
    if isinstance(found, Problem):
        return respond_problem(found)
    states, view = found
    costs = {
        commitment.terms.purchase_commitment: costs_until(commitment, moment.day)
        for _, commitment in sorted(states.items())
        if isinstance(commitment, CommitmentState) and commitment.terms is not None
    }
    ordered = releases_on(moment.rules, stocks_of(reserve, states), moment.day, moment.position)
    answer = {
        "reserve": view,
        "carrying_costs": costs,
        "releases": ordered,
        "cover_after_releases": cover_after_releases(view.cover, ordered),
    }
    if release_kilograms is not None:
        after = tuple(cover_after(cover, Decimal(release_kilograms)) for cover in view.cover)
        answer["cover_after_release"] = after
    return framed(moment, **answer)


@get("/reserves/{reserve:str}/obligations", summary="What must be refilled, and by when", tags=["reserve"])
async def get_obligations(
    request: AnyRequest, reserve: FromPath[str], moment: OnDay, overdue_within_days: WithinDays = None
) -> Response[bytes]:
    """Open, partly fulfilled, overdue (with the charge up to V) and fulfilled obligations; or those alone that will
    become overdue, by company, line and due day."""
    found = await reserve_on(reading_of(request), reserve, moment)
    if isinstance(found, Problem):
        return respond_problem(found)
    _, view = found
    if overdue_within_days is None:
        return framed(moment, obligations=view.obligations)
    return framed(moment, obligations=becoming_overdue(view.obligations, overdue_within_days))


async def reserve_on(
    reading: Reading, reserve: str, moment: Moment
) -> tuple[Mapping[str, StreamState], ReserveView] | Problem:
    """A reserve at the moment that is asked about, with the states of its streams; a problem when there is none."""
    directory = moment.rules.reserves.get(reserve)
    if directory is None or directory.opened_at > moment.position:
        return problem.not_recorded(f"no reserve {reserve} was recorded up to position {moment.position}")
    names = [stream for stream, first in directory.streams.items() if first <= moment.position]
    heads = await asyncio.gather(
        *(load_head(reading.ledger, stream, until=moment.position) for stream in names)
    )
    states = {name: head.state for name, head in zip(names, heads, strict=True)}
    return states, reserve_view(reserve, states, moment.day)
