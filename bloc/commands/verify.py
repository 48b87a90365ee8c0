"""`bloc verify`: check a whole record, a folder of downloaded tiles or a proof, and believe nobody.

Exit statuses are for scripts that watch a ledger: 0 verified, 1 a fault was found, 2 wrong use, 3 something could
not be had, 4 all holds but for the witnesses. They are told apart strictly: what could not be read was not verified,
and a watch that cannot tell an outage from a forgery will soon be switched off.
"""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from msgspec import Struct
from rich.console import Console

from bloc.ending import statuses_of_reading
from bloc.evidence.archive import SUFFIX
from bloc.surroundings import surroundings
from bloc.trouble import Trouble
from bloc.verifying.holding import Held, hold
from bloc.verifying.proofs import ProofReport, verify_bundle_folder, verify_evidence_folder, verify_proof
from bloc.verifying.record import RecordVerification
from bloc.verifying.sources import is_url, open_source
from bloc.verifying.telling import as_json, tell
from bloc.waiting import counting_down
from contracts.tlog.policy import Policy, PolicyFault, parse_policy
from contracts.verification.report import Report

_BUNDLE = "bundle"
_EVIDENCE = "pack"
_PROOF = ".tlog-proof"


def verify(
    where: str = "",
    *,
    policy: Path | None = None,
    checkpoint: tuple[Path, ...] = (),
    copy: Path | None = None,
    trust_anchor: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    origin: str | None = None,
    entry: Path | None = None,
    workers: int | None = None,
    json: bool = False,
) -> None:
    """Verify WHERE: a ledger's address, a folder of its files, a proof bundle, evidence, or a .tlog-proof file.

    Exit status 0: verified. 1: a fault, named. 2: wrong use. 3: something could not be read. 4: no quorum of witnesses.

    Parameters
    ----------
    where
        The ledger of the environment (BLOC_LEDGER_URL) when left out.
    policy
        Whom you believe (C2SP tlog-policy): the log's keys, the witnesses and their quorum. Without it the log's key
        is the one that the record itself names, and nothing is said about witnesses.
    checkpoint
        A checkpoint that you kept, signed note and all; may be given several times. The record must begin with it.
    copy
        A folder with your own older download: whatever differs from it is named by its position.
    trust_anchor
        Thumbprint of the founding key, as you know it. Without it the record's own word is taken, and printed.
    origin
        The ledger's name; the one in its checkpoint when left out.
    entry
        The entry that a .tlog-proof is about; the file of the same name without the suffix when left out.
    workers
        Processes to work with; 0 for none beside this one; as many as pay when left out.
    json
        Print the report as JSON.
    """
    with statuses_of_reading():
        believed = None if policy is None else read_policy(policy)
        older = tuple((str(file), _bytes(file)) for file in checkpoint)
        place, own = where or surroundings().ledger_url, "" if copy is None else str(copy)
        wanted = _Wanted(place, believed, older, own, trust_anchor, origin, workers, json)
        report = _verified(wanted, entry)
    if json:
        sys.exit(_print_json(report))
    tell(report, Console(highlight=False, soft_wrap=True))
    sys.exit(report.status)


def _print_json(report: Report | ProofReport) -> int:
    sys.stdout.write(as_json(report) + "\n")
    return report.status


class _Wanted(Struct, frozen=True):
    """What was typed, its files read."""

    place: str
    policy: Policy | None
    older: tuple[tuple[str, bytes], ...] = ()
    copy: str = ""
    trust_anchor: str | None = None
    origin: str | None = None
    workers: int | None = None
    quiet: bool = False


def _verified(wanted: _Wanted, entry: Path | None) -> Report | ProofReport:
    """Verify what the place turns out to be: a proof, a bundle, evidence, or a record."""
    place = Path(wanted.place)
    if not is_url(wanted.place) and place.suffix == _PROOF:
        return verify_proof(place, entry, _needed(wanted.policy))
    if not is_url(wanted.place) and (place / _BUNDLE).is_file():
        return verify_bundle_folder(place, wanted.policy, wanted.trust_anchor)
    if not is_url(wanted.place) and ((place / _EVIDENCE).is_file() or place.suffix == SUFFIX):
        return verify_evidence_folder(place, wanted.policy, wanted.trust_anchor)
    return _record(wanted)


def verify_record(place: str, policy: Path, *, workers: int | None, quiet: bool) -> Report:
    """Verify the record at an address or in a folder of the log's files. Raises Trouble when used wrongly."""
    return _record(_Wanted(place, read_policy(policy), workers=workers, quiet=quiet))


def _record(wanted: _Wanted) -> Report:
    place = wanted.place
    if not is_url(place) and Path(place).is_file():
        raise Trouble(
            f"{place} is a file of entries, without the checkpoints and tiles that show them genuine.",
            "Name the ledger's address or a folder of its tiles; bloc audit and bloc replay read such files.",
        )
    if not is_url(place) and not Path(place).is_dir():
        raise Trouble(
            f"There is no folder {place}.", "Name an address (http://…), a folder or a .tlog-proof file."
        )
    source = open_source(place)
    try:
        held = hold(
            place, source, policy=wanted.policy, origin=wanted.origin, older=wanted.older, copy=wanted.copy
        )
        if not isinstance(held, Held):
            return held.report(wanted.origin or "")
        run = RecordVerification(source, held, wanted.trust_anchor, workers=wanted.workers)
        with counting_down("entries verified", quiet=wanted.quiet) as progress:
            return run.run(progress)
    finally:
        source.close()


def read_policy(file: Path) -> Policy:
    """The policy in a file. Raises Trouble."""
    try:
        read = parse_policy(_bytes(file).decode())
    except UnicodeDecodeError as error:
        raise Trouble(f"{file} is not UTF-8: {error.reason}.", "Name a policy file.") from error
    if isinstance(read, PolicyFault):
        raise Trouble(
            f"{file}, line {read.line}: {read.reason}.", "Correct the policy; docs/verifying.md shows one."
        )
    return read


def _needed(policy: Policy | None) -> Policy:
    if policy is None:
        raise Trouble("A proof alone does not say whom to believe.", "Name your policy: --policy FILE.")
    return policy


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.", "Name a file that is there.") from error
