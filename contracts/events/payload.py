"""What all payloads have in common: frozen, exact fields, and for acts of law the basis they rest on.

A payload never changes within a `v<n>`: a new required field is a new type. Unknown fields are refused, so
that a misspelt optional field is an error and not a silent omission.
"""

from datetime import date, datetime
from functools import cache

import msgspec
from msgspec import UNSET, Struct, UnsetType

from contracts.limits import FIRST_YEAR, LAST_YEAR
from contracts.shapes import FieldFault
from contracts.texts import Day, RecordId, Text
from contracts.values import LegalBasis
from contracts.wrong_values import explain


class Payload(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """The `data` of an event. A subclass with its own `__post_init__` calls this one first.

    Values are put together from what was there before, so they cannot lead back to themselves: collecting cyclic
    garbage passes over them (`gc=False`, for subclasses too). Whoever keeps a hundred thousand of them pauses less.
    """

    def __post_init__(self) -> None:
        for name in _fields_of_days(type(self)):
            check_day(f".{name}", getattr(self, name))


@cache
def _fields_of_days(payload: type[Payload]) -> tuple[str, ...]:
    """The fields that hold civil days; their names say so."""
    return tuple(name for name in payload.__struct_fields__ if name.endswith(("_on", "_from", "_to")))


def payload_in(field: str, said: object, kind: type[Payload]) -> Payload:
    """The payload that another one carries in a field, decoded as strictly as in an event of its own."""
    if isinstance(said, Payload):
        return said
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as error:
        fault = explain(error, kind, field)
        raise FieldFault(fault.path, fault.reason, fault.mend) from error


def check_day(where: str, day: object) -> None:
    """A day lies within the years of the language. (Adding days to a day of the year 9999 would leave the calendar.)"""
    if isinstance(day, date) and not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FieldFault(
            where,
            f"{day} is not within the years {FIRST_YEAR} to {LAST_YEAR}",
            "leave an end out when it is open; otherwise check the year",
        )


def check_instant(where: str, instant: str) -> None:
    """An instant has the form already; here its day and offset must exist."""
    try:
        datetime.fromisoformat(instant)
    except ValueError as error:
        raise FieldFault(where, f"{instant} is no instant: {error}", "take the time from a clock") from error


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
        super().__post_init__()
        if self.illustrative is False:
            raise FieldFault(
                ".illustrative",
                "illustrative is true or left out",
                "leave it out when the act is real",
            )
