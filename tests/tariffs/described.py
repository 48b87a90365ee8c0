"""What is answered is what OpenAPI says: every answer to a read of a test is held against the service's description."""

import re
from functools import cache
from typing import Any, cast

import jsonschema_rs
from litestar import Litestar

from services.tariffs.doors.http import create_app
from services.tariffs.doors.wiring import Wiring


@cache
def described() -> Litestar:
    """The application; nothing is asked of it but its description, so nothing is behind it."""
    return create_app(cast("Wiring", None))


@cache
def _document() -> dict[str, Any]:
    """The description, in which no document may have a member that is not described."""
    document = described().openapi_schema.to_schema()
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return document


@cache
def _validator(path: str, method: str) -> jsonschema_rs.Draft202012Validator:
    document = _document()
    schema = document["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
    return jsonschema_rs.Draft202012Validator(
        schema | {"components": {"schemas": document["components"]["schemas"]}}
    )


def hold_against_description(path: str, answer: Any, method: str = "get") -> None:
    """Fail when a 200 answer of this address is not what its description says."""
    for template in sorted(_document()["paths"], key=lambda known: (known.count("{"), known)):
        if re.fullmatch(re.sub(r"\{[a-z_]+\}", "[^/]+", template), path):
            faults = [
                f"{fault.instance_path}: {fault.message}"
                for fault in _validator(template, method).iter_errors(answer)
            ]
            assert not faults, (path, faults[:5])
            return
    raise AssertionError(f"{path} is not described")
