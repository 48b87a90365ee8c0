"""The last checkpoint outside the database: whole or refused, and what happens when it is lost."""

import asyncio
from pathlib import Path

import pytest

from contracts.tlog.checkpoints import Checkpoint
from services.ledger.checkpoint_store import CheckpointStore
from services.ledger.domain.signing import Refusal
from tests.ledger.drafting import ORIGIN, key_of
from tests.ledger.signing import Desk, copy_of, until

MEND = "put the right one back, or decide with `bloc ledger adopt-checkpoint`"


def kept(folder: Path) -> bytes:
    return (folder / "checkpoint").read_bytes()


async def test_what_was_signed_is_kept_before_it_is_recorded(desk: Desk) -> None:
    """The file is the checkpoint of the newest row, with its time."""
    published = await desk.signed(264)
    assert desk.store.read() == published.signed
    assert published.signed is not None
    assert kept(desk.folder).endswith(published.signed.note.encode())
    assert await desk.checkpoints() == [(264, published.signed.note.encode())]


def spoilt(raw: bytes) -> dict[str, bytes]:
    return {
        "empty": b"",
        "half": raw[: len(raw) // 2],
        "without its end": raw[:-1],
        "longer": raw + b"\n",
        "another time": raw.replace(b"signed at 1", b"signed at 2"),
        "another size": raw.replace(b"\n264\n", b"\n265\n"),
        "a note alone": raw.partition(b"\n\n")[2],
        "something else": b"0" * 64 + b"\nhello\n",
    }


@pytest.mark.parametrize("how", list(spoilt(b"")))
async def test_a_torn_or_edited_file_is_refused(desk: Desk, how: str) -> None:
    """Every byte of it counts: nothing is signed on the strength of half a file."""
    desk.keep(Checkpoint(ORIGIN, 264, desk.root(2)))
    (desk.folder / "checkpoint").write_bytes(spoilt(kept(desk.folder))[how])
    assert desk.store.read() == Refusal(
        "store_unreadable", f"{desk.store.path} is torn or not a checkpoint file; {MEND}"
    )


async def test_the_reason_reaches_readiness(desk: Desk) -> None:
    """What the file says is what the signer says."""
    desk.keep(Checkpoint(ORIGIN, 264, desk.root(2)))
    (desk.folder / "checkpoint").write_bytes(kept(desk.folder)[:-1])
    assert await desk.refused() == (
        "store_unreadable",
        f"{desk.store.path} is torn or not a checkpoint file; {MEND}",
    )


async def test_a_file_of_another_log_is_refused(desk: Desk) -> None:
    """Two ledgers share a folder by mistake."""
    desk.keep(Checkpoint(ORIGIN, 264, desk.root(2)))
    assert CheckpointStore(desk.folder, "other.example/ledger").read() == Refusal(
        "store_foreign",
        f"{desk.store.path} is not ours: it is of the log {ORIGIN}, this one is other.example/ledger; {MEND}",
    )


async def test_a_file_that_another_key_signed_is_refused(desk: Desk) -> None:
    """It has our name, and a signature that is not ours."""
    desk.keep(Checkpoint(ORIGIN, 264, desk.root(2)), key_of("mallory"))
    assert await desk.refused() == (
        "store_foreign",
        f"{desk.store.path} is not ours: none of the keys of this log has signed it; {MEND}",
    )


async def test_a_folder_that_lost_its_file_is_refused(desk: Desk) -> None:
    """The database knows of checkpoints, and cannot know of later ones; without witnesses an operator decides."""
    await desk.signed(264)
    desk.store.path.unlink()
    kind, reason = await desk.refused()
    assert kind == "store_missing"
    assert reason == (
        f"{desk.store.path} is missing, the database has a checkpoint of 264, and there is no quorum of witnesses to "
        "ask: later ones may have been signed. Put the file back, or decide with `bloc ledger adopt-checkpoint`"
    )


async def test_an_older_copy_of_the_file_is_refused(desk: Desk) -> None:
    """Restored from its own backup, it has forgotten what was signed since."""
    await desk.signed(264)
    older = kept(desk.folder)
    await desk.commit(desk.record.batches[3])
    await desk.signed(304)
    desk.store.path.write_bytes(older)
    kind, reason = await desk.refused()
    assert kind == "store_behind"
    assert reason == (
        f"{desk.store.path} ends at 264, the database has a checkpoint of 304, and there is no quorum of witnesses to "
        "ask: it is an older copy. Put the right file back, or decide with `bloc ledger adopt-checkpoint`"
    )


async def test_a_file_that_was_being_written_counts_for_nothing(desk: Desk) -> None:
    """A crash before the rename leaves half a file beside the whole one; the next signature replaces it."""
    await desk.signed(264)
    (desk.folder / "checkpoint.new").write_bytes(b"half a chec")
    await desk.commit(desk.record.batches[3])
    published = await desk.signed(304)
    assert desk.store.read() == published.signed
    assert sorted(path.name for path in desk.folder.iterdir()) == ["checkpoint", "lock"]


async def test_a_checkpoint_without_its_row_gets_it_at_the_next_start(desk: Desk) -> None:
    """Killed between folder and row: what is in the folder may have been seen, and is recorded as it was signed."""
    signed = desk.keep(Checkpoint(ORIGIN, 262, desk.root(1)))
    await desk.signed(264)
    assert [size for size, _ in await desk.checkpoints()] == [262, 264]
    assert (await desk.checkpoints())[0][1] == signed.note.encode()


async def test_two_signers_never_use_one_folder(desk: Desk, committed: Desk) -> None:
    """The second stands by, shows what the first signs, and takes over when it ends."""
    async with desk.signer() as first:
        await until(lambda: first.size == 264, first)
        async with desk.signer() as second:
            await until(lambda: second.size == 264, second)
            await desk.commit(desk.record.batches[3])
            await until(lambda: first.size == 304 and second.size == 304, second)
            assert second.refusal is None
            async with copy_of(committed, f"{desk.database}_fork", desk.folder) as fork:
                await fork.commit(fork.record.batches[3])
                async with fork.signer() as third:
                    await asyncio.sleep(0.3)
                    assert (third.size, await fork.checkpoints()) == (0, [])
    async with desk.signer() as second:
        await desk.commit(desk.record.batches[4])
        await until(lambda: second.size == 324, second)
