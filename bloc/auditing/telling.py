"""What an audit came to, in words: the verdict, the findings with their positions, who is late, what is due."""

import msgspec
from rich.console import Console

from bloc.auditing.report import NO_FAULT, Importer, Report
from bloc.terminal import harmless
from contracts.decimals import plain_text
from contracts.verification.report import FAULTY, INCOMPLETE, MISUSED, NO_QUORUM, VERIFIED
from contracts.verification.report import Report as Verification
from services.tariffs.domain.auditing.aftermath import Sum
from services.tariffs.domain.auditing.findings import Finding

SHOWN_OF_A_FAULT = 20
SHOWN_OF_A_NOTICE = 5
"""Of each kind. Notices are many in any record, and must not push the verdict off the screen."""


def status_of(report: Report, verified: Verification | None) -> int:
    """The exit status: the gravest of both, where the record was verified as well."""
    found = {report.status, NO_FAULT if verified is None else verified.status}
    return next((one for one in (FAULTY, MISUSED, INCOMPLETE, NO_QUORUM) if one in found), NO_FAULT)


def as_json(report: Report, verified: Verification | None = None) -> str:
    """The report for programs; `status` is the exit status."""
    part = report.part
    document = {
        "status": status_of(report, verified),
        "source": report.source,
        "from": report.first,
        "to": part.position if report.last is None else report.last,
        "incomplete": part.broken or None,
        "faults": report.faults,
        "notices": report.notices,
        "counts": part.counts,
        "tally": part.tally,
        "findings": [{"fault": one.is_fault, **msgspec.to_builtins(one)} for one in part.findings],
        "lags": part.lags,
        "due": [_due(importer, total) for importer, total in part.touched],
    }
    if verified is not None:
        verification = msgspec.to_builtins(verified)
        document["verification"] = {"status": verified.status, **verification}
    return msgspec.json.encode(document).decode()


def _due(importer: Importer, total: Sum) -> dict[str, object]:
    return {
        **msgspec.to_builtins(importer),
        "items": total.items,
        "not_known": total.unknown,
        "refunds": plain_text(total.refunds),
        "demands": plain_text(total.demands),
    }


def tell_verdict(verified: Verification, report: Report, console: Console) -> None:
    """One line about both: whether the entries are genuine, and whether the rules were followed, as far as judged."""
    if status_of(report, verified) == NO_FAULT:
        followed = f"INTACT: {verified.entries} entries are genuine, and the rules were followed."
        if left := _not_judged(report):
            followed += f" Not judged: {', '.join(left)}."
        _line(console, followed, "bold green")
        return
    genuine = "genuine" if verified.status == VERIFIED else "not shown to be genuine"
    rules = "followed" if report.status == NO_FAULT else "not shown to be followed"
    _line(console, f"NOT INTACT: the record is {genuine}; the rules were {rules}.", "bold red")


def _not_judged(report: Report) -> list[str]:
    """What a verdict of no fault does not speak of."""
    unseen = report.part.tally.refusals_unseen
    left = [f"{unseen} refusals whose bodies are not at hand"] if unseen else []
    if report.first:
        left.append(f"drafts before {report.first}")
    if report.last is not None and report.last < report.part.position:
        left.append(f"drafts behind {report.last}")
    return left


def tell(report: Report, console: Console) -> None:
    """Print the report for a person."""
    part = report.part
    if report.faults:
        _line(console, f"FAULTS: {report.faults}, in what was decided again of {report.source}.", "bold red")
    elif report.status == INCOMPLETE:
        _line(console, f"NOT AUDITED TO THE END: no fault up to position {part.position}.", "bold red")
    else:
        _line(console, f"NO FAULT in {report.source}.", "bold green")
    if part.broken:
        _line(console, f"  it could not be read on: {part.broken}", "red")
    _tell_ground(report, console)
    for kind in sorted(part.counts, key=lambda kind: (not _is_fault(report, kind), kind)):
        _tell_kind(report, kind, console)
    _tell_lags(report, console)
    _tell_due(report, console)


def _tell_ground(report: Report, console: Console) -> None:
    tally = report.part.tally
    console.print(
        f"{tally.submissions} submissions decided again, {tally.derived} derived events compared, "
        f"{tally.refusals} refusals decided again, in {tally.entries} entries",
        highlight=False,
    )
    if tally.refusals_unseen:
        _line(
            console,
            f"{tally.refusals_unseen} refusals could not be decided again: their bodies are not at hand "
            "(--refused FOLDER, --key PARTY)",
            "yellow",
        )


def _is_fault(report: Report, kind: str) -> bool:
    return next(finding.is_fault for finding in report.part.findings if finding.kind == kind)


def _tell_kind(report: Report, kind: str, console: Console) -> None:
    number = report.part.counts[kind]
    found = [finding for finding in report.part.findings if finding.kind == kind]
    style = "red" if found[0].is_fault else "yellow"
    _line(console, f"{kind.replace('_', ' ')}: {number}", f"bold {style}")
    shown = SHOWN_OF_A_FAULT if found[0].is_fault else SHOWN_OF_A_NOTICE
    for finding in found[:shown]:
        _line(console, f"  position {finding.position}, {finding.party}: {_said(finding)}")
    if number > shown:
        _line(console, f"  … {number - shown} more; --json lists more of them")


def _said(finding: Finding) -> str:
    rule = f"{finding.rule}: " if finding.rule and finding.rule not in finding.text else ""
    return f"{rule}{finding.text}"


def _tell_lags(report: Report, console: Console) -> None:
    """Question 24: effective, published, recorded."""
    for party, lag in report.part.lags.items():
        if not lag.late and not lag.publication_days:
            continue
        late = f"{lag.late} of {lag.facts} facts recorded after they took effect"
        days = (
            f", by {lag.late_days / lag.late:.1f} days on average, {lag.late_days_max} at most"
            if lag.late
            else ""
        )
        waited = (
            f"; from publication to the record {lag.publication_days / lag.published:.1f} days, "
            f"{lag.publication_days_max} at most"
            if lag.published
            else ""
        )
        _line(console, f"lag of {party}: {late}{days}{waited}")


def _tell_due(report: Report, console: Console) -> None:
    """Question 4: what later corrections and late facts come to."""
    for importer, total in report.part.touched:
        unknown = f", {total.unknown} not known" if total.unknown else ""
        _line(
            console,
            f"due on what came later, {importer.member} with {importer.scheme} {importer.id}: "
            f"refunds {plain_text(total.refunds)}, demands {plain_text(total.demands)} {importer.currency} "
            f"on {total.items} items{unknown}",
        )


def _line(console: Console, text: str, style: str | None = None) -> None:
    console.print(harmless(text), style=style, markup=False)
