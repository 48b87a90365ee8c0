"""What `bloc verify` prints: a verdict first, and nothing that a stranger could have painted."""

import io
import json

import pytest
from rich.console import Console

from bloc.terminal import harmless
from bloc.verifying.telling import as_json, tell
from contracts.verification.fault import Fault, Remark
from contracts.verification.report import Compared, Report
from tests.verification.bundles import story
from tests.verification.checking import verified
from tests.verification.forging import with_stamp
from tests.verification.published import files_of

ENTRIES, TOLD = story()


def told(report: Report) -> str:
    out = io.StringIO()
    tell(report, Console(file=out, force_terminal=True, color_system=None, soft_wrap=True, highlight=False))
    return out.getvalue()


def report_of(**more: object) -> Report:
    known = {"origin": "bloc.example/ledger", "size": 3, "entries": 3, "drafts": 2, "root": "00"}
    return Report(**{**known, "anchor": "kid", "anchor_compared": False, **more})  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    "stream", ["x\x1b[2J\x1b[32mVERIFIED", "x\rVERIFIED", "x\u202eDEIFIREV", "x\x9b32m", "x\nVERIFIED"]
)
def test_an_escape_sequence_in_a_stamp_paints_nothing(stream: str) -> None:
    """The reason quotes the stamp, and a terminal must not obey it."""
    report = verified(files_of(with_stamp(ENTRIES, 2, stream=stream)))
    assert report.fault is not None
    shown = told(report)
    assert all(line.isprintable() for line in shown.splitlines())
    assert shown.startswith("FAULT at position 2, stamp.stream:\n")
    assert "\nVERIFIED" not in shown


def test_what_is_quoted_is_cut() -> None:
    """An entry can hold 60 kB of reason."""
    assert len(harmless("x" * 60_000)) == 1_001


def test_the_verdict_comes_first_and_the_statuses_are_those_of_the_page() -> None:
    """Fault before wrong use, wrong use before missing, missing before quorum."""
    fault = Fault(1, "stamp", "reason")
    rows = (
        (report_of(), 0, "VERIFIED"),
        (report_of(fault=fault, missing="m", misused="w", quorum=False), 1, "FAULT at position 1, stamp:"),
        (report_of(misused="w", missing="m", quorum=False), 2, "NOT VERIFIED: w"),
        (report_of(missing="m", quorum=False), 3, "NOT VERIFIED, incomplete: m"),
        (report_of(entries=2), 3, ""),
        (report_of(quorum=False), 4, "NO QUORUM"),
    )
    for report, status, begins in rows:
        assert (report.status, told(report).startswith(begins)) == (status, True), report
        assert json.loads(as_json(report))["status"] == status


def test_a_report_says_what_it_rests_on() -> None:
    """Founding key, checkpoints, witnesses, how far their word reaches, and what to look at."""
    compared = (
        Compared("served", 3, "00", ("us",), False),
        Compared("kept", 2, "00", ("us", "eu"), True, 1_782_876_700),
        Compared("odd", 1, "00", ("us",), True, 2**63),
    )
    remarks = tuple(Remark(n, "signature", "suspect") for n in range(30))
    shown = told(report_of(checkpoints=compared, quorum=False, remarks=remarks, remarks_count=30))
    assert "as the record says; compare it" in shown
    assert "checkpoint of 3 entries: no quorum (us), served" in shown
    assert "checkpoint of 2 entries: quorum met (us, eu, last at 2026-07-01T03:31:40Z), kept" in shown
    assert "covers the first 2 entries; the rest is covered by receipts only" in shown
    assert shown.count("note: position") == 20
    assert "30 of these in all" in shown
