"""Refusals: which rules a submission broke, in order of precedence. A refusal is a fact, so it is recorded.

The refused body and its signature are kept under `submission`, their digest, or no audit could decide the
submission again.
"""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from contracts.events.payload import Payload
from contracts.texts import DigestText, EventId, LongText, Party, Position, RecordId


class BrokenRule(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A rule that a submission broke: its id and text, the event that broke it, and the JSON path there; `recorded`
    is the position at which the id of that event stands already, with other bytes."""

    rule: RecordId
    text: LongText
    event: EventId
    path: LongText
    recorded: Position | UnsetType = UNSET


class SubmissionRefused(Payload, frozen=True, kw_only=True):
    """bloc.submission.refused.v1: derived; `submission` is the SHA-256 of the refused body."""

    submission: DigestText
    party: Party
    broken: Annotated[tuple[BrokenRule, ...], Meta(min_length=1)]
    ruleset: RecordId
    known_position: Position
