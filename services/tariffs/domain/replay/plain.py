"""Values of the state as plain JSON values with one spelling: what two machines write must be the same bytes.

Masses and sums come out of arithmetic, where 380000 and 380000.000 are one number with two spellings; they are
written without trailing zeros. What is empty is left out, so that a release which learns to keep one thing more
does not change how the states before it are written.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from immutables import Map
from msgspec import UNSET, Struct
from msgspec.structs import fields

from contracts.decimals import plain_text
from contracts.events.payload import Payload


def plain(value: object) -> Any:
    """A state as dictionaries, lists, texts, whole numbers and booleans. TypeError for what a state never holds."""
    match value:
        case str() | bool() | int():
            return value
        case Decimal():
            return decimal_text(value)
        case date():
            return value.isoformat()
        case Payload():
            return value  # as its author wrote it; the encoder knows it
        case Struct():
            named = ((field.encode_name, getattr(value, field.name)) for field in fields(value))
            return {name: plain(held) for name, held in named if not _is_empty(held)}
        case Map() | Mapping():
            items = cast("Mapping[Any, object]", value).items()
            return {_key(key): plain(held) for key, held in items}
        case Sequence() | frozenset():
            return [plain(held) for held in cast("Sequence[object]", value)]
        case None:
            return None
        case _:
            raise TypeError(f"a state holds no {type(value).__name__}")


def decimal_text(value: Decimal) -> str:
    """A number without trailing zeros: one spelling of one number."""
    text = plain_text(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_empty(value: object) -> bool:
    if value is None or value is UNSET or value == "":
        return True
    return isinstance(value, Map | Mapping | tuple | frozenset) and not value


def _key(key: object) -> str:
    if isinstance(key, tuple):
        return "/".join(map(_key, cast("tuple[object, ...]", key)))
    return key.isoformat() if isinstance(key, date) else str(key)
