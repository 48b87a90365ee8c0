"""Makes drafts: what was decided, with this service's signed decision, in the form that the ledger takes."""

from datetime import UTC, datetime

from msgspec import Struct

from contracts.body import digest_of
from contracts.decision import Decision, expects_digest, sign_decision
from contracts.decoding import encode_event
from contracts.draft import Attachment, Part, draft_of, encode_draft
from contracts.expectations import encode_stated, fits_entry, stated_of
from contracts.identity.keys import SigningKey
from contracts.limits import DRAFT_BYTES_MAX, ENTRY_BYTES_MAX, STAMP_BESIDE_EXPECTS_BYTES_MAX
from contracts.subjects import REPLY_HEADER, drafts_subject
from services.tariffs.domain.world import Accepted, Refused, Submission, TooLarge
from services.tariffs.outside.nats import Message


class Signed(Struct, frozen=True):
    """A submission that was verified and decoded, with the exact bytes and the signature over them."""

    submission: Submission
    body: bytes
    signature: str


class Drafter:
    """Signs decisions with the service's key. `reply` is the subject on which receipts are awaited."""

    def __init__(self, key: SigningKey, *, origin: str, reply: str) -> None:
        self._key = key
        self._origin = origin
        self._headers = {REPLY_HEADER: reply}

    def accepted(
        self, signed: Signed, accepted: Accepted, *, position: int, now: datetime
    ) -> Message | TooLarge:
        """The draft that records a submission with all that follows from it."""
        parts = [Part(signed.body, signed.signature)]
        digests = [signed.submission.digest]
        if accepted.derived_body:
            parts.append(Part(accepted.derived_body))
            digests.append(digest_of(accepted.derived_body))
        if too_large := _fault_of_statement(signed, accepted):
            return too_large
        decision = self._decide(digests, accepted, position, now)
        payload = encode_draft(draft_of(tuple(parts), accepted.expects, decision))
        return self._message(signed, payload)

    def refused(
        self, signed: Signed, refused: Refused, *, position: int, now: datetime
    ) -> Message | TooLarge:
        """The draft that records a refusal and keeps the refused body."""
        body = encode_event(refused.refusal)
        decision = self._decide([digest_of(body)], refused, position, now)
        attachment = Attachment(signed.body, signed.signature)
        payload = encode_draft(draft_of((Part(body),), refused.expects, decision, (attachment,)))
        return self._message(signed, payload)

    def _decide(self, digests: list[str], decided: Accepted | Refused, position: int, now: datetime) -> str:
        decision = Decision(
            parts=tuple(digests),
            expects=expects_digest(decided.expects),
            position=position,
            time=_text_of(now),
            ruleset=decided.ruleset,
        )
        return sign_decision(self._key, decision, audience=self._origin)

    def _message(self, signed: Signed, payload: bytes) -> Message | TooLarge:
        if len(payload) > DRAFT_BYTES_MAX:
            return TooLarge("the submission with what is derived from it", len(payload), DRAFT_BYTES_MAX)
        return Message(drafts_subject(signed.submission.party), payload, self._headers)


def _fault_of_statement(signed: Signed, accepted: Accepted) -> TooLarge | None:
    """Whether the first entry has room for what the draft was decided on. All but the most far-reaching submissions
    name their author's stream and the rules there."""
    written = {event.subject for event in (*signed.submission.events, *accepted.derived)}
    stated = encode_stated(stated_of(accepted.expects, written))
    first = signed.body.partition(b"\n")[0]
    if fits_entry(stated, first):
        return None
    limit = ENTRY_BYTES_MAX - STAMP_BESIDE_EXPECTS_BYTES_MAX
    return TooLarge(
        "the first event with the key versions that its entry states", len(first) + len(stated), limit
    )


def _text_of(now: datetime) -> str:
    """RFC 3339 in UTC with six digits. isoformat takes a tenth of the time of strftime."""
    return now.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
