"""Reads of refusals: what a party sent that was refused, and why. Read from its stream each time, as recorded."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from contracts import problem
from contracts.limits import PAGE_ENTRIES_DEFAULT, PAGE_ENTRIES_MAX, POSITION_MAX
from contracts.subjects import is_party
from services.serving.answers import AnyRequest, respond_json, respond_problem
from services.tariffs.domain.answers.refusals import refusal_views
from services.tariffs.doors.moments import AsKnown
from services.tariffs.doors.wiring import reading_of
from services.tariffs.following.recorded import recorded_in

After = Annotated[
    int | None, QueryParameter(ge=-1, le=POSITION_MAX, description="Refusals recorded after this position")
]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_ENTRIES_MAX, description="Refusals on one page")]


@get("/refusals", summary="What a party sent that was refused, and why", tags=["submissions"])
async def get_refusals(
    request: AnyRequest,
    party: Annotated[
        str, QueryParameter(max_length=200, description="The party that sent it, such as us.customs")
    ],
    known: AsKnown,
    after: After = None,
    limit: Limit = PAGE_ENTRIES_DEFAULT,
) -> Response[bytes]:
    """Each refusal with the rules that were broken, in plain words, and the digest of the body, which only its author
    may read. In order of recording; `next` is the `after` of the page that follows, absent at the end."""
    reading = reading_of(request)
    if not is_party(party):
        mend = "A party has two labels of a-z, 0-9 and -, joined by a dot, such as us.customs."
        return respond_problem(problem.bad_query("party", f"{party!r} is no party", mend=mend))
    # One more than is shown tells whether there is a next page.
    lines = await reading.ledger.stream(
        f"refusal/{party}", after=after, until=known.position, limit=limit + 1
    )
    entries = [recorded_in(line) for line in lines[:limit]]
    more = {"next": entries[-1].position} if len(lines) > limit else {}
    frame = {"party": party, "position": known.position, "settled": known.settled}
    return respond_json(frame | {"refusals": refusal_views(entries)} | more)
