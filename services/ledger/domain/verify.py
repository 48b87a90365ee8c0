"""Who signed: the author's part (or the refused body), and the decision. One pass over a batch, an answer each.

Checking signatures is most of what a small draft costs, and it needs nothing but the key ring. So a batch is
verified in one go ahead of the fold, by the ring at its start. A verdict holds for that ring only: where an
earlier draft of the batch has changed the ring, admission verifies again, so that a key registered in draft k
is good in draft k+1 wherever the batch is cut. Times (`iat`, keys not yet valid) are admission's, since the
recorded time is.
"""

from collections.abc import Iterable

from msgspec import Struct, json

from contracts.decision import DECIDING_ROLE, Decision, DecisionFault, expects_digest, verify_decision
from contracts.envelope import source_of
from contracts.events import Founded, KeyRegistered
from contracts.identity.jws import Detached, verify_detached
from contracts.identity.keyring import KEY_REGISTERED, KeyRing, RegisteredKey
from contracts.identity.keys import KeyFault, thumbprint
from contracts.identity.possession import check_possession
from contracts.receipt import Outcome
from services.ledger.domain.reading import ReadDraft, Unreadable


class Fault(Struct, frozen=True):
    """Why a draft is not admitted: the outcome, and a sentence for its reader."""

    outcome: Outcome
    reason: str


class Authentic(Struct, frozen=True):
    """The signatures hold: by whom the submission was signed, and what was decided about it."""

    signer: RegisteredKey
    signed: Detached
    decision: Decision


class Verdict(Struct, frozen=True):
    """What verification found, and the ring that it went by."""

    ring: KeyRing
    answer: Authentic | Fault


def verify_batch(
    drafts: Iterable[ReadDraft | Unreadable], ring: KeyRing, origin: str
) -> tuple[Verdict | None, ...]:
    """Verify all drafts by the same ring; None for what is no draft."""
    return tuple(
        None if isinstance(draft, Unreadable) else Verdict(ring, verify_draft(draft, ring, origin))
        for draft in drafts
    )


def verify_draft(draft: ReadDraft, ring: KeyRing, origin: str) -> Authentic | Fault:
    """Check every signature of one draft: the submission's, the decision's, and proofs of possession."""
    signed, body = _submission_of(draft)
    signer = ring.find(signed.kid)
    if signer is None:
        return Fault("key_not_valid", f"the key {signed.kid} is not registered")
    if signed.aud != origin:
        return Fault("forged", f"the signature is for the ledger {signed.aud}, this one is {origin}")
    if source_of(signer.party) != _source_of_submission(draft):
        return Fault("forged", f"the key {signed.kid} is {signer.party}'s, and the submission another's")
    if not verify_detached(signed, body, signer.key):
        return Fault("forged", "the signature of the submission does not verify")
    decision = verify_decision(draft.decision, ring, audience=origin)
    if isinstance(decision, DecisionFault):
        return Fault(decision.kind, decision.reason)
    if fault := _fault_of_cover(draft, decision, ring) or _fault_of_possession(draft, origin):
        return fault
    return Authentic(signer, signed, decision)


def founding_ring(draft: ReadDraft, origin: str, anchor: str) -> KeyRing | Fault:
    """The ring that a founding draft makes, when it is the founding that this ledger was configured for.

    `anchor` is the thumbprint of the founding key: the one thing that cannot come from the record.
    """
    first = draft.key_events[0]
    founded = json.decode(first.data, type=Founded)
    if founded.origin != origin:
        return Fault("forged", f"the founding is of the ledger {founded.origin}, this one is {origin}")
    try:
        founder = thumbprint(founded.secretariat.jwk)
    except KeyFault as fault:
        return Fault("malformed", f"the founding key cannot be used: {fault}")
    if founder != anchor:
        return Fault("forged", f"the founding key is {founder}, the trust anchor is {anchor}")
    for holder in (founded.secretariat, *founded.services):
        if not check_possession(holder.proof, holder.jwk, origin=origin, party=holder.party):
            return Fault("forged", f"the proof of possession of {holder.party} does not hold")
    return KeyRing().evolve(0, first.type, first.data)


def _submission_of(draft: ReadDraft) -> tuple[Detached, bytes]:
    """What a partner signed: the authored part, or the body that was refused."""
    if draft.refused is not None:
        return draft.refused.detached, draft.refused.body
    part = draft.parts[0]
    if part.detached is None:
        raise AssertionError("the first part of an accepted draft is signed: decode_draft says so")
    return part.detached, part.body


def _source_of_submission(draft: ReadDraft) -> str:
    return draft.parts[0].source if draft.refused is None else source_of(draft.refused.party)


def _fault_of_cover(draft: ReadDraft, decision: Decision, ring: KeyRing) -> Fault | None:
    """The decision must be about exactly these parts on these versions, and what is derived be tariffs'."""
    if decision.parts != tuple(part.digest for part in draft.parts):
        return Fault("forged", "the decision is about other parts")
    if decision.expects != expects_digest(draft.expects):
        return Fault("forged", "the decision expects other versions")
    decider = ring.party_of_role(DECIDING_ROLE)
    if decider is not None and all(
        part.detached is not None or part.source == source_of(decider) for part in draft.parts
    ):
        return None
    return Fault("forged", "the derived part does not come from the deciding service")


def _fault_of_possession(draft: ReadDraft, origin: str) -> Fault | None:
    for event in draft.key_events:
        if event.type != KEY_REGISTERED:
            continue
        data = json.decode(event.data, type=KeyRegistered)
        if not check_possession(data.proof, data.jwk, origin=origin, party=data.party):
            return Fault("forged", f"the proof of possession of {data.party} does not hold")
    return None
