"""Running the verifier over what a test has published, and saying what must come of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bloc.verifying.holding import Held, hold
from bloc.verifying.record import RecordVerification
from bloc.verifying.sources import open_source
from contracts.tlog.policy import Policy, parse_policy
from contracts.verification.fault import Fault
from contracts.verification.report import Report
from tests.ledger.drafting import ANCHOR
from tests.verification.published import files_of, policy_text, publish


def policy(text: str | None = None) -> Policy:
    """The auditor's policy."""
    read = parse_policy(policy_text() if text is None else text)
    assert isinstance(read, Policy), read
    return read


AUDITORS = policy()
"""Two of three witnesses, and the log's first key."""


def verified(
    files: Mapping[str, bytes],
    *,
    by: Policy | None = AUDITORS,
    anchor: str | None = ANCHOR,
    older: Sequence[tuple[str, bytes]] = (),
    copy: Mapping[str, bytes] | None = None,
    origin: str | None = None,
    workers: int = 0,
) -> Report:
    """Publish the files in a folder and verify it with the auditor's policy (`by`)."""
    with TemporaryDirectory() as folder, TemporaryDirectory() as copied:
        publish(Path(folder), files)
        publish(Path(copied), copy or {})
        return verified_at(
            folder,
            by=by,
            anchor=anchor,
            older=older,
            copy="" if copy is None else copied,
            origin=origin,
            workers=workers,
        )


def verified_at(
    where: str,
    *,
    by: Policy | None,
    anchor: str | None = ANCHOR,
    older: Sequence[tuple[str, bytes]] = (),
    copy: str = "",
    origin: str | None = None,
    workers: int = 0,
) -> Report:
    """Verify a folder or an address."""
    source = open_source(where)
    try:
        held = hold(where, source, policy=by, origin=origin, older=older, copy=copy)
        if not isinstance(held, Held):
            return held.report("")
        return RecordVerification(source, held, anchor, workers=workers).run(print_nothing)
    finally:
        source.close()


def print_nothing(done: int, size: int) -> None:
    """Progress that nobody watches."""
    assert 0 <= done <= size


def fault_in(entries: Sequence[bytes]) -> Fault:
    """The fault that is found in a record whose tree, tiles, checkpoint and cosignatures all fit its entries."""
    report = verified(files_of(entries))
    assert report.fault is not None, report
    assert report.status == 1
    return report.fault
