"""An auditor who believes nothing: reads the tables as they are and computes everything again.

With hashlib, json and the definitions of RFC 6962 and RFC 7797 alone, so that a mistake which writer and checker of
the project share would show here.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from bloc.stack import Stack

_ENTRIES = (
    "SELECT position, recorded_at, stream, version, type, party, leaf, entry FROM ledger.entries ORDER BY 1"
)


class Audited(Struct, frozen=True):
    """A record that was found in order: raw entries; stamp, event bytes and event of each, by position."""

    entries: tuple[bytes, ...]
    stamps: tuple[dict[str, Any], ...]
    lines: tuple[bytes, ...]
    events: tuple[dict[str, Any], ...]
    outcomes: tuple[tuple[int, str], ...]

    @property
    def positions(self) -> Mapping[tuple[str, str], int]:
        """Where each event stands, by source and id."""
        return {(event["source"], event["id"]): place for place, event in enumerate(self.events)}

    def of_type(self, type_name: str) -> list[dict[str, Any]]:
        """Recorded events of one type."""
        return [event for event in self.events if event["type"] == type_name]


async def audit(stack: Stack) -> Audited:
    """Read the whole record as the auditor may, and assert that it holds together."""
    connection = await asyncpg.connect(stack.database_url("auditor"))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            rows = await connection.fetch(_ENTRIES)
            seals = await connection.fetch("SELECT size, prev_size, root FROM ledger.seals ORDER BY size")
            outcomes = await connection.fetch("SELECT * FROM ledger.outcomes ORDER BY sequence")
            ids = await connection.fetch("SELECT source, id::text, position FROM ledger.ids")
            keys = await connection.fetch(
                "SELECT key, version, position FROM ledger.key_versions ORDER BY 1, 2"
            )
    finally:
        await connection.close()
    entries = tuple(bytes(row["entry"]) for row in rows)
    stamps = tuple(json.loads(entry.split(b"\n")[0]) for entry in entries)
    lines = tuple(entry.split(b"\n")[1] for entry in entries)
    events = tuple(json.loads(line) for line in lines)
    told = tuple((row["sequence"], row["outcome"]) for row in outcomes)
    audited = Audited(entries, stamps, lines, events, told)
    _check_rows(rows, audited)
    _check_seals(seals, [leaf_of(entry) for entry in entries])
    _check_outcomes(outcomes, len(rows))
    assert {(row["source"], row["id"]): row["position"] for row in ids} == audited.positions
    _check_versions(keys, audited)
    _check_parts(audited)
    return audited


async def outcome_at(stack: Stack, sequence: int) -> str | None:
    """What became of one draft; None when it was not consumed yet."""
    connection = await asyncpg.connect(stack.database_url("auditor"))
    try:
        return await connection.fetchval("SELECT outcome FROM ledger.outcomes WHERE sequence = $1", sequence)
    finally:
        await connection.close()


def _check_rows(rows: list[asyncpg.Record], audited: Audited) -> None:
    """Positions are dense, time goes one way, and the columns say what the bytes say."""
    assert [row["position"] for row in rows] == list(range(len(rows)))
    times = [stamp["recorded_at"] for stamp in audited.stamps]
    assert times == sorted(times)
    for row, entry, stamp, event in zip(rows, audited.entries, audited.stamps, audited.events, strict=True):
        assert bytes(row["leaf"]) == leaf_of(entry)
        assert entry.count(b"\n") == 1
        told = (
            stamp["position"],
            stamp["stream"],
            stamp["version"],
            event["type"],
            f"/parties/{row['party']}",
        )
        kept = (row["position"], event["subject"], row["version"], row["type"], event["source"])
        assert told == kept
        assert row["recorded_at"].isoformat(timespec="microseconds") == stamp["recorded_at"].replace(
            "Z", "+00:00"
        )


def _check_seals(seals: list[asyncpg.Record], leaves: list[bytes]) -> None:
    """Each seal goes on where the one before ended, and its root is that of the leaves below it."""
    size = 0
    subtrees: dict[tuple[int, int], bytes] = {}
    for seal in seals:
        assert seal["prev_size"] == size
        assert seal["size"] > size
        size = seal["size"]
        assert bytes(seal["root"]) == tree_hash(leaves, 0, size, subtrees)
    assert size == len(leaves)


def _check_outcomes(outcomes: list[asyncpg.Record], size: int) -> None:
    """Every draft has one outcome, none was skipped, and the recorded ones cover all positions once."""
    assert [row["sequence"] for row in outcomes] == list(range(1, len(outcomes) + 1))
    covered = 0
    for row in outcomes:
        if row["outcome"] == "recorded":
            assert row["first_position"] == covered
            covered += row["count"]
    assert covered == size


def _check_versions(keys: list[asyncpg.Record], audited: Audited) -> None:
    """Versions of every key are dense from 1, in the order of positions; streams as the stamps say."""
    versions: dict[str, list[int]] = {}
    for row in keys:
        held = versions.setdefault(row["key"], [])
        assert row["version"] == len(held) + 1
        assert not held or row["position"] > held[-1]
        held.append(row["position"])
    for stamp in audited.stamps:
        assert versions[stamp["stream"]][stamp["version"] - 1] == stamp["position"]


def _check_parts(audited: Audited) -> None:
    """Every body can be cut out of the entries again, byte for byte, and its author's signature verifies."""
    keys = dict(_registered_keys(audited.events))
    position = 0
    while position < len(audited.stamps):
        first = audited.stamps[position]
        assert first["line"] == 0
        span = slice(position, position + first["lines"])
        body = b"\n".join(audited.lines[span]) + b"\n" * first["eol"]
        assert hashlib.sha256(body).hexdigest() == first["part"]
        assert {stamp["part"] for stamp in audited.stamps[span]} == {first["part"]}
        assert [stamp["line"] for stamp in audited.stamps[span]] == list(range(first["lines"]))
        assert ("decision" in first) == (first["part_no"] == 0)
        if "signature" in first:
            verify(first["signature"], body, keys)
        else:
            assert {event["source"] for event in audited.events[span]} == {"/parties/bloc.tariffs"}
        position += first["lines"]


def _registered_keys(events: Iterable[dict[str, Any]]) -> Iterable[tuple[str, str]]:
    """Thumbprint and public half of every key that the record names."""
    for event in events:
        if event["type"] == "bloc.key.registered.v1":
            holders = [event["data"]]
        elif event["type"] == "bloc.founded.v1":
            holders = [event["data"]["secretariat"], *event["data"]["services"]]
        else:
            continue
        for holder in holders:
            x = holder["jwk"]["x"]
            named = hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest()
            yield base64.urlsafe_b64encode(named).rstrip(b"=").decode(), x


def verify(signature: str, body: bytes, keys: Mapping[str, str]) -> None:
    """Check one detached JWS over a body; raises InvalidSignature."""
    protected, _, made = signature.partition("..")
    header = json.loads(_unb64(protected))
    public = Ed25519PublicKey.from_public_bytes(_unb64(keys[header["kid"]]))
    public.verify(_unb64(made), protected.encode() + b"." + body)


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def leaf_of(entry: bytes) -> bytes:
    """RFC 6962 section 2.1: the hash of a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def tree_hash(leaves: list[bytes], start: int, end: int, known: dict[tuple[int, int], bytes]) -> bytes:
    """RFC 6962 section 2.1: the root of leaves[start:end], by its recursive definition; `known` spares work."""
    if end - start == 1:
        return leaves[start]
    if (start, end) not in known:
        split = 1 << ((end - start - 1).bit_length() - 1)
        left = tree_hash(leaves, start, start + split, known)
        right = tree_hash(leaves, start + split, end, known)
        known[start, end] = hashlib.sha256(b"\x01" + left + right).digest()
    return known[start, end]
