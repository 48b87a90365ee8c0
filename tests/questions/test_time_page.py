"""docs/time.md: its table of V and K holds of the demo's floor, cell by cell."""

import re
from datetime import datetime
from typing import Any

import httpx
import msgspec

from tests.flow.documents import PROJECT
from tests.questions.asking import Asking

STREAM = "floor/ndpr.unwrought_metal.metal"
YEAR = 2026


def table() -> dict[str, dict[str, str]]:
    """What the page says, by K and day."""
    rows = re.findall(r"^\| (.+) \|$", (PROJECT / "docs/time.md").read_text("utf-8"), re.MULTILINE)
    head, *cells = [row.split(" | ") for row in rows[:5]]
    days = [datetime.strptime(f"{day} {YEAR} +0000", "%d %B %Y %z").date().isoformat() for day in head[1:]]
    return {known: dict(zip(days, said, strict=True)) for known, *said in cells}


def positions(asking: Asking) -> dict[str, int]:
    """Where each K of the page lies in this ledger."""
    headers = {"Accept": "application/x-ndjson"}
    lines = httpx.get(f"{asking.ledger_url}/streams/{STREAM}", headers=headers).content.splitlines()
    once = [msgspec.json.decode(line)["stamp"]["position"] for line in lines]
    return dict(
        zip(("before", "once set", "once revised", "once corrected"), [once[0] - 1, *once], strict=True)
    )


def said(floor: dict[str, Any]) -> str:
    """An answer as the page writes it."""
    if floor["status"] == "in_force":
        return floor["price"]["amount"]
    return floor["status"].replace("_", " ")


def test_the_table_is_what_the_demo_answers(asking: Asking) -> None:
    """Every row, every day: a value, pending, or not known."""
    page, known = table(), positions(asking)
    assert set(page) == set(known)
    answered = {
        name: {
            day: said(asking.read(f"/floors/{STREAM[6:]}?effective_at={day}&position={known[name]}")["floor"])
            for day in row
        }
        for name, row in page.items()
    }
    assert answered == page
