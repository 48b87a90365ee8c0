"""`POST /submissions`, and what became of one: the HTTP door of the hallway.

The body is taken as raw bytes, because the signature is over exactly these. Everything that could change them on
the way (another media type, a Content-Encoding, the binary mode of CloudEvents) is refused before it is read.
"""

import re
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import Parameter
from msgspec.structs import replace

from contracts import problem
from contracts.limits import (
    RETRY_AFTER_SECONDS,
    SUBMISSION_BYTES_MAX,
    WAIT_SECONDS_DEFAULT,
    WAIT_SECONDS_MAX,
)
from contracts.problem import Problem
from contracts.receipt import encode_receipt
from contracts.subjects import SIGNATURE_HEADER
from services.tariffs.doors.bodies import SUBMISSION_MEDIA_TYPES, SubmissionOperation
from services.tariffs.doors.wiring import AnyRequest, respond, respond_json, respond_problem, wiring_of
from services.tariffs.intake.answers import JSON, LOCATION, RETRY_AFTER, location_of
from services.tariffs.outside.ledger import LedgerAway

_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_DIGEST = re.compile(r"[0-9a-f]{64}")


@post(
    "/submissions",
    operation_class=SubmissionOperation,
    summary="Post a signed submission",
    description=(
        "201 recorded · 200 recorded before · 202 decided, not recorded yet · 400 malformed · 401 key or signature · "
        "403 no mandate · 409 id reused, partly recorded or conflict · 413 · 415 · 422 rule broken · 429 · 503"
    ),
    tags=["submissions"],
)
async def post_submission(
    request: AnyRequest,
    signature: Annotated[
        str | None, Parameter(header=SIGNATURE_HEADER, description="Detached JWS over the exact body bytes")
    ] = None,
    prefer: Annotated[
        str | None, Parameter(header="Prefer", description="wait=N: seconds to wait for the receipt")
    ] = None,
    dry_run: Annotated[bool, Parameter(description="Check everything, record nothing")] = False,
) -> Response[bytes]:
    """Hand the exact bytes to the hallway."""
    if fault := fault_of_headers(request):
        return respond_problem(fault)
    body = await request.body()
    hallway = wiring_of(request).hallway
    return respond(await hallway.submit(body, signature, wait_s=wait_of(prefer), dry_run=dry_run))


def wait_of(prefer: str | None) -> int:
    """Seconds that `Prefer: wait=N` asks for (RFC 7240 section 4.3), within our bounds."""
    found = None if prefer is None else _WAIT.search(prefer)
    return WAIT_SECONDS_DEFAULT if found is None else min(int(found[1]), WAIT_SECONDS_MAX)


def fault_of_headers(request: AnyRequest) -> Problem | None:
    """What makes the body unreadable for us before a byte of it is looked at."""
    headers = request.headers
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in SUBMISSION_MEDIA_TYPES:
        found = f"the Content-Type is {media_type}" if media_type else "there is no Content-Type"
        return problem.unsupported_media_type(found)
    encoding = headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        return problem.unsupported_media_type(
            f"the Content-Encoding is {encoding}: the signature is over the bytes before it"
        )
    if any(name.startswith("ce-") for name in headers):
        return problem.unsupported_media_type("there are ce- headers: that is the binary mode of CloudEvents")
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > SUBMISSION_BYTES_MAX:
        return problem.too_large(f"the body has {length} bytes, the limit is {SUBMISSION_BYTES_MAX}")
    return None


@get("/submissions/{digest:str}", summary="What became of a submission", tags=["submissions"])
async def get_submission(request: AnyRequest, digest: str) -> Response[bytes]:
    """The receipt of a submission by the SHA-256 (hex) of its body, or that it is still under way."""
    if _DIGEST.fullmatch(digest) is None:
        return respond_problem(problem.bad_query("digest", "a digest has 64 lower-case hexadecimal digits"))
    wiring = wiring_of(request)
    if wiring.hallway.under_way(digest):
        return _waiting(digest)
    try:
        receipt = await wiring.ledger.receipt(digest)
    except LedgerAway as away:
        return respond_problem(problem.unavailable(str(away)))
    if receipt is None:
        return respond_problem(
            replace(
                problem.not_found(f"no submission {digest} is recorded or under way"),
                mend="Post the same bytes again: ids make it safe.",
            )
        )
    return Response(
        encode_receipt(receipt), status_code=200, media_type=JSON, headers={LOCATION: location_of(digest)}
    )


def _waiting(digest: str) -> Response[bytes]:
    document: dict[str, Any] = {"outcome": "waiting", "submission": digest}
    response = respond_json(document, status=202)
    response.headers[RETRY_AFTER] = str(RETRY_AFTER_SECONDS)
    return response


@get("/submissions/{digest:str}/body", summary="The refused body, for its author", tags=["submissions"])
async def get_submission_body(
    request: AnyRequest,
    digest: str,
    signature: Annotated[
        str | None,
        Parameter(header=SIGNATURE_HEADER, description="Detached JWS over the 64 characters of the digest"),
    ] = None,
) -> Response[bytes]:
    """A refused submission as it was sent. The ledger keeps it, and itself decides who may read it."""
    if _DIGEST.fullmatch(digest) is None:
        return respond_problem(problem.bad_query("digest", "a digest has 64 lower-case hexadecimal digits"))
    try:
        found = await wiring_of(request).ledger.attachment(digest, signature)
    except LedgerAway as away:
        return respond_problem(problem.unavailable(str(away)))
    return Response(
        found.body, status_code=found.status, media_type=found.content_type, headers=dict(found.headers)
    )
