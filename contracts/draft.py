"""The draft: what tariffs hands to the ledger, as one NATS message.

An accepted draft holds the author's signed part and, when something follows from it, the derived events as a
second part; both are appended together or not at all. A refusal draft holds one derived part with the
refusal, and the refused body with its signature as attachment. Only these two shapes exist, and
`decode_draft` lets nothing else through, so the ledger need not ask again which kind it has before it.

msgpack and not JSON, because bodies are bytes that must not be escaped; it never leaves our own services.
"""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from contracts.limits import (
    DECISION_BYTES_MAX,
    DRAFT_ATTACHMENTS_MAX,
    DRAFT_BYTES_MAX,
    DRAFT_KEYS_MAX,
    DRAFT_PARTS_MAX,
    KEY_BYTES_MAX,
    SIGNATURE_BYTES_MAX,
    SUBMISSION_BYTES_MAX,
)
from contracts.malformed import UNREADABLE, Malformed, TooLarge

_Signature = Annotated[str, msgspec.Meta(max_length=SIGNATURE_BYTES_MAX)]
_Key = Annotated[str, msgspec.Meta(min_length=1, max_length=KEY_BYTES_MAX)]
_Version = Annotated[int, msgspec.Meta(ge=0)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The exact bytes of a body and the signature over them; "" for derived events, which the decision
    covers."""

    body: bytes
    signature: _Signature = ""


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A refused body with its signature, kept so that any audit can decide it again."""

    body: Annotated[bytes, msgspec.Meta(max_length=SUBMISSION_BYTES_MAX)]
    signature: Annotated[str, msgspec.Meta(min_length=1, max_length=SIGNATURE_BYTES_MAX)]


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Parts that are recorded together, the version that each key must still have, and the decision."""

    parts: Annotated[tuple[Part, ...], msgspec.Meta(min_length=1, max_length=DRAFT_PARTS_MAX)]
    expects: Annotated[dict[_Key, _Version], msgspec.Meta(min_length=1, max_length=DRAFT_KEYS_MAX)]
    decision: Annotated[str, msgspec.Meta(min_length=1, max_length=DECISION_BYTES_MAX)]
    attachments: Annotated[tuple[Attachment, ...], msgspec.Meta(max_length=DRAFT_ATTACHMENTS_MAX)] = ()

    @property
    def authored(self) -> Part | None:
        """The part that its author signed; None in a refusal."""
        return self.parts[0] if self.parts[0].signature else None

    @property
    def derived(self) -> Part | None:
        """The part that tariffs derived: what follows from the authored part, or the refusal itself."""
        return self.parts[-1] if not self.parts[-1].signature else None

    @property
    def refused(self) -> Attachment | None:
        """The refused body; None in an accepted draft."""
        return self.attachments[0] if self.attachments else None


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Draft)
_MEND = "drafts are made by the tariffs service; make it again from the submission"


def encode_draft(draft: Draft) -> bytes:
    """Write a draft as msgpack. The caller compares the length with DRAFT_BYTES_MAX before publishing."""
    return _ENCODER.encode(draft)


def draft_of(
    parts: tuple[Part, ...],
    expects: Mapping[str, int],
    decision: str,
    attachments: tuple[Attachment, ...] = (),
) -> Draft:
    """Put a draft together. Raises ValueError when it has neither of the two shapes that exist."""
    draft = Draft(parts, dict(expects), decision, attachments)
    if fault := _fault_of_shape(draft):
        raise ValueError(fault)
    return draft


def decode_draft(raw: bytes) -> Draft | Malformed:
    """Read a draft from the wire, bounded in size, count and depth. No signature is looked at."""
    if len(raw) > DRAFT_BYTES_MAX:
        return TooLarge("$", f"the draft has {len(raw)} bytes, the limit is {DRAFT_BYTES_MAX}", _MEND)
    try:
        draft = _DECODER.decode(raw)
    except UNREADABLE as error:
        reason, _, where = str(error).partition(" - at ")
        return Malformed(where[where.find("$") :].rstrip("`") or "$", reason, _MEND)
    fault = _fault_of_shape(draft)
    return Malformed("$.parts", fault, _MEND) if fault else draft


def _fault_of_shape(draft: Draft) -> str | None:
    signed = [bool(part.signature) for part in draft.parts]
    if draft.attachments:
        return None if signed == [False] else "a refusal has one derived part and one attachment"
    if not signed[0] or any(signed[1:]):
        return "the first part must be signed by its author and what was derived must not be"
    if any(not part.body for part in draft.parts):
        return "a part is empty"
    return None
