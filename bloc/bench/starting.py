"""How long the tariffs service takes to be ready again: from its snapshot, and when it has to discard it.

The service itself is stopped and started, as an operator would, and is ready when it says so over HTTP. The snapshot is
that of its own fold, of the state whose hash is recorded last; it is put in place here, because the service would only
publish the next hash after so many entries or so much time.
"""

import asyncio
import re
from pathlib import Path
from time import perf_counter

from msgspec import Struct

from bloc.authoring import author_event, submission_body
from bloc.bench import load
from bloc.demo.play import Stage
from bloc.history.sources import dense, open_history
from bloc.stack import Stack
from bloc.trouble import Trouble
from contracts.identity.keys import SigningKey
from services.tariffs.domain.replay.document import StateHash, state_hash
from services.tariffs.following.folding import Folding
from services.tariffs.following.snapshot import Snapshots

SERVICE, TAKEN, DISCARDED = "tariffs", "snapshot_taken", "snapshot_discarded"


class Started(Struct, frozen=True):
    """Seconds until the service was ready: from its snapshot of nearly everything, and by reading everything."""

    from_snapshot_seconds: float
    discarded_seconds: float


async def measure(stack: Stack, stage: Stage) -> Started:
    """Record the hash of the state as it is, and start the service twice. Raises Trouble when it does otherwise."""
    folder = stack.data / "snapshot"
    fresh = stack.data / "snapshot.bench"
    hashed = await asyncio.to_thread(_snapshot, stack.ledger_url, fresh)
    await _publish(stack, stage, hashed)
    await stack.stop(SERVICE)
    for file in fresh.iterdir():
        file.replace(folder / file.name)
    from_snapshot = await _start(stack, TAKEN)
    await stack.stop(SERVICE)
    _spoil(folder)
    return Started(from_snapshot, await _start(stack, DISCARDED))


def _snapshot(url: str, folder: Path) -> StateHash:
    """Fold everything, and save the state as if its hash were in the next entry, as it will be."""
    history, snapshots = open_history(url), Snapshots(folder)
    folding = Folding(snapshots.keep)
    try:
        for lines in dense(history):
            folding.take(lines)
        hashed = state_hash(folding.state)
        published_at = hashed.position + 1
        snapshots.save(folding.state, hashed, length_bytes=snapshots.length_bytes, published_at=published_at)
    finally:
        snapshots.close()
        history.close()
    return hashed


async def _publish(stack: Stack, stage: Stage, hashed: StateHash) -> None:
    """Record the hash, in the name of the service and with its key."""
    key = SigningKey.from_pem((stack.keys_folder / "bloc.tariffs.pem").read_text("utf-8"))
    data = {
        "known_position": hashed.position,
        "format": hashed.format,
        "things": hashed.things,
        "state_hash": hashed.root,
    }
    body = submission_body([author_event("bloc.tariffs", "bloc.state_hash.published.v1", data)])
    await load.post_all(stack.tariffs_url, [load.signed(key, stage.bloc.origin, body)], in_flight=1)


def _spoil(folder: Path) -> None:
    """Change one digit of what was kept: the lines are still entries, and the state another one."""
    file = folder / "entries.ndjson"
    other = re.sub(
        rb'(?<="percent":")[0-9]',
        lambda digit: b"2" if digit[0] == b"1" else b"1",
        file.read_bytes(),
        count=1,
    )
    file.write_bytes(other)


async def _start(stack: Stack, expected: str) -> float:
    said = stack.logs_folder / f"{SERVICE}.log"
    before = said.stat().st_size if said.exists() else 0
    began = perf_counter()
    await stack.start(SERVICE)
    seconds = perf_counter() - began
    if expected.encode() not in said.read_bytes()[before:]:
        raise Trouble(f"The service started without saying {expected}.", f"See {said}.")
    return seconds
