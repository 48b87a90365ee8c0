"""Which rules of admission there are: what the ledger asks of a draft before it records it.

Rules about what events mean are rule books and belong to the tariffs service; these few are the ledger's own, and
decide which bytes there are. So a version counts from the draft after the one that records its activation, in the
order of drafts and not from a day on: a ledger that reads the same drafts again must come to the same entries. What
was admitted before is never judged by a later version.
"""

from msgspec import Struct, json

from contracts.malformed import UNREADABLE

ADMISSION_FIRST = 1
"""Every ledger begins with it."""

ADMISSION_STATING = 2
"""The record shows what each accepted draft was decided on (`contracts.expectations`), so that anybody can check that
it was recorded on that; and a decision knows nothing that was not recorded before it."""

ADMISSIONS_KNOWN = (ADMISSION_FIRST, ADMISSION_STATING)
"""The versions of this release, oldest first. Nothing is ever taken out."""

ADMISSION_ACTIVATED = "bloc.admission.activated.v1"
"""The type of the event that puts a newer version in force."""

ADMISSIONS_STREAM = "bloc/admissions"
"""Where such events stand."""


class _Activated(Struct, frozen=True):
    version: int


_DECODE = json.Decoder(_Activated)


def activated_version(data: bytes) -> int:
    """The version that the payload of an activation names, also in a form that a later release gave it; 0 when it names
    none, which changes nothing."""
    try:
        return _DECODE.decode(data).version
    except UNREADABLE:
        return 0
