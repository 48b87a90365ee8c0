"""Proof of possession: whoever registers a key must hold it, for this party and this ledger."""

import pytest

from contracts.identity.jws import sign_detached
from contracts.identity.keys import SigningKey, base64url
from contracts.identity.possession import check_possession, possession_message, prove_possession
from contracts.values import Jwk

CUSTOMS = SigningKey.from_seed(bytes(range(32)))
VAULT = SigningKey.from_seed(bytes(range(32, 64)))
ORIGIN = "bloc.example/ledger"
PROOF = prove_possession(CUSTOMS, ORIGIN, "us.customs", issued_at=1_767_225_600)


def test_the_holder_of_a_key_can_prove_it():
    """The one good case; the message is readable text."""
    assert (
        possession_message(ORIGIN, "us.customs", CUSTOMS.kid) == f"{ORIGIN} us.customs {CUSTOMS.kid}".encode()
    )
    assert check_possession(PROOF, CUSTOMS.jwk, origin=ORIGIN, party="us.customs")


@pytest.mark.parametrize(
    ("jwk", "origin", "party"),
    [
        (VAULT.jwk, ORIGIN, "us.customs"),
        (CUSTOMS.jwk, "other.example/ledger", "us.customs"),
        (CUSTOMS.jwk, ORIGIN, "us.vault"),
        (Jwk(kty="OKP", crv="Ed25519", x=base64url(b"\x01" + bytes(31))), ORIGIN, "us.customs"),
    ],
    ids=["another key", "another ledger", "another party", "no key at all"],
)
def test_a_proof_for_anything_else_is_no_proof(jwk: Jwk, origin: str, party: str):
    """Else a captured proof could register the key for somebody else."""
    assert not check_possession(PROOF, jwk, origin=origin, party=party)


def test_a_signature_of_a_submission_is_no_proof():
    """What a party signs every day must not serve to register its key elsewhere."""
    signature = sign_detached(CUSTOMS, b'{"type":"bloc.lot.received.v1"}', audience=ORIGIN, issued_at=1)
    assert not check_possession(signature, CUSTOMS.jwk, origin=ORIGIN, party="us.customs")


@pytest.mark.parametrize("proof", ["", "x", PROOF + "A"])
def test_a_proof_that_cannot_be_read_is_no_proof(proof: str):
    """Bad input is an answer, not an exception."""
    assert not check_possession(proof, CUSTOMS.jwk, origin=ORIGIN, party="us.customs")
