"""What a bundle proves, in words: `bloc prove` says it of its own bundle, `bloc verify` of the one that it reads."""

from contracts.verification.bundle import Proven


def said(proven: Proven) -> list[str]:
    """What a bundle proves, in lines for people."""
    stamp, draft, tree = proven.stamp, proven.draft, proven.accepted.checkpoint
    signer = proven.ring.find(draft.signer)
    decider = proven.ring.find(draft.decider)
    derived = stamp.part_no > 0 or not draft.signer
    by = (
        "derived by the tariffs service"
        if derived
        else f"signed by {signer.party if signer else draft.author}"
    )
    lines = [
        f"position    {proven.position}, {stamp.stream} version {stamp.version}, recorded {stamp.recorded_at}",
        f"author      {by}",
        *([f"its key     {draft.signer}"] if draft.signer else []),
        f"decided by  {decider.party if decider else draft.derived_by}, key {draft.decider}",
        f"founded by  {proven.ring.secretariat}, key {proven.anchor}",
        f"checkpoint  {tree.origin}, a tree of size {tree.size}, root {tree.root.hex()}",
        f"witnesses   {', '.join(proven.accepted.witnesses) or 'none; the policy asks for none'}",
        f"entries     {len(proven.entries)}, each proven under that checkpoint",
        "not shown   other entries, what was recorded later, a revocation left out of the folder (docs/proofs.md)",
    ]
    return lines + [
        f"mind        position {remark.position}, {remark.field}: {remark.reason}"
        for remark in proven.remarks
    ]
