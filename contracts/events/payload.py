"""What all payloads have in common: frozen, exact fields, and for acts of law the basis they rest on.

A payload never changes within a `v<n>`: a new required field is a new type. Unknown fields are refused, so
that a misspelt optional field is an error and not a silent omission.
"""

from msgspec import UNSET, Struct, UnsetType

from contracts.shapes import FieldFault
from contracts.texts import Day, RecordId, Text
from contracts.values import LegalBasis


class Payload(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The `data` of an event."""


class LegalPayload(Payload, frozen=True, kw_only=True):
    """The `data` of an event that makes or changes law or binds money: it names its legal basis.

    `published_on` is the day the act was published, `proposal` the proposal it came from, `illustrative` is
    there (and true) when the figures are made up for a demonstration.
    """

    legal_basis: LegalBasis
    published_on: Day | UnsetType = UNSET
    proposal: RecordId | UnsetType = UNSET
    illustrative: bool | UnsetType = UNSET
    note: Text | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.illustrative is False:
            raise FieldFault(
                ".illustrative",
                "illustrative is true or left out",
                "leave it out when the act is real",
            )
