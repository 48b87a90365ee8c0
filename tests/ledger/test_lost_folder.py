"""A ledger that lost its folder, and asks its witnesses what it has signed; or its operator decides."""

import os
import sys
from asyncio import to_thread
from collections.abc import AsyncIterator
from pathlib import Path
from subprocess import CompletedProcess, run

import pytest

from bloc.embedded.services import PROJECT
from contracts.tlog.add_checkpoint import AddCheckpoint
from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note, NoteKey, sign_note
from contracts.tlog.policy import Policy, PolicyLog, PolicyWitness, write_policy
from services.ledger.domain.signing import SignedCheckpoint
from tests.ledger.drafting import LEDGER, ORIGIN, key_of
from tests.ledger.signing import SIGNED_NS, Desk, until
from tests.witness.running import RunningWitness

LOG = PolicyLog(NoteKey.of(ORIGIN, LEDGER.verifying))


@pytest.fixture(scope="module")
async def witness(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningWitness]:
    """A witness of this log, asked for the first time in the first test."""
    followed = write_policy(Policy(logs=(LOG,)))
    folder = tmp_path_factory.mktemp("witness")
    async with RunningWitness(folder, (), BLOC_WITNESS_POLICY=followed) as running:
        yield running


def policy_of(witness: RunningWitness, url: str = "") -> Policy:
    return Policy((LOG,), (PolicyWitness("us", witness.key, url or witness.url),), (), "us")


def signed(desk: Desk, batch: int) -> SignedCheckpoint:
    """What the log signs after a batch."""
    checkpoint = Checkpoint(ORIGIN, desk.record.batches[batch].after.size, desk.root(batch))
    note = Note(checkpoint.body, (sign_note(checkpoint.body, ORIGIN, LEDGER),))
    return SignedCheckpoint(checkpoint, note, SIGNED_NS)


async def lose_folder(desk: Desk) -> None:
    await desk.signed(264)
    desk.store.path.unlink()


async def test_a_witness_that_does_not_answer_leaves_it_lost(desk: Desk, witness: RunningWitness) -> None:
    """Nobody can say whether later checkpoints were signed, so nothing is."""
    await lose_folder(desk)
    kind, reason = await desk.refused(policy=policy_of(witness, "http://127.0.0.1:9"))
    assert kind == "store_missing"
    assert reason.startswith(
        f"{desk.store.path} is missing, the database has a checkpoint of 264, and no quorum of witnesses answers (us: "
        "ConnectError"
    )
    assert desk.store.read() is None


async def test_a_witness_that_knows_nothing_of_the_log_agrees_with_the_record(
    desk: Desk, witness: RunningWitness
) -> None:
    """A quorum of witnesses has cosigned nothing: the newest recorded checkpoint is the last."""
    await lose_folder(desk)
    async with desk.signer(policy=policy_of(witness)) as published:
        await desk.commit(desk.record.batches[3])
        await until(lambda: published.size == 304, published)
    assert [size for size, _ in await desk.checkpoints()] == [264, 304]


async def test_a_witness_that_cosigned_later_is_believed(desk: Desk, witness: RunningWitness) -> None:
    """The database was put back as well: it signs nothing until it has become what the witness has seen."""
    await lose_folder(desk)
    seen = signed(desk, 4)
    answer = await witness.post(AddCheckpoint(0, (), seen.note.encode()).encode())
    assert answer.status_code == 200, answer.text
    async with desk.signer(policy=policy_of(witness)) as published:
        await until(lambda: published.refusal is not None, published)
        assert published.refusal is not None
        assert published.refusal.kind == "database_behind"
        assert (
            "the database holds 264 entries, and a checkpoint of 324 was signed" in published.refusal.reason
        )
        kept = desk.store.read()
        assert isinstance(kept, SignedCheckpoint)
        assert (kept.checkpoint, kept.note) == (seen.checkpoint, seen.note)
        desk.at_ns = kept.signed_at_ns + 2_000_000_000
        await desk.commit(*desk.record.batches[3:])
        await until(lambda: published.size == 344, published)


def adopt(desk: Desk, *words: str) -> CompletedProcess[str]:
    """`bloc ledger adopt-checkpoint`, as an operator types it."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("BLOC_")}
    settings = {
        "BLOC_DATABASE_URL": desk.url(),
        "BLOC_CHECKPOINT_STORE": str(desk.folder),
        "BLOC_ORIGIN": ORIGIN,
    }
    command = [sys.executable, "-m", "bloc", "ledger", "adopt-checkpoint", *words]
    return run(
        command, env=own | settings, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )


async def test_an_operator_adopts_the_newest_recorded_checkpoint(desk: Desk) -> None:
    """After that signing goes on by itself; nothing else is changed."""
    await lose_folder(desk)
    done = await to_thread(adopt, desk)
    assert (done.returncode, done.stderr) == (0, "")
    assert "264 entries" in done.stdout
    await desk.commit(desk.record.batches[3])
    await desk.signed(304)
    again = await to_thread(adopt, desk)
    assert (again.returncode, "nothing to adopt" in again.stderr) == (1, True)


async def test_an_operator_adopts_what_a_partner_has_kept(desk: Desk, tmp_path: Path) -> None:
    """A later checkpoint than the database knows of, verified by the key; a torn file is set aside, not lost."""
    await desk.signed(264)
    desk.store.path.write_bytes(b"half a chec")
    file = tmp_path / "checkpoint.txt"
    file.write_bytes(signed(desk, 3).note.encode())
    done = await to_thread(adopt, desk, "--note", str(file))
    assert (done.returncode, "304 entries" in done.stdout) == (0, True), done.stderr
    kind, _ = await desk.refused()
    assert kind == "database_behind"
    assert [path.read_bytes() for path in desk.folder.glob("checkpoint.replaced-*")] == [b"half a chec"]


async def test_what_contradicts_the_record_is_not_adopted(desk: Desk, tmp_path: Path) -> None:
    """A note of another key, of an older size, with another root or from nowhere stays where it is."""
    await lose_folder(desk)
    file = tmp_path / "checkpoint.txt"
    forged = Checkpoint(ORIGIN, 304, desk.root(3))
    other = Checkpoint(ORIGIN, 264, bytes(32))
    for note, said in (
        (
            Note(forged.body, (sign_note(forged.body, ORIGIN, key_of("mallory")),)),
            "none of the keys of this log",
        ),
        (signed(desk, 1).note, "262"),
        (Note(other.body, (sign_note(other.body, ORIGIN, LEDGER),)), "another root"),
    ):
        file.write_bytes(note.encode())
        done = await to_thread(adopt, desk, "--note", str(file))
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr
        assert desk.store.read() is None
    missing = await to_thread(adopt, desk, "--note", str(tmp_path / "elsewhere"))
    assert (missing.returncode, "elsewhere cannot be read" in missing.stderr) == (1, True), missing.stderr
