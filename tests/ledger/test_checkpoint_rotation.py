"""The key of checkpoints is replaced by an event: size alone says who signs, and what was signed verifies for ever."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bloc.embedded.postgres import Postgres
from contracts.identity.keys import SigningKey
from contracts.tlog.notes import Note, NoteKey, parse_note, verify_note
from tests.ledger.drafting import LEDGER, ORIGIN, SECOND_NS, Drafter, key_of
from tests.ledger.record import Record, messages_of
from tests.ledger.signing import Desk, copy_of, until

NEXT = key_of("bloc.ledger, the next")
OVERLAP_UNTIL = "2026-07-01T03:40:00Z"
"""Nine minutes after the tests begin to sign."""
AFTER_OVERLAP_NS = 10 * 60 * SECOND_NS


def story(*, overlap_until: str = OVERLAP_UNTIL) -> Record:
    """Batches of sizes 2 (founding), 3 (the next key is registered), 4 (rotation), 6, 8, 9 (old key revoked), 11."""
    drafter, record = Drafter(), Record()
    drafts = [
        drafter.bloc(),
        drafter.registration("bloc.ledger", NEXT),
        drafter.rotation(NEXT, overlap_until=overlap_until),
        drafter.declarations("ABC-1"),
        drafter.declarations("ABC-2"),
        drafter.revocation("bloc.ledger", LEDGER),
        drafter.declarations("ABC-3"),
    ]
    for message in messages_of(drafts):
        assert record.fold([message])[0].outcome == "recorded"
    return record


@pytest.fixture
async def rotating(
    postgres: Postgres, template_database: str, desk: Desk, tmp_path: Path
) -> AsyncIterator[Desk]:
    """A ledger with the founding and the registration of its next key committed."""
    template = Desk(postgres, template_database, tmp_path, story())
    async with copy_of(template, f"{desk.database}_rotating", tmp_path / "rotating") as made:
        await made.commit(*made.record.batches[:2])
        yield made


def signers(note: bytes) -> list[SigningKey]:
    """Who signed a checkpoint, in the order of its lines."""
    parsed = parse_note(note)
    assert isinstance(parsed, Note)
    keys = {NoteKey.of(ORIGIN, key.verifying): key for key in (LEDGER, NEXT)}
    verified = verify_note(parsed, list(keys))
    assert isinstance(verified, tuple)
    assert len(verified) == len(parsed.signatures)
    return [keys[key] for key in verified]


async def test_both_keys_sign_in_the_overlap_and_the_next_one_alone_after_it(rotating: Desk) -> None:
    """Witnesses that know the old key, and those that know the next, can both follow; old notes stay as they are."""
    batches = rotating.record.batches
    async with rotating.signer(keys=(LEDGER, NEXT)) as published:
        await until(lambda: published.size == 3, published)
        for batch, size in ((batches[2], 4), (batches[3], 6)):
            await rotating.commit(batch)
            await until(lambda size=size: published.size == size, published)
        rotating.at_ns += AFTER_OVERLAP_NS
        await rotating.commit(batches[4])
        await until(lambda: published.size == 8, published)
    notes = dict(await rotating.checkpoints())
    assert {size: signers(note) for size, note in notes.items()} == {
        3: [LEDGER],
        4: [NEXT, LEDGER],
        6: [NEXT, LEDGER],
        8: [NEXT],
    }
    assert await rotating.signed(8, keys=(NEXT,))
    assert dict(await rotating.checkpoints()) == notes


async def test_the_next_key_must_be_there_when_it_is_rotated_to(rotating: Desk) -> None:
    """A checkpoint that covers the rotation needs it; with it configured, signing goes on."""
    await rotating.signed(3)
    await rotating.commit(rotating.record.batches[2])
    kind, reason = await rotating.refused()
    assert kind == "key_missing"
    assert reason.startswith(
        f"since position 3 checkpoints are signed by the key {NEXT.kid}, which is not configured"
    )
    published = await rotating.signed(4, keys=(LEDGER, NEXT))
    assert published.signed is not None
    assert signers(published.signed.note.encode()) == [NEXT, LEDGER]


async def test_the_old_key_must_be_there_in_the_overlap_unless_it_is_revoked(rotating: Desk) -> None:
    """Those who know only the old key would lose the log; who has lost that key says so by revoking it."""
    await rotating.commit(*rotating.record.batches[2:5])
    kind, reason = await rotating.refused(keys=(NEXT,))
    assert kind == "key_missing"
    assert reason.startswith(f"since position 0 checkpoints are signed by the key {LEDGER.kid}, which is not")
    async with rotating.signer(keys=(NEXT,)) as published:
        await rotating.commit(rotating.record.batches[5])
        await until(lambda: published.size == 9, published)
        assert published.refusal is None
    assert [signers(note) for _, note in await rotating.checkpoints()] == [[NEXT]]


async def test_a_key_that_is_revoked_signs_nothing(rotating: Desk) -> None:
    """Rotated without an overlap, to a key that is revoked since: the record leaves nobody to sign."""
    drafter, record = Drafter(), Record()
    for message in messages_of(
        [
            drafter.bloc(),
            drafter.registration("bloc.ledger", NEXT),
            drafter.rotation(NEXT),
            drafter.revocation("bloc.ledger", NEXT),
        ]
    ):
        record.fold([message])
    await rotating.commit(*record.batches[2:])
    assert await rotating.refused(keys=(LEDGER, NEXT)) == (
        "key_revoked",
        f"the key {NEXT.kid}, which signs checkpoints, is revoked: rotate to a live one",
    )
    assert await rotating.checkpoints() == []


async def test_a_start_after_the_rotation_knows_what_the_old_key_signed(rotating: Desk) -> None:
    """The last checkpoint is the old key's, and only the next one is configured any more."""
    await rotating.signed(3)
    await rotating.commit(*rotating.record.batches[2:])
    rotating.at_ns += AFTER_OVERLAP_NS
    published = await rotating.signed(11, keys=(NEXT,))
    assert published.signed is not None
    assert signers(published.signed.note.encode()) == [NEXT]
