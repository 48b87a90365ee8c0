"""A ledger that ends, however it ends, goes on where Postgres says; and gives the same bytes again."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from bloc.commands.bootstrap import bootstrap
from bloc.commands.migrate import migrate
from bloc.embedded.postgres import SUPERUSER, Postgres
from services.ledger.domain import admission
from services.ledger.store.connecting import Connection
from tests.ledger.drafting import CUSTOMS, SECOND_NS, Drafter, declared
from tests.ledger.running import Place, Tariffs, ledger_at


@asynccontextmanager
async def copy_of(place: Place, name: str) -> AsyncGenerator[Place]:
    """The database as it is now, under another name, on the same NATS: a backup, restored."""
    administrator: Connection = await asyncpg.connect(place.postgres.dsn())
    try:
        await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {place.database}")
        yield Place(place.postgres, name, place.nats)
        await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await administrator.close()


async def test_a_restart_goes_on_at_the_cursor(place: Place, tariffs: Tariffs, drafter: Drafter) -> None:
    """What is published while the ledger is away waits in JetStream, and is recorded once."""
    async with ledger_at(place):
        await tariffs.record(drafter.bloc(), drafter.declarations("ABC-1"))
    waiting = await tariffs.publish([drafter.declarations("ABC-2"), drafter.declarations("ABC-3")])
    async with ledger_at(place):
        receipts = [await tariffs.receipt(sequence) for sequence in waiting]
    assert [receipt.first_position for receipt in receipts] == [4, 6]
    assert await place.outcomes() == [(number, "recorded") for number in (1, 2, 3, 4)]


async def test_a_restored_backup_catches_up_to_the_same_bytes(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """From an earlier copy of the database the draft stream gives the very same entries and root."""
    late = drafter.declarations("ABC-9", decided_ns=drafter.now_ns - 90 * SECOND_NS)
    async with ledger_at(place):
        await tariffs.record(drafter.bloc(), drafter.declarations("ABC-1"))
    async with copy_of(place, f"{place.database}_backup") as backup:
        async with ledger_at(place):
            await tariffs.record(
                drafter.declarations("ABC-2", "ABC-3"),
                late,
                drafter.revocation("us.customs", CUSTOMS),
                drafter.declarations("ABC-4"),
                drafter.refusal(declared("ABC-5", drafter.number()), party="us.customs", key=CUSTOMS),
            )
        async with ledger_at(backup) as restored:
            await restored.until_cursor(7)
        assert await backup.entries() == await place.entries()
        assert await backup.root() == await place.root()
        assert await backup.outcomes() == await place.outcomes()


async def test_an_empty_database_is_filled_again_to_the_same_bytes(
    place: Place, template_database: str, tariffs: Tariffs, drafter: Drafter
) -> None:
    """Batches of one draft the first time, one batch of all the second time."""
    async with ledger_at(place):
        await tariffs.record(drafter.bloc())
        for number in range(30):
            await tariffs.record(drafter.declarations(f"ABC-{number}"))
    async with copy_of(
        Place(place.postgres, template_database, place.nats), f"{place.database}_again"
    ) as again:
        async with ledger_at(again) as second:
            await second.until_cursor(31)
        assert await again.entries() == await place.entries()
        assert await again.root() == await place.root()


async def test_two_ledgers_on_one_database_record_everything_once(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """One commits, the other finds another writer, reads back and goes on: no fork, no gap, no double."""
    async with ledger_at(place) as one, ledger_at(place) as two:
        await tariffs.record(drafter.bloc())
        for round_number in range(10):
            bodies = [drafter.declarations(f"ABC-{round_number}-{number}") for number in range(20)]
            await tariffs.publish(bodies)
        for running in (one, two):
            await running.until_cursor(201)
    assert await place.outcomes() == [(number, "recorded") for number in range(1, 202)]
    async with place.connection() as connection:
        seals = await connection.fetch("SELECT size, prev_size FROM ledger.seals ORDER BY size")
    assert [row["prev_size"] for row in seals] == [0, *(row["size"] for row in seals[:-1])]


async def test_a_fork_cannot_even_be_stored(place: Place, tariffs: Tariffs, drafter: Drafter) -> None:
    """A second history from the same size breaks on seals.prev_size, whatever else went wrong."""
    async with ledger_at(place):
        await tariffs.record(drafter.bloc())
    async with place.connection("ledger_app") as connection:
        with pytest.raises(asyncpg.UniqueViolationError, match="prev_size"):
            await connection.execute(
                "INSERT INTO ledger.seals SELECT size + 1, prev_size, root, frontier, sequence FROM ledger.seals"
            )


async def test_tables_that_contradict_each_other_stop_the_ledger(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """An entry that no seal covers: nothing is written on top of it, and readiness says why."""
    async with ledger_at(place):
        await tariffs.record(drafter.bloc())
    async with place.connection("ledger_app") as connection:
        await connection.execute(
            "INSERT INTO ledger.entries "
            "SELECT 2, recorded_at, stream, 9, type, party, leaf, entry FROM ledger.entries WHERE position = 1"
        )
    async with ledger_at(place, phase="stopped") as stopped:
        ready = await stopped.get("/health/ready")
        assert ready.status_code == 503
        assert "seal" in ready.json()["detail"]
        assert (await stopped.get("/entries/0")).status_code == 200


async def test_a_fault_in_admission_stops_the_ledger_and_skips_nothing(
    place: Place, tariffs: Tariffs, drafter: Drafter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readiness fails with the reason; a release without the fault goes on with the very same draft."""
    async with ledger_at(place) as running:
        await tariffs.record(drafter.bloc())
        monkeypatch.setattr(admission, "ADMISSIONS", {})
        waiting = await tariffs.publish([drafter.declarations("ABC-1")])
        await running.until_phase("stopped")
        ready = await running.get("/health/ready")
        assert (ready.status_code, "NewerAdmissionError" in ready.json()["detail"]) == (503, True)
        assert 'bloc_ledger_phase{phase="stopped"} 1.0' in (await running.get("/metrics")).text
    assert await place.outcomes() == [(1, "recorded")]
    monkeypatch.undo()
    async with ledger_at(place):
        assert (await tariffs.receipt(waiting[0])).outcome == "recorded"


async def test_a_draft_from_the_future_is_held_and_not_refused(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """The ledger's clock is 8 s behind that of NATS: the draft waits until it is no more than 5 s ahead."""
    behind_ns = [8 * SECOND_NS]

    def clock() -> int:
        return time.time_ns() - behind_ns[0]

    async with ledger_at(place, clock=clock) as running:
        (sequence,) = await tariffs.publish([drafter.bloc()])
        await running.until_phase("held")
        assert f"draft {sequence}" in running.head.reason
        ready = await running.get("/health/ready")
        assert (ready.status_code, "held" in ready.json()["detail"]) == (503, True)
        assert await place.outcomes() == []
        behind_ns[0] = 0
        assert (await tariffs.receipt(sequence)).outcome == "recorded"
        await running.until_phase("running")


async def test_nats_killed_and_started_again_is_survived(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """The consumer is gone with the server; the ledger makes another one at its cursor."""
    async with ledger_at(place) as running:
        await tariffs.record(drafter.bloc(), drafter.declarations("ABC-1"))
        await place.nats.kill()
        await running.until_phase("waiting")
        await place.nats.start()
        await running.until_phase("running")
        await tariffs.until_connected()
        await tariffs.record(drafter.declarations("ABC-2"))
    assert [outcome for _, outcome in await place.outcomes()] == ["recorded"] * 3


async def test_a_ledger_may_be_started_before_the_migration(place: Place, postgres: Postgres) -> None:
    """A database without tables is waited for, and said; then everything begins by itself."""
    name = f"{place.database}_bare"
    await bootstrap(postgres.dsn(), None, database=name)
    async with ledger_at(Place(postgres, name, place.nats), phase="waiting") as running:
        await running.until(lambda: "schema ledger" in running.head.reason, "the reason")
        assert (await running.get("/health/ready")).status_code == 503
        await migrate(postgres.dsn(SUPERUSER, name))
        await running.until_phase("running")
        assert (await running.get("/head")).json()["size"] == 0


async def test_a_ledger_may_be_started_before_nats(place: Place, tariffs: Tariffs, drafter: Drafter) -> None:
    """It answers what it can, says what it waits for, and begins by itself."""
    await place.nats.kill()
    async with ledger_at(place, phase="waiting") as running:
        ready = await running.get("/health/ready")
        assert (ready.status_code, "NATS" in ready.json()["detail"]) == (503, True)
        assert (await running.get("/head")).json()["size"] == 0
        await place.nats.start()
        await running.until_phase("running")
        await tariffs.until_connected()
        await tariffs.record(drafter.bloc())


async def test_postgres_killed_and_started_again_is_survived(
    place: Place, own_postgres: Postgres, tariffs: Tariffs, drafter: Drafter
) -> None:
    """Under load: every receipt given is in the record exactly once, and positions are dense."""
    there = Place(own_postgres, "bloc", place.nats)
    async with ledger_at(there) as running:
        await tariffs.record(drafter.bloc())
        for round_number in range(15):
            await tariffs.publish([drafter.declarations(f"ABC-{round_number}-{n}") for n in range(20)])
            if round_number == 7:
                await own_postgres.kill()
                for path in ("/entries", "/head", "/health/ready"):
                    away = await running.get(path)
                    assert (away.status_code, away.headers["retry-after"]) == (503, "2")
                assert (await running.get("/health/live")).status_code == 200
                await own_postgres.start()
        await running.until_cursor(301)
    entries = await there.entries()
    assert len(entries) == 602
    assert await there.outcomes() == [(number, "recorded") for number in range(1, 302)]
    assert all(tariffs.receipts[sequence].outcome == "recorded" for sequence in tariffs.receipts)
