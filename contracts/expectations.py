"""What a draft was decided on, as the record shows it: the key versions that its own entries do not show already.

A decision signs the digest of all key versions that it expects. A digest can be checked by nobody who has not the
versions, so from version 2 of the rules of admission on the first stamp of an accepted draft states them. Not all:
a draft expects every stream that it writes to, and there the first of its entries has the next version. What is left
are the guard, the author's own stream, and what was read without being written: a few dozen bytes.

A refusal states none. What it was decided on is told by the body that was refused, which is not in the record either;
whoever has that can decide it again (`bloc audit --refused`).
"""

import re
from collections.abc import Iterable, Mapping

import msgspec

from contracts.limits import ENTRY_BYTES_MAX, STAMP_BESIDE_EXPECTS_BYTES_MAX
from contracts.streams import RULES_GUARD

_STREAM = re.compile(r"[a-z][a-z0-9_]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*){1,2}", re.ASCII)
_ENCODER = msgspec.json.Encoder(order="deterministic")


def stated_of(expects: Mapping[str, int], written: Iterable[str]) -> dict[str, int]:
    """The part of `expects` that a stamp states: all but the streams that the draft writes to, in order of the keys."""
    shown = frozenset(written)
    return {key: expects[key] for key in sorted(expects) if key not in shown}


def encode_stated(stated: Mapping[str, int]) -> bytes:
    """As it stands in the stamp: compact JSON, keys in order of their characters."""
    return _ENCODER.encode(dict(stated))


def expects_of(stated: Mapping[str, int], first_versions: Mapping[str, int]) -> dict[str, int]:
    """All that a draft expects: what its stamp states, and of each stream the version before its own first entry
    there. The inverse of `stated_of`."""
    return {**{stream: version - 1 for stream, version in first_versions.items()}, **stated}


def fits_entry(stated: bytes, first_event: bytes) -> bool:
    """Whether the first entry of a draft has room for what its stamp is to state."""
    return len(stated) + len(first_event) + 1 + STAMP_BESIDE_EXPECTS_BYTES_MAX <= ENTRY_BYTES_MAX


def is_key(name: str) -> bool:
    """Whether a name can be a key: the guard, or a stream of any kind, also of one that a later release brings."""
    return name == RULES_GUARD or _STREAM.fullmatch(name) is not None
