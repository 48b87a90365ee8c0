"""Signatures by keys that were said to be compromised afterwards: recorded for ever, and listed for whoever reads.

A revocation may name a moment (`suspect_from`) that lies before it. What was signed from then on stays in the record
and keeps its place, but a reader must know. As revocations come after what they cast doubt on, each draft leaves a
short mark, looked through at the end if any key is suspect. `iat` is the signer's word and a thief can write it back,
so the later of `iat` and `recorded_at` counts.
"""

from collections.abc import Iterator, Mapping
from struct import Struct as Layout

from contracts.identity.keyring import KeyRing, RegisteredKey
from contracts.verification.drafts import DraftFacts
from contracts.verification.fault import Remark
from contracts.verification.opening import seconds_at, seconds_of

SIGNER_MARK = Layout(">IIQqq")
"""Numbers of the signer (0: none) and the decider, first position, `iat`, second of `recorded_at`."""
MARK_BYTES = SIGNER_MARK.size


class Signers:
    """Numbers the keys that sign, and marks each draft with its two."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"": 0}

    def mark(self, facts: DraftFacts) -> bytes:
        """The mark of one draft."""
        numbers = self._numbers
        signer = numbers.setdefault(facts.signer, len(numbers))
        decider = numbers.setdefault(facts.decider, len(numbers))
        return SIGNER_MARK.pack(signer, decider, facts.first, facts.issued_at, seconds_of(facts.recorded_at))

    def suspects(self, ring: KeyRing) -> dict[int, RegisteredKey]:
        """The keys that the ring calls suspect, by number."""
        found: dict[int, RegisteredKey] = {}
        for kid, number in self._numbers.items():
            key = ring.find(kid)
            if key is not None and key.suspect_from is not None:
                found[number] = key
        return found


def remarks_on(marks: bytes, suspects: Mapping[int, RegisteredKey]) -> Iterator[Remark]:
    """What the suspect keys signed since they are suspect; `marks` are whole marks."""
    for signer, decider, first, issued_at, recorded in SIGNER_MARK.iter_unpack(marks):
        for number, field, signed_at in (
            (signer, "signature", max(issued_at, recorded)),
            (decider, "decision", recorded),
        ):
            key = suspects.get(number)
            if key is None or key.suspect_from is None:
                continue
            if signed_at >= seconds_at(key.suspect_from):
                reason = (
                    f"made with the key {key.kid} of {key.party}, which is suspect from "
                    f"{key.suspect_from.isoformat()} on (revoked at position {key.revoked_at})"
                )
                yield Remark(first, field, reason)
