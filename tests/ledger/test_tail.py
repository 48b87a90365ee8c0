"""`bloc tail` beside a ledger that goes away for a while."""

import asyncio
import json

import pytest

from bloc.commands.entries import tail_from
from bloc.surroundings import Surroundings
from tests.gate import gate_to
from tests.ledger.drafting import Drafter
from tests.ledger.running import RunningLedger, Tariffs


async def test_it_goes_on_behind_the_last_entry_when_the_ledger_is_back(
    ledger: RunningLedger, tariffs: Tariffs, drafter: Drafter, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a pipe was given has no gap, and no entry twice; that it waited is said on standard error."""
    positions: list[int] = []
    told = ""

    async def shown(count: int) -> None:
        nonlocal told
        while len(positions) < count:
            read = capsys.readouterr()
            told += read.err
            positions.extend(json.loads(line)["stamp"]["position"] for line in read.out.splitlines())
            await asyncio.sleep(0.02)

    await tariffs.record(drafter.bloc())
    size = ledger.head.size
    async with gate_to(ledger.url) as gate, asyncio.timeout(30):
        tail = asyncio.create_task(tail_from(Surroundings(ledger_url=gate.url), -1))
        await shown(size)
        gate.send_away()
        await tariffs.record(drafter.declarations("T1"))
        await shown(size + 1)
        tail.cancel()
    assert positions == list(range(ledger.head.size))
    assert f"broke off behind entry {size - 1}" in told
