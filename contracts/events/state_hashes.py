"""The hash of the state, as the deciding service publishes it: one number by which replays are compared.

A checkpoint says which entries there are; this says what they were understood to mean. An auditor who folds the same
entries on another machine and comes to another number need not argue about any single answer. The service signs it
like any submission, so what it once claimed stays claimed.
"""

from contracts.events.payload import Payload
from contracts.texts import DigestText, Number, Position, RecordId


class StateHashPublished(Payload, frozen=True, kw_only=True):
    """bloc.state_hash.published.v1: the state after the entry at `known_position`, written in `format` as `things`
    lines, has the tree hash `state_hash` (RFC 6962 section 2.1, lower-case hexadecimal)."""

    known_position: Position
    format: RecordId
    things: Number
    state_hash: DigestText
