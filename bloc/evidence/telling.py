"""What an evidence pack shows, in words: `bloc evidence` says it of its own pack, `bloc verify` of the one it reads."""

from datetime import UTC, datetime

from contracts.verification.evidence import Evidence


def said(evidence: Evidence) -> list[str]:
    """What a pack shows, in lines for people."""
    upheld, signer = evidence.upheld, evidence.signer
    tree = upheld.accepted.checkpoint
    signed = "nobody: the choice of entries and the pages are without an author"
    if signer is not None:
        at = datetime.fromtimestamp(signer.at_seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        signed = f"{signer.party}, key {signer.kid}, at {at} by its own clock"
    counted = f"{len(evidence.about)} that concern it; {len(evidence.entries)} with those behind the keys"
    lines = [
        f"about       {evidence.subject}, as known at position {tree.size - 1}",
        f"entries     {counted}, each proven",
        f"signed by   {signed}",
        f"founded by  {upheld.ring.secretariat}, key {upheld.ring.anchor}",
        f"checkpoint  {tree.origin}, a tree of size {tree.size}, root {tree.root.hex()}",
        f"witnesses   {', '.join(upheld.accepted.witnesses) or 'none; the policy asks for none'}",
        "whole       its stream from version 1 on, and every entry that its assessments name",
        "not shown   other entries, what was recorded later, that the maker chose all that matters",
    ]
    return lines + [
        f"mind        position {remark.position}, {remark.field}: {remark.reason}"
        for remark in upheld.remarks
    ]
