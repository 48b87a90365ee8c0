"""Ed25519 keys as the bloc names them: a JWK and its thumbprint.

A key has no name but its RFC 7638 thumbprint (`kid`), so nobody can hand out the same name for two keys. The
curve operations are those of `cryptography`; loading a public key is done once per key and kept, because the
hot path verifies thousands of signatures with the same few keys.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from contracts.values import Jwk

PUBLIC_KEY_BYTES = 32
_SIGN_BIT_CLEARED = 0x7F

_SMALL_ORDER_Y = frozenset(
    bytes.fromhex(text)
    for text in (
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    )
)
"""The y coordinates (sign bit cleared) of points of order 1, 2, 4 and 8, also in their non-canonical writing.

For such a "key" anybody can make a signature that OpenSSL accepts for almost any message. Its owner could
deny everything that it signed, so it is no key. The list is that of libsodium (`ge25519_has_small_order`).
"""


class KeyFault(ValueError):
    """A key that cannot be used; the text says why and what to do."""


def base64url(raw: bytes) -> str:
    """Base64url without padding (RFC 7515 section 2)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def thumbprint_of(public: bytes) -> str:
    """The RFC 7638 thumbprint of an Ed25519 public key of 32 bytes: required members in lexical order."""
    canonical = f'{{"crv":"Ed25519","kty":"OKP","x":"{base64url(public)}"}}'
    return base64url(sha256(canonical.encode("ascii")).digest())


def thumbprint(jwk: Jwk) -> str:
    """The `kid` of a public key. Raises KeyFault when the JWK holds no usable key."""
    return thumbprint_of(public_bytes_of(jwk))


def public_bytes_of(jwk: Jwk) -> bytes:
    """The 32 bytes of a JWK. Raises KeyFault when `x` is not exactly that, or is a point of small order."""
    try:
        public = urlsafe_b64decode(jwk.x + "=")
    except ValueError as error:
        raise KeyFault("the key's `x` is not base64url") from error
    if len(public) != PUBLIC_KEY_BYTES or base64url(public) != jwk.x:
        raise KeyFault(
            "the key's `x` must be the 32 bytes of an Ed25519 public key as 43 base64url characters"
        )
    if public[:-1] + bytes((public[-1] & _SIGN_BIT_CLEARED,)) in _SMALL_ORDER_Y:
        raise KeyFault("the key is a point of small order, for which anybody can sign; make a new key")
    return public


class VerifyingKey:
    """A public key, loaded once. Two are equal when their bytes are."""

    __slots__ = ("_key", "kid", "public")

    def __init__(self, public: bytes) -> None:
        """Load 32 bytes. `VerifyingKey.of(jwk)` is the way in for keys from outside."""
        self.public = public
        self.kid = thumbprint_of(public)
        self._key = Ed25519PublicKey.from_public_bytes(public)

    @classmethod
    def of(cls, jwk: Jwk) -> Self:
        """Load the key of a JWK. Raises KeyFault when it holds no usable key."""
        return cls(public_bytes_of(jwk))

    @property
    def jwk(self) -> Jwk:
        return Jwk(kty="OKP", crv="Ed25519", x=base64url(self.public))

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` (64 bytes) is this key's over `message` (RFC 8032)."""
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VerifyingKey) and self.public == other.public

    def __hash__(self) -> int:
        return hash(self.public)

    def __repr__(self) -> str:
        return f"VerifyingKey({self.kid})"


class SigningKey:
    """A private key. Never printed: `repr` shows its `kid` only."""

    __slots__ = ("_key", "verifying")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.verifying = VerifyingKey(key.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the randomness of the operating system."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Make the key of a 32-byte seed (RFC 8032 section 5.1.5), for known answers and tests."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def from_pem(cls, pem: bytes | str) -> Self:
        """Read an unencrypted PKCS8 PEM, as `openssl genpkey -algorithm ed25519` writes it.

        Raises KeyFault when it is anything else.
        """
        try:
            key = load_pem_private_key(pem.encode() if isinstance(pem, str) else pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyFault(
                "this is no readable private key; it must be an unencrypted PEM file (PKCS8), "
                "make one with `bloc keys new` or `openssl genpkey -algorithm ed25519`"
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyFault(
                "this private key is not Ed25519; make one with `bloc keys new` "
                "or `openssl genpkey -algorithm ed25519`"
            )
        return cls(key)

    def to_pem(self) -> bytes:
        """Write the key as unencrypted PKCS8 PEM; its file must be 0600."""
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def kid(self) -> str:
        return self.verifying.kid

    @property
    def jwk(self) -> Jwk:
        return self.verifying.jwk

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the Ed25519 signature over `message`."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.kid})"
