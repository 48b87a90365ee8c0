"""The HTTP application: all routes, one kind of problem, and the description of itself at /schema."""

from collections.abc import Sequence

from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin, ScalarRenderPlugin, YamlRenderPlugin
from litestar.types import ControllerRouterHandler

from contracts import problem
from contracts.limits import SUBMISSION_BYTES_MAX
from services.serving.answers import AnyRequest, respond_json, respond_problem
from services.serving.description import describe
from services.serving.problems import EXCEPTION_HANDLERS
from services.serving.queries import refuse_misread_parameters
from services.tariffs.domain.newer import NewerReleaseNeeded
from services.tariffs.doors import governance
from services.tariffs.doors.answered import ANSWERED
from services.tariffs.doors.assessments import post_assessment, post_comparison
from services.tariffs.doors.declarations import get_declaration
from services.tariffs.doors.described import ASKED, FURTHER
from services.tariffs.doors.differences import get_difference
from services.tariffs.doors.emergencies import get_emergencies, get_emergency
from services.tariffs.doors.lives import get_act, get_ending, get_floor_history, get_gaps, get_measure_history
from services.tariffs.doors.moments import MOMENTS
from services.tariffs.doors.posting import described, post_submission
from services.tariffs.doors.projections import get_projections, get_state_hash
from services.tariffs.doors.quotas import get_quota
from services.tariffs.doors.refusals import get_refusals
from services.tariffs.doors.reserve_costs import get_carrying_cost, get_drawdowns
from services.tariffs.doors.reserves import get_obligations, get_reserve
from services.tariffs.doors.rules import (
    get_commitments,
    get_floor,
    get_member,
    get_members,
    get_party,
    get_rules,
)
from services.tariffs.doors.schemas import get_event_schema, get_event_types
from services.tariffs.doors.submissions import get_submission, get_submission_body
from services.tariffs.doors.undertakings import get_undertaking
from services.tariffs.doors.wiring import Reading, Wiring, reading_of, wiring_of
from services.tariffs.outside.ledger import LedgerAway

POSTING_ROUTES = (post_submission, get_submission, get_submission_body)
"""What partner systems post, and what became of it."""

RULE_ROUTES = (
    post_assessment,
    post_comparison,
    get_rules,
    get_floor,
    get_floor_history,
    get_measure_history,
    get_act,
    get_ending,
    get_gaps,
    get_quota,
    get_undertaking,
    get_declaration,
    get_difference,
)
"""What is due and why: the rules in force, their histories, and the declarations assessed by them."""

MEMBER_ROUTES = (get_members, get_member, get_commitments, get_party, *governance.ROUTES)
"""Who is in the bloc, who may do what, and what was proposed and decided."""

RESERVE_ROUTES = (
    get_emergencies,
    get_emergency,
    get_reserve,
    get_obligations,
    get_carrying_cost,
    get_drawdowns,
)
"""Reads of emergencies and of the reserve."""


READ_ROUTES = (*RULE_ROUTES, *MEMBER_ROUTES, *RESERVE_ROUTES, get_refusals, get_event_types, get_event_schema)
"""Everything that is answered from recorded entries alone."""


def create_app(wiring: Wiring) -> Litestar:
    """The application in front of these parts."""
    own = (get_projections, get_state_hash, get_live, get_ready, get_metrics)
    app = _app([*POSTING_ROUTES, *READ_ROUTES, *own], wiring)
    # ASGI handlers are not looked at when the document is made.
    app.openapi_schema.paths = {"/submissions": described(), **(app.openapi_schema.paths or {})}
    describe(app, ASKED, FURTHER, answered=ANSWERED, away=("unavailable", "outdated"))
    return app


def create_reading_app(reading: Reading) -> Litestar:
    """The reads alone, for whoever has entries and no service: the same handlers, so the same answers."""
    return _app(READ_ROUTES, reading)


def _app(routes: Sequence[ControllerRouterHandler], parts: Reading) -> Litestar:
    return Litestar(
        route_handlers=routes,
        state=State({"wiring": parts}),
        logging_config=None,
        request_max_body_size=SUBMISSION_BYTES_MAX,
        dependencies=MOMENTS,
        before_request=refuse_misread_parameters,
        exception_handlers={
            **EXCEPTION_HANDLERS,
            LedgerAway: answer_ledger_away,
            NewerReleaseNeeded: answer_outdated,
        },
        openapi_config=OpenAPIConfig(
            title="bloc tariffs",
            version="1",
            description="Post signed events; read the rules on V as known at K.",
            path="/schema",
            render_plugins=[ScalarRenderPlugin(), JsonRenderPlugin(), YamlRenderPlugin()],
        ),
    )


def answer_ledger_away(_: AnyRequest, away: LedgerAway) -> Response[bytes]:
    """A read that needs the ledger while that cannot be read."""
    return respond_problem(problem.unavailable(str(away)))


def answer_outdated(request: AnyRequest, newer: NewerReleaseNeeded) -> Response[bytes]:
    """A read that comes upon an entry which only a newer release understands."""
    reading_of(request).follower.note_unread(newer)
    return respond_problem(problem.outdated(str(newer)))


@get("/health/live", summary="The process runs", tags=["health"])
async def get_live() -> Response[bytes]:
    """Always 200 while the event loop turns."""
    return respond_json({"status": "live"})


@get("/health/ready", summary="The service can decide", tags=["health"])
async def get_ready(request: AnyRequest) -> Response[bytes]:
    """200 once the ledger has been read to its head and NATS is reached. A ledger that goes away later is said,
    and does not make the service unready: drafts wait in JetStream. Nor does an entry beside the rules that only a
    newer release understands (`outdated`): all else is still decided. One about rules makes it unready."""
    wiring = wiring_of(request)
    if wiring.follower.outdated is not None:
        return respond_problem(problem.outdated(wiring.follower.outdated))
    if reason := wiring.hallway.not_ready():
        return respond_problem(problem.unavailable(reason))
    if not wiring.connected():
        return respond_problem(problem.unavailable("NATS cannot be reached"))
    document = {"status": "ready", "position": wiring.follower.position}
    if wiring.follower.away is not None:
        document["ledger"] = wiring.follower.away
    if wiring.follower.unread is not None:
        document["outdated"] = wiring.follower.unread
    return respond_json(document)


@get(
    "/metrics",
    summary="Numbers for Prometheus",
    tags=["health"],
    responses={
        200: ResponseSpec(
            str, description="The text format of Prometheus", media_type="text/plain", generate_examples=False
        )
    },
)
async def get_metrics(request: AnyRequest) -> Response[bytes]:
    """The text format of Prometheus."""
    metrics = wiring_of(request).metrics
    return Response(metrics.text(), headers={"content-type": metrics.content_type})
