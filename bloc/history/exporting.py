"""A replayed state as rows: the state document itself, or what is in force on a day, as JSON lines or as Parquet.

The JSON lines of a state are the very lines that are hashed, so an export can be checked with nothing but SHA-256.
Parquet is for those who ask with SQL; it holds the same texts in columns, and the hash in its metadata. Its writer,
pyarrow, is an optional extra, because nothing else here needs fifty megabytes of it.
"""

import importlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from bloc.history.replaying import Replayed
from bloc.trouble import Trouble
from services.tariffs.domain.answers.listing import RulesFilter, rules_at
from services.tariffs.domain.answers.views import members_at
from services.tariffs.domain.replay.document import head_line, in_order, line_of

_ENCODER = msgspec.json.Encoder(order="sorted")
_ROWS_AT_A_TIME = 10_000


class Row(Struct, frozen=True):
    """One thing: `state` is JSON; `line` the whole line of the export."""

    family: str
    name: str
    state: bytes
    line: bytes


class _Line(Struct, frozen=True):
    state: msgspec.Raw


_LINES = msgspec.json.Decoder(_Line)


def state_rows(replayed: Replayed) -> Iterator[Row]:
    """The things of the state document, in its order, without its head."""
    for thing in in_order(replayed.state):
        line = line_of(thing)
        yield Row(thing.family, thing.name, bytes(_LINES.decode(line).state), line)


def rows_in_force(replayed: Replayed, day: date) -> Iterator[Row]:
    """Members, measures and floors on V = `day` as known at the position, each with its answer and reasons."""
    rules, position = replayed.state.rules, replayed.state.position
    for member in members_at(rules, day, position):
        yield _row("member", member.member, member)
    listed = rules_at(rules, day, position, RulesFilter(in_force_only=False))
    for measure in sorted(listed.measures, key=lambda view: view.measure):
        yield _row("measure", measure.measure, measure)
    for floor in sorted(listed.floors, key=lambda view: view.line):
        yield _row("floor", floor.line, floor)


def _row(family: str, name: str, view: object) -> Row:
    state = _ENCODER.encode(view)
    line = _ENCODER.encode({"family": family, "name": name, "state": msgspec.Raw(state)})
    return Row(family, name, state, line)


def json_lines(replayed: Replayed, day: date | None) -> Iterator[bytes]:
    """Lines without LF: the state document, or what is in force on a day behind a head that says so."""
    if day is None:
        yield head_line(replayed.state.position)
        yield from (row.line for row in state_rows(replayed))
        return
    yield _ENCODER.encode({"effective_at": day, "position": replayed.state.position})
    yield from (row.line for row in rows_in_force(replayed, day))


def write_parquet(replayed: Replayed, day: date | None, file: Path) -> None:
    """Write the rows with columns family, name and state (JSON text). Raises Trouble without pyarrow."""
    try:
        arrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise Trouble(
            "Parquet is written by pyarrow, which is not there.", "pip install 'bloc[parquet]'."
        ) from error
    said = {
        "bloc.format": replayed.hash.format,
        "bloc.position": str(replayed.hash.position),
        "bloc.state_hash": replayed.hash.root,
    }
    if day is not None:
        said["bloc.effective_at"] = day.isoformat()
    schema = arrow.schema([(name, arrow.string()) for name in ("family", "name", "state")], metadata=said)
    rows = state_rows(replayed) if day is None else rows_in_force(replayed, day)
    with parquet.ParquetWriter(str(file), schema, compression="zstd") as writer:
        for batch in _batches(rows):
            columns = {
                "family": [row.family for row in batch],
                "name": [row.name for row in batch],
                "state": [row.state.decode() for row in batch],
            }
            writer.write_table(arrow.table(columns, schema=schema))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROWS_AT_A_TIME:
            yield batch
            batch = []
    yield batch
