"""Signed submissions for load, made and signed before the clock starts, and the loop that posts them.

The events are the volume of a real bloc: customs declarations of the goods of worked example E06, each of which
derives an assessment; and, for the hot key, drawdowns of one kilogram from one lot, each of which opens an
obligation to refill it.
"""

import asyncio
from collections.abc import Sequence
from time import perf_counter, time
from typing import Any

from msgspec import Struct

from bloc.authoring import author_event, submission_body
from bloc.bench.wire import Connection, submission_request
from bloc.demo.chapters import reserve
from bloc.demo.chapters.declarations import EXAMPLES, declaration
from bloc.demo.chapters.floors import OXIDE
from bloc.demo.telling import kilograms, usd
from bloc.trouble import Trouble
from contracts.identity.jws import sign_detached
from contracts.identity.keys import SigningKey

WAIT_SECONDS = 30
_E06 = next(example for example in EXAMPLES if example.example == "E06")


class Posted(Struct, frozen=True):
    """What posting came to: `seconds` from the first request to the last receipt, each answer's latency."""

    submissions: int
    seconds: float
    latencies_seconds: list[float]

    def percentile_ms(self, percent: int) -> float:
        """Time to the receipt that `percent` of the submissions did not exceed, in milliseconds."""
        ranked = sorted(self.latencies_seconds)
        return 1000 * ranked[min(len(ranked) - 1, len(ranked) * percent // 100)]


def declarations(key: SigningKey, origin: str, run: str, submissions: int, events: int) -> list[bytes]:
    """Prepared requests, each of `events` declarations on streams of their own."""
    requests: list[bytes] = []
    for number in range(submissions):
        authored: list[bytes] = []
        for line in range(events):
            data: dict[str, Any] = declaration(1, _E06) | {"reference": f"{run}-{number}-{line}"}
            authored.append(author_event("us.customs", "bloc.declaration.accepted.v1", data))
        requests.append(signed(key, origin, submission_body(authored)))
    return requests


def drawdowns(key: SigningKey, origin: str, run: str, submissions: int) -> list[bytes]:
    """Prepared requests of one drawdown each, all on the one stream of one line's stock."""
    requests: list[bytes] = []
    for number in range(submissions):
        data = {
            "drawdown": f"{run}-{number}",
            "reserve": reserve.RESERVE,
            "purchase_commitment": "vault.clarios.2026-01",
            "company": "oem.clarios",
            "line": OXIDE,
            "quantity": kilograms("1"),
            "lots": [{"lot": "vault.2026-L01", "quantity": kilograms("1")}],
            "fixed_price": usd("95.00", "kg"),
            "amount_due": usd("95.00"),
            "released_on": "2026-10-05",
        }
        requests.append(
            signed(key, origin, author_event(reserve.OPERATOR, "bloc.drawdown.released.v1", data))
        )
    return requests


def signed(key: SigningKey, origin: str, body: bytes) -> bytes:
    """The request that posts a body, signed now."""
    signature = sign_detached(key, body, audience=origin, issued_at=int(time()))
    return submission_request(body, signature, wait_s=WAIT_SECONDS)


async def post_all(url: str, requests: Sequence[bytes], *, in_flight: int, expected: int = 201) -> Posted:
    """Post every request over `in_flight` connections; anything but `expected` ends the run with the answer."""
    waiting = iter(requests)
    latencies: list[float] = []

    async def work() -> None:
        async with Connection(url) as connection:
            for request in waiting:
                sent = perf_counter()
                status, body = await connection.send(request)
                latencies.append(perf_counter() - sent)
                if status != expected:
                    raise Trouble(
                        f"A benchmark submission was answered {status}: {body[:600].decode(errors='replace')}",
                        "Look at the logs of the services in the data folder.",
                    )

    started = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(work())
    return Posted(len(requests), perf_counter() - started, latencies)
