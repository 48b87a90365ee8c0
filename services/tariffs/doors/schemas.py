"""The language for those who write it: every event type with its schema and a valid example."""

from functools import cache
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath

from contracts import problem
from contracts.examples import example_of
from contracts.registry import EVENT_TYPES, ROLES
from contracts.schema import schema_of
from services.serving.answers import respond_json, respond_problem


@get("/schema/events", summary="All event types", tags=["schema"])
async def get_event_types() -> Response[bytes]:
    """Name, stream, who may issue it, and what hangs on it; and the presets of the roles."""
    return respond_json({"types": [_row(name) for name in EVENT_TYPES], "roles": dict(ROLES)})


@get("/schema/events/{type_name:str}", summary="Schema of an event type, and an example", tags=["schema"])
async def get_event_schema(type_name: FromPath[str]) -> Response[bytes]:
    """JSON Schema 2020-12 of the whole event, and one valid example as its author would sign it."""
    if type_name not in EVENT_TYPES:
        return respond_problem(problem.not_found(f"there is no event type {type_name}; see /schema/events"))
    return respond_json(
        {**_row(type_name), "schema": _schema(type_name), "example": msgspec.Raw(example_of(type_name))}
    )


@cache
def _schema(type_name: str) -> dict[str, Any]:
    return schema_of(type_name)


def _row(type_name: str) -> dict[str, Any]:
    row = EVENT_TYPES[type_name]
    return {
        "type": row.name,
        "stream": row.stream,
        "roles": row.roles,
        "derived": row.derived,
        "legal_basis": row.legal_basis,
        "four_eyes": row.four_eyes,
    }
