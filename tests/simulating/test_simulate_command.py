"""`bloc simulate`: what a person and a script see of it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bloc.__main__ import app
from contracts.decoding import encode_event
from contracts.envelope import Event
from tests.domain import facts
from tests.domain.audited import JULY, trading_record
from tests.domain.ledgered import Record
from tests.domain.quotas import declared
from tests.domain.supposing import silicon_record, volume
from tests.domain.trade import declaration, item_data

PROJECT = Path(__file__).resolve().parents[2]
RAISED = facts.floor("120.00", "revised")


def export(record: Record, folder: Path) -> str:
    """The record as a file."""
    file = folder / "entries.ndjson"
    file.write_bytes(b"\n".join(record.lines()) + b"\n")
    return str(file)


def written(folder: Path, *events: Event[Any]) -> str:
    """A hypothesis as a file."""
    file = folder / "hypothesis.ndjson"
    file.write_bytes(b"\n".join(map(encode_event, events)) + b"\n")
    return str(file)


def typed(*words: str) -> object:
    """The exit status of the command as typed."""
    with pytest.raises(SystemExit) as ended:
        app(["simulate", *words])
    return ended.value.code


def imported() -> Record:
    """E06 and goods above any floor, by two importers."""
    record = trading_record()
    record.post(declaration(reference="E06"), now=JULY)
    other = {"scheme": "us.irs", "id": "98-7654321"}
    record.post(declaration(item_data("2400000.00"), reference="DEAR", importer=other), now=JULY)
    return record


def test_a_simulation_is_told_with_every_sum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0; what is supposed, what is not asked for, who is affected, and the change to the cent."""
    hypothesis = written(tmp_path, RAISED)
    assert typed(export(imported(), tmp_path), "--with", hypothesis, "--from", "2026-04-01") == 0
    said = capsys.readouterr().out
    assert said.startswith("SIMULATED, nothing is recorded")
    assert f"1. bloc.price_floor.revised.v1 on floor/{facts.OXIDE}, by bloc.secretariat" in said
    assert "not asked for: signatures" in said
    assert "2 declarations; the duty of 1 importers changes" in said
    assert "US/E06#1, 2026-06-30: 638196.00 → 758196.00 USD\n" in said


def test_the_tables_are_read_on_eighty_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No line is longer and no figure or name is broken; the importer whose duty stays is counted, not listed."""
    assert typed(export(imported(), tmp_path), "--with", written(tmp_path, RAISED)) == 0
    lines = capsys.readouterr().out.splitlines()
    tables = lines[next(place for place, line in enumerate(lines) if "In all: duty" in line) :]
    assert max(map(len, tables)) <= 80
    figures = [line.split() for line in tables if "USD" in line]
    duty = ["726996.00", "846996.00", "120000.00"]
    assert ["USD", "2", *duty] in figures
    assert [facts.OXIDE, "USD", "1", "→", "1", "612000.00", "732000.00"] in figures
    assert ["us.irs", "12-3456789", "US", "USD", "1", "638196.00", "758196.00", "120000.00"] in figures
    assert not any("98-7654321" in line for line in tables)
    assert any("1 more are not changed: --json lists all" in line for line in tables)


def test_the_hypothesis_of_the_documents_can_be_typed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """docs/hypothesis.ndjson is what docs/simulate.md says it is."""
    hypothesis = str(PROJECT / "docs/hypothesis.ndjson")
    assert typed(export(imported(), tmp_path), "--with", hypothesis, "--json") == 0
    (total,) = msgspec.json.decode(capsys.readouterr().out)["total"]
    assert total["duty"]["difference"] == "120000.00"


def test_json_has_the_same_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One document, whose sums by member, line and importer add up, and the same bytes every time."""
    source, hypothesis = export(imported(), tmp_path), written(tmp_path, RAISED)
    words = (source, "--with", hypothesis, "--from", "2026-04-01", "--to", "2026-07-01", "--json")
    assert typed(*words) == 0
    first = capsys.readouterr().out
    assert typed(*words) == 0
    assert capsys.readouterr().out == first
    document = msgspec.json.decode(first)
    assert (document["status"], document["from"], document["to"]) == (0, "2026-04-01", "2026-07-01")
    (total,) = document["total"]
    assert (total["items"], total["changed"], total["duty"]["difference"]) == (2, 1, "120000.00")
    assert [(row["id"], row["duty"]["difference"]) for row in document["by_importer"]] == [
        ("12-3456789", "120000.00"),
        ("98-7654321", "0.00"),
    ]
    assert document["affected"] == [{"scheme": "us.irs", "id": "12-3456789"}]


def test_quotas_are_drawn_again_from_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """E14: the record is read twice where items claim a quota."""
    record, opening, position = silicon_record()
    record.post(declared(), now=JULY)
    hypothesis = written(tmp_path, volume(record, opening, position, "500"))
    assert typed(export(record, tmp_path), "--with", hypothesis, "--json") == 0
    (total,) = msgspec.json.decode(capsys.readouterr().out)["total"]
    assert (total["duty"]["without"], total["duty"]["supposed"]) == ("384960.00", "0.00")


def test_a_hypothesis_that_is_not_lawful_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 1; line, path, rule and words, for people and for programs."""
    source = export(imported(), tmp_path)
    hypothesis = written(tmp_path, RAISED, facts.floor("130.00", "revised", by="us.trade"))
    assert typed(source, "--with", hypothesis) == 1
    said = capsys.readouterr().out
    assert "THE HYPOTHESIS IS NOT LAWFUL" in said
    assert "line 2, $.source: MND-1, No event without a mandate: us.trade holds no" in said
    assert typed(source, "--with", hypothesis, "--json") == 1
    document = msgspec.json.decode(capsys.readouterr().out)
    assert [(one["line"], one["rule"]) for one in document["broken"]] == [(2, "MND-1")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"type":"nothing"}', "Line 1 of "),
        (encode_event(declaration()), "no duty is assessed on it"),
        (encode_event(RAISED).replace(b'"120.00"', b"120.00"), "$.data.price.amount"),
    ],
    ids=["no event", "no rule", "a number that is no text"],
)
def test_a_malformed_hypothesis_is_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: bytes, said: str
) -> None:
    """Status 2, with the line and how to mend it: it is decoded as strictly as what is posted."""
    file = tmp_path / "hypothesis.ndjson"
    file.write_bytes(line)
    assert typed(export(imported(), tmp_path), "--with", str(file)) == 2
    assert said in capsys.readouterr().err


def test_every_event_has_an_id_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2: two lines of one id could never be posted, and a rule would be told of the wrong one."""
    hypothesis = written(tmp_path, RAISED, RAISED)
    assert typed(export(imported(), tmp_path), "--with", hypothesis) == 2
    assert "has the id of an earlier line" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "There is nothing to suppose"),
        (("--with", "nowhere.ndjson"), "nowhere.ndjson cannot be read"),
        (("--from", "tomorrow"), "tomorrow is no day"),
        (("--from", "2026-07-01", "--to", "2026-07-01"), "There is no day"),
    ],
)
def test_wrong_use_names_the_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """Status 2 before anything is read."""
    given = ("--with", written(tmp_path, RAISED)) if words and "--with" not in words else ()
    assert typed(str(tmp_path / "nothing"), *given, *words) == 2
    assert said in capsys.readouterr().err


def test_a_record_that_cannot_be_read_is_neither(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 3, for a file that is not there, and for one that leaves out an entry."""
    hypothesis = written(tmp_path, RAISED)
    assert typed(str(tmp_path / "nothing"), "--with", hypothesis) == 3
    assert "there is no such file or folder" in capsys.readouterr().err
    file = tmp_path / "torn.ndjson"
    lines = imported().lines()
    file.write_bytes(b"\n".join([*lines[:3], *lines[4:]]) + b"\n")
    assert typed(str(file), "--with", hypothesis) == 3
    assert "entry 3 is missing" in capsys.readouterr().err


def test_a_type_of_a_newer_release_ends_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 3: a rule that this release cannot read may have changed every duty."""
    file = tmp_path / "newer.ndjson"
    lines = [
        line.replace(b"bloc.price_floor.set.v1", b"bloc.price_floor.set.v9") for line in imported().lines()
    ]
    file.write_bytes(b"\n".join(lines) + b"\n")
    assert typed(str(file), "--with", written(tmp_path, RAISED)) == 3
    assert "bloc.price_floor.set.v9" in capsys.readouterr().err
