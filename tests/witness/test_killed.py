"""SIGKILL at any moment: whatever a witness said before, it never says anything against it afterwards."""

import asyncio
import random
import shutil
from contextlib import suppress
from pathlib import Path

import httpx

from tests.witness.growing import GrowingLog
from tests.witness.running import RunningWitness

KILLS = 12
CLIENTS = 6


class Traffic:
    """Clients that push two histories of one log, and remember every cosignature that they were given."""

    def __init__(self, witness: RunningWitness, tales: tuple[GrowingLog, GrowingLog]) -> None:
        self.given: set[tuple[int, int]] = set()
        self.largest = 0
        self._witness = witness
        self._tales = tales
        self.over = False

    async def push(self, number: int) -> None:
        """Until it is over: ask, follow 409, never mind a witness that is gone."""
        dice = random.Random(number)
        which = number % 2
        tale, old = self._tales[which], 0
        while not self.over:
            new = old + dice.randrange(1, 6)
            held_before = self.largest
            with suppress(httpx.TransportError):
                answer = await self._witness.post(tale.request(old, new))
                if answer.status_code == 200:
                    self._witness.checked(tale, new, answer)
                    self.given.add((new, which))
                    self.largest = max(self.largest, new)
                    old = new
                elif answer.status_code == 409:
                    old = int(answer.text)
                    assert old >= held_before, "it forgot what it had cosigned"
                else:
                    assert answer.status_code == 422, answer.text
            await asyncio.sleep(dice.random() / 100)


async def test_killed_at_random_it_never_contradicts_itself(work_folder: Path) -> None:
    """A dozen kills under traffic from two histories: every cosignature ever given is of one of them, the store opens
    each time, and its size is never behind an answer that went out."""
    log = GrowingLog("killed.example/ledger")
    tales = (log, log.forked(1))
    dice = random.Random(11)
    folder = work_folder / "killed"
    async with RunningWitness(folder, (log,)) as witness:
        traffic = Traffic(witness, tales)
        clients = [asyncio.create_task(traffic.push(number)) for number in range(CLIENTS)]
        for _ in range(KILLS):
            await asyncio.sleep(dice.random() / 4)
            await witness.service.kill()
            promised = traffic.largest
            await witness.service.start()
            held = await witness.client.get("/health/ready")
            sizes = [one["size"] for one in held.json()["logs"]]
            assert sizes[0] >= promised if promised else True
        traffic.over = True
        await asyncio.gather(*clients)
        assert len(traffic.given) > KILLS
        (winner,) = {which for size, which in traffic.given if size > 1}
        body = await witness.monitored(log)
        assert body is not None
        size = int(body.split(b"\n")[1])
        assert body == tales[winner].checkpoint(size).body
        assert size >= traffic.largest
    shutil.rmtree(folder)
