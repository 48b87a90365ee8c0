"""Older versions of payloads, read as the newest: the one place that knows that there were others.

A payload never changes within its version. When one proves too small, a `v2` stands beside the `v1`: what was recorded
stays as its author signed it, and whoever reads it gets the newest form. So rules, folds and answers are written once.
An upcaster is pure and total, sees the one payload and nothing else, and never invents: what the older version did not
say is left out, and is then known not to have been said. It must not change what the older version did say, or states
that were published would get another hash. The type of the event stays as recorded, for whoever asks which it was.

The newest payload has the name of its type without a version, its predecessors have theirs: `PurchaseCommitmentSigned`
is the newest, `PurchaseCommitmentSignedV1` the first.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import UNSET
from msgspec.structs import asdict

from contracts.events.payload import Payload
from contracts.events.reserve import PurchaseCommitmentSigned, PurchaseCommitmentSignedV1


def _with_consent(payload: Any) -> Payload:
    """Commitments were recorded on the word of the operator alone before there was a field for the company's."""
    signed: PurchaseCommitmentSignedV1 = payload
    return PurchaseCommitmentSigned(**asdict(signed), consent=UNSET)


UPCASTERS: Mapping[str, tuple[str, Callable[[Any], Payload]]] = MappingProxyType(
    {
        "bloc.purchase_commitment.signed.v1": ("bloc.purchase_commitment.signed.v2", _with_consent),
    }
)
"""Each superseded type → the version after it, and how a payload is read as one of that."""


def as_newest(type_name: str, payload: Payload) -> Payload:
    """Read the payload of a type, of whichever version, as the newest version has it."""
    while (step := UPCASTERS.get(type_name)) is not None:
        type_name, upcast = step
        payload = upcast(payload)
    return payload
