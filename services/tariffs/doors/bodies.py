"""Tells OpenAPI about bodies that the handlers read as raw bytes."""

from dataclasses import dataclass

from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType

SUBMISSION_MEDIA_TYPES = ("application/cloudevents+json", "application/x-ndjson")


def submission_body() -> RequestBody:
    """The body of `POST /submissions`: the exact bytes that were signed."""
    body = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY))
    return RequestBody(
        description="One event, or 1 to 256 events one a line; see /schema/events",
        content=dict.fromkeys(SUBMISSION_MEDIA_TYPES, body),
        required=True,
    )


@dataclass
class AssessmentOperation(Operation):
    """`POST /assessments`: an item, where it is imported, and when."""

    def __post_init__(self) -> None:
        body = OpenAPIMediaType(schema=Schema(type=OpenAPIType.OBJECT, required=["member", "item"]))
        self.request_body = RequestBody(
            description="`{member, item, accepted_at | effective_at}`, the item as in a declaration",
            content={"application/json": body},
            required=True,
        )


@dataclass
class ComparisonOperation(Operation):
    """`POST /assessments/comparisons`: several of them."""

    def __post_init__(self) -> None:
        body = OpenAPIMediaType(schema=Schema(type=OpenAPIType.OBJECT, required=["quotes"]))
        self.request_body = RequestBody(
            description="`{quotes: [{member, item, accepted_at | effective_at}, ...]}`, two or more",
            content={"application/json": body},
            required=True,
        )
