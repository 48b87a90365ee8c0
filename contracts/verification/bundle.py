"""Checking a proof bundle: that one entry is in the ledger, who signed it, and who vouches for that key.

A bundle holds the entry's whole draft (signature and decision cover parts as a whole), and for each key that signed
anything in it the draft that registered the key, back to the founding; every entry with its inclusion proof under
one cosigned checkpoint. So it is a small ledger with gaps, and it is read like the whole one: drafts in the order of
their positions, each judged by the key ring that the drafts before it made. What lies in the gaps it cannot know:
a revocation that was left out, a later change, any other entry. docs/proofs.md says so to its readers.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from contracts.entry import Stamp, split_entry
from contracts.identity.keyring import KeyRing
from contracts.limits import DRAFT_EVENTS_MAX, SUBMISSION_EVENTS_MAX
from contracts.tlog.notes import NoteFault
from contracts.tlog.policy import Accepted, Policy, PolicyFault, check_note, parse_policy
from contracts.tlog.proofs import verify_inclusion
from contracts.tlog.tree import leaf_hash
from contracts.verification.bundle_files import (
    CHECKPOINT,
    POLICY,
    BundleFault,
    Held,
    entry_file,
    proof_file,
    read_bundle,
)
from contracts.verification.checkpoints import fault_of_signer, read_claim
from contracts.verification.drafts import DraftFacts, MoreNeeded, cut_draft, read_draft
from contracts.verification.fault import Fault, Remark
from contracts.verification.folding import Standings, fault_of_signers, founding_ring
from contracts.verification.standing import keys_in
from contracts.verification.suspicion import Signers, remarks_on

_NO_SECRET = bytes(16)
"""Key of the marks of events, which nobody looks at here: a bundle has gaps, so its versions are not dense."""
_DAY_CHARACTERS = 10


class Proven(Struct, frozen=True):
    """What a bundle proves. `stamp` and `event` (the author's bytes) of the entry at `position`; its draft; the
    checkpoint and who signed it; `anchor` the kid of the founding key that all signatures rest on; `entries` the
    positions of all entries in the bundle; `remarks` what a reader should see, such as a suspect key."""

    position: int
    stamp: Stamp
    event: bytes
    draft: DraftFacts
    accepted: Accepted
    ring: KeyRing
    entries: tuple[int, ...]
    remarks: tuple[Remark, ...]

    @property
    def anchor(self) -> str:
        """The thumbprint of the founding key."""
        return self.ring.anchor


class Upheld(Struct, frozen=True):
    """What entries with their proofs come to: the checkpoint and who signed it, the keys, the drafts in order."""

    accepted: Accepted
    ring: KeyRing
    drafts: tuple[DraftFacts, ...]
    remarks: tuple[Remark, ...]


def verify_bundle(
    files: Mapping[str, bytes], policy: Policy | None = None, *, anchor: str | None = None
) -> Proven | BundleFault:
    """Check the files of a bundle, by their paths in its folder. Needs nothing but these bytes.

    `policy` is the reader's own; without one the bundle is judged by the policy inside it, which its maker wrote.
    `anchor` is the thumbprint of the founding key that the reader believes, None when he only wants to be told.
    """
    bundle = read_bundle(files)
    if isinstance(bundle, BundleFault):
        return bundle
    upheld = uphold(bundle, policy, anchor)
    if isinstance(upheld, BundleFault):
        return upheld
    stamp, event = split_entry(bundle.entries[bundle.position])
    own = next(draft for draft in upheld.drafts if draft.first <= bundle.position < draft.first + draft.count)
    held = tuple(bundle.entries)
    return Proven(bundle.position, stamp, event, own, upheld.accepted, upheld.ring, held, upheld.remarks)


def uphold(held: Held, policy: Policy | None, anchor: str | None) -> Upheld | BundleFault:
    """Check entries against their proofs, the checkpoint, and the keys behind them; `policy`, `anchor` as above."""
    accepted = _judge_checkpoint(held, policy)
    if isinstance(accepted, BundleFault):
        return accepted
    if fault := _fault_of_inclusion(held, accepted):
        return fault
    drafts = _read_drafts(held, accepted.checkpoint.origin)
    if isinstance(drafts, BundleFault):
        return drafts
    ring = _follow(drafts, anchor)
    if isinstance(ring, BundleFault):
        return ring
    if fault := _fault_of_checkpoint_key(held, accepted, ring):
        return fault
    return Upheld(accepted, ring, drafts, _suspicions(drafts, ring))


def _judge_checkpoint(held: Held, policy: Policy | None) -> Accepted | BundleFault:
    """Judge the checkpoint by the reader's policy, and by the one in the bundle, which must at least agree to it."""
    try:
        made_by = parse_policy(held.policy.decode())
    except UnicodeDecodeError as error:
        return BundleFault(POLICY, f"it is not UTF-8: {error.reason} at byte {error.start}")
    if isinstance(made_by, PolicyFault):
        return BundleFault(POLICY, f"line {made_by.line}: {made_by.reason}")
    accepted = check_note(made_by if policy is None else policy, held.note)
    if isinstance(accepted, NoteFault):
        return BundleFault(CHECKPOINT, accepted.reason)
    if not accepted.quorum:
        cosigned = ", ".join(accepted.witnesses) or "none"
        reason = f"it is cosigned by too few witnesses for the quorum of the policy ({cosigned})"
        return BundleFault(CHECKPOINT, reason, quorum_missing=True)
    if policy is not None:
        by_maker = check_note(made_by, held.note)
        if isinstance(by_maker, NoteFault) or not by_maker.quorum:
            reason = "too few witnesses" if isinstance(by_maker, Accepted) else by_maker.reason
            return BundleFault(POLICY, f"the checkpoint of the bundle does not satisfy it: {reason}")
    return accepted


def _fault_of_inclusion(held: Held, accepted: Accepted) -> BundleFault | None:
    tree = accepted.checkpoint
    for position, entry in held.entries.items():
        proof = held.proofs[position]
        fault = verify_inclusion(leaf_hash(entry), position, tree.size, proof, tree.root)
        if fault is not None:
            reason = (
                f"it does not show that the bytes of {entry_file(position)} are in the tree: {fault.reason}"
            )
            return BundleFault(proof_file(position), reason)
    return None


def _read_drafts(held: Held, origin: str) -> tuple[DraftFacts, ...] | BundleFault:
    """Read all drafts in order; each is checked with the keys that it and the drafts before it brought."""
    keys: dict[str, bytes] = {}
    drafts: list[DraftFacts] = []
    positions = tuple(held.entries)
    at = 0
    while at < len(positions):
        run = _run_from(held, positions, at)
        cut = cut_draft(run, positions[at])
        if isinstance(cut, Fault):
            return _named(cut, positions[at])
        if isinstance(cut, MoreNeeded):
            missing = entry_file(positions[at] + len(run))
            return BundleFault(
                missing, f"it is missing: it belongs to the draft of {entry_file(positions[at])}"
            )
        draft = read_draft(run[: cut.count], positions[at], keys=keys, origin=origin, secret=_NO_SECRET)
        if isinstance(draft, Fault):
            return _named(draft, positions[at])
        drafts.append(draft.facts)
        keys |= keys_in(draft.facts.standing)
        at += cut.count
    return tuple(drafts)


def _run_from(held: Held, positions: Sequence[int], at: int) -> list[bytes]:
    """The entries from the `at`-th on that stand side by side in the ledger, no more than a draft can hold."""
    run: list[bytes] = []
    for position in positions[at : at + DRAFT_EVENTS_MAX + SUBMISSION_EVENTS_MAX]:
        if position != positions[at] + len(run):
            break
        run.append(held.entries[position])
    return run


def _follow(drafts: Sequence[DraftFacts], anchor: str | None) -> KeyRing | BundleFault:
    """Judge each draft by the keys that were registered before it: by whom it was signed, and what it changes."""
    standings, recorded, sequence = Standings(), "", 0
    for draft in drafts:
        events = draft.standing
        if not standings.ring.anchor:
            founding = _found(draft, anchor)
            if isinstance(founding, BundleFault):
                return founding
            standings, events = Standings(founding), events[1:]
        if fault := fault_of_signers(standings.ring, draft):
            return _named(fault, draft.first)
        if draft.recorded_at < recorded or draft.sequence <= sequence:
            return BundleFault(
                entry_file(draft.first), "its time or draft number lies before those of an earlier entry"
            )
        after = standings.after(events, draft.recorded_at[:_DAY_CHARACTERS])
        if isinstance(after, Fault):
            return _named(after, draft.first)
        standings, recorded, sequence = after, draft.recorded_at, draft.sequence
    return standings.ring


def _found(draft: DraftFacts, anchor: str | None) -> KeyRing | BundleFault:
    if draft.first != 0:
        return BundleFault(entry_file(0), "the founding is missing, on which all keys rest")
    founding = founding_ring(draft, anchor)
    return _named(founding, 0) if isinstance(founding, Fault) else founding


def _fault_of_checkpoint_key(held: Held, accepted: Accepted, ring: KeyRing) -> BundleFault | None:
    """The record itself says which key signs a checkpoint of this size; the policy need not know it yet."""
    claim = read_claim(CHECKPOINT, held.note, None, accepted.checkpoint.origin)
    fault = claim if isinstance(claim, NoteFault) else fault_of_signer(claim, ring)
    return None if fault is None else BundleFault(CHECKPOINT, fault.reason)


def _suspicions(drafts: Sequence[DraftFacts], ring: KeyRing) -> tuple[Remark, ...]:
    """Signatures made after the moment from which a revocation in the bundle says that their key is suspect."""
    signers = Signers()
    marks = b"".join([signers.mark(draft) for draft in drafts])
    return tuple(remarks_on(marks, signers.suspects(ring)))


def _named(fault: Fault, first: int) -> BundleFault:
    """A fault of the record as one of the file that holds it."""
    position = first if fault.position is None else fault.position
    return BundleFault(entry_file(position), f"{fault.field}: {fault.reason}")
