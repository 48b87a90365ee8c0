"""Two instances of the service on one ledger: they meet only there, and conflicts are decided again."""

import asyncio
import signal
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bloc.embedded.ports import chosen_port
from tests.tariffs.events import RESERVE, declaration, drawdown, lot, measure
from tests.tariffs.instances import ended, readiness, settings_on, started
from tests.tariffs.partners import Partners, Said, recorded


@pytest.fixture
async def other(chile: Partners) -> AsyncIterator[Partners]:
    """The same parties at the door of a second instance."""
    port = chosen_port(0, "--port")
    key = chile.stack.keys_folder / "bloc.tariffs.pem"
    process = await started(settings_on(chile.stack, key, port))
    await readiness(port, 200)
    partners = Partners(chile.stack)
    partners.keys = chile.keys
    partners.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60)
    yield partners
    await partners.close()
    process.send_signal(signal.SIGTERM)
    assert (await ended(process))[0] == 0


async def test_two_instances_draw_from_one_lot_without_taking_a_kilogram_twice(
    chile: Partners, other: Partners
):
    """Twenty drawdowns alternate between the instances. Each does not know what the other has under way, so drafts
    conflict at the ledger, are reloaded and decided again: what is recorded is exactly what left the lot."""
    await recorded(chile, "cl.vault", lot("cl-two-doors", "100"))

    async def draw(number: int) -> Said:
        door = chile if number % 2 else other
        return await door.post("cl.vault", drawdown(f"cl-two-doors-{number}", "cl-two-doors"))

    answers = await asyncio.gather(*(draw(number) for number in range(20)))
    assert {answer.status for answer in answers} <= {201, 409}
    drawn = sum(answer.status == 201 for answer in answers)
    assert drawn >= 10
    last = max(answer.document.get("first_position", 0) for answer in answers) + 1
    view = await chile.get(f"/reserves/{RESERVE}", effective_at="2026-10-05", min_position=last)
    assert left_in(view.document["reserve"], "cl-two-doors") == str(100 - drawn)


async def test_a_dry_run_guesses_nothing_about_what_another_instance_recorded(
    chile: Partners, other: Partners
):
    """Posted, a declaration is taken to be new and the ledger says if not; nobody would say that of a dry run."""
    accepted = await recorded(chile, "cl.customs", declaration("DRY-ELSEWHERE"))
    await other.get("/members", min_position=accepted.document["first_position"])
    answer = await other.post("cl.customs", declaration("DRY-ELSEWHERE"), dry_run=True)
    assert (answer.status, answer.document["rule"]) == (422, "DEC-4")


def left_in(reserve: dict[str, Any], lot_name: str) -> str:
    return next(
        one["kilograms"] for line in reserve["stock"] for one in line["lots"] if one["lot"] == lot_name
    )


async def test_two_instances_let_one_measure_win(chile: Partners, other: Partners):
    """One scope, one racer at each door: the guard `rules` lets one through, the other is refused with the rule."""
    for number in range(5):
        prefix = f"7202{30 + number}"
        answers = await asyncio.gather(
            chile.post("cl.trade", measure(f"door-a-{number}", prefix=prefix)),
            other.post("cl.trade", measure(f"door-b-{number}", prefix=prefix)),
        )
        assert sorted(answer.status for answer in answers) == [201, 422], answers


async def test_the_second_instance_sees_at_once_what_the_first_recorded(chile: Partners, other: Partners):
    """A read at the other door with the position of the receipt waits until it is there."""
    answer = await recorded(chile, "cl.trade", measure("seen-by-both", prefix="250410"))
    position = answer.document["first_position"]
    found = await other.get("/rules", min_position=position, code="250410", effective_at="2026-07-01")
    assert [one["measure"] for one in found.document["measures"]] == ["cl.seen-by-both"]


async def test_a_duplicate_posted_at_the_other_door_is_a_duplicate(chile: Partners, other: Partners):
    """Which instance recorded it does not matter."""
    body = lot("cl-both-doors")
    first = await recorded(chile, "cl.vault", body)
    again = await other.post("cl.vault", body)
    assert (again.status, again.document["first_position"]) == (200, first.document["first_position"])
