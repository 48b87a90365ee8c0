"""An operator who holds everything but the authors' keys: the database, the service's key, the log's key.

`Crook` records drafts without judging them, which is what a ledger with our rules taken out would do; the functions
change entries that were recorded honestly, and stamp them anew where the crime needs it. What comes out is published
with a tree and checkpoints that fit: only what nobody can forge is left to tell.
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from contracts.body import digest_of
from contracts.decoding import decode_header
from contracts.draft import Draft, decode_draft
from contracts.entry import Stamp, build_entry, encode_stamp, recorded_at_text, split_entry
from contracts.envelope import Header
from tests.ledger.drafting import STORY_NS, Drafter
from tests.ledger.record import INCARNATION

MILLISECOND_NS = 1_000_000


class Crook:
    """A ledger that records whatever it is given. Versions are counted rightly, unless told otherwise."""

    def __init__(self, entries: Sequence[bytes] = (), *, now_ns: int = STORY_NS) -> None:
        self.entries: list[bytes] = []
        self.drafter = Drafter(now_ns=now_ns, numbers=1_000 * bool(entries))
        self.versions: dict[str, int] = {}
        self.sequence = 0
        self.now_ns = now_ns
        for entry in entries:
            stamp, _ = split_entry(entry)
            self.entries.append(entry)
            self.versions[stamp.stream] = stamp.version
            self.sequence = int(stamp.draft.partition(":")[2])

    def take(self, body: bytes, *, recorded_ns: int | None = None, **stamped: Any) -> int:
        """Record a draft; gives its first position. `stamped` overrides members of every stamp."""
        draft = decode_draft(body)
        assert isinstance(draft, Draft), draft
        self.sequence += 1
        self.now_ns += MILLISECOND_NS
        first = len(self.entries)
        for part_no, part in enumerate(draft.parts):
            eol = part.body.endswith(b"\n")
            lines = part.body.removesuffix(b"\n").split(b"\n")
            for number, line in enumerate(lines):
                stream = header_of(line).subject
                self.versions[stream] = self.versions.get(stream, 0) + 1
                stamp = Stamp(
                    position=len(self.entries),
                    recorded_at=recorded_at_text(self.now_ns if recorded_ns is None else recorded_ns),
                    stream=stream,
                    version=self.versions[stream],
                    draft=f"{INCARNATION}:{self.sequence}",
                    part=digest_of(part.body),
                    part_no=part_no,
                    parts=len(draft.parts),
                    line=number,
                    lines=len(lines),
                    eol=int(eol),
                )
                if number == 0 and part.signature:
                    stamp = replace(stamp, signature=part.signature)
                if number == 0 and part_no == 0:
                    stamp = replace(stamp, decision=draft.decision)
                self.entries.append(build_entry(replace(stamp, **stamped), line))
        return first


def header_of(line: bytes) -> Header:
    """The envelope of an event line."""
    header = decode_header(line)
    assert isinstance(header, Header), header
    return header


def restamped(entry: bytes, **changes: Any) -> bytes:
    """The entry with other members in its stamp."""
    stamp, event = split_entry(entry)
    return encode_stamp(replace(stamp, **changes)) + b"\n" + event


def with_stamp(entries: Sequence[bytes], position: int, **changes: Any) -> list[bytes]:
    """The record with one stamp changed."""
    return with_entry(entries, position, restamped(entries[position], **changes))


def with_entry(entries: Sequence[bytes], position: int, entry: bytes) -> list[bytes]:
    """The record with another entry at a position."""
    return [*entries[:position], entry, *entries[position + 1 :]]


def with_event(entries: Sequence[bytes], position: int, change: Callable[[bytes], bytes]) -> list[bytes]:
    """The record with other event bytes at a position, under the old stamp."""
    head, _, event = entries[position].partition(b"\n")
    return with_entry(entries, position, head + b"\n" + change(event))


def renumbered(entries: Sequence[bytes]) -> list[bytes]:
    """The record stamped with its positions anew, as after a deletion, an insertion or a swap."""
    return [restamped(entry, position=position) for position, entry in enumerate(entries)]
