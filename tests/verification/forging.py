"""An operator who holds everything but the authors' keys: the database, the service's key, the log's key.

`Crook` records drafts without judging them, which is what a ledger with our rules taken out would do; the functions
change entries that were recorded honestly, and stamp them anew where the crime needs it. What comes out is published
with a tree and checkpoints that fit: only what nobody can forge is left to tell.
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from contracts.body import digest_of
from contracts.decision import Decision, sign_decision
from contracts.decoding import decode_header
from contracts.draft import Draft, Part, decode_draft
from contracts.entry import Stamp, build_entry, encode_stamp, recorded_at_text, split_entry
from contracts.envelope import Header
from contracts.identity.keys import SigningKey
from tests.ledger.drafting import (
    CUSTOMS,
    ORIGIN,
    STORY_NS,
    TARIFFS,
    Drafter,
    jwk_of,
    line_of,
    proof_of,
)
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
        draft = opened(body)
        return self.record(draft.parts, draft.decision, recorded_ns=recorded_ns, **stamped)

    def record(
        self,
        parts: Sequence[Part],
        decision: str | UnsetType,
        *,
        recorded_ns: int | None = None,
        **stamped: Any,
    ) -> int:
        """Record parts under a decision, whatever they are."""
        self.sequence += 1
        self.now_ns += MILLISECOND_NS
        recorded_at = recorded_at_text(self.now_ns if recorded_ns is None else recorded_ns)
        first = len(self.entries)
        for part_no, part in enumerate(parts):
            lines = part.body.removesuffix(b"\n").split(b"\n")
            for number, line in enumerate(lines):
                stamp = Stamp(
                    position=len(self.entries),
                    recorded_at=recorded_at,
                    stream=header_of(line).subject,
                    version=self._next_version(header_of(line).subject),
                    draft=f"{INCARNATION}:{self.sequence}",
                    part=digest_of(part.body),
                    part_no=part_no,
                    parts=len(parts),
                    line=number,
                    lines=len(lines),
                    eol=int(part.body.endswith(b"\n")),
                    signature=part.signature if part.signature and not number else UNSET,
                    decision=UNSET if part_no or number else decision,
                )
                self.entries.append(build_entry(replace(stamp, **stamped), line))
        return first

    def take_decided(self, *parts: Part) -> int:
        """Record parts under a decision that the operator makes himself, with the key of the tariffs service."""
        return self.record(parts, decision_about(*parts, now_ns=self.now_ns))

    def registration(
        self,
        key: SigningKey,
        *,
        party: str = "us.customs",
        author: str = "us.customs",
        signer: SigningKey = CUSTOMS,
        proof: str = "",
    ) -> bytes:
        """A draft in which `author` registers a key of `party`."""
        data = {"party": party, "jwk": jwk_of(key), "proof": proof or proof_of(key, party)}
        number = self.drafter.number()
        line = line_of(author, "bloc.key.registered.v1", f"party/{party}", data, number)
        return self.drafter.draft([line], key=signer, party=author)

    def _next_version(self, stream: str) -> int:
        self.versions[stream] = self.versions.get(stream, 0) + 1
        return self.versions[stream]


def opened(body: bytes) -> Draft:
    """A draft of the drafter, as it goes over the wire."""
    draft = decode_draft(body)
    assert isinstance(draft, Draft), draft
    return draft


def decision_about(*parts: Part, now_ns: int = STORY_NS) -> str:
    """A decision with the key of the tariffs service."""
    digests = tuple(digest_of(part.body) for part in parts)
    decision = Decision(digests, "0" * 64, 0, recorded_at_text(now_ns), "2026.1")
    return sign_decision(TARIFFS, decision, audience=ORIGIN)


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
