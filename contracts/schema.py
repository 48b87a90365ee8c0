"""JSON Schemas of the events, generated from the types, for partners who do not write Python.

`python -m contracts.schema --write` writes one file per type into contracts/schemas, `--check` says which are
out of date (a test does the same). The files are kept in the repository so that a change of the language is
seen in a review. JSON Schema 2020-12; what it cannot say (a currency's decimals, days that do not exist, the
stream) is checked by `decoding` all the same, and named in `description`.
"""

import argparse
import json
import re
import sys
from collections.abc import Mapping
from inspect import cleandoc
from pathlib import Path
from typing import Any, cast

import msgspec

from contracts.envelope import Header
from contracts.registry import EVENT_TYPES, EventType
from contracts.shapes import END

SCHEMAS = Path(__file__).parent / "schemas"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = "#/$defs/{name}"
_LIST_OF_TEXTS = re.compile(r'\[\n\s+"[^"\\]*"(?:,\n\s+"[^"\\]*")*\n\s*\]')
_BEYOND = (
    "Checked beyond this schema: subject is the stream; source is the party whose key signs; no key twice; "
    "days and instants exist; amounts have no more decimals than their currency."
)


def schema_of(type_name: str) -> dict[str, Any]:
    """The JSON Schema of a whole event of this type, envelope included. KeyError for an unknown type."""
    row = EVENT_TYPES[type_name]
    definitions: dict[str, Any] = {}
    (payload, envelope), found = msgspec.json.schema_components(
        [row.payload, Header], ref_template=_REFERENCE
    )
    attributes = cast("dict[str, Any]", found.pop(_name_of(envelope)))
    data = cast("dict[str, Any]", found.pop(_name_of(payload)))
    for name, definition in found.items():
        plain = _plain(definition, definitions)
        if definitions.setdefault(name, plain) is not plain:
            raise AssertionError(f"two definitions are called {name}")
    properties = cast("dict[str, Any]", _plain(attributes["properties"], definitions))
    properties["type"] = {"const": type_name}
    properties["subject"] = {"type": "string", "description": f"The stream: {row.stream}."}
    properties["data"] = _without_title(cast("dict[str, Any]", _plain(data, definitions)))
    return {
        "$schema": _DIALECT,
        "$id": f"urn:bloc:schema:{type_name}",
        "title": type_name,
        "description": f"{_issuers(row)} {_BEYOND}",
        "type": "object",
        "properties": properties,
        "required": attributes["required"],
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text(type_name: str) -> str:
    """The file content for a type: the schema, indented, lists of texts on one line, one final line feed."""
    indented = json.dumps(schema_of(type_name), indent=2, ensure_ascii=False)
    return _LIST_OF_TEXTS.sub(lambda found: re.sub(r"\s*\n\s*", " ", found.group()), indented) + "\n"


def outdated(folder: Path = SCHEMAS) -> list[str]:
    """File names in `folder` that are missing, differ from the types, or belong to no type."""
    wanted = {f"{name}.json": schema_text(name) for name in EVENT_TYPES}
    there = {path.name: path.read_text("utf-8") for path in folder.glob("*.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def write_schemas(folder: Path = SCHEMAS) -> None:
    """Write every schema and remove files that belong to no type any more."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.json"):
        if path.stem not in EVENT_TYPES:
            path.unlink()
    for name in EVENT_TYPES:
        (folder / f"{name}.json").write_text(schema_text(name), "utf-8")


def _issuers(row: EventType) -> str:
    if row.derived:
        return "Derived by the tariffs service; never posted."
    return f"Issued by: {', '.join(row.roles)}."


def _name_of(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _without_title(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key != "title"}


def _plain(node: Any, definitions: dict[str, Any]) -> Any:
    """Write a node for readers: named texts become `$defs`, lists of codes stand instead of their pattern.

    Python's end-of-text mark becomes ECMA's, which means the same there.
    """
    if isinstance(node, list):
        return [_plain(element, definitions) for element in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    plain = {str(key): _plain(value, definitions) for key, value in cast("dict[str, Any]", node).items()}
    if "properties" in plain and "illustrative" in plain["properties"]:
        plain["properties"]["illustrative"] = {"const": True}
    if isinstance(text := plain.get("description"), str):
        plain["description"] = cleandoc(text)  # as Python 3.13 and newer keep docstrings: one file for all
    if isinstance(pattern := plain.get("pattern"), str):
        plain["pattern"] = pattern.replace(END, "$")
        if "enum" in plain:
            del plain["pattern"]
    if plain.get("type") in ("string", "integer") and isinstance(title := plain.get("title"), str):
        if definitions.setdefault(title, plain) != plain:
            raise AssertionError(f"two definitions are called {title}")
        return {"$ref": _REFERENCE.format(name=title)}
    return plain


def main(arguments: list[str] | None = None) -> int:
    """Check or write the schemas; 1 when some are out of date."""
    parser = argparse.ArgumentParser(
        prog="python -m contracts.schema", description="JSON Schemas of the events"
    )
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true", help="say which files are out of date")
    mode.add_argument("--write", action="store_true", help="write all files")
    if parser.parse_args(arguments).write:
        write_schemas()
        return 0
    stale = outdated()
    if stale:
        sys.stderr.write(f"out of date: {', '.join(stale)}\nrun: python -m contracts.schema --write\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
