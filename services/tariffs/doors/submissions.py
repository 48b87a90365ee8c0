"""What became of a submission, by the digest of its body; and a refused body, for its author."""

import re
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter
from msgspec import UNSET
from msgspec.structs import replace

from contracts import problem
from contracts.limits import RETRY_AFTER_SECONDS
from contracts.receipt import Receipt
from contracts.subjects import SIGNATURE_HEADER
from services.serving.answers import (
    NDJSON,
    RETRY_AFTER,
    AnyRequest,
    respond_bytes,
    respond_json,
    respond_problem,
)
from services.tariffs.domain.answers.refusals import RefusalView, refusal_view
from services.tariffs.doors.wiring import wiring_of
from services.tariffs.following.recorded import recorded_in
from services.tariffs.intake.answers import LOCATION, location_of, written
from services.tariffs.outside.ledger import LedgerClient

_DIGEST = re.compile(r"[0-9a-f]{64}")


@get("/submissions/{digest:str}", summary="What became of a submission", tags=["submissions"])
async def get_submission(request: AnyRequest, digest: FromPath[str]) -> Response[bytes]:
    """The receipt of a submission by the SHA-256 (hex) of its body, that it was refused and by which rules, or that
    it is still under way."""
    if _DIGEST.fullmatch(digest) is None:
        return respond_problem(problem.bad_query("digest", "a digest has 64 lower-case hexadecimal digits"))
    wiring = wiring_of(request)
    if wiring.hallway.under_way(digest):
        return _waiting(digest)
    receipt = await wiring.ledger.receipt(digest)
    refused = None if receipt is None else await _refusal_in(wiring.ledger, receipt)
    if refused is not None:
        return respond_json({"outcome": "refused"} | msgspec.to_builtins(refused))
    if receipt is None:
        return respond_problem(
            replace(
                problem.not_found(f"no submission {digest} is recorded or under way"),
                mend="Post the same bytes again: ids make it safe.",
            )
        )
    return respond_bytes(written(receipt), headers={LOCATION: location_of(digest)})


async def _refusal_in(ledger: LedgerClient, receipt: Receipt) -> RefusalView | None:
    """A refusal is recorded as well, so the receipt alone reads as if the submission were; None when it is."""
    if receipt.first_position is UNSET or receipt.count != 1:
        return None
    view = refusal_view(recorded_in(await ledger.entry(receipt.first_position)))
    return view if view is not None and view.submission == receipt.submission else None


def _waiting(digest: str) -> Response[bytes]:
    document = {"outcome": "waiting", "submission": digest}
    return respond_json(document, status=202, headers={RETRY_AFTER: str(RETRY_AFTER_SECONDS)})


@get(
    "/submissions/{digest:str}/body",
    summary="The refused body, for its author",
    tags=["submissions"],
    responses={
        200: ResponseSpec(
            bytes, description="The body as it was sent", media_type=NDJSON, generate_examples=False
        )
    },
)
async def get_submission_body(
    request: AnyRequest,
    digest: FromPath[str],
    signature: Annotated[
        str | None,
        HeaderParameter(
            name=SIGNATURE_HEADER, description="Detached JWS over the 64 characters of the digest"
        ),
    ] = None,
) -> Response[bytes]:
    """A refused submission as it was sent. The ledger keeps it, and itself decides who may read it."""
    if _DIGEST.fullmatch(digest) is None:
        return respond_problem(problem.bad_query("digest", "a digest has 64 lower-case hexadecimal digits"))
    found = await wiring_of(request).ledger.attachment(digest, signature)
    return respond_bytes(
        found.body, status=found.status, media_type=found.content_type, headers=dict(found.headers)
    )
