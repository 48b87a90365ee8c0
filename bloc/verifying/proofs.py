"""Verifying what somebody was given: the folder of a proof bundle or of evidence, or an entry with its .tlog-proof.

None needs a network, or a ledger that is alive. A bundle, and evidence likewise, shows who signed and who vouches
for that key; a .tlog-proof shows that these bytes are in a tree that the witnesses saw, and nothing else.
"""

from pathlib import Path

from msgspec import Struct

from bloc.evidence.archive import read_archive
from bloc.evidence.telling import said as said_of_evidence
from bloc.proving.folder import read_folder
from bloc.proving.telling import said
from bloc.trouble import Trouble
from contracts.limits import ENTRY_BYTES_MAX, PROOF_FILE_BYTES_MAX
from contracts.tlog.notes import NoteFault
from contracts.tlog.policy import Accepted, Policy
from contracts.tlog.proof_files import parse_proof_file, verify_proof_file
from contracts.verification.bundle import verify_bundle
from contracts.verification.bundle_files import BundleFault
from contracts.verification.evidence import verify_evidence
from contracts.verification.fault import Fault
from contracts.verification.opening import open_entry
from contracts.verification.report import FAULTY, NO_QUORUM, VERIFIED


class ProofReport(Struct, frozen=True, omit_defaults=True):
    """What a proof came to: the exit `status`, what it shows in words, or the file at fault and why."""

    status: int
    shows: tuple[str, ...] = ()
    file: str | None = None
    reason: str | None = None


def verify_bundle_folder(folder: Path, policy: Policy | None, trust_anchor: str | None) -> ProofReport:
    """Verify the folder that `bloc prove` wrote. Raises Trouble when it cannot be read at all."""
    proven = verify_bundle(read_folder(folder), policy, anchor=trust_anchor)
    if isinstance(proven, BundleFault):
        return _at_fault(folder, proven)
    return ProofReport(VERIFIED, (*said(proven), *_judged_by(policy)))


def verify_evidence_folder(folder: Path, policy: Policy | None, trust_anchor: str | None) -> ProofReport:
    """Verify the folder, or the archive, that `bloc evidence` wrote. Raises Trouble when it cannot be read at all."""
    files = read_archive(folder) if folder.is_file() else read_folder(folder)
    shown = files if isinstance(files, BundleFault) else verify_evidence(files, policy, anchor=trust_anchor)
    if isinstance(shown, BundleFault):
        return _at_fault(folder, shown)
    return ProofReport(VERIFIED, (*said_of_evidence(shown), *_judged_by(policy)))


def _at_fault(folder: Path, fault: BundleFault) -> ProofReport:
    status = NO_QUORUM if fault.quorum_missing else FAULTY
    return ProofReport(status, file=str(folder / fault.file), reason=fault.reason)


def _judged_by(policy: Policy | None) -> tuple[str, ...]:
    """What a reader without a policy of his own is told."""
    if policy is not None:
        return ()
    return ("judged by the policy in the folder, which its maker wrote: name yours with --policy",)


def verify_proof(file: Path, entry: Path | None, policy: Policy) -> ProofReport:
    """Verify a .tlog-proof file with the entry that it is about. Raises Trouble when a file cannot be read."""
    beside = file.with_suffix("") if entry is None else entry
    proof = parse_proof_file(_bounded(file, PROOF_FILE_BYTES_MAX, "Name a .tlog-proof file that is there."))
    if isinstance(proof, NoteFault):
        return ProofReport(FAULTY, file=str(file), reason=proof.reason)
    raw = _bounded(beside, ENTRY_BYTES_MAX, "Name the entry of the proof with --entry FILE.")
    accepted = verify_proof_file(proof, raw, policy)
    if not isinstance(accepted, Accepted):
        which = "checkpoint" if isinstance(accepted, NoteFault) else "proof"
        return ProofReport(FAULTY, file=str(file), reason=f"{which}: {accepted.reason}")
    opened = open_entry(raw, proof.index)
    if isinstance(opened, Fault):
        return ProofReport(FAULTY, file=str(beside), reason=f"{opened.field}: {opened.reason}")
    tree = accepted.checkpoint
    shows = (
        f"the entry {beside} stands at position {proof.index} of {tree.origin}, among {tree.size} entries",
        f"cosigned by {', '.join(accepted.witnesses) or 'no witness of yours'}",
        "who signed it is not shown here: `bloc prove` writes a folder that shows it",
    )
    if not accepted.quorum:
        reason = "too few witnesses of your policy have cosigned its checkpoint"
        return ProofReport(NO_QUORUM, shows, str(file), reason)
    return ProofReport(VERIFIED, shows)


def _bounded(file: Path, bytes_max: int, else_do: str) -> bytes:
    """A file, a little more than it may be long at most: what is longer fails by its length. Raises Trouble."""
    try:
        with file.open("rb") as opened:
            return opened.read(bytes_max + 1)
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.", else_do) from error
