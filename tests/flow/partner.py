"""A partner as docs/posting.md describes one: an Ed25519 key, JSON, and nothing of this project.

The flow tests sign and write events with this and not with `contracts/`, so that they would notice if the project
agreed with itself alone.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from uuid_utils import uuid7

ORIGIN = "bloc.example/ledger"
SECRETARIAT = "bloc.secretariat"

Told = tuple[str, str, Mapping[str, Any]]
"""An event in three words: type, stream, payload."""


def b64u(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def compact(value: object) -> bytes:
    """JSON on one line, as short as it gets."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def digest_of(body: bytes) -> str:
    """The name under which a submission is known everywhere."""
    return hashlib.sha256(body).hexdigest()


class Partner:
    """A party and its signing key."""

    def __init__(self, party: str, key: Ed25519PrivateKey | None = None) -> None:
        self.party = party
        self.key = key or Ed25519PrivateKey.generate()
        x = b64u(self.key.public_key().public_bytes_raw())
        self.jwk = {"kty": "OKP", "crv": "Ed25519", "x": x}
        self.kid = b64u(hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}'.encode()).digest())

    @classmethod
    def from_folder(cls, folder: Path, party: str) -> "Partner":
        """The partner whose key file lies in a folder of keys."""
        key = load_pem_private_key((folder / f"{party}.pem").read_bytes(), None)
        assert isinstance(key, Ed25519PrivateKey)
        return cls(party, key)

    def sign(self, body: bytes, **header: object) -> str:
        """The header `Bloc-Signature` for these bytes; keyword arguments replace members of the JWS header."""
        members = {"alg": "Ed25519", "b64": False, "crit": ["b64"], "kid": self.kid, "aud": ORIGIN}
        protected = b64u(compact({**members, "iat": int(time()), **header}))
        return f"{protected}..{b64u(self.key.sign(protected.encode() + b'.' + body))}"

    def proof(self) -> str:
        """Proof that this party holds its key."""
        return self.sign(f"{ORIGIN} {self.party} {self.kid}".encode())

    def event(self, told: Told, **attributes: object) -> dict[str, Any]:
        """A CloudEvent of this party with an id of its own; keyword arguments replace or add attributes."""
        type_name, stream, data = told
        return {
            "specversion": "1.0",
            "id": str(uuid7()),
            "source": f"/parties/{self.party}",
            "type": type_name,
            "subject": stream,
            "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "data": dict(data),
            **attributes,
        }

    def body(self, *told: Told) -> bytes:
        """The body of one submission: one event a line."""
        return b"\n".join(compact(self.event(one)) for one in told)
