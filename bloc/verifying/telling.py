"""What a verification came to, in words: first the verdict, then what it rests on, and what it does not show."""

from datetime import UTC, datetime

import msgspec
from rich.console import Console

from bloc.terminal import harmless
from bloc.verifying.proofs import ProofReport
from contracts.verification.report import FAULTY, NO_QUORUM, VERIFIED, Report

_REMARKS_SHOWN = 20


def as_json(report: Report | ProofReport) -> str:
    """The report for programs; `status` is the exit status."""
    return msgspec.json.encode({"status": report.status, **msgspec.to_builtins(report)}).decode()


def tell(report: Report | ProofReport, console: Console) -> None:
    """Print the report for a person."""
    if isinstance(report, ProofReport):
        _tell_proof(report, console)
        return
    _tell_verdict(report, console)
    if report.entries:
        _tell_ground(report, console)
    for remark in report.remarks[:_REMARKS_SHOWN]:
        _line(console, f"note: position {remark.position}, {remark.field}: {remark.reason}", "yellow")
    if report.remarks_count > min(len(report.remarks), _REMARKS_SHOWN):
        _line(console, f"note: {report.remarks_count} of these in all; --json lists more", "yellow")


def _tell_proof(report: ProofReport, console: Console) -> None:
    if report.status == FAULTY:
        _line(console, f"FAULT in {report.file}:", "bold red")
    elif report.status == NO_QUORUM:
        _line(console, f"NO QUORUM in {report.file}:", "bold red")
    else:
        _line(console, "VERIFIED.", "bold green")
    for line in (report.reason, *report.shows):
        if line:
            _line(console, f"  {line}")


def _tell_verdict(report: Report, console: Console) -> None:
    fault = report.fault
    if fault is not None:
        _line(console, f"FAULT at {fault.where}, {fault.field}:", "bold red")
        _line(console, f"  {fault.reason}", "red")
    if report.misused is not None:
        _line(console, f"NOT VERIFIED: {report.misused}", "bold red")
    if report.missing is not None:
        _line(console, f"NOT VERIFIED, incomplete: {report.missing}", "bold red")
    if report.status == NO_QUORUM:
        _line(
            console,
            "NO QUORUM: too few witnesses of your policy have cosigned the served checkpoint.",
            "bold red",
        )
    if report.status == VERIFIED:
        _line(console, f"VERIFIED: {report.entries} entries of {report.origin}.", "bold green")


def _tell_ground(report: Report, console: Console) -> None:
    own = "as you said" if report.anchor_compared else "as the record says; compare it with what you know"
    _line(console, f"{report.entries} of {report.size} entries in {report.drafts} drafts, root {report.root}")
    _line(
        console, f"the last of them was recorded at {report.recorded_at}: what is newer was not shown to you"
    )
    if report.stated:
        _line(console, f"{report.stated} of the drafts state what they were decided on, and it stood there")
    if report.anchor:
        _line(console, f"founding key {report.anchor}, {own}")
    for one in report.checkpoints:
        cosigned = ", ".join(one.witnesses) or "no witness of yours"
        met = "quorum met" if one.quorum else "no quorum"
        last = f", last at {_moment(one.cosigned_at)}" if one.cosigned_at else ""
        quorum = "no policy given" if one.quorum is None else f"{met} ({cosigned}{last})"
        _line(console, f"checkpoint of {one.size} entries: {quorum}, {one.name}")
    reach = max((one.size for one in report.checkpoints if one.quorum), default=0)
    if report.quorum is False:
        _line(
            console,
            f"the witnesses' word covers the first {reach} entries; the rest is covered by receipts only",
        )
    if report.tiles_compared:
        _line(console, f"{report.tiles_compared} served hash tiles agree with the entries")


def _line(console: Console, text: str, style: str | None = None) -> None:
    console.print(harmless(text), style=style, markup=False)


def _moment(seconds: int) -> str:
    """POSIX seconds as RFC 3339, or as they are when no calendar has them."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return f"{seconds} s since 1970"
