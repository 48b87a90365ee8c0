"""A ledger that was put back to an earlier day must become what it was: the first batch that would not, stops it."""

from contracts.tlog.checkpoints import Checkpoint
from services.ledger.domain.divergence import Guard, divergence, falls_short
from tests.ledger.drafting import ORIGIN, Drafter
from tests.ledger.running import Place, Tariffs, ledger_at
from tests.ledger.signing import Desk, recorded
from tests.ledger.test_resuming import copy_of


def guard(size: int, root: bytes, agreed: int = 2) -> Guard:
    return Guard(Checkpoint(ORIGIN, size, root), agreed, stream_end=5)


def test_a_batch_that_reaches_the_checkpoint_must_give_its_root() -> None:
    """Wherever the batch ends: before it, exactly there, or beyond."""
    record, merged = recorded(), recorded(last_together=True)
    signed = record.batches[4].after
    right, wrong = guard(signed.size, signed.frontier.root()), guard(signed.size, bytes(32))
    for batch in (*record.batches, *merged.batches):
        before, rows = batch.before.frontier, batch.rows
        assert divergence(right, before, rows, "1") is None
        reaches = before.size < signed.size <= before.size + len(rows.entries)
        assert (divergence(wrong, before, rows, "1") is None) is not reaches


def test_what_it_says_names_positions_and_release() -> None:
    """From the last checkpoint that both know, to the one that they do not agree about."""
    batch = recorded().batches[1]
    assert divergence(guard(200, bytes(32)), batch.before.frontier, batch.rows, "0.9") == (
        "release 0.9 records other entries than those that were signed: the checkpoint of 200 has the root "
        f"{'00' * 32}, the draft stream gives {recorded_root(200).hex()}; the difference lies between the positions 2 "
        "and 199. Nothing was committed beyond position 1: catch up with the release that recorded them, or find out "
        "who changed the drafts"
    )


def test_a_record_that_stays_short_when_the_drafts_are_used_up_cannot_become_what_was_signed() -> None:
    """Every draft of it was in the stream; with fewer entries at its end there is nothing left to wait for."""
    signed = guard(344, bytes(32))
    assert falls_short(signed, 324, 4, "0.9") is None
    assert falls_short(signed, 344, 5, "0.9") is None
    for cursor in (5, 6):
        assert falls_short(signed, 324, cursor, "0.9") == (
            f"drafts are missing: a checkpoint of 344 entries was signed, and the draft stream up to {cursor}, which "
            "is all that there was of it, gives 324 with release 0.9; the difference lies between the positions 2 and "
            "343. Put back a newer copy of the draft stream or of the database: nothing is recorded in the place of "
            "what was signed"
        )


def recorded_root(size: int) -> bytes:
    record = recorded()
    frontier = record.batches[0].before.frontier
    return frontier.append(record.leaves[:size]).root()


async def test_a_restored_ledger_stops_before_it_commits_another_history(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """Nothing of the batch is committed, readiness says why; with the right checkpoint it catches up and signs on."""
    async with ledger_at(place) as first:
        await tariffs.record(drafter.bloc(), drafter.declarations("ABC-1"))
        assert await first.service.published.wait_signed(4, 20)
    async with copy_of(place, f"{place.database}_backup") as backup:
        async with ledger_at(place) as first:
            await tariffs.record(drafter.declarations("ABC-2"))
            assert await first.service.published.wait_signed(6, 20)
        kept = (place.checkpoints / "checkpoint").read_bytes()
        desk = Desk(place.postgres, place.database, place.checkpoints, recorded())
        desk.keep(Checkpoint(ORIGIN, 6, bytes(32)))
        async with ledger_at(backup, phase="stopped") as stopped:
            assert "DivergedError: release" in stopped.head.reason
            assert (
                "between the positions 4 and 5. Nothing was committed beyond position 3"
                in stopped.head.reason
            )
            ready = await stopped.get("/health/ready")
            assert (
                ready.status_code,
                "other entries than those that were signed" in ready.json()["detail"],
            ) == (503, True)
        assert len(await backup.entries()) == 4
        (place.checkpoints / "checkpoint").write_bytes(kept)
        async with ledger_at(backup) as restored:
            assert await restored.service.published.wait_signed(6, 20)
            await tariffs.record(drafter.declarations("ABC-3"))
            assert await restored.service.published.wait_signed(8, 20)
        assert (await backup.entries())[:6] == await place.entries()
