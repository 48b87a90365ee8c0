"""A running ledger goes over to other rules of admission: through restarts, from a backup, when it is too old."""

from types import MappingProxyType

import pytest
from msgspec import UNSET

from contracts.admissions import ADMISSION_STATING
from contracts.entry import split_entry
from contracts.tlog.tree import leaf_hash
from services.ledger.domain import admission
from services.ledger.domain.admission import ADMISSIONS
from services.ledger.domain.admitted_by import AdmittedBy
from services.ledger.domain.rechecking import Difference, Recheck, Rechecked
from services.ledger.domain.seal import EntryRow
from services.ledger.store.loading import load_admission
from tests.ledger.activating import activation, without_statement
from tests.ledger.drafting import CUSTOMS, Drafter, declared, key_of
from tests.ledger.record import Record, messages_of
from tests.ledger.running import Place, Tariffs, ledger_at
from tests.ledger.test_resuming import copy_of


async def stated(place: Place) -> list[bool]:
    """Of each entry, whether its stamp states key versions."""
    return [split_entry(entry)[0].expects is not UNSET for entry in await place.entries()]


async def test_a_restart_and_a_backup_come_to_the_same_version(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """The version is read back from the record; a copy from before the activation crosses it again, to the same bytes,
    and the signer signs what it read back."""
    async with ledger_at(place):
        await tariffs.record(drafter.bloc())
    async with copy_of(place, f"{place.database}_before") as backup:
        async with ledger_at(place):
            await tariffs.record(
                drafter.declarations("ABC-1"), activation(drafter), drafter.declarations("ABC-2")
            )
        async with ledger_at(place) as again:
            await tariffs.record(drafter.declarations("ABC-3"))
            assert await again.service.published.wait_signed(9, 20)
        assert await stated(place) == [False] * 5 + [True, False, True, False]
        async with place.connection() as connection:
            assert [await load_admission(connection, size) for size in (0, 4, 5, 9)] == [1, 1, 2, 2]
        async with ledger_at(backup) as restored:
            await restored.until_cursor(5)
        assert await backup.entries() == await place.entries()
        assert await backup.root() == await place.root()


async def test_a_ledger_that_is_too_old_stops_says_so_and_loses_nothing(
    place: Place, tariffs: Tariffs, drafter: Drafter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the activation, and at a start on a record that has crossed it; a newer release goes on there."""
    with monkeypatch.context() as older:
        older.setattr(admission, "ADMISSIONS", MappingProxyType({1: None}))
        async with ledger_at(place) as running:
            await tariffs.record(drafter.bloc())
            waiting = await tariffs.publish([activation(drafter), drafter.declarations("ABC-1")])
            await running.until_phase("stopped")
            detail = (await running.get("/health/ready")).json()["detail"]
            assert "draft 2 activates version 2 of the rules of admission" in detail
            assert "run a newer release" in detail
        assert await place.outcomes() == [(1, "recorded")]
    async with ledger_at(place):
        assert [(await tariffs.receipt(sequence)).outcome for sequence in waiting] == ["recorded"] * 2
    monkeypatch.setattr(admission, "ADMISSIONS", MappingProxyType({1: None}))
    await tariffs.publish([drafter.declarations("ABC-2")])
    async with ledger_at(place, phase="stopped") as stopped:
        detail = (await stopped.get("/health/ready")).json()["detail"]
        assert "the record is admitted by version 2 of the rules of admission" in detail


def rows_of_a_crossing() -> list[EntryRow]:
    drafter, record = Drafter(), Record()
    bodies = [
        drafter.bloc(),
        drafter.declarations("ABC-1"),
        activation(drafter),
        drafter.declarations("ABC-2"),
        drafter.refusal(declared("ABC-3", drafter.number()), party="us.customs", key=CUSTOMS),
        drafter.registration("eu.trade", key_of("eu.trade")),
    ]
    record.fold(messages_of(bodies))
    return record.batches[0].rows.entries


def with_entry(row: EntryRow, entry: bytes) -> EntryRow:
    return (*row[:7], entry)


def test_the_signer_sees_by_which_version_each_draft_was_admitted() -> None:
    """In any slices; a statement that is missing or too early is named by its position, the refusal states none."""
    rows = rows_of_a_crossing()
    for size in (1, 3, len(rows)):
        reading = AdmittedBy()
        found = [reading.first_amiss(rows[at : at + size]) for at in range(0, len(rows), size)]
        assert found == [None] * len(found)
        assert reading.next == max(ADMISSIONS)
    bare = [*rows[:5], with_entry(rows[5], without_statement(rows[5][7])), *rows[6:]]
    assert AdmittedBy().first_amiss(bare) == (
        5,
        "it states none, and was admitted by version 2 of the rules of admission",
    )
    amiss = AdmittedBy(1).first_amiss(rows[5:])
    assert amiss == (5, "it states key versions, and was admitted by version 1 of the rules of admission")


def test_the_signer_refuses_a_record_that_shows_too_little() -> None:
    """Hashed again and sealed to fit, as an operator between commit and signature could; in one stretch or going on."""
    drafter, record = Drafter(), Record()
    record.fold(messages_of([drafter.bloc(), activation(drafter)]))
    seal = record.batches[0].seal
    assert seal is not None
    first = Recheck(Rechecked(), [seal], None)
    assert first.take(record.batches[0].rows.entries) is None
    before = first.result()
    assert isinstance(before, Rechecked)
    assert before.admission == ADMISSION_STATING
    record.fold(messages_of([b"", b"", drafter.declarations("ABC-1")]))
    rows, seal = record.batches[1].rows.entries, record.batches[1].seal
    assert seal is not None
    assert Recheck(before, [seal], None).take(rows) is None
    bare = without_statement(rows[0][7])
    forged = [(*rows[0][:6], leaf_hash(bare), bare), *rows[1:]]
    found = Recheck(before, [seal], None).take(forged)
    assert isinstance(found, Difference)
    assert (found.place, found.field) == ("entry 3", "expects")
