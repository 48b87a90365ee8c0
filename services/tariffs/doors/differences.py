"""`GET /diff`: what is answered otherwise about one day than it was at an earlier position, and what changed it."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter
from msgspec import UnsetType
from msgspec.structs import replace

from contracts import problem
from contracts.problem import Problem
from services.serving.answers import AnyRequest, respond_json, respond_problem
from services.tariffs.domain.answers.difference import difference
from services.tariffs.doors.moments import Asked, AtPosition, EffectiveAt, KnownAt, MinPosition, moment_of
from services.tariffs.doors.wiring import reading_of

FromPosition = Annotated[
    int | None,
    QueryParameter(
        name="from_position", ge=0, description="The earlier K as a position; this or from_known_at"
    ),
]
FromKnownAt = Annotated[
    str | None,
    QueryParameter(name="from_known_at", description="The earlier K as a time: RFC 3339 with offset"),
]

_OF_EARLIER: dict[str | UnsetType, str] = {"position": "from_position", "known_at": "from_known_at"}
"""What the parameters of K are called for the earlier one."""


@get("/diff", summary="What changed about V between two K, and the entries responsible", tags=["rules"])
async def get_difference(
    request: AnyRequest,
    effective_at: EffectiveAt = None,
    from_known_at: FromKnownAt = None,
    from_position: FromPosition = None,
    known_at: KnownAt = None,
    position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """Measures, floors and members whose answer differs, each with both answers and the entries that changed it.

    The later K is `known_at` or `position`, all that is recorded when left out.
    """
    reading = reading_of(request)
    if from_known_at is None and from_position is None:
        return respond_problem(
            problem.bad_query(
                "from_position",
                "from_position is missing: the earlier K",
                mend="Give from_position, or from_known_at.",
            )
        )
    later = await moment_of(reading, Asked(effective_at, known_at, position, min_position))
    if isinstance(later, Problem):
        return respond_problem(later)
    earlier = await moment_of(reading, Asked(effective_at, from_known_at, from_position))
    if isinstance(earlier, Problem):
        return respond_problem(replace(earlier, path=_OF_EARLIER.get(earlier.path, earlier.path)))
    if earlier.position > later.position:
        return respond_problem(
            problem.bad_query(
                "from_position",
                f"{earlier.position} comes after {later.position}: the earlier K stands first",
            )
        )
    return respond_json(
        {
            "effective_at": later.day,
            "from_position": earlier.position,
            "position": later.position,
            "settled": later.settled and earlier.settled,
            "changes": difference(later.rules, later.day, earlier.position, later.position),
        }
    )
