"""`bloc report`: what a person and a script see of it."""

from pathlib import Path

import msgspec
import pytest

from bloc.__main__ import app
from tests.domain.ledgered import Record
from tests.domain.reclassifying import reclassified
from tests.domain.reporting import JUNE, british, imported, imported_by_gb, us_record
from tests.domain.trade import item_data


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The entries of two members' trade as a file, a line reclassified at the end."""
    record = british(us_record(), "0")
    imported(record, "A-1", accepted_at=JUNE)
    imported_by_gb(record, "B-1", item_data("237500.00", "2500"))
    record.post(reclassified())
    return export(record, tmp_path_factory.mktemp("export"))


def export(record: Record, folder: Path) -> str:
    """The record as a file."""
    file = folder / "entries.ndjson"
    file.write_bytes(b"\n".join(record.lines()) + b"\n")
    return str(file)


def typed(*words: str) -> int:
    """The exit status of what was typed."""
    try:
        app(["report", *words])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_a_table_for_people(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures on the first line, then the rows, with the declarations that weigh most."""
    assert typed("below-floor", source) == 0
    said = capsys.readouterr().out
    assert "compared 2, exempt 0, below 2, not known 0" in said
    assert "totals" in said
    assert "612000.00" in said


def test_json_for_programs(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One document; a period bounds the days of acceptance."""
    assert typed("below-floor", source, "--json") == 0
    document = msgspec.json.decode(capsys.readouterr().out)
    assert (document["report"], document["below"]) == ("below-floor", 2)
    assert [row["floor_duty"] for row in document["rows"]] == ["27987.16", "612000.00"]
    assert typed("below-floor", source, "--from", "2026-07-01", "--json") == 0
    assert msgspec.json.decode(capsys.readouterr().out)["below"] == 0


def test_a_rate_and_what_if(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Question 19 as typed."""
    words = ("rate", "hmrc.gbp.usd", source, "--on", "2026-06-24", "--corrected", "1.3421", "--json")
    assert typed(*words) == 0
    document = msgspec.json.decode(capsys.readouterr().out)
    assert [(use["item"], use["due"]) for use in document["uses"]] == [("GB/B-1#1", "-45.87")]


def test_every_report_can_be_told(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Treatment, patterns and coverage, as tables."""
    for name, word in (("treatment", "effects"), ("patterns", "found"), ("coverage", "lost")):
        assert typed(name, source) == 0
        assert word in capsys.readouterr().out


def test_as_it_was_known_then(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--known is a position or a moment: before the declarations there is nothing below the floor."""
    assert typed("below-floor", source, "--known", "22", "--json") == 0
    document = msgspec.json.decode(capsys.readouterr().out)
    assert (document["known_position"], document["compared"]) == (22, 0)
    assert typed("below-floor", source, "--known", "99") == 3
    assert "is asked for" in capsys.readouterr().err


def test_statuses_tell_wrong_use_from_a_broken_history(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """2 for what is no day or rate, 3 for a file that is not there, 1 for one with an entry left out."""
    assert typed("below-floor", source, "--from", "yesterday") == 2
    assert typed("rate", "hmrc.gbp.usd", source, "--on", "2027-06-24") == 2
    assert typed("rate", "hmrc.gbp.usd", source, "--on", "2026-06-24", "--corrected", "1,3") == 2
    assert typed("patterns", str(tmp_path / "nothing")) == 3
    lines = Path(source).read_bytes().splitlines(keepends=True)
    (tmp_path / "gap.ndjson").write_bytes(b"".join((*lines[:5], *lines[6:])))
    assert typed("patterns", str(tmp_path / "gap.ndjson")) == 1
    assert "entry 5 is missing" in capsys.readouterr().err


def test_days_without_a_day_between_are_wrong_use(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty table would say that nothing was below the floor."""
    assert typed("below-floor", source, "--from", "2026-07-01", "--to", "2026-06-01") == 2
    assert "There is no day from 2026-07-01" in capsys.readouterr().err


def test_a_rate_that_is_none_is_named_in_words(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a pattern of the schema, nor a read that lists no rates."""
    assert typed("rate", "hmrc.gbp.usd", source, "--on", "2026-06-15", "--corrected", "-1") == 2
    assert "regex" not in (said := capsys.readouterr().err)
    assert "-1 is no rate of exchange" in said
    assert typed("rate", "hmrc.gbp.nope", source, "--on", "2026-06-15") == 2
    assert "bloc.exchange_rate.published.v1" in capsys.readouterr().err
