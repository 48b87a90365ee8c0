"""Reads about rules in time: the whole life of one, what ends soon, what is missing."""

import asyncio
from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from contracts import problem
from contracts.limits import DAYS_ASKED_MAX, LIFE_PAGE_DEFAULT, LIFE_PAGE_MAX, RULES_PAGE_DEFAULT
from services.serving.answers import respond_problem
from services.tariffs.domain.answers.act_view import act_view
from services.tariffs.domain.answers.ending import Cursor, EndingPage, ending
from services.tariffs.domain.answers.gaps import gaps_on
from services.tariffs.domain.answers.lives import LifePage, life_of_floor, life_of_measure
from services.tariffs.doors.moments import AsKnown, OnDay
from services.tariffs.doors.rules import Limit, framed

WithinDays = Annotated[
    int,
    QueryParameter(name="within", ge=1, le=DAYS_ASKED_MAX, description="How many days after V to look ahead"),
]
After = Annotated[int | None, QueryParameter(ge=-1, description="Entries recorded after this position")]
EntriesShown = Annotated[int, QueryParameter(ge=1, le=LIFE_PAGE_MAX, description="Entries on one page")]
AfterEnd = Annotated[
    str | None,
    QueryParameter(max_length=200, description="`next` of the page before: a day, a kind, and a name"),
]

ENDING_DAYS_DEFAULT = 90


@get("/measures/{measure:str}/history", summary="The whole life of a measure, on both axes", tags=["rules"])
async def get_measure_history(
    measure: FromPath[str], known: AsKnown, after: After = None, limit: EntriesShown = LIFE_PAGE_DEFAULT
) -> Response[bytes]:
    """Each entry about it and its legal acts, and what was answered about all days once that was recorded.

    `next` is the `after` of the page that follows, absent at the end."""
    page = LifePage(-1 if after is None else after, limit)
    life = await asyncio.to_thread(life_of_measure, known.rules, measure, known.position, page)
    if life is None:
        return respond_problem(
            problem.not_recorded(f"no measure {measure} was recorded up to position {known.position}")
        )
    return framed(known, measure=life)


@get("/floors/{line:str}/history", summary="The whole life of a floor, on both axes", tags=["rules"])
async def get_floor_history(
    line: FromPath[str], known: AsKnown, after: After = None, limit: EntriesShown = LIFE_PAGE_DEFAULT
) -> Response[bytes]:
    """As for a measure."""
    page = LifePage(-1 if after is None else after, limit)
    life = await asyncio.to_thread(life_of_floor, known.rules, line, known.position, page)
    if life is None:
        return respond_problem(
            problem.not_recorded(f"no floor of {line} was recorded up to position {known.position}")
        )
    return framed(known, floor=life)


@get("/rules/ending", summary="What ends within so many days of V, and what applies then", tags=["rules"])
async def get_ending(
    moment: OnDay,
    within: WithinDays = ENDING_DAYS_DEFAULT,
    after: AfterEnd = None,
    limit: Limit = RULES_PAGE_DEFAULT,
) -> Response[bytes]:
    """Measures, floors, quota periods and suspensions, the soonest first. `next` is the `after` of the page that
    follows, absent at the end; a page may hold few, or none, and still have one."""
    cursor = None if after is None else Cursor.read(after)
    if after is not None and cursor is None:
        return respond_problem(
            problem.bad_query(
                "after", f"{after} is no end of a page", mend="Send the next of the page before."
            )
        )
    page = EndingPage(cursor, limit)
    # In a thread: the first to ask after a new rule goes through the days of all of them.
    found = await asyncio.to_thread(ending, moment.rules, moment.day, within, moment.position, page)
    more = {} if found.next is None else {"next": str(found.next)}
    return framed(moment, within_days=within, ending=found.ending, **more)


@get("/rules/gaps", summary="Floors without price or act, lines without floor", tags=["rules"])
async def get_gaps(moment: OnDay) -> Response[bytes]:
    """On V as known at K. Nothing here is a fault by itself."""
    view = gaps_on(moment.rules, moment.day, moment.position)
    return framed(moment, floors=view.floors, lines_without_floor=view.lines_without_floor)


@get("/acts/{act:str}", summary="A legal act on V as known at K, and what rests on it", tags=["rules"])
async def get_act(act: FromPath[str], moment: OnDay) -> Response[bytes]:
    """404 when nothing of it was recorded: then it takes nothing away from what names it."""
    view = act_view(moment.rules, act, moment.day, moment.position)
    if view is None:
        return respond_problem(
            problem.not_recorded(f"no act {act} was recorded up to position {moment.position}")
        )
    return framed(moment, act=view)
