"""The hallway turns away what it cannot take in now, before any work is done for it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import time
from typing import Any, cast

import msgspec
import pytest
from msgspec.structs import replace

from contracts.identity.jws import sign_detached
from contracts.identity.keyring import KEY_REGISTERED, KeyRing
from contracts.identity.keys import SigningKey
from contracts.receipt import Receipt
from services.tariffs.domain.state import RulesState, empty_rules
from services.tariffs.following.follower import Follower
from services.tariffs.intake import outcomes
from services.tariffs.intake.answers import Answer
from services.tariffs.intake.budgets import Budget
from services.tariffs.intake.drafting import Signed
from services.tariffs.intake.hallway import Hallway
from services.tariffs.intake.outcomes import Outcome
from services.tariffs.intake.proceedings import Proceedings, Progress
from services.tariffs.intake.standing import Standing
from services.tariffs.metrics import Metrics
from tests.tariffs.events import declaration

ORIGIN = "bloc.example/ledger"
KEY = SigningKey.generate()


def rules() -> RulesState:
    """A ledger on which cl.customs has a key, and nothing else is known."""
    jwk = {"kty": KEY.jwk.kty, "crv": KEY.jwk.crv, "x": KEY.jwk.x}
    ring = KeyRing().evolve(0, KEY_REGISTERED, {"party": "cl.customs", "jwk": jwk})
    return replace(empty_rules(), position=0, ring=ring)


class Steady:
    """A follower that has caught up, and proceedings that record everything once `gate` is open."""

    def __init__(self) -> None:
        self.rules = rules()
        self.position = 0
        self.caught_up = True
        self.away: str | None = None
        self.outdated: str | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.settled = 0
        self.progress: list[Progress] = []

    async def settle(self, signed: Signed, progress: Progress, *, dry_run: bool) -> Outcome:
        del dry_run
        self.progress.append(progress)
        await self.gate.wait()
        self.settled += 1
        return outcomes.Recorded(Receipt("recorded", signed.submission.digest, 1, first_position=1, count=1))


async def no_proof(receipt: Receipt, wait_s: float) -> None:
    """Nothing is cosigned here."""
    del receipt, wait_s


def hallway(
    steady: Steady,
    *,
    burst: int = 100,
    full: Callable[[], bool] = lambda: False,
    proofs: Callable[[Receipt, float], Awaitable[None]] = no_proof,
) -> Hallway:
    return Hallway(
        origin=ORIGIN,
        trust_anchor="anchor",
        standing=Standing(origin=ORIGIN, trust_anchor="anchor", kid="kid"),
        follower=cast("Follower", steady),
        proceedings=cast("Proceedings", steady),
        publisher_full=full,
        budget=Budget(burst=burst, per_second=1.0, parties_max=10),
        metrics=Metrics(),
        clock=lambda: datetime.now(UTC),
        proofs=proofs,
    )


async def never(receipt: Receipt, wait_s: float) -> None:
    """No witness ever answers here."""
    del receipt, wait_s
    await asyncio.Event().wait()


async def submit(to: Hallway, reference: str, *, wait_s: float = 5, proof: bool = False) -> Answer:
    body = declaration(reference)
    signature = sign_detached(KEY, body, audience=ORIGIN, issued_at=int(time()))
    return await to.submit(body, signature, wait_s=wait_s, dry_run=False, proof=proof)


async def test_a_party_beyond_its_budget_is_429():
    """The third of two: counted, not decided."""
    steady = Steady()
    limited = hallway(steady, burst=2)
    answers = [await submit(limited, f"BUDGET-{number}") for number in range(3)]
    assert [answer.status for answer in answers] == [201, 201, 429]
    assert steady.settled == 2


async def test_forgeries_use_up_nobodys_budget():
    """Only what a party really signed counts."""
    limited = hallway(Steady(), burst=1)
    body = declaration("FORGED-1")
    header = sign_detached(KEY, body, audience=ORIGIN, issued_at=int(time())).partition("..")[0]
    for _ in range(5):
        assert (await limited.submit(body, f"{header}..{'A' * 86}", wait_s=5, dry_run=False)).status == 401
    assert (await submit(limited, "FORGED-2")).status == 201


@pytest.mark.parametrize("state", ["reading", "full", "stopping"])
async def test_what_cannot_be_taken_in_now_is_503(state: str):
    """While the ledger is read, while too many drafts wait, and while the service stops."""
    steady = Steady()
    steady.caught_up = state != "reading"
    closed = hallway(steady, full=lambda: state == "full")
    if state == "stopping":
        await closed.stop(0)
    answer = await submit(closed, "CLOSED-1")
    assert answer.status == 503
    assert dict(answer.headers)["Retry-After"]
    assert steady.settled == 0


async def test_the_same_bytes_at_the_same_time_are_one_task():
    """Ten askers, one proceeding; all but the first are told that it is a duplicate."""
    steady = Steady()
    steady.gate.clear()
    shared = hallway(steady)
    body = declaration("SHARED-1")
    signature = sign_detached(KEY, body, audience=ORIGIN, issued_at=int(time()))
    askers = [asyncio.create_task(shared.submit(body, signature, wait_s=5, dry_run=False)) for _ in range(10)]
    await asyncio.sleep(0.05)
    steady.gate.set()
    answers = await asyncio.gather(*askers)
    assert sorted(answer.status for answer in answers) == [200] * 9 + [201]
    assert steady.settled == 1


async def test_stopping_lets_what_is_under_way_come_to_its_end():
    """The asker gets the receipt, although the service was told to stop meanwhile."""
    steady = Steady()
    steady.gate.clear()
    ending = hallway(steady)
    asker = asyncio.create_task(submit(ending, "STOP-1"))
    await asyncio.sleep(0.05)
    stopping = asyncio.create_task(ending.stop(5))
    await asyncio.sleep(0.05)
    assert not stopping.done()
    steady.gate.set()
    await stopping
    answer = await asker
    assert (answer.status, msgspec.json.decode(answer.body)["first_position"]) == (201, 1)


async def test_waiting_to_be_published_costs_nothing(monkeypatch: pytest.MonkeyPatch):
    """A hundred askers who will not wait, while nothing can be published: they sleep until it is, and are told 202."""
    steady = Steady()
    steady.gate.clear()
    stuck = hallway(steady)
    askers = [asyncio.create_task(submit(stuck, f"STUCK-{number}", wait_s=0)) for number in range(100)]
    await asyncio.sleep(0.1)
    loop = asyncio.get_running_loop()
    timers: list[float] = []
    call_later = loop.call_later

    def counted(delay: float, *rest: Any, **more: Any) -> asyncio.TimerHandle:
        timers.append(delay)
        return call_later(delay, *rest, **more)

    monkeypatch.setattr(loop, "call_later", counted)
    await asyncio.sleep(0.2)
    assert len(timers) <= 2
    for progress in steady.progress:
        progress.published.set()
    assert {answer.status for answer in await asyncio.gather(*askers)} == {202}
    steady.gate.set()


async def test_stopping_leaves_no_asker_without_an_answer():
    """What waits for a ledger that is away is safe in JetStream, 202; what is not published yet may be posted again,
    503; what is recorded and waits for witnesses goes out without its proof."""
    steady = Steady()
    steady.gate.clear()
    steady.away = "it was stopped"
    ending = hallway(steady, proofs=never)
    safe = asyncio.create_task(submit(ending, "SAFE-1"))
    await asyncio.sleep(0.05)
    steady.progress[0].published.set()
    unsure = asyncio.create_task(submit(ending, "UNSURE-1"))
    await asyncio.sleep(0.05)
    await ending.stop(0.2)
    async with asyncio.timeout(1):
        assert ((await safe).status, (await unsure).status) == (202, 503)

    proven = hallway(Steady(), proofs=never)
    asker = asyncio.create_task(submit(proven, "PROVEN-1", proof=True))
    await asyncio.sleep(0.05)
    await proven.stop(0.2)
    async with asyncio.timeout(1):
        answer = await asker
    assert (answer.status, b'proof":' in answer.body) == (201, False)
