"""What OpenAPI says of an operation beyond what the framework finds out: what can go wrong, and how to ask.

The framework would describe errors and bodies that are never sent: handlers answer with bytes that are written already,
and every fault is a problem document. So its document is mended once, when the application is made: each operation gets
the problems that it can answer with, an example of each, and an example of each of its parameters.
"""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi.spec import (
    Components,
    Example,
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    Reference,
    Schema,
)
from litestar.openapi.spec.enums import OpenAPIType
from msgspec import Struct

from contracts.problem import MEDIA_TYPE, SITUATIONS, TYPE_PREFIX, Problem
from services.serving.answers import JSON

ALWAYS_ANSWERED = ("/health/live", "/metrics", "/schema/")
"""Addresses that need nothing behind the service."""
_SCHEMA = Reference(ref="#/components/schemas/Problem")
_OK = str(HTTPStatus.OK.value)
_INVALID = str(HTTPStatus.BAD_REQUEST.value)


class Asked(Struct, frozen=True):
    """How a parameter is written, and what it means where its handler does not say."""

    example: str | int | bool
    means: str = ""


def describe(
    app: Litestar,
    asked: Mapping[str, Asked],
    further: Mapping[str, Sequence[str]],
    *,
    away: Sequence[str] = ("unavailable",),
) -> None:
    """Complete the description of an application. `asked`: its parameters by name; `further`: problems that an
    address has besides those that follow from its shape, as slugs of `contracts.problem.SITUATIONS`; `away`: what is
    answered while something behind the service cannot be had, or not be read."""
    document = app.openapi_schema
    components = document.components or Components()
    components.schemas = {**(components.schemas or {}), **_schemas()}
    document.components = components
    for path, item in (document.paths or {}).items():
        for operation in (item.get, item.post):
            if operation is not None:
                behind = () if path.startswith(ALWAYS_ANSWERED) else away
                _complete(path, operation, asked, (*further.get(path, ()), *behind))


def _complete(path: str, operation: Operation, asked: Mapping[str, Asked], further: Iterable[str]) -> None:
    for parameter in operation.parameters or ():
        if isinstance(parameter, Parameter):
            known = asked[parameter.name]
            parameter.example = known.example
            parameter.description = parameter.description or known.means
    slugs = _problems(path, operation, further)
    responses = operation.responses or {}
    responses.pop(_INVALID, None)
    if isinstance(answer := responses.get(_OK), OpenAPIResponse):
        _mend(answer)
    operation.responses = {**responses, **problem_responses(slugs)}


def _mend(answer: OpenAPIResponse) -> None:
    """Of bytes that are written already the framework believes that they are a text."""
    found = (answer.content or {}).get(JSON)
    if found is not None and isinstance(found.schema, Schema) and found.schema.type is OpenAPIType.STRING:
        found.schema = Schema(type=OpenAPIType.OBJECT)
        answer.description = "The answer; docs/questions.md shows real ones"


def _problems(path: str, operation: Operation, further: Iterable[str]) -> list[str]:
    """What can go wrong by the shape of an operation, and what else its service knows of."""
    slugs = {"internal_error", *further}
    if _INVALID in (operation.responses or {}):
        slugs.add("bad_query")
    if operation.request_body is not None:
        slugs |= {"malformed", "too_large"}
    if "{" in path:
        slugs.add("not_found")
    return [slug for slug in SITUATIONS if slug in slugs]


def problem_responses(slugs: Iterable[str]) -> dict[str, OpenAPIResponse | Reference]:
    """The responses for some situations: by status, with an example of each situation."""
    by_status: dict[int, list[str]] = {}
    for slug in slugs:
        by_status.setdefault(SITUATIONS[slug].status, []).append(slug)
    return {
        str(status): OpenAPIResponse(
            description="; ".join(SITUATIONS[slug].title for slug in found),
            content={
                MEDIA_TYPE: OpenAPIMediaType(
                    schema=_SCHEMA, examples={slug: _example(slug) for slug in found}
                )
            },
        )
        for status, found in by_status.items()
    }


def _example(slug: str) -> Example:
    situation = SITUATIONS[slug]
    problem = Problem(
        f"{TYPE_PREFIX}{slug}", situation.title, situation.status, situation.title, mend=situation.mend
    )
    return Example(summary=situation.title, value=msgspec.to_builtins(problem))


def _schemas() -> dict[str, Any]:
    """Problem and what it consists of, as JSON Schema: the framework's own classes take it as it is."""
    _, found = msgspec.json.schema_components((Problem,), ref_template="#/components/schemas/{name}")
    return found
