"""One state, one text, one number: on every machine, in every release, however the entries were cut."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tariffs.domain.replay.document import FORMAT, StateHasher, document, line_of, state_hash
from services.tariffs.domain.replay.families import Thing
from services.tariffs.domain.replay.plain import decimal_text
from tests.contracts.naive_tree import NaiveTree
from tests.domain import facts
from tests.replay.recording import FILES, folded, founded, served

LINES = (FILES / "entries.ndjson").read_bytes().splitlines()
DOCUMENT = (FILES / "state.ndjson").read_bytes().splitlines()
HASH = (FILES / "state.hash").read_text("ascii").strip()


def test_a_recorded_history_has_the_hash_that_it_always_had():
    """The known answer: if this fails, a release understands old entries differently. Do not write the files anew
    unless the format has another name."""
    assert state_hash(folded(LINES).state).root == HASH


def test_the_document_of_a_recorded_history_is_the_one_that_it_always_was():
    """Line by line, so that the one that differs is seen."""
    assert list(document(folded(LINES).state)) == DOCUMENT


def test_the_hash_is_that_of_the_definitions():
    """RFC 6962 by nothing but its recursion, over the lines that anybody can read from the file."""
    assert NaiveTree(DOCUMENT).root(len(DOCUMENT)).hex() == HASH


def test_lines_are_canonical_json_in_order():
    """As RFC 8785 writes it: Python's own writer, told the same, writes the same bytes."""
    read = [json.loads(line) for line in DOCUMENT]
    for line, value in zip(DOCUMENT, read, strict=True):
        assert json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == line
    assert read[0] == {"format": FORMAT, "position": len(LINES) - 1}
    places = [(value["family"], value["name"]) for value in read[1:]]
    assert places == sorted(set(places))


@given(st.text())
def test_every_text_is_written_as_rfc_8785_has_it(text: str):
    """Control characters, quotes and all scripts: nothing is escaped that need not be, nor otherwise."""
    thing = Thing("note", "note", text, lambda value: {"text": value})
    written = json.loads(line_of(thing))["state"]["text"]
    assert written == text
    assert json.dumps(text, ensure_ascii=False).encode() in line_of(thing)


@given(st.lists(st.integers(1, 20), min_size=1))
def test_it_does_not_matter_how_the_entries_are_cut(sizes: list[int]):
    """Batches are a matter of transport."""
    folding, rest = folded([]), list(LINES)
    for size in sizes * len(LINES):
        batch, rest = rest[:size], rest[size:]
        if batch:
            folding.take(batch)
    assert state_hash(folding.state).root == HASH


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_another_process_comes_to_the_same_number(seed: str):
    """Another order of hashes, another time zone, another locale: as another machine would be."""
    program = (
        "from tests.replay.recording import *; import sys;"
        "print(state_hash(folded(sys.stdin.buffer.read().splitlines()).state).root)"
    )
    surroundings = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Seoul", "LC_ALL": "C"}
    run = subprocess.run(
        [sys.executable, "-c", program],
        input=b"\n".join(LINES),
        env=surroundings,
        capture_output=True,
        check=True,
    )
    assert run.stdout.decode().strip() == HASH


def test_what_is_hashed_on_the_way_changes_nothing():
    """A hasher that remembers lines gives, after every entry, what one without memory gives."""
    folding, hasher = folded([]), StateHasher()
    seen: set[str] = set()
    for line in LINES:
        folding.take([line])
        found = hasher.hash(folding.state)
        assert found == state_hash(folding.state)
        seen.add(found.root)
    assert len(seen) == len(LINES)


def test_a_state_that_is_held_does_not_change_under_its_holder():
    """Hashes are taken while the fold goes on."""
    folding = folded(LINES[:30])
    held = folding.state
    before = list(document(held))
    folding.take(LINES[30:])
    assert list(document(held)) == before


@pytest.mark.parametrize("price", ["112.00", "112.0", "112"])
def test_a_figure_is_written_as_its_author_wrote_it(price: str):
    """The law says 112.00; another spelling is another text, and may be another law."""
    recording = founded()
    event = facts.floor(price)
    lines = [*recording.lines, served(len(recording.lines), 1, event)]
    assert f'"amount":"{price}"'.encode() in b"".join(document(folded(lines).state))


def test_a_number_that_was_calculated_has_one_spelling():
    """380000 and 380000.000 kilograms are one mass."""
    spellings = ("380000", "380000.000", "3.8E+5")
    assert {decimal_text(Decimal(text)) for text in spellings} == {"380000"}
    assert (decimal_text(Decimal("0.00")), decimal_text(Decimal("-1.50"))) == ("0", "-1.5")


def test_corrections_and_annulments_are_read_and_named():
    """The floor of E12 reads 110 since its correction; the price that was annulled is gone, by whose word is said."""
    read = {(line["family"], line["name"]): line["state"] for line in map(json.loads, DOCUMENT[1:])}
    floor = cast("dict[str, Any]", read["floor", facts.OXIDE])
    assert floor["entries"][0]["data"]["price"]["amount"] == "110.00"
    assert floor["entries"][0]["corrected_by"] == 30
    assert floor["holds"] == [{"act": 27, "from": "2026-05-01"}]
    assert floor["suspended"] == [{"act": 33, "from": "2026-09-01", "to": "2026-10-01"}]
    assert [entry["position"] for entry in floor["superseded"]] == [27, 30]
    assert floor["superseded"][0]["data"]["price"]["amount"] == "112.00"
    price = read["reference_price", facts.OXIDE]
    assert (price["annulled"], price["entries"]) == ([[34, 35]], [])
    assert [entry["position"] for entry in price["superseded"]] == [34, 35]


def test_totals_of_duty_are_sums_by_member_kind_and_currency():
    """E12: 3.7 % of 800,000.00 twice; 96,000.00 under the floor of 112, 80,000.00 under that of 110."""
    read = {
        line["name"]: line["state"] for line in map(json.loads, DOCUMENT[1:]) if line["family"] == "total"
    }
    assert read["US/declaration.accepted//"]["count"] == 2
    assert read["US/duty.assessed/base/USD"] == {"count": 2, "sum": "59200"}
    assert read["US/duty.assessed/price_floor/USD"] == {"count": 2, "sum": "176000"}
