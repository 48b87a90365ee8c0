"""`bloc audit`: what a person and a script see of it."""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from rich.console import Console

from bloc.__main__ import app
from bloc.auditing.report import NO_FAULT, Part, Report
from bloc.auditing.telling import status_of as status_of_both
from bloc.auditing.telling import tell_verdict
from bloc.commands.audit import audit
from contracts.verification.report import FAULTY, INCOMPLETE, MISUSED, NO_QUORUM, Fault
from contracts.verification.report import Report as Verification
from tests.domain import facts
from tests.domain.audited import JULY, trading_record
from tests.domain.ledgered import Record
from tests.domain.trade import declaration


def export(record: Record, folder: Path) -> str:
    """The record as a file."""
    file = folder / "entries.ndjson"
    file.write_bytes(b"\n".join(record.lines()) + b"\n")
    return str(file)


def status_of(source: str, **options: object) -> object:
    """The exit status of the command."""
    with pytest.raises(SystemExit) as ended:
        audit(source, **options)  # type: ignore[arg-type] # options as they are typed
    return ended.value.code


def test_an_honest_record_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0, the verdict first, then what was looked at and what is worth a look."""
    record = trading_record()
    record.post(declaration(), now=JULY)
    assert status_of(export(record, tmp_path)) == NO_FAULT
    said = capsys.readouterr().out
    assert said.startswith("NO FAULT in ")
    assert "12 submissions decided again, 1 derived events compared" in said
    assert "lag of bloc.secretariat: " in said


def test_a_fault_is_told_with_position_rule_and_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 1; the position, the author, the rule and what is wrong stand on one line."""
    record = trading_record()
    record.write([facts.floor("120.00", "revised", by="us.trade")])
    assert status_of(export(record, tmp_path)) == FAULTY
    said = capsys.readouterr().out
    assert said.startswith("FAULTS: 1, ")
    assert (
        f"position {record.next - 1}, us.trade: MND-1: No event without a mandate: us.trade holds no" in said
    )


def test_json_is_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON document on standard output, whose status is the exit status."""
    assert status_of(export(trading_record(), tmp_path), json=True) == NO_FAULT
    document = msgspec.json.decode(capsys.readouterr().out)
    assert (document["status"], document["faults"], document["incomplete"]) == (0, 0, None)


@pytest.mark.parametrize("source", ["nothing", "http://127.0.0.1:1"])
def test_a_record_that_cannot_be_had_is_neither_faulty_nor_wrong_use(
    source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 3 and the next step, for a file that is not there and a ledger that does not answer."""
    assert status_of(source) == INCOMPLETE
    assert f"{source} cannot be read: " in capsys.readouterr().err


def test_wrong_use_is_not_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2 and the next step, for a party whose key is not here."""
    export(trading_record(), tmp_path)
    assert status_of(str(tmp_path / "entries.ndjson"), key="jp.customs", keys=tmp_path) == MISUSED
    assert "There is no key" in capsys.readouterr().err


def test_positions_without_an_entry_between_are_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing was decided again, so "no fault" would be a word too many."""
    with pytest.raises(SystemExit) as ended:
        app(["audit", export(Record(), tmp_path), "--from", "10", "--to", "5"])
    assert ended.value.code == 2
    assert "There is no entry from 10 to 5" in capsys.readouterr().err


@pytest.mark.parametrize("asked", [("--from", "1000"), ("--to", "1000")])
def test_what_lies_behind_the_end_cannot_be_judged(
    asked: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 3, and no verdict: the drafts that are asked about are not in the record."""
    with pytest.raises(SystemExit) as ended:
        app(["audit", export(trading_record(), tmp_path), *asked])
    assert ended.value.code == INCOMPLETE
    told = capsys.readouterr()
    assert "NO FAULT" not in told.out
    assert "and 1000 is asked for" in told.err


def test_a_record_without_an_entry_is_no_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 1, in words, and no verdict: no position is named that nobody asked for."""
    (tmp_path / "empty.ndjson").write_bytes(b"")
    with pytest.raises(SystemExit) as ended:
        app(["audit", str(tmp_path / "empty.ndjson")])
    assert ended.value.code == FAULTY
    told = capsys.readouterr()
    assert "NO FAULT" not in told.out
    assert "nothing is recorded in it" in told.err


def test_the_options_are_called_from_and_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As typed: `bloc audit FILE --from 3 --to 5 --json`."""
    file = export(trading_record(), tmp_path)
    with pytest.raises(SystemExit) as ended:
        app(["audit", file, "--from", "3", "--to", "5", "--json"])
    document = msgspec.json.decode(capsys.readouterr().out)
    assert ended.value.code == NO_FAULT
    assert (document["from"], document["to"], document["tally"]["submissions"]) == (3, 5, 2)


def test_an_export_cannot_be_shown_to_be_genuine(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2: it has neither checkpoints nor tiles, and the next step says what has."""
    policy = tmp_path / "policy"
    policy.write_text("quorum none\n", "utf-8")
    assert status_of(export(trading_record(), tmp_path), policy=policy) == MISUSED
    assert "Name the ledger's address or a folder of its tiles" in capsys.readouterr().err


def test_the_gravest_of_both_is_the_status() -> None:
    """A fault outweighs what could not be read, and that a quorum that was not met."""
    audited = Report("here", 0, None, False, Part())
    broken = Report("here", 0, None, False, Part(broken="an outage"))
    genuine = Verification(origin="a", size=1, entries=1, drafts=1, root="", anchor="", anchor_compared=False)
    unwitnessed = replace(genuine, quorum=False)
    faulty = replace(genuine, fault=Fault(0, "event", "another hash"))
    assert status_of_both(audited, None) == status_of_both(audited, genuine) == NO_FAULT
    assert status_of_both(audited, unwitnessed) == NO_QUORUM
    assert status_of_both(broken, unwitnessed) == INCOMPLETE
    assert status_of_both(broken, faulty) == FAULTY


@pytest.mark.parametrize(
    ("first", "last", "unseen", "said"),
    [
        (0, None, 0, "followed."),
        (0, 9, 5, "followed. Not judged: 5 refusals whose bodies are not at hand."),
        (3, 5, 0, "followed. Not judged: drafts before 3, drafts behind 5."),
    ],
)
def test_a_verdict_says_what_was_not_judged(
    first: int, last: int | None, unseen: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """INTACT is said of what was decided again, and of nothing else."""
    part = Part(position=9)
    part.tally.refusals_unseen = unseen
    genuine = Verification(
        origin="a", size=10, entries=10, drafts=1, root="", anchor="", anchor_compared=False
    )
    tell_verdict(genuine, Report("here", first, last, False, part), Console(soft_wrap=True))
    assert capsys.readouterr().out == f"INTACT: 10 entries are genuine, and the rules were {said}\n"
