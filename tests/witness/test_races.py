"""Many at once: whoever asks, and however they overlap, one history wins and the other never gets a cosignature."""

import asyncio
import random
from pathlib import Path

import httpx
import pytest

from bloc.embedded.ports import chosen_port
from bloc.embedded.services import Service
from contracts.tlog.checkpoints import cosignature_time
from tests.witness.growing import GrowingLog
from tests.witness.running import ADD, RunningWitness

RACERS = 32


async def test_one_of_two_histories_wins(witness: RunningWitness, log: GrowingLog) -> None:
    """Both are posted many times at once for the same size: all cosignatures are for one of them."""
    other = log.forked(0)
    bodies = [tale.request(0, 6) for tale in (log, other) for _ in range(RACERS)]
    random.Random(3).shuffle(bodies)
    answers = await asyncio.gather(*(witness.post(body) for body in bodies))
    winners = {one.request.content for one in answers if one.status_code == 200}
    assert len(winners) == 1
    assert {one.status_code for one in answers} <= {200, 409}
    held = await witness.monitored(log)
    assert held in (log.checkpoint(6).body, other.checkpoint(6).body)


async def test_of_many_steps_from_one_size_one_is_taken(witness: RunningWitness, log: GrowingLog) -> None:
    """All are consistent with what is held; the first one in moves the witness, the others are told where it is."""
    await witness.cosigned(log, 0, 5)
    answers = await asyncio.gather(*(witness.post(log.request(5, size)) for size in range(6, 6 + RACERS)))
    taken = [size for size, one in zip(range(6, 6 + RACERS), answers, strict=True) if one.status_code == 200]
    assert len(taken) == 1
    assert {one.content for one in answers if one.status_code == 409} == {b"%d\n" % taken[0]}
    assert await witness.monitored(log) == log.checkpoint(taken[0]).body


@pytest.mark.parametrize("seed", range(3))
async def test_racing_histories_never_both_go_on(witness: RunningWitness, log: GrowingLog, seed: int) -> None:
    """Three tales of one log, each pushed by several clients that follow 409: what is cosigned is one tale, and
    sizes and times only rise."""
    tales = (log, log.forked(2, "forged"), log.forked(4, "sold"))
    dice = random.Random(seed)
    given: list[tuple[int, int, int]] = []

    async def push(number: int) -> None:
        tale = tales[number % len(tales)]
        old = 0
        for _ in range(15):
            new = old + dice.randrange(1, 9)
            answer = await witness.post(tale.request(old, new))
            if answer.status_code == 200:
                at = cosignature_time(witness.checked(tale, new, answer))
                given.append((new, at, number % len(tales)))
                old = new
            elif answer.status_code == 409:
                old = int(answer.text)
            else:
                assert answer.status_code == 422

    await asyncio.gather(*(push(number) for number in range(9)))
    roots = {tales[tale].checkpoint(size) for size, _, tale in given}
    assert len({one.size for one in roots}) == len(roots)
    largest = max(roots, key=lambda one: one.size)
    (winner,) = {tale for tale in tales if tale.checkpoint(largest.size) == largest}
    assert all(winner.checkpoint(one.size) == one for one in roots)
    given.sort()
    assert [at for _, at, _ in given] == sorted(at for _, at, _ in given)


async def test_two_processes_on_one_store_are_one_witness(work_folder: Path) -> None:
    """Started twice by mistake, each asked for another history at the same time: one of them wins, in both."""
    log = GrowingLog("twice.example/ledger")
    tales = (log, log.forked(0))
    async with RunningWitness(work_folder / "twice", (log,)) as first:
        port = chosen_port(0, "")
        url = f"http://127.0.0.1:{port}"
        second = Service("second", "bloc.witness", url, first.folder)
        second.settings = {**first.service.settings, "BLOC_WITNESS_PORT": str(port)}
        await second.start()
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as other:
            winners: set[int] = set()
            for old, new in ((0, 3), (3, 5), (5, 9), (9, 10), (10, 30)):
                answers = await asyncio.gather(
                    *(
                        client.post(ADD, content=tale.request(old, new))
                        for tale in tales
                        for client in (first.client, other)
                        for _ in range(4)
                    )
                )
                winners |= {number // 8 for number, one in enumerate(answers) if one.status_code == 200}
                assert {one.status_code for one in answers} <= {200, 409, 422}
        await second.stop()
        assert len(winners) == 1
        assert await first.monitored(log) == tales[winners.pop()].checkpoint(30).body
