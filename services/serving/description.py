"""What OpenAPI says of an operation beyond what the framework finds out: what can go wrong, and how to ask.

The framework would describe errors and bodies that are never sent: handlers answer with bytes that are written already,
and every fault is a problem document. So its document is mended once, when the application is made: each operation gets
the problems that it can answer with, an example of each, and an example of each of its parameters.
"""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from itertools import chain
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
SCHEMAS = "#/components/schemas/"
"""Where types are described, before their names."""
_SCHEMA = Reference(ref=f"{SCHEMAS}Problem")
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
    answered: Mapping[str, Sequence[type[Struct]]] | None = None,
    away: Sequence[str] = ("unavailable",),
) -> None:
    """Complete the description of an application. `asked`: its parameters by name; `further`: problems that an
    address has besides those that follow from its shape, as slugs of `contracts.problem.SITUATIONS`; `answered`: the
    types of what each address answers with 200 (one of them), where the handler does not say it; `away`: what is
    answered while something behind the service cannot be had, or not be read."""
    document = app.openapi_schema
    components = document.components or Components()
    schema_of, schemas = _schemas(answered or {})
    components.schemas = {**(components.schemas or {}), **schemas}
    document.components = components
    for path, item in (document.paths or {}).items():
        for operation in (item.get, item.post):
            if operation is not None:
                behind = () if path.startswith(ALWAYS_ANSWERED) else away
                _complete(path, operation, asked, (*further.get(path, ()), *behind))
                _mend(operation, schema_of.get(path))


def _complete(path: str, operation: Operation, asked: Mapping[str, Asked], further: Iterable[str]) -> None:
    for parameter in operation.parameters or ():
        if isinstance(parameter, Parameter):
            known = asked[parameter.name]
            parameter.example = known.example
            parameter.description = parameter.description or known.means
    slugs = _problems(path, operation, further)
    responses = operation.responses or {}
    responses.pop(_INVALID, None)
    operation.responses = {**responses, **problem_responses(slugs)}


def _mend(operation: Operation, answered: Any) -> None:
    """Of bytes that are written already the framework believes that they are a text."""
    answer = (operation.responses or {}).get(_OK)
    found = (answer.content or {}).get(JSON) if isinstance(answer, OpenAPIResponse) else None
    if found is not None and isinstance(found.schema, Schema) and found.schema.type is OpenAPIType.STRING:
        found.schema = answered or Schema(type=OpenAPIType.OBJECT)


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


def _schemas(answered: Mapping[str, Sequence[type[Struct]]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is answered as JSON Schema, by address, and what it and problems consist of, by name: the framework's own
    classes take both as they are."""
    types = tuple(chain((Problem,), *answered.values()))
    (_, *found), named = msgspec.json.schema_components(types, ref_template=SCHEMAS + "{name}")
    left = iter(found)
    of_address = {path: [next(left) for _ in types] for path, types in answered.items()}
    return {path: each[0] if len(each) == 1 else {"anyOf": each} for path, each in of_address.items()}, named
