"""The HTTP application: all routes, one kind of problem, and the description of itself at /schema."""

import structlog
from litestar import Litestar, Response
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, ScalarRenderPlugin, YamlRenderPlugin

from contracts import problem
from contracts.limits import READ_REQUEST_BYTES_MAX
from services.ledger.api.answers import get_attachment, get_head, get_position, get_receipt
from services.ledger.api.checkpoints import (
    get_checkpoint,
    get_checkpoint_of_size,
    get_cosigned_checkpoint,
)
from services.ledger.api.described import ASKED, FURTHER
from services.ledger.api.entries import get_entries, get_entry, get_ids, get_stream
from services.ledger.api.health import get_live, get_metrics, get_ready
from services.ledger.api.live import get_live_entries
from services.ledger.api.proofs import get_consistency, get_proof
from services.ledger.api.tiles import get_tile
from services.ledger.api.wiring import Wiring
from services.ledger.store.connecting import AWAY
from services.serving.answers import AnyRequest, respond_problem
from services.serving.description import describe
from services.serving.problems import EXCEPTION_HANDLERS
from services.serving.queries import refuse_misread_parameters

_log = structlog.get_logger(__name__)


def answer_away(request: AnyRequest, error: Exception) -> Response[bytes]:
    """A Postgres that is away is 503 and never 500."""
    _log.warning("request_unanswered", path=request.url.path, reason=repr(error))
    return respond_problem(problem.unavailable("the ledger's database cannot be reached"))


def create_app(wiring: Wiring) -> Litestar:
    """The application in front of these parts."""
    app = Litestar(
        route_handlers=[
            get_entries,
            get_entry,
            get_live_entries,
            get_stream,
            get_ids,
            get_head,
            get_position,
            get_receipt,
            get_attachment,
            get_checkpoint,
            get_cosigned_checkpoint,
            get_checkpoint_of_size,
            get_tile,
            get_proof,
            get_consistency,
            get_live,
            get_ready,
            get_metrics,
        ],
        state=State({"wiring": wiring}),
        logging_config=None,
        request_max_body_size=READ_REQUEST_BYTES_MAX,
        before_request=refuse_misread_parameters,
        exception_handlers={**EXCEPTION_HANDLERS, **dict.fromkeys(AWAY, answer_away)},
        openapi_config=OpenAPIConfig(
            title="bloc ledger",
            version="1",
            description="What was recorded: entries by position, stream, party and type; receipts; a live feed; and "
            "what proves it: the tree in tiles, checkpoints, proofs.",
            path="/schema",
            render_plugins=[ScalarRenderPlugin(), JsonRenderPlugin(), YamlRenderPlugin()],
        ),
    )
    describe(app, ASKED, FURTHER)
    return app
