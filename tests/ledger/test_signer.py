"""The signer in a running ledger: how soon and how often it signs, and how everybody hears of it, or why not."""

import time
from itertools import pairwise

from contracts.tlog.checkpoints import parse_checkpoint
from contracts.tlog.notes import Note, NoteKey, parse_note, verify_note
from tests.ledger.drafting import LEDGER, ORIGIN, Drafter, key_of
from tests.ledger.running import Place, RunningLedger, Tariffs, ledger_at

KEY = NoteKey.of(ORIGIN, LEDGER.verifying)


async def test_checkpoints_are_served_as_signed_notes(
    ledger: RunningLedger, tariffs: Tariffs, drafter: Drafter, place: Place
) -> None:
    """By newest, by newest cosigned (the same, when no witnesses are asked for) and by size."""
    for path in (
        "/checkpoint",
        "/checkpoint/cosigned",
        "/checkpoint/4",
        "/checkpoint/0",
        f"/checkpoint/{2**70}",
    ):
        assert (await ledger.get(path)).status_code == 404
    await tariffs.record(drafter.bloc(), drafter.declarations("ABC-1"))
    assert await ledger.service.published.wait_signed(4, 20)
    answers = [await ledger.get(path) for path in ("/checkpoint", "/checkpoint/cosigned", "/checkpoint/4")]
    signed = ledger.service.published.signed
    assert signed is not None
    assert signed.checkpoint.root == await place.root()
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["cache-control"] == "public, max-age=1"
        note = parse_note(answer.content)
        assert isinstance(note, Note)
        assert verify_note(note, [KEY]) == (KEY,)
        assert parse_checkpoint(note.body) == signed.checkpoint
    assert (await ledger.get("/checkpoint/3")).status_code == 404


async def signed_times_ns(place: Place) -> list[int]:
    async with place.connection() as connection:
        rows = await connection.fetch("SELECT signed_at FROM ledger.checkpoints ORDER BY size")
    return [int(row["signed_at"].timestamp() * 1e9) for row in rows]


async def test_it_signs_at_most_once_a_second_and_soon(
    ledger: RunningLedger, place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """Drafts come all the time, over a restart too: a checkpoint a second, and the last one within 1.5 s."""
    published = ledger.service.published
    await tariffs.record(drafter.bloc())
    lags: list[float] = []
    for number in range(3):
        # Right after a signature: the longest that a commit may have to wait for the next one.
        assert await published.wait_signed(ledger.head.size, 20)
        await tariffs.record(drafter.declarations(f"ABC-{number}"))
        committed_at = time.monotonic()
        await tariffs.record(drafter.declarations(f"ABC-{number}-second"))
        assert await published.wait_signed(ledger.head.size, 20)
        lags.append(time.monotonic() - committed_at)
    assert min(lags) <= 1.5
    times = await signed_times_ns(place)
    assert len(times) >= 4
    assert min(after - before for before, after in pairwise(times)) >= 0.99e9


async def test_a_restart_signs_no_sooner(place: Place, tariffs: Tariffs, drafter: Drafter) -> None:
    """At most once a second, whichever process signed last."""
    async with ledger_at(place) as first:
        await tariffs.record(drafter.bloc())
        assert await first.service.published.wait_signed(2, 20)
    async with ledger_at(place) as second:
        await second.until(lambda: second.service.published.size == 2, "what was signed is published at once")
        await tariffs.record(drafter.declarations("ABC-1"))
        assert await second.service.published.wait_signed(4, 20)
    before, after = await signed_times_ns(place)
    assert after - before >= 0.99e9


async def test_a_refusal_is_told_by_readiness_and_metric(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """The wrong key is configured: entries are recorded, nothing is signed, and everybody who looks sees why."""
    async with ledger_at(place, checkpoint_key=key_of("another").to_pem().decode()) as running:
        assert (await running.get("/health/ready")).status_code == 200
        await tariffs.record(drafter.bloc())
        await running.until(lambda: running.service.published.refusal is not None, "a refusal")
        refusal = running.service.published.refusal
        assert refusal is not None
        ready = await running.get("/health/ready")
        assert (ready.status_code, ready.headers["retry-after"]) == (503, "2")
        assert ready.json()["detail"] == f"the signer refuses (key_missing): {refusal.reason}"
        assert 'bloc_ledger_signer_refuses{reason="key_missing"} 1.0' in (await running.get("/metrics")).text
        await tariffs.record(drafter.declarations("ABC-1"))
    async with ledger_at(place) as running:
        assert await running.service.published.wait_signed(4, 20)
        metrics = (await running.get("/metrics")).text
        assert 'bloc_ledger_signer_refuses{reason="key_missing"} 0.0' in metrics
        assert "bloc_ledger_checkpoint_size 4.0" in metrics
        assert (await running.get("/health/ready")).status_code == 200


async def test_recording_goes_on_while_the_signer_refuses(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """Proofs wait, facts do not."""
    place.checkpoints.mkdir()
    (place.checkpoints / "checkpoint").write_bytes(b"half a chec")
    async with ledger_at(place) as running:
        receipts = await tariffs.record(drafter.bloc(), drafter.declarations("ABC-1"))
        assert [receipt.outcome for receipt in receipts] == ["recorded", "recorded"]
        ready = await running.get("/health/ready")
        assert (ready.status_code, "store_unreadable" in ready.json()["detail"]) == (503, True)
        (place.checkpoints / "checkpoint").unlink()
        assert await running.service.published.wait_signed(4, 20)
        await running.until(lambda: running.service.published.refusal is None, "the end of the refusal")
        assert (await running.get("/health/ready")).status_code == 200
