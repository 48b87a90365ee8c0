"""The families of the state document: which things there are in a state, and how one of each is written down.

This table is the one place where the document learns of a new kind of thing. Most things live through histories and
are written alike: the entries as they read now, corrected; what was annulled and by what; and, where acts succeed
each other, the days on which each of them holds. A name in the table is part of the format: it stays when the field
behind it is renamed.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from contracts.streams import kind_of
from services.tariffs.domain.histories.correcting import as_corrected
from services.tariffs.domain.histories.timeline import ACTS, Span, lay_out
from services.tariffs.domain.replay.plain import decimal_text
from services.tariffs.domain.replay.reserve_families import write_commitment, write_reserve, write_stock
from services.tariffs.domain.replay.totals import Total
from services.tariffs.domain.replay.whole_state import WholeState
from services.tariffs.domain.state import History, Recorded, ReserveDirectory


class Thing(Struct, frozen=True, gc=False):
    """One thing of a state. `value` is what it is written from: as long as it is the same object, so is the line."""

    family: str
    name: str
    value: Any
    write: Callable[[Any], dict[str, Any]]


HISTORIES: Mapping[str, str] = {
    "keys": "party_keys",
    "mandates": "party_mandates",
    "members": "member",
    "minerals": "mineral",
    "lines": "line",
    "measures": "measure",
    "floors": "floor",
    "reference_prices": "reference_price",
    "exchange_rates": "exchange_rate",
    "acts": "act",
    "areas": "area",
    "emergencies": "emergency",
    "quotas": "quota",
    "undertakings": "undertaking",
    "proposals": "proposal",
    "cases": "case",
}
"""Field of the rules state that maps names to histories → family in the document."""

NOT_WRITTEN = frozenset(("position", "ring", "versions"))
"""Fields of the rules state that are no things: the position heads the document, ring and versions are computed from
the same entries."""

INDEXES = frozenset(
    (
        "lines_by_hs6",
        "measures_by_prefix",
        "measures_by_line",
        "codes_below",
        "members_by_country",
        "mended",
        "rules_in_order",
        "under_proposals",
        "acts_unsaid",
    )
)
"""Fields that only say where to look; a faster index must not change the state."""


STREAMS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "purchase_commitment": write_commitment,
    "reserve": write_reserve,
    "stock": write_stock,
}
"""Kind of a stream that is kept whole → how its state is written; the kind is the family."""


def things_of(state: WholeState) -> Iterator[Thing]:
    """Every thing of a state, in no particular order."""
    rules = state.rules
    if rules.charter is not None:
        yield Thing("charter", "charter", (rules.charter,), write_history)
    if rules.rulesets:
        yield Thing("rulesets", "rulesets", rules.rulesets, write_history)
    if rules.admissions:
        yield Thing("admissions", "admissions", rules.admissions, write_history)
    if rules.state_hashes:
        yield Thing("state_hashes", "state_hashes", rules.state_hashes, write_history)
    for field, family in HISTORIES.items():
        histories: Mapping[str, History] = getattr(rules, field)
        for name, history in histories.items():
            yield Thing(family, name, history, write_history)
    for name, directory in rules.reserves.items():
        yield Thing("reserve_directory", name, directory, write_directory)
    for stream, held in state.streams.items():
        kind = kind_of(stream)
        yield Thing(kind, stream.removeprefix(f"{kind}/"), held, STREAMS[kind])
    for key, total in state.totals.items():
        yield Thing("total", "/".join(key), total, write_total)


def write_directory(directory: ReserveDirectory) -> dict[str, Any]:
    """Who operates a reserve, since when, and where each of its streams begins."""
    return {
        "operator": directory.operator,
        "opened_at": directory.opened_at,
        "streams": dict(directory.streams.items()),
    }


def write_total(total: Total) -> dict[str, Any]:
    """How often, and how much."""
    return {"count": total[0], "sum": decimal_text(total[1])}


def write_history(history: History) -> dict[str, Any]:
    """The entries of a history as they read now, those that read otherwise when they were recorded, what was
    annulled, and the days on which each act holds.

    Both readings are written, because both are asked for: what was known at an earlier K is part of the state.
    """
    reading = as_corrected(history)
    line: dict[str, Any] = {"entries": [_entry(entry) for entry in reading.entries]}
    if len(reading.entries) < len(history):  # some of them correct or annul
        standing = {id(entry) for entry in reading.entries}
        line["superseded"] = [_entry(entry) for entry in history if id(entry) not in standing]
    if reading.annulled:
        line["annulled"] = [[entry.position, by.position] for entry, by in reading.annulled]
    if any(entry.event.type in ACTS for entry in reading.entries):
        lived = lay_out(reading.entries, reading.annulled)
        line["holds"] = [_span(span) for span in lived.terms]
        if lived.suspensions:
            line["suspended"] = [_span(span) for span in lived.suspensions]
    return line


def _entry(entry: Recorded) -> dict[str, Any]:
    event = entry.event
    said: dict[str, Any] = {
        "position": entry.position,
        "recorded_at": entry.recorded_at,
        "type": event.type,
        "party": event.party,
        "id": event.id,
        "time": event.time,
        "data": entry.data,
    }
    if entry.corrected_by is not None:
        said["corrected_by"] = entry.corrected_by
    return said


def _span(span: Span) -> dict[str, Any]:
    said: dict[str, Any] = {"from": span.start.isoformat(), "act": span.act.position}
    if span.end is not None:
        said["to"] = span.end.isoformat()
    return said
