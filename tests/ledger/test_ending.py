"""How a ledger ends: at once when nothing is under way, and without asking the database again and again meanwhile."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from contracts.limits import STOP_SECONDS_MAX
from services.ledger import facts
from services.ledger.signer import rereading
from tests.ledger.drafting import Drafter
from tests.ledger.running import Place, RunningLedger, Tariffs, ledger_at


async def test_a_ledger_that_never_reached_nats_ends_at_once(place: Place) -> None:
    """There is no batch under way whose end would be waited for."""
    await place.nats.kill()
    async with ledger_at(place, phase="waiting"):
        began = time.monotonic()
    assert time.monotonic() - began < STOP_SECONDS_MAX - 1


async def test_nobody_asks_in_vain_while_the_ledger_ends(
    ledger: RunningLedger, tariffs: Tariffs, drafter: Drafter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for the head stops waiting: neither the facts nor the signer may turn that into a busy loop."""
    asked: list[str] = []

    def counting(read: Callable[..., Any]) -> Callable[..., Any]:
        async def counted(*arguments: Any) -> Any:
            asked.append(read.__name__)
            return await read(*arguments)

        return counted

    await tariffs.record(drafter.bloc())
    monkeypatch.setattr(facts, "facts_after", counting(facts.facts_after))
    monkeypatch.setattr(rereading, "read_ends", counting(rereading.read_ends))
    ledger.head.close()
    await asyncio.sleep(0.5)
    assert len(asked) <= 4
