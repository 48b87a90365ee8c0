"""When the signer refuses, and the very words in which it says why: what it signed once can never be taken back."""

import errno
import os

import pytest

from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note, sign_note
from tests.ledger.drafting import LEDGER, ORIGIN, SECOND_NS, key_of
from tests.ledger.signing import SIGNED_NS, Desk, copy_of, recorded, until

LOOK = "; nothing is signed until an operator has looked"


async def test_a_clock_that_goes_back_is_waited_for(desk: Desk) -> None:
    """Whoever signs at an earlier time than before lets people doubt the order of all that was signed."""
    async with desk.signer() as published:
        await until(lambda: published.size == 264, published)
        desk.at_ns -= 90 * SECOND_NS
        await desk.commit(desk.record.batches[3])
        await until(lambda: published.refusal is not None, published)
        assert published.refusal is not None
        assert published.refusal.kind == "clock_back"
        assert published.refusal.reason == (
            "the clock shows 2026-07-01T03:29:36.000000Z and the last checkpoint was signed at "
            "2026-07-01T03:31:06.000000Z: set the clock of this machine; signing goes on when it has passed that time"
        )
        assert published.size == 264
        desk.at_ns = SIGNED_NS + SECOND_NS
        await until(lambda: published.size == 304, published)
        assert published.refusal is None


@pytest.mark.parametrize("merged", [False, True], ids=["the same batches", "all in one batch"])
async def test_a_database_that_is_behind_signs_again_when_it_has_caught_up(
    desk: Desk, committed: Desk, merged: bool
) -> None:
    """Restored from a backup it refuses below the last checkpoint, and then goes on from the very same one."""
    await desk.commit(*desk.record.batches[3:5])
    await desk.signed(324)
    async with copy_of(committed, f"{desk.database}_restored", desk.folder) as restored:
        async with restored.signer() as published:
            await until(lambda: published.refusal is not None, published)
            assert published.refusal is not None
            assert published.refusal.kind == "database_behind"
            assert published.refusal.reason == (
                "the database holds 264 entries, and a checkpoint of 324 was signed: nothing is signed until the "
                "ledger has caught up with it from the draft stream"
            )
            restored.at_ns += 5 * SECOND_NS
            await restored.commit(*recorded(last_together=merged).batches[3:])
            await until(lambda: published.size == 344, published)
            assert published.refusal is None
        assert (await restored.checkpoints())[0] == (await desk.checkpoints())[0]
        assert [size for size, _ in await restored.checkpoints()] == [324, 344]


async def test_a_restored_database_with_another_history_is_refused(desk: Desk) -> None:
    """It has the size of the last checkpoint, and another root."""
    root = bytes(32)
    desk.keep(Checkpoint(ORIGIN, 262, root))
    kind, reason = await desk.refused()
    tree = desk.root(1).hex()
    assert kind == "recomputed_differs"
    assert reason == (
        f"checkpoint 262, root: {root.hex()} was signed, the entries below 262 give {tree}{LOOK}"
    )


async def test_a_recorded_checkpoint_of_another_root_is_refused(desk: Desk) -> None:
    """The folder and the database disagree about what was signed."""
    signed = desk.keep(Checkpoint(ORIGIN, 264, desk.root(2)))
    other = Checkpoint(ORIGIN, 264, bytes(32))
    note = Note(other.body, (sign_note(other.body, ORIGIN, LEDGER),)).encode().hex()
    await desk.tamper(
        f"INSERT INTO ledger.checkpoints VALUES (264, '\\x{'00' * 32}', '\\x{note}', '2026-07-01T03:31:06Z')"
    )
    assert await desk.refused() == (
        "recomputed_differs",
        f"checkpoint 264, root: the database has {'00' * 32}, {desk.root(2).hex()} was signed",
    )
    assert desk.store.read() == signed


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("root", "decode(repeat('ab', 32), 'hex')", "checkpoint 264, note: it is of another size or root"),
        (
            "note",
            "overlay(note PLACING 'x' FROM 4)",
            "checkpoint 264, note: it is of the log blox.example/ledger",
        ),
        (
            "note",
            "substring(note FROM 1 FOR 90)",
            "checkpoint 264, note: the note does not end in a line feed",
        ),
    ],
)
async def test_a_recorded_checkpoint_that_was_edited_is_refused(
    desk: Desk, column: str, value: str, reason: str
) -> None:
    """Its note and its columns contradict each other; it is neither signed on nor shown again."""
    await desk.signed(264)
    await desk.tamper(f"UPDATE ledger.checkpoints SET {column} = {value}")
    async with desk.signer() as published:
        await until(lambda: published.refusal is not None, published)
        assert published.refusal is not None
        assert published.refusal.kind == "recomputed_differs"
        assert published.refusal.reason[: len(reason)] == reason


async def test_a_key_that_the_record_does_not_ask_for_signs_nothing(desk: Desk) -> None:
    """The configured key is not the one that the founding registered for the ledger."""
    kind, reason = await desk.refused(keys=[key_of("another")])
    assert kind == "key_missing"
    assert reason == (
        f"since position 0 checkpoints are signed by the key {LEDGER.kid}, which is not configured: set "
        "BLOC_CHECKPOINT_KEY_FILE, or BLOC_NEXT_CHECKPOINT_KEY_FILE, to its file"
    )
    assert desk.store.read() is None


async def test_a_folder_that_cannot_be_written_is_refused(desk: Desk) -> None:
    """A file stands where the folder should be; once it is gone, signing begins by itself."""
    desk.folder.write_text("not a folder")
    async with desk.signer() as published:
        await until(lambda: published.refusal is not None, published)
        assert published.refusal is not None
        assert published.refusal.kind == "store_unwritable"
        assert published.refusal.reason == (
            f"the last checkpoint cannot be kept ({desk.folder}: File exists): make room, or give this user the "
            "right to write"
        )
        desk.folder.unlink()
        await until(lambda: published.size == 264, published)


async def test_a_full_disk_is_refused_before_anything_is_recorded(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder comes first: what cannot be kept there gets no row, and nobody hears of it."""
    real = os.fsync

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    kind, reason = await desk.refused()
    assert (kind, "No space left on device" in reason) == ("store_unwritable", True)
    assert (await desk.checkpoints(), desk.store.read()) == ([], None)
    monkeypatch.setattr(os, "fsync", real)
    await desk.signed(264)


async def test_a_fault_of_ours_refuses_and_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not end the ledger, which goes on recording."""
    monkeypatch.setattr("services.ledger.signer.signer.sign_note", None)
    kind, reason = await desk.refused()
    assert (kind, reason.startswith("the signer failed: TypeError")) == ("broken", True)
