"""Keys: names that anybody can compute, files that openssl writes, and points that are no keys."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from joserfc.jwk import OKPKey

from contracts.identity.keys import KeyFault, SigningKey, VerifyingKey, base64url, thumbprint
from contracts.values import Jwk

LOG_KEY = SigningKey.from_seed(bytes(range(32)))


def jwk_of(public: bytes) -> Jwk:
    return Jwk(kty="OKP", crv="Ed25519", x=base64url(public))


def test_the_public_key_of_a_seed_is_the_known_one():
    """KAT-4: the vkeys of the log and of the witness hold these public keys after a type byte."""
    witness = SigningKey.from_seed(bytes(range(32, 64)))
    assert b"\x01" + LOG_KEY.verifying.public == b64decode("AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4")
    assert b"\x04" + witness.verifying.public == b64decode("BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X")


def test_the_signature_of_the_known_checkpoint_is_the_known_one():
    """KAT-4: Ed25519 is deterministic, so the bytes are given."""
    body = b"bloc.example/ledger\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
    line = b64decode(
        "UFFNLyJZclJ2M3SHa3soqBc011jvnNkXivTYCGw+AjLZOQdv5syGlTZhRZ2TthM44pP7U+FuUT/9sbodkj9FbQ3txQQ="
    )
    assert LOG_KEY.sign(body) == line[4:]
    assert LOG_KEY.verifying.verify(line[4:], body)
    assert not LOG_KEY.verifying.verify(line[4:], body + b"\n")


def test_the_kid_is_the_thumbprint_that_joserfc_computes():
    """RFC 7638, checked against somebody else's code."""
    theirs = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": LOG_KEY.jwk.x})
    assert LOG_KEY.kid == thumbprint(LOG_KEY.jwk) == theirs.thumbprint()


def test_a_key_file_comes_back_as_the_same_key():
    """Key files are PKCS8 PEM, like those of openssl."""
    assert SigningKey.from_pem(LOG_KEY.to_pem()).kid == LOG_KEY.kid


def test_two_new_keys_differ():
    """Keys come from the randomness of the operating system."""
    assert SigningKey.generate().kid != SigningKey.generate().kid


def test_a_key_never_prints_its_private_half():
    """Keys end up in tracebacks and logs."""
    assert repr(LOG_KEY) == f"SigningKey({LOG_KEY.kid})"


@pytest.mark.parametrize("pem", [b"", b"not a key", LOG_KEY.to_pem()[:-40]])
def test_a_file_that_is_no_key_is_refused_with_the_next_step(pem: bytes):
    """Whoever passed the wrong file learns how to make the right one."""
    with pytest.raises(KeyFault, match="openssl genpkey -algorithm ed25519"):
        SigningKey.from_pem(pem)


def test_an_encrypted_or_other_kind_of_key_is_refused():
    """Services start without anybody to type a passphrase, and only Ed25519 is spoken."""
    other = Ed448PrivateKey.generate()
    encrypted = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    with pytest.raises(KeyFault):
        SigningKey.from_pem(encrypted)
    with pytest.raises(KeyFault, match="not Ed25519"):
        SigningKey.from_pem(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def test_openssl_accepts_one_signature_for_any_message_under_the_neutral_point():
    """The reason why such a point is no key: anybody can sign for it, so its owner can deny everything."""
    neutral = b"\x01" + bytes(31)
    anybodys = neutral + bytes(32)
    key = VerifyingKey(neutral)
    assert key.verify(anybodys, b"one thing")
    assert key.verify(anybodys, b"another")


@pytest.mark.parametrize(
    "encoded",
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ],
)
def test_a_point_of_small_order_is_refused_as_a_key(encoded: str):
    """Orders 1, 2, 4 and 8, with either sign and in either writing."""
    with pytest.raises(KeyFault, match="small order"):
        VerifyingKey.of(jwk_of(bytes.fromhex(encoded)))


@pytest.mark.parametrize("x", ["", "A" * 42, "A" * 44, LOG_KEY.jwk.x[:-1] + "5", "!" * 43, "é" * 43])
def test_a_jwk_that_is_not_exactly_32_bytes_is_refused(x: str):
    """Also one whose last character has spare bits set: a second spelling of one key."""
    with pytest.raises(KeyFault):
        VerifyingKey.of(Jwk(kty="OKP", crv="Ed25519", x=x))


def test_keys_are_equal_when_their_bytes_are():
    """Two key rings folded from the same entries compare equal."""
    assert VerifyingKey.of(LOG_KEY.jwk) == LOG_KEY.verifying
    assert hash(VerifyingKey.of(LOG_KEY.jwk)) == hash(LOG_KEY.verifying)
    assert VerifyingKey.of(LOG_KEY.jwk).jwk == LOG_KEY.jwk
