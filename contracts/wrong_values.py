"""From the typed decoder's message to plain words: which field, what it must be, what to do about it.

Only refusals come here, so it may take its time: it walks the payload's type along the path to say what
values a field may have, which fields an object knows, and what a missing field should hold.
"""

import difflib
import re
from typing import cast

import msgspec
from msgspec import inspect

from contracts.json_faults import path_step, shown
from contracts.malformed import Malformed
from contracts.shapes import SHAPES, FieldFault

_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>\$[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+|\.\.\.)\]")
_GOT = re.compile(r"^Expected `(?P<wanted>[^`]+)`(?:, got `(?P<got>[^`]+)`)?$")
_BOUND = re.compile(r"^Expected `(?P<kind>\w+)` (?P<of>of length )?(?P<sign><=|>=) (?P<number>\d+)$")
_SCHEMA_HINT = "GET /schema/events/<type> has the schema and a valid example"
_WORDS = {
    "str": "a JSON string",
    "int": "a JSON integer",
    "bool": "true or false",
    "array": "a JSON array",
    "object": "a JSON object",
    "date": "a civil day YYYY-MM-DD",
}


def explain(error: msgspec.ValidationError, root: type[msgspec.Struct], prefix: str) -> Malformed:
    """Say what `error` means; `root` is the type that was decoded, `prefix` the path where it stands."""
    found = _AT.match(str(error))
    what, path = (found["what"], found["path"] or "$") if found else (str(error), "$")
    full_path = prefix + path[1:]
    cause = error.__cause__
    if isinstance(cause, FieldFault):
        return Malformed(full_path + cause.where, cause.reason, cause.mend)
    for marker, answer in (("missing required", _missing), ("unknown field", _unknown)):
        if marker in what:
            return answer(what.split("`")[1], full_path, root, path)
    if what.startswith("Expected `str` matching regex "):
        return _mismatch(full_path, _type_at(root, path))
    if what.startswith(("Invalid enum value", "Invalid value")):
        return _not_listed(what, full_path, root, path)
    if "date" in what and what.startswith("Invalid"):
        return Malformed(
            full_path, "not a day of the calendar as YYYY-MM-DD", "write it like 2026-05-01, without a time"
        )
    if bound := _BOUND.match(what):
        return _out_of_bounds(full_path, bound, _type_at(root, path))
    if got := _GOT.match(what):
        return _other_kind(full_path, got["wanted"], got["got"], _type_at(root, path))
    return Malformed(full_path, what[0].lower() + what[1:], _SCHEMA_HINT)


def _missing(field: str, path: str, root: type[msgspec.Struct], place: str) -> Malformed:
    wanted = _description(_type_at(root, f"{place}.{field}"))
    return Malformed(f"{path}.{field}", "the field is required, and it is missing", f"add it{wanted}")


def _unknown(field: str, path: str, root: type[msgspec.Struct], place: str) -> Malformed:
    known = _field_names(_type_at(root, place))
    if field in known:
        return Malformed(
            path + path_step(field), "no such field here", "it belongs to another kind of this object"
        )
    close = difflib.get_close_matches(field, known, n=1)
    advice = f'did you mean "{close[0]}"?' if close else f"known here: {', '.join(known)}"
    return Malformed(path + path_step(field), "no such field is known here", advice)


def _mismatch(path: str, kind: inspect.Type | None) -> Malformed:
    shape = SHAPES.get(_annotation(kind).get("title", ""))
    if shape is None:
        return Malformed(path, "the text does not have the right form", _SCHEMA_HINT)
    return Malformed(path, f"must be {shape.what}", shape.mend)


def _not_listed(what: str, path: str, root: type[msgspec.Struct], place: str) -> Malformed:
    value = what.partition("value ")[2]
    tagged = what.startswith("Invalid value")  # the tag of a union is no field: look at the union
    listed = _listed_values(_type_at(root, place.rpartition(".")[0] if tagged else place))
    advice = f"use one of {', '.join(listed)}" if listed else _SCHEMA_HINT
    return Malformed(path, f"{shown(value)} is not one of the values allowed here", advice)


def _out_of_bounds(path: str, bound: re.Match[str], kind: inspect.Type | None) -> Malformed:
    side = "at most" if bound["sign"] == "<=" else "at least"
    unit = {"str": "character", "array": "element"}.get(bound["kind"]) if bound["of"] else None
    many = "" if bound["number"] == "1" else "s"
    reason = f"must be {side} {bound['number']}"
    if unit is not None:
        reason = f"must have {side} {bound['number']} {unit}{many}"
    return Malformed(path, reason, f"bring it within the limit{_description(kind)}")


def _other_kind(path: str, wanted: str, got: str | None, kind: inspect.Type | None) -> Malformed:
    reason = f"must be {_WORDS.get(wanted, wanted)}"
    if got is not None:
        reason += f", not {_WORDS.get(got, got)}"
    if wanted == "str" and got in ("int", "float"):
        return Malformed(path, reason, "put it in double quotes: decimals and codes are strings")
    if wanted in ("int", "bool") and got == "str":
        return Malformed(path, reason, "write it without quotes")
    return Malformed(path, reason, f"change it{_description(kind)}")


def _type_at(root: type[msgspec.Struct], path: str) -> inspect.Type | None:
    """The type that stands at a path below `root`, as far as the path can be followed."""
    node: inspect.Type | None = inspect.type_info(root)
    for key, _ in _STEP.findall(path[1:]):
        node = _below(node, key)
    return node


def _below(node: inspect.Type | None, key: str) -> inspect.Type | None:
    """One step down: a field by its name, or (`key` empty) an element of an array."""
    node = _bare(node)
    if isinstance(node, inspect.UnionType):
        candidates = [_below(part, key) for part in node.types]
        return next((candidate for candidate in candidates if candidate is not None), None)
    if isinstance(node, inspect.VarTupleType | inspect.ListType) and not key:
        return node.item_type
    if isinstance(node, inspect.DictType) and not key:
        return node.value_type
    if isinstance(node, inspect.StructType):
        return next((field.type for field in node.fields if field.encode_name == key), None)
    return None


def _bare(node: inspect.Type | None) -> inspect.Type | None:
    """Without the wrapping of annotations. (msgspec has taken `UnsetType` out of unions already.)"""
    while isinstance(node, inspect.Metadata):
        node = node.type
    return node


def _description(node: inspect.Type | None) -> str:
    """What the annotation of a node says in plain words, as a continuation of a sentence."""
    said = _annotation(node).get("description", "")
    return f": {said[0].lower()}{said[1:].rstrip('.')}" if said else f"; {_SCHEMA_HINT}"


def _annotation(node: inspect.Type | None) -> dict[str, str]:
    """Title and description of a node, as far as it has them."""
    return cast("dict[str, str]", node.extra_json_schema or {}) if isinstance(node, inspect.Metadata) else {}


def _field_names(node: inspect.Type | None) -> list[str]:
    node = _bare(node)
    if isinstance(node, inspect.StructType):
        return [field.encode_name for field in node.fields]
    if isinstance(node, inspect.UnionType):
        return sorted({name for part in node.types for name in _field_names(part)} | {"kind"})
    return []


def _listed_values(node: inspect.Type | None) -> list[str]:
    """The values of a `Literal`, or the kinds of a duty component."""
    node = _bare(node)
    if isinstance(node, inspect.LiteralType):
        return [str(value) for value in node.values]
    if isinstance(node, inspect.UnionType):
        return [str(part.tag) for part in node.types if isinstance(part, inspect.StructType)]
    return []
