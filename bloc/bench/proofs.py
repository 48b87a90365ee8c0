"""`bloc bench proofs`: how soon a commit is signed and cosigned, how fast it is proven, how fast all is verified.

Everything through the interfaces that partners and auditors use. Beside each figure stands what no implementation can
do without: the round trip to the same service for a proof, and for a whole verification the bare SHA-256 of every entry
and the bare Ed25519 check of every signature, spread over all cores.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from hashlib import sha256
from http import HTTPStatus
from random import Random
from time import perf_counter
from typing import Any
from uuid import uuid4

import asyncpg
from msgspec import Struct

from bloc.bench import load
from bloc.bench.growing import grow
from bloc.bench.wire import Connection, get_request
from bloc.demo.play import Stage
from bloc.stack import Stack
from bloc.trouble import Trouble
from contracts.identity.keys import SigningKey

ROUNDS = 30
PROOFS = 1_000
POLL_SECONDS = 0.005
_BARE_ROUNDS = 2_000


class Spread(Struct, frozen=True):
    """How long something took, in milliseconds."""

    p50_ms: float
    p99_ms: float
    most_ms: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Spread":
        """Rank measured times."""
        ranked = sorted(1000 * one for one in seconds)
        return cls(
            ranked[len(ranked) // 2], ranked[min(len(ranked) - 1, len(ranked) * 99 // 100)], ranked[-1]
        )


class Proven(Struct, frozen=True):
    """The figures of one ledger of `entries` entries, in submissions of `events_each`."""

    entries: int
    events_each: int
    behind: Spread
    """From the receipt to the checkpoint that covers it."""
    cosigned: Spread
    """From the submission to the receipt with its cosigned proof."""
    round_trip: Spread
    inclusion: Spread
    consistency: Spread
    verify_seconds: float
    verify_peak_mib: float
    bare_seconds: float


async def measure(
    stack: Stack, stage: Stage, entries: int, events_each: int, say: Callable[[str], None]
) -> Proven:
    """Grow the ledger to `entries`, then sign, prove and verify it."""
    size = await grow(stack, stage, entries, say, events_each=events_each)
    say("Waiting for checkpoints and cosignatures")
    behind, cosigned = await _signing(stack, stage)
    say(f"Proving {PROOFS:,} times")
    async with Connection(stack.ledger_url) as ledger:
        pairs = _pairs(size)
        round_trip = await _timed(ledger, ("/health/live" for _ in pairs))
        inclusion = await _timed(ledger, (f"/entries/{high - 1}/proof" for _, high in pairs))
        consistency = await _timed(ledger, (f"/consistency?from={low}&to={high}" for low, high in pairs))
    say(f"Verifying {size:,} entries")
    seconds, peak_mib = await asyncio.to_thread(_verify, stack)
    bare = await _bare_seconds(stack)
    return Proven(
        size, events_each, behind, cosigned, round_trip, inclusion, consistency, seconds, peak_mib, bare
    )


async def _signing(stack: Stack, stage: Stage) -> tuple[Spread, Spread]:
    """Post one event at a time: first watching the checkpoint, then asking for the cosigned receipt."""
    key, origin = stage.keys["us.customs"], stage.bloc.origin
    requests = load.declarations(key, origin, uuid4().hex[:12], 2 * ROUNDS, 1)
    behind: list[float] = []
    cosigned: list[float] = []
    async with Connection(stack.tariffs_url) as tariffs, Connection(stack.ledger_url) as ledger:
        for request in requests[:ROUNDS]:
            receipt = await _answer(tariffs, request)
            began = perf_counter()
            await _signed_beyond(ledger, receipt["first_position"])
            behind.append(perf_counter() - began)
        for request in requests[ROUNDS:]:
            began = perf_counter()
            receipt = await _answer(tariffs, request.replace(b"Prefer: ", b"Prefer: proof=cosigned, ", 1))
            cosigned.append(perf_counter() - began)
            if not receipt["proof"]["quorum"]:
                raise Trouble("A receipt came without its quorum.", "Look at the logs of the witnesses.")
    return Spread.of(behind), Spread.of(cosigned)


async def _answer(connection: Connection, request: bytes) -> dict[str, Any]:
    status, body = await connection.send(request)
    if status != HTTPStatus.CREATED:
        raise Trouble(
            f"A benchmark submission was answered {status}: {body[:600].decode(errors='replace')}",
            "Look at the logs of the services in the data folder.",
        )
    return json.loads(body)


async def _signed_beyond(ledger: Connection, position: int) -> None:
    """Look at the newest checkpoint until it covers a position."""
    while True:
        status, note = await ledger.send(get_request("/checkpoint"))
        if status == HTTPStatus.OK and int(note.split(b"\n")[1]) > position:
            return
        await asyncio.sleep(POLL_SECONDS)


def _pairs(size: int) -> list[tuple[int, int]]:
    """Sizes, the smaller first; the same ones in every run on a ledger of that size."""
    random = Random(size)
    return [(low, high) for low, high in (sorted(random.sample(range(1, size), 2)) for _ in range(PROOFS))]


async def _timed(ledger: Connection, paths: Iterable[str]) -> Spread:
    """Ask one after the other on one connection."""
    seconds: list[float] = []
    for path in paths:
        began = perf_counter()
        status, body = await ledger.send(get_request(path))
        seconds.append(perf_counter() - began)
        if status != HTTPStatus.OK:
            raise Trouble(
                f"{path} was answered {status}: {body[:300].decode(errors='replace')}", "Try it by hand."
            )
    return Spread.of(seconds)


def _verify(stack: Stack) -> tuple[float, float]:
    """Seconds and MiB of `bloc verify` on the whole ledger: the largest of its processes."""
    command = [sys.executable, "-m", "bloc", "verify", stack.ledger_url, "--policy", str(stack.policy_file)]
    began = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as verifier:
        said = b"" if verifier.stdout is None else verifier.stdout.read()
        _, status, usage = os.wait4(verifier.pid, 0)
        verifier.returncode = os.waitstatus_to_exitcode(status)
    if verifier.returncode != 0:
        raise Trouble(
            f"bloc verify ended with {verifier.returncode}: {said.decode(errors='replace')}", "Read it."
        )
    return perf_counter() - began, usage.ru_maxrss / 1024


async def _bare_seconds(stack: Stack) -> float:
    """The hashes and signature checks alone: two signatures a draft, the author's and the decision's."""
    connection = await asyncpg.connect(stack.database_url())
    try:
        entries: int = await connection.fetchval("SELECT count(*) FROM ledger.entries")
        octets: int = await connection.fetchval("SELECT sum(octet_length(entry))::bigint FROM ledger.entries")
        drafts: int = await connection.fetchval(
            "SELECT count(*) FROM ledger.outcomes WHERE outcome = 'recorded'"
        )
    finally:
        await connection.close()
    entry, message, key = b"e" * (octets // entries), b"m" * 1_000, SigningKey.generate()
    signature = key.sign(message)
    hashing = _each(lambda: sha256(entry).digest())
    checking = _each(lambda: key.verifying.verify(signature, message))
    return (entries * hashing + 2 * drafts * checking) / (os.cpu_count() or 1)


def _each(work: Callable[[], object]) -> float:
    """Seconds of one call, over many."""
    began = perf_counter()
    for _ in range(_BARE_ROUNDS):
        work()
    return (perf_counter() - began) / _BARE_ROUNDS
