"""Tells OpenAPI about bodies that the handlers read as raw bytes."""

from dataclasses import dataclass
from typing import Any

import msgspec
from litestar.openapi.spec import Example, OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType

from contracts.examples import example_of

SUBMISSION_MEDIA_TYPES = ("application/cloudevents+json", "application/x-ndjson")


def submission_body() -> RequestBody:
    """The body of `POST /submissions`: the exact bytes that were signed."""
    body = OpenAPIMediaType(
        schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY),
        examples={"one event": Example(value=example_of("bloc.price_floor.set.v1").decode())},
    )
    return RequestBody(
        description="One event, or 1 to 256 events one a line; see /schema/events",
        content=dict.fromkeys(SUBMISSION_MEDIA_TYPES, body),
        required=True,
    )


@dataclass
class AssessmentOperation(Operation):
    """`POST /assessments`: an item, where it is imported, and when."""

    def __post_init__(self) -> None:
        body = OpenAPIMediaType(
            schema=Schema(type=OpenAPIType.OBJECT, required=["member", "item"]),
            examples={"one item": Example(value=_quote())},
        )
        self.request_body = RequestBody(
            description="`{member, item, accepted_at | effective_at}`, the item as in a declaration",
            content={"application/json": body},
            required=True,
        )


@dataclass
class ComparisonOperation(Operation):
    """`POST /assessments/comparisons`: several of them."""

    def __post_init__(self) -> None:
        body = OpenAPIMediaType(
            schema=Schema(type=OpenAPIType.OBJECT, required=["quotes"]),
            examples={"two days": Example(value={"quotes": [_quote(), _quote("2026-07-01")]})},
        )
        self.request_body = RequestBody(
            description="`{quotes: [{member, item, accepted_at | effective_at}, ...]}`, two or more",
            content={"application/json": body},
            required=True,
        )


def _quote(effective_at: str = "2026-06-01") -> dict[str, Any]:
    """The item of the example declaration, imported into its member on a day."""
    declared = msgspec.json.decode(example_of("bloc.declaration.accepted.v1"))["data"]
    return {"member": declared["member"], "effective_at": effective_at, "item": declared["items"][0]}
