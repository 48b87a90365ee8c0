"""Reads of the rules: measures and floors, members, parties; on a day V, as known at a position K."""

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from contracts import problem
from contracts.limits import RULES_PAGE_DEFAULT, RULES_PAGE_MAX
from contracts.subjects import is_party
from services.serving.answers import respond_json, respond_problem
from services.tariffs.domain.answers.listing import Page, RulesFilter, rules_at
from services.tariffs.domain.answers.views import floor_at, member_at, members_at
from services.tariffs.domain.governance.party import party_view
from services.tariffs.domain.members.commitments import all_commitments_on
from services.tariffs.doors.moments import Moment, OnDay
from services.tariffs.doors.understood import OfMembers, OfRules, understood

Filter = Annotated[str | None, QueryParameter(max_length=200)]
CodeFilter = Annotated[
    str | None,
    QueryParameter(
        pattern="^[0-9]{2,10}$", description="Rules on, above and below this code, and on lines under it"
    ),
]
OriginFilter = Annotated[
    str | None, QueryParameter(max_length=200, description="Rules that reach goods of this country")
]
After = Annotated[int | None, QueryParameter(ge=-1, description="Rules first recorded after this position")]
Limit = Annotated[int, QueryParameter(ge=1, le=RULES_PAGE_MAX, description="Rules on one page")]


def framed(moment: Moment, **document: Any) -> Response[bytes]:
    """An answer inside the frame that every read has: V, K, and whether K is settled."""
    frame: dict[str, Any] = {
        "effective_at": moment.day,
        "position": moment.position,
        "settled": moment.settled,
    }
    return respond_json(frame | document)


@get("/rules", summary="Measures and floors in force on V, as known at K", tags=["rules"])
async def get_rules(
    moment: OnDay,
    territory: Filter = None,
    kind: Filter = None,
    code: CodeFilter = None,
    line: Filter = None,
    origin: OriginFilter = None,
    after: After = None,
    limit: Limit = RULES_PAGE_DEFAULT,
    whole: Annotated[
        bool, QueryParameter(name="all", description="Also what is not in force, and why not")
    ] = False,
) -> Response[bytes]:
    """Which rules apply to these goods from there, with legal basis and expiry. In order of first recording.

    `territory` is what applies there: its measures, the bloc's, and the floors. `next` is the `after` of the page
    that follows, absent at the end; a page that asks for one kind may hold few rules, or none, and still have one.
    """
    understood(OfRules, territory=territory, kind=kind, line=line, origin=origin)
    wanted = RulesFilter(
        territory=territory, kind=kind, code=code, line=line, origin=origin, in_force_only=not whole
    )
    page = Page(-1 if after is None else after, limit)
    view = rules_at(moment.rules, moment.day, moment.position, wanted, page)
    more = {} if view.next is None else {"next": view.next}
    return framed(moment, measures=view.measures, floors=view.floors, **more)


@get("/floors/{line:str}", summary="The price floor of a line on V, as known at K", tags=["rules"])
async def get_floor(line: FromPath[str], moment: OnDay) -> Response[bytes]:
    """Three answers, told apart by `status`: in force, known to be none (and why), not known at K."""
    understood(OfRules, line=line)
    return framed(moment, floor=floor_at(moment.rules, line, moment.day, moment.position))


@get("/members", summary="Members on V, as known at K", tags=["rules"])
async def get_members(moment: OnDay) -> Response[bytes]:
    """Every member about which anything was recorded, with its status and commitments."""
    return framed(moment, members=members_at(moment.rules, moment.day, moment.position))


@get("/commitments", summary="What members have promised, and how late it is", tags=["rules"])
async def get_commitments(
    moment: OnDay,
    late: Annotated[
        bool, QueryParameter(description="Only what is overdue on V, or was fulfilled too late")
    ] = False,
) -> Response[bytes]:
    """Commitments of all members on V, the latest first: days late are counted, never recorded."""
    found = all_commitments_on(moment.rules, moment.day, moment.position, late_only=late)
    return framed(moment, commitments=found)


@get("/members/{member:str}", summary="One member on V, as known at K", tags=["rules"])
async def get_member(member: FromPath[str], moment: OnDay) -> Response[bytes]:
    """`status` says when nothing was known of it at K."""
    understood(OfMembers, member=member)
    return framed(moment, member=member_at(moment.rules, member, moment.day, moment.position))


@get("/parties/{party:str}", summary="Keys and mandates of a party, and what it may post", tags=["parties"])
async def get_party(party: FromPath[str], moment: OnDay) -> Response[bytes]:
    """On the recorded day V: mandates are judged on the day of recording."""
    if not is_party(party):
        return respond_problem(problem.bad_query("party", f"{party} is no party: two labels, as us.customs"))
    view = party_view(moment.rules, party, moment.day, moment.position)
    if view is None:
        return respond_problem(
            problem.not_recorded(f"nothing was recorded about {party} up to position {moment.position}")
        )
    return framed(moment, party=view)
