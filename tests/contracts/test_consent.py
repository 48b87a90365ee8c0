"""Consent: the bytes that a company signs, and what does not count as its signature."""

from hashlib import sha256
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.events import PurchaseCommitmentSigned
from contracts.identity.consent import consent_message, fault_of_consent, sign_consent
from contracts.identity.keyring import KeyRing
from contracts.identity.keys import SigningKey
from contracts.values import Quantity
from tests.contracts.mutations import accepted, event
from tests.domain.facts import key_of, key_registered

TYPE = "bloc.purchase_commitment.signed.v2"
ORIGIN = "bloc.example/ledger"
COMPANY = "oem.clarios"
TODAY = "2026-06-15"


def terms() -> PurchaseCommitmentSigned:
    signed = accepted(event(TYPE)).data
    assert isinstance(signed, PurchaseCommitmentSigned)
    return signed


def ring_with(*registered: Any) -> KeyRing:
    ring = KeyRing()
    for position, one in enumerate(registered):
        ring = ring.evolve(position, one.type, one.data)
    return ring


RING = ring_with(key_registered(COMPANY), key_registered("oem.gevernova"))


def signed_by(
    key: SigningKey, said: PurchaseCommitmentSigned, origin: str = ORIGIN
) -> PurchaseCommitmentSigned:
    return replace(said, consent=sign_consent(key, origin, said, issued_at=1_777_900_000))


def test_the_bytes_that_are_signed_are_those_that_the_page_shows():
    """Ledger, party, then every field by its path: a known answer, so that no release changes what was signed."""
    message = consent_message(ORIGIN, COMPANY, terms())
    assert sha256(message).hexdigest() == "6768d548888336888b807d273fcd871e211c1c3ac78d128fab043b0fa5ff1130"
    lines = message.decode().split("\n")
    assert lines[:4] == [ORIGIN, COMPANY, "buy_back=true", "company=oem.clarios"]
    assert "quantity.unit=kg" in lines
    assert "replenish_within_days=180" in lines
    assert lines[2:-1] == sorted(lines[2:-1])
    assert lines[-1] == ""
    assert not any(line.startswith("consent") for line in lines)


def test_the_consent_of_the_example_holds():
    """It is what docs and schema show to partners."""
    assert fault_of_consent(terms(), RING, origin=ORIGIN, on=TODAY) is None


@pytest.mark.parametrize(
    ("said", "because"),
    [
        (replace(terms(), quantity=Quantity(value="500001", unit="kg")), "exactly these terms"),
        (replace(terms(), buy_back=False), "exactly these terms"),
        (replace(terms(), company="oem.gevernova"), "is no key of oem.gevernova"),
        (signed_by(key_of("us.vault"), terms()), "is no key of oem.clarios"),
        (signed_by(key_of(COMPANY), terms(), "other.example/ledger"), "for the ledger other.example/ledger"),
        (replace(terms(), consent="e30..x"), "cannot be read"),
    ],
)
def test_what_is_no_consent_is_told_why(said: PurchaseCommitmentSigned, because: str):
    """Other terms, another company, another's key, another ledger, no signature at all."""
    fault = fault_of_consent(said, RING, origin=ORIGIN, on=TODAY)
    assert fault is not None
    assert because in fault


def test_a_key_counts_from_its_first_day_on():
    """A key that is registered for next month does not bind anybody today."""
    ring = ring_with(key_registered(COMPANY, valid_from="2026-07-01"))
    assert "does not count on 2026-06-15" in str(fault_of_consent(terms(), ring, origin=ORIGIN, on=TODAY))
    assert fault_of_consent(terms(), ring, origin=ORIGIN, on="2026-07-01") is None
