"""The entry: what the ledger stores, hashes and serves, and the stamp on its first line.

An entry is two lines joined by one LF, with none at the end: the ledger's stamp as compact JSON in fixed
field order, and the author's exact event bytes. Because the author's bytes are never re-encoded, anyone can
cut the signed bodies out of the entries again and check every signature for ever (architecture.md, "Entry").

Served in JSON the two lines stand verbatim as members `stamp` and `event`, so the bytes survive the trip.
"""

from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from msgspec import UNSET, UnsetType

from contracts.limits import ENTRY_BYTES_MAX
from contracts.malformed import UNREADABLE

NANOSECONDS_PER_SECOND = 1_000_000_000
_NANOSECONDS_PER_MICROSECOND = 1_000


class CorruptEntry(ValueError):
    """Bytes that were stored or served as an entry are none."""


class Stamp(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the ledger says about one event; the order of the fields is the order on the wire.

    `draft` is `<incarnation>:<sequence>`; `part` the SHA-256 hex of the exact body of the part, the
    `part_no`-th (from 0) of `parts`; the event is its line `line` (from 0) of `lines`, and `eol` is 1 when
    one LF ends that body. `signature` stands on line 0 of an authored part, `decision` on the first entry
    of a draft, and from version 2 of the rules of admission on `expects` beside it (`contracts.expectations`),
    keys in order of their characters.
    """

    position: int
    recorded_at: str
    stream: str
    version: int
    draft: str
    part: str
    part_no: int
    parts: int
    line: int
    lines: int
    eol: int
    signature: str | UnsetType = UNSET
    decision: str | UnsetType = UNSET
    expects: dict[str, int] | UnsetType = UNSET


class _Served(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    stamp: msgspec.Raw
    event: msgspec.Raw


_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODE_STAMP = msgspec.json.Decoder(Stamp)
_DECODE_SERVED = msgspec.json.Decoder(_Served)
_STAMP_BEGINS = b'{"stamp":'
_EVENT_BEGINS = b',"event":'


def encode_stamp(stamp: Stamp) -> bytes:
    """Write line 1 of an entry."""
    return _ENCODER.encode(stamp)


class PartStamper:
    """Writes the stamps of one part: what all its lines share is put into a template once.

    The bytes are those of `encode_stamp`, which a property test holds it to; it takes half the time, because
    no field can need an escape: streams, digests and signatures are checked ASCII without quotes.
    """

    __slots__ = ("_plain", "_shared")

    def __init__(
        self, *, recorded_at: str, draft: str, part: str, part_no: int, parts: int, lines: int, eol: bool
    ) -> None:
        self._shared = (
            f'{{"position":%d,"recorded_at":"{recorded_at}","stream":"%s","version":%d,"draft":"{draft}",'
            f'"part":"{part}","part_no":{part_no},"parts":{parts},"line":%d,"lines":{lines},"eol":{eol:d}'
        )
        self._plain = self._shared + "}"

    def line(
        self,
        position: int,
        stream: str,
        version: int,
        line: int,
        *,
        signature: str = "",
        decision: str = "",
        expects: str = "",
    ) -> bytes:
        """Write the stamp of one line; `signature`, `decision` and `expects` (JSON) where they stand, else ""."""
        if not signature and not decision and not expects:
            return (self._plain % (position, stream, version, line)).encode("ascii")
        text = self._shared % (position, stream, version, line)
        if signature:
            text = f'{text},"signature":"{signature}"'
        if decision:
            text = f'{text},"decision":"{decision}"'
        if expects:
            text = f'{text},"expects":{expects}'
        return (text + "}").encode("ascii")


def build_entry(stamp: Stamp | bytes, event: bytes) -> bytes:
    """Put an entry together from its stamp (as value, or as the line already written) and the event bytes.

    Raises CorruptEntry when the entry would be too large or of more than two lines: the limits of events and
    stamps are there so that this cannot happen.
    """
    entry = (stamp if isinstance(stamp, bytes) else _ENCODER.encode(stamp)) + b"\n" + event
    if len(entry) > ENTRY_BYTES_MAX or b"\n" in event:
        raise CorruptEntry(f"an entry of {len(entry)} bytes, or an event of several lines, cannot be stored")
    return entry


def split_entry(entry: bytes) -> tuple[Stamp, bytes]:
    """Cut an entry into its stamp and the author's event bytes. Raises CorruptEntry when it is none."""
    line, separator, event = entry.partition(b"\n")
    if not separator or b"\n" in event:
        raise CorruptEntry("an entry has exactly two lines")
    try:
        return _DECODE_STAMP.decode(line), event
    except UNREADABLE as error:
        raise CorruptEntry(f"the stamp cannot be read: {error}") from error


def event_of(entry: bytes) -> bytes:
    """The author's event bytes of an entry, without reading its stamp."""
    return entry[entry.index(b"\n") + 1 :]


def serve_entry(entry: bytes) -> bytes:
    """Write an entry as one JSON object, both lines verbatim; no LF at the end (NDJSON adds it). CorruptEntry when it
    has one line."""
    stamp, separator, event = entry.partition(b"\n")
    if not separator:
        raise CorruptEntry("an entry has exactly two lines")
    return b"".join((_STAMP_BEGINS, stamp, _EVENT_BEGINS, event, b"}"))


def receive_entry(line: bytes) -> bytes:
    """Give back the exact entry from what `serve_entry` wrote. Raises CorruptEntry when it is not that."""
    try:
        served = _DECODE_SERVED.decode(line)
    except UNREADABLE as error:
        raise CorruptEntry(f"the served entry cannot be read: {error}") from error
    return bytes(served.stamp) + b"\n" + bytes(served.event)


def split_served(line: bytes) -> tuple[Stamp, bytes]:
    """Stamp and event bytes of what `serve_entry` wrote; the event is cut out unread, for whoever decodes it.

    Raises CorruptEntry when it is not that. The words that it is cut at stand in no stamp: a quote within a string
    would be escaped, and no key version is that of a key called "event" (`contracts.expectations.is_key`).
    """
    stamp, separator, event = line.partition(_EVENT_BEGINS)
    if not separator or not line.startswith(_STAMP_BEGINS) or event[:1] != b"{" or event[-2:] != b"}}":
        raise CorruptEntry(f"this is no served entry: {line[:60]!r}")
    try:
        return _DECODE_STAMP.decode(stamp[len(_STAMP_BEGINS) :]), event[:-1]
    except UNREADABLE as error:
        raise CorruptEntry(f"the served entry cannot be read: {error}") from error


def event_served(line: bytes) -> bytes:
    """The event bytes of what `serve_entry` wrote, cut out without reading its stamp. Raises as `split_served` does."""
    cut = line.find(_EVENT_BEGINS)
    if cut < 0 or not line.startswith(_STAMP_BEGINS) or not line.endswith(b"}}"):
        raise CorruptEntry(f"this is no served entry: {line[:60]!r}")
    return line[cut + len(_EVENT_BEGINS) : -1]


def recorded_at_text(nanoseconds: int) -> str:
    """Write an instant (nanoseconds since 1970, as JetStream counts) as RFC 3339 UTC with six digits.

    Truncated, never rounded: a recorded time must not lie after the moment that it names.
    """
    seconds, rest = divmod(nanoseconds, NANOSECONDS_PER_SECOND)
    return f"{_second_text(seconds)}.{rest // _NANOSECONDS_PER_MICROSECOND:06d}Z"


@lru_cache(maxsize=64)
def _second_text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
