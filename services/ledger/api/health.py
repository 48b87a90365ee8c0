"""Health and numbers. Live: the loop turns. Ready: drafts are being consumed, there is room for entries, and the
signer refuses nothing."""

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec

from contracts import problem
from services.ledger.api.wiring import wiring_of
from services.ledger.store.partitions import partitions_ahead
from services.serving.answers import AnyRequest, respond_json, respond_problem


@get("/health/live", summary="The process runs", tags=["health"])
async def get_live() -> Response[bytes]:
    """Always 200 while the event loop turns."""
    return respond_json({"status": "live"})


@get("/health/ready", summary="The ledger records", tags=["health"])
async def get_ready(request: AnyRequest) -> Response[bytes]:
    """200 while drafts are being consumed and signed. Else 503 with the reason: `held` and `waiting` mend themselves
    when what they wait for is back; `stopped` needs an operator, and so do most refusals of the signer."""
    wiring = wiring_of(request)
    head = wiring.head
    ahead = await partitions_ahead(wiring.pool)
    wiring.metrics.partitions_ahead.set(ahead)
    if not head.is_ready:
        return respond_problem(problem.unavailable(f"{head.phase}: {head.reason}".removesuffix(": ")))
    if not wiring.connected():
        return respond_problem(problem.unavailable("NATS cannot be reached"))
    if ahead < 1:
        return respond_problem(problem.unavailable("no empty partition is left for entries"))
    if (refusal := wiring.published.refusal) is not None:
        return respond_problem(problem.unavailable(f"the signer refuses ({refusal.kind}): {refusal.reason}"))
    return respond_json({"status": "ready", "size": head.size, "sequence": head.cursor})


@get(
    "/metrics",
    summary="Numbers for Prometheus",
    tags=["health"],
    responses={200: ResponseSpec(str, description="The text format of Prometheus", media_type="text/plain")},
)
async def get_metrics(request: AnyRequest) -> Response[bytes]:
    """The text format of Prometheus."""
    metrics = wiring_of(request).metrics
    return Response(metrics.text(), headers={"content-type": metrics.content_type})
