"""How far the ledger is, where a time falls, and what became of a submission."""

from datetime import UTC, datetime
from typing import Annotated

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, PathParameter, QueryParameter
from msgspec import Struct

from contracts import problem
from contracts.entry import NANOSECONDS_PER_SECOND, recorded_at_text
from contracts.identity.jws import SignatureFault, circumstance_fault, parse_detached, verify_detached
from contracts.limits import SIGNATURE_BYTES_MAX
from contracts.problem import Problem
from contracts.receipt import Receipt, encode_receipt
from contracts.subjects import SIGNATURE_HEADER
from services.ledger.api.wiring import Wiring, wiring_of
from services.ledger.store.answers import Attachment, attachment_of, head_of, position_at, receipt_of
from services.ledger.store.loading import load_ring
from services.serving.answers import NDJSON, AnyRequest, respond_bytes, respond_json, respond_problem

_DIGEST_BYTES = 32
Digest = Annotated[str, PathParameter(max_length=64, description="SHA-256 of the submission's body, in hex")]


class HeadAnswer(Struct, frozen=True):
    """`size` entries, the last one recorded at `recorded_at`; drafts up to `sequence` of the stream
    `incarnation` are consumed, and everything stamped before `watermark` is among them."""

    size: int
    recorded_at: str | None
    sequence: int
    incarnation: str | None
    watermark: str | None


class PositionAnswer(Struct, frozen=True):
    """The last position recorded at or before a time (-1: none); `settled` once none can be added any more."""

    position: int
    settled: bool


@get(
    "/head",
    summary="How far the ledger is",
    tags=["answers"],
    responses={200: ResponseSpec(HeadAnswer, description="The head")},
)
async def get_head(request: AnyRequest) -> Response[bytes]:
    """Committed size, time of the last entry, cursor in the draft stream, watermark."""
    wiring = wiring_of(request)
    # Before the rows are read, so that it never speaks of more than they hold.
    watermark = wiring.head.watermark
    stored = await head_of(wiring.pool)
    recorded_at = None if stored.recorded_at is None else _text_of(stored.recorded_at)
    return respond_json(HeadAnswer(stored.size, recorded_at, stored.cursor, stored.incarnation, watermark))


@get(
    "/positions",
    summary="The position at a time",
    tags=["answers"],
    responses={200: ResponseSpec(PositionAnswer, description="The position")},
)
async def get_position(
    request: AnyRequest,
    at: Annotated[
        str, QueryParameter(max_length=40, description="RFC 3339 with offset; mind the + in a URL")
    ],
) -> Response[bytes]:
    """The last position recorded at or before `at`. While the draft stream is not consumed past `at`, more may
    come: then `settled` is false."""
    wiring = wiring_of(request)
    moment = _moment_of(at)
    if moment is None:
        return respond_problem(
            problem.bad_query("at", "at: a time of RFC 3339 with offset, such as 2026-07-01T03:30:06Z")
        )
    settled = _nanoseconds_of(moment) < wiring.head.watermark_ns
    return respond_json(PositionAnswer(await position_at(wiring.pool, moment), settled))


@get(
    "/receipts/{digest:str}",
    summary="What became of a submission",
    tags=["answers"],
    responses={200: ResponseSpec(Receipt, description="The receipt")},
)
async def get_receipt(
    request: AnyRequest,
    digest: Digest,
    sequence: Annotated[int | None, QueryParameter(ge=1, le=2**62, description="Of this draft only")] = None,
) -> Response[bytes]:
    """The newest decisive receipt: recorded before duplicate, both before anything that was not recorded."""
    raw = _digest_of(digest)
    receipt = None if raw is None else await receipt_of(wiring_of(request).pool, raw, sequence)
    if receipt is None:
        return respond_problem(problem.not_found(f"no draft of a submission {digest} was consumed"))
    return respond_bytes(encode_receipt(receipt))


@get(
    "/attachments/{digest:str}",
    summary="A refused body",
    tags=["answers"],
    responses={200: ResponseSpec(bytes, description="The body as it was sent", media_type=NDJSON)},
)
async def get_attachment(
    request: AnyRequest,
    digest: Digest,
    signature: Annotated[
        str, HeaderParameter(name=SIGNATURE_HEADER, max_length=SIGNATURE_BYTES_MAX, required=False)
    ] = "",
) -> Response[bytes]:
    """The refused body with its signature, for its author alone: `Bloc-Signature` is a detached JWS over the 64
    characters of the digest, by a live key of the same party."""
    wiring = wiring_of(request)
    raw = _digest_of(digest)
    if raw is None:
        return respond_problem(problem.not_found(f"{digest} is no SHA-256 in hex"))
    attachment = await attachment_of(wiring.pool, raw)
    if fault := await _fault_of_reader(wiring, digest, signature, attachment):
        return respond_problem(fault)
    if attachment is None:
        return respond_problem(problem.not_found(f"no refused body {digest} is kept"))
    return respond_bytes(
        attachment.body,
        media_type=NDJSON,
        headers={SIGNATURE_HEADER: attachment.signature, "Cache-Control": "no-store"},
    )


async def _fault_of_reader(
    wiring: Wiring, digest: str, signature: str, attachment: Attachment | None
) -> Problem | None:
    """Why this reader may not have the body. A stranger does not even learn whether there is one."""
    message = digest.encode()
    detached = parse_detached(signature)
    if isinstance(detached, SignatureFault):
        return problem.bad_signature(detached, digest=digest, length=len(message))
    now = wiring.clock()
    fault = circumstance_fault(detached, audience=wiring.origin, at_seconds=int(now.timestamp()))
    if fault is not None:
        return problem.bad_signature(fault, digest=digest, length=len(message))
    async with wiring.pool.acquire() as connection:
        ring = await load_ring(connection)
    key = ring.find(detached.kid)
    if key is None:
        return problem.unknown_key(detached.kid, digest=digest, length=len(message))
    if not verify_detached(detached, message, key.key):
        return problem.bad_signature(None, digest=digest, length=len(message))
    if not ring.is_live(detached.kid, on=now.date().isoformat()):
        return problem.key_not_valid(detached.kid, "is not live", digest=digest, length=len(message))
    if attachment is not None and attachment.party != key.party:
        return problem.not_found(f"no refused body {digest} is kept")
    return None


def _digest_of(text: str) -> bytes | None:
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    return raw if len(raw) == _DIGEST_BYTES and raw.hex() == text else None


def _moment_of(text: str) -> datetime | None:
    try:
        # A + in a query is a space to everybody who decodes it by the book.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        # At either end of the calendar an offset can lead out of it.
        return None if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _nanoseconds_of(moment: datetime) -> int:
    seconds = int(moment.replace(microsecond=0).timestamp())
    return seconds * NANOSECONDS_PER_SECOND + moment.microsecond * 1_000


def _text_of(moment: datetime) -> str:
    return recorded_at_text(_nanoseconds_of(moment))
