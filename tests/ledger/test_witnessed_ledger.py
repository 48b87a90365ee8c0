"""A whole ledger with good and bad witnesses beside it: it records, signs, serves and stops as if all were good."""

import asyncio
import time

import asyncpg
import pytest

from contracts.tlog.notes import NoteKey
from contracts.tlog.policy import Policy, PolicyLog, check_note, write_policy
from services.ledger.witnessing import asking, following
from tests.ledger.drafting import LEDGER, ORIGIN, Drafter
from tests.ledger.running import Place, RunningLedger, Tariffs, ledger_at
from tests.ledger.witnesses import Witness, forging, policy_of, saying, slow, witnesses_named

PATIENCE_SECONDS = 15


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A witness is given a second, and asked again soon."""
    monkeypatch.setattr(asking, "WITNESS_ANSWER_SECONDS_MAX", 1)
    monkeypatch.setattr(following, "WITNESS_BACKOFF_SECONDS_MAX", 0.5)
    monkeypatch.setattr(following, "RECONNECT_WAIT_SECONDS", 0.1)


async def cosigned(running: RunningLedger, policy: Policy) -> tuple[str, ...]:
    """Wait until the served cosigned checkpoint covers the head; who cosigned it."""
    trusted = Policy(
        (PolicyLog(NoteKey.of(ORIGIN, LEDGER.verifying)),), policy.witnesses, policy.groups, policy.quorum
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await running.get("/checkpoint/cosigned")
            if answer.status_code == 200 and int(answer.text.split("\n")[1]) == running.head.size:
                accepted = check_note(trusted, answer.content)
                assert getattr(accepted, "quorum", accepted) is True
                return getattr(accepted, "witnesses", ())
            await asyncio.sleep(0.02)


async def alarms(running: RunningLedger) -> set[tuple[str, str]]:
    """Witness and kind of each alarm that stands in /metrics."""
    lines = (await running.get("/metrics")).text.splitlines()
    raised = [
        line for line in lines if line.startswith("bloc_ledger_witness_alarm{") and line.endswith(" 1.0")
    ]
    pairs = [
        dict(pair.split("=") for pair in line.partition("{")[2].partition("}")[0].split(","))
        for line in raised
    ]
    return {(pair["witness"].strip('"').partition(".")[0], pair["kind"].strip('"')) for pair in pairs}


async def until_alarms(running: RunningLedger, expected: set[tuple[str, str]]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await alarms(running) != expected:  # noqa: ASYNC110 # as a monitor does
            await asyncio.sleep(0.05)


async def test_the_ledger_goes_on_with_two_good_witnesses_of_six(
    place: Place, tariffs: Tariffs, drafter: Drafter
):
    """One dead, one silent, one lying, one stubborn: every draft gets its receipt, every checkpoint its quorum,
    the ledger is ready, each alarm has a name, and stopping waits for nobody."""
    dead = Witness("dead")
    async with witnesses_named("us", "eu", "mute", "liar", "stubborn") as alive:
        us, eu, mute, liar, stubborn = alive
        mute.manner, liar.manner, stubborn.manner = slow(600), forging, saying(422)
        policy = policy_of(us, eu, mute, liar, stubborn, dead, quorum=2)
        async with ledger_at(place, policy=write_policy(policy)) as running:
            await tariffs.record(drafter.bloc())
            for number in range(3):
                (receipt,) = await tariffs.record(drafter.declarations(f"W-{number}"))
                assert receipt.outcome == "recorded"
                assert set(await cosigned(running, policy)) == {"us", "eu"}
            expected = {("dead", "away"), ("liar", "forged"), ("stubborn", "inconsistent"), ("mute", "slow")}
            await until_alarms(running, expected)
            assert (await running.get("/health/ready")).status_code == 200
            proof = await running.get("/entries/0/proof", cosigned="true")
            assert (proof.headers["bloc-cosignatures"], proof.headers["bloc-quorum"]) == ("2", "met")
            began = time.monotonic()
        assert time.monotonic() - began < PATIENCE_SECONDS / 3


async def test_a_ledger_that_starts_again_shows_what_was_cosigned_and_goes_on(
    place: Place, tariffs: Tariffs, drafter: Drafter
):
    """What is in the tables is served before any witness is reached; then each is asked from where it was."""
    async with witnesses_named("us", "eu") as (us, eu):
        policy = policy_of(us, eu, quorum=2)
        async with ledger_at(place, policy=write_policy(policy)) as running:
            await tariffs.record(drafter.bloc())
            assert await cosigned(running, policy) == ("us", "eu")
            size = running.head.size
        await us.close()
        await eu.close()
        async with ledger_at(place, policy=write_policy(policy)) as running:
            assert await cosigned(running, policy) == ("us", "eu")
            await us.open()
            await eu.open()
            await tariffs.record(drafter.declarations("AGAIN-1"))
            assert await cosigned(running, policy) == ("us", "eu")
            assert [one.asked[-1].old_size for one in (us, eu)] == [size, size]


async def test_a_database_that_is_away_is_waited_for(place: Place, tariffs: Tariffs, drafter: Drafter):
    """A cosignature that cannot be stored is not told; when the database is back it is asked for again."""
    async with witnesses_named("us") as (us,):
        policy = policy_of(us, quorum=1)
        async with ledger_at(place, policy=write_policy(policy)) as running:
            await tariffs.record(drafter.bloc())
            await cosigned(running, policy)
            us.manner = slow(0.5)
            await tariffs.record(drafter.declarations("AWAY-1"))
            await running.until(lambda: running.service.published.size == running.head.size, "signing")
            await limit_connections(place, 0)
            await asyncio.sleep(0.8)
            assert running.service.published.cosigned != running.service.published.signed
            await limit_connections(place, -1)
            await cosigned(running, policy)


async def limit_connections(place: Place, limit: int) -> None:
    """Let no more than `limit` connections into the database (-1: as many as like), and cut those that are there."""
    administrator = await asyncpg.connect(place.postgres.dsn())
    try:
        await administrator.execute(f"ALTER DATABASE {place.database} WITH CONNECTION LIMIT {limit}")
        await administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", place.database
        )
    finally:
        await administrator.close()
