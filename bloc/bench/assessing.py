"""Fold a large tariff and assess goods on it, in a process of its own, and say what it took.

Run as `python -m bloc.bench.assessing MEASURES FLOORS ENTRIES`. Nothing but the law runs here: no HTTP, no signatures,
no ledger. Beside the figure stands what no implementation can do without, making the objects of the very same answers,
measured as reading them from JSON. CPU time is told from wall time: benchmarks seldom have a machine to themselves.
"""

import gc
import sys
from collections.abc import Callable
from random import Random
from time import perf_counter, process_time
from typing import Any

import msgspec
from msgspec import Struct

from bloc.bench.tariff import Size, code_of, hs6_of, line_of, tariff
from bloc.demo.chapters import catalogue, members
from contracts.envelope import Event
from contracts.events import DeclarationItem
from contracts.limits import TARIFFS_GARBAGE_THRESHOLDS
from contracts.registry import EVENT_TYPES
from contracts.streams import stream_of
from services.tariffs.domain.assessment.assess import Assessment, assess_item
from services.tariffs.domain.evolve import evolve
from services.tariffs.domain.state import RulesState, empty_rules

ASSESSMENTS = 10_000
DAYS = 28
RECORDED_AT = "2026-06-15T12:00:00.000000Z"


class Timed(Struct, frozen=True):
    """So many of something in `seconds` by the clock, `cpu_seconds` of this process."""

    count: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """By the clock."""
        return self.count / self.seconds

    @property
    def per_cpu_second(self) -> float:
        """On one core that nobody else uses."""
        return self.count / self.cpu_seconds


class Assessed(Struct, frozen=True):
    """Assessments on a tariff of `rules` measures and floors in `entries` entries, and reading the same from JSON."""

    rules: int
    entries: int
    folding: Timed
    assessing: Timed
    reading: Timed


def measure(size: Size) -> Assessed:
    """Fold, assess goods of all of the tariff on many days, and read the answers."""
    chapters = (members.chapter(), catalogue.chapter())
    ground = [
        (post.party, name, dict(data)) for one in chapters for post in one.posts for name, data in post.events
    ]
    events = [_event(*posted) for posted in (*ground, *tariff(size))]
    rules = empty_rules()

    def fold() -> None:
        nonlocal rules
        for position, event in enumerate(events):
            rules = evolve(rules, position, RECORDED_AT, event)

    folding = _timed(len(events), fold)
    wanted = items(size, ASSESSMENTS)
    answers: list[Assessment] = []
    assessing = _timed(len(wanted), lambda: answers.extend(_assess(rules, wanted)))
    texts = [msgspec.json.encode(answer) for answer in answers]
    decoder = msgspec.json.Decoder(Assessment)
    reading = _timed(len(texts), lambda: [decoder.decode(text) for text in texts])
    return Assessed(size.measures + size.floors, len(events), folding, assessing, reading)


def items(size: Size, count: int) -> list[DeclarationItem]:
    """Goods spread over the tariff: half of them on lines with a floor, and half of those by eight digits."""
    random = Random(count)
    found: list[DeclarationItem] = []
    for number in range(count):
        at = random.randrange(size.floors if number % 2 else size.codes)
        code, line = (
            (hs6_of(at, size.chapters) + "00", line_of(at))
            if number % 2
            else (code_of(at, size.chapters), "none")
        )
        found.append(msgspec.convert(item(code if number % 4 == 3 else f"{code}00", line), DeclarationItem))
    return found


def item(code: str, line: str) -> dict[str, Any]:
    """The goods of worked example E06, under some code and on some line."""
    value = {"amount": "708000.00", "currency": "USD"}
    return {
        "item_no": 1,
        "commodity_code": code,
        "hs_edition": "HS2022",
        "line": line,
        "origin": "CN",
        "preference_claimed": False,
        "net_mass": {"value": "12000", "unit": "kg"},
        "customs_value": value,
        "free_at_frontier_value": value,
    }


def accepted_at(number: int) -> str:
    """Moments on many days, in turn."""
    return f"2026-06-{number % DAYS + 1:02d}T15:00:00Z"


def _event(party: str, type_name: str, data: dict[str, Any]) -> Event[Any]:
    payload = msgspec.convert(data, EVENT_TYPES[type_name].payload)
    source, subject = f"/parties/{party}", stream_of(type_name, payload)
    return Event("1.0", "0", source, type_name, subject, RECORDED_AT, payload)


def _assess(rules: RulesState, wanted: list[DeclarationItem]) -> list[Assessment]:
    return [
        assess_item(
            rules, member="US", accepted_at=accepted_at(number), item=one, known_position=rules.position
        )
        for number, one in enumerate(wanted)
    ]


def _timed(count: int, work: Callable[[], object]) -> Timed:
    began, cpu_began = perf_counter(), process_time()
    work()
    return Timed(count, perf_counter() - began, process_time() - cpu_began)


if __name__ == "__main__":
    gc.set_threshold(*TARIFFS_GARBAGE_THRESHOLDS)  # as the service does
    print(msgspec.json.encode(measure(Size(*(int(word) for word in sys.argv[1:])))).decode())
