"""`POST /submissions`: the HTTP door of the hallway, taken straight from ASGI.

This is the one hot path of the service, and it wants nothing that a framework does for a handler: the body stays
the raw bytes that were signed, and three headers are read. So it is an ASGI handler of the application, which
takes 0.1 ms less for each submission (of 0.9 in all), and its description is put into the OpenAPI document by hand.
Everything that could change the bytes on the way is refused before they are read.
"""

from collections.abc import Iterable
from urllib.parse import parse_qs

from litestar import asgi
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    PathItem,
    Reference,
    Schema,
)
from litestar.openapi.spec.enums import OpenAPIType
from litestar.types import HTTPScope, Receive, Scope, Send
from msgspec import Struct

from contracts import problem
from contracts.limits import SUBMISSION_BYTES_MAX
from contracts.problem import Problem
from contracts.receipt import Receipt
from contracts.subjects import SIGNATURE_HEADER
from services.serving.description import SCHEMAS
from services.tariffs.doors.bodies import SUBMISSION_MEDIA_TYPES, submission_body
from services.tariffs.doors.documents import Waiting, WouldRecord
from services.tariffs.doors.preferences import read_preferences
from services.tariffs.doors.wiring import wiring_in
from services.tariffs.intake.answers import JSON, Answer, problem_answer

_MEDIA_TYPES = tuple(name.encode() for name in SUBMISSION_MEDIA_TYPES)
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}


class HungUp(Exception):
    """The client went away before its body had arrived; there is nobody to answer."""


@asgi("/submissions", copy_scope=False)  # it changes nothing there
async def post_submission(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand the exact bytes to the hallway and send its answer back."""
    try:
        given = await _answer(scope, receive)
    except HungUp:
        return
    headers = [(b"content-type", given.media_type.encode()), (b"content-length", b"%d" % len(given.body))]
    headers += [(name.lower().encode(), value.encode()) for name, value in given.headers]
    await send({"type": "http.response.start", "status": given.status, "headers": headers})
    await send({"type": "http.response.body", "body": given.body, "more_body": False})


async def _answer(scope: Scope, receive: Receive) -> Answer:
    if scope["type"] != "http" or scope["method"] != "POST":
        return problem_answer(problem.not_allowed("POST is the only method of /submissions"))
    headers = dict(scope["headers"])
    fault = fault_of_headers(headers)
    dry_run = _is_dry_run(scope["query_string"])
    if fault is not None or isinstance(dry_run, Problem):
        return problem_answer(fault or dry_run)
    body = await _body(receive)
    if body is None:
        return problem_answer(problem.too_large())
    signature = headers.get(b"bloc-signature")
    preferences = read_preferences(_prefer(scope))
    return await wiring_in(scope).hallway.submit(
        body,
        None if signature is None else signature.decode("latin-1"),
        wait_s=preferences.wait_s,
        dry_run=dry_run,
        proof=preferences.proof,
    )


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None as soon as it is larger than a submission may be. Raises HungUp."""
    chunks: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise HungUp
        chunks.append(message["body"])
        length += len(message["body"])
        if length > SUBMISSION_BYTES_MAX:
            return None
        if not message["more_body"]:
            return b"".join(chunks)


def _prefer(scope: HTTPScope) -> str:
    """All `Prefer` lines as one (RFC 7240 section 2: several are the same as one with commas)."""
    return b",".join(value for name, value in scope["headers"] if name == b"prefer").decode("latin-1")


def fault_of_headers(headers: dict[bytes, bytes]) -> Problem | None:
    """What makes the body unreadable for us before a byte of it is looked at."""
    media_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES:
        found = f"the Content-Type is {_text(media_type)}" if media_type else "there is no Content-Type"
        return problem.unsupported_media_type(found)
    encoding = headers.get(b"content-encoding", b"identity")
    if encoding.lower() != b"identity":
        return problem.unsupported_media_type(
            f"the Content-Encoding is {_text(encoding)}: the signature is over the bytes before it"
        )
    if _is_binary_mode(headers):
        return problem.unsupported_media_type("there are ce- headers: that is the binary mode of CloudEvents")
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > SUBMISSION_BYTES_MAX:
        return problem.too_large(f"the body has {_text(length)} bytes, the limit is {SUBMISSION_BYTES_MAX}")
    return None


def _is_binary_mode(names: Iterable[bytes]) -> bool:
    return any(name.startswith(b"ce-") for name in names)


def _text(raw: bytes) -> str:
    return raw.decode("latin-1")


def _is_dry_run(query: bytes) -> bool | Problem:
    if not query:
        return False
    parameters = parse_qs(query.decode("latin-1"), keep_blank_values=True)
    # A dry run that was misspelt must not be recorded.
    for name in parameters:
        if name != "dry_run":
            return problem.unknown_parameter(name, ("dry_run",))
    if len(parameters.get("dry_run", ())) > 1:
        return problem.repeated_parameter("dry_run")
    asked = parameters.get("dry_run", ["false"])[0]
    found = _TRUTHS.get(asked.lower())
    return problem.bad_query("dry_run", f"dry_run is true or false, not {asked}") if found is None else found


def described() -> PathItem:
    """What OpenAPI says about this path."""
    recorded = "Recorded: the receipt; with `proof` and Preference-Applied if cosigned proofs were asked for and came"
    answers = {
        200: _answer_of(
            "Recorded before (the first receipt), or a dry run that found nothing wrong", Receipt, WouldRecord
        ),
        201: _answer_of(recorded, Receipt),
        202: _answer_of("Decided and not recorded yet: ask Location", Waiting),
    }
    operation = Operation(
        tags=["submissions"],
        operation_id="PostSubmission",
        summary="Post a signed submission",
        parameters=[
            _parameter(SIGNATURE_HEADER, "header", "Detached JWS over the exact body bytes", required=True),
            _parameter(
                "Prefer",
                "header",
                "wait=N: seconds to wait for the receipt. proof=cosigned: wait for a checkpoint that the quorum of "
                "witnesses has cosigned as well, and put the proofs into the receipt",
            ),
            _parameter("dry_run", "query", "true: check everything, record nothing"),
        ],
        request_body=submission_body(),
        responses={str(status): response for status, response in answers.items()},
    )
    return PathItem(post=operation)


def _answer_of(text: str, *types: type[Struct]) -> OpenAPIResponse:
    named = [Reference(ref=f"{SCHEMAS}{one.__name__}") for one in types]
    schema = named[0] if len(named) == 1 else Schema(any_of=named)
    return OpenAPIResponse(description=text, content={JSON: OpenAPIMediaType(schema=schema)})


def _parameter(name: str, place: str, text: str, *, required: bool = False) -> Parameter:
    schema = Schema(type=OpenAPIType.STRING)
    return Parameter(name=name, param_in=place, description=text, required=required, schema=schema)
