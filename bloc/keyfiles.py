"""Signing keys as files that openssl understands: `<party>.pem` (private, mode 0600), `<party>.jwk`, `<party>.kid`.

The names and formats are those that a partner makes with nothing but openssl (see docs/posting.md), so that a key
made either way works with either.
"""

import os
from pathlib import Path

import msgspec

from bloc.trouble import Trouble
from contracts.identity.keys import KeyFault, SigningKey, VerifyingKey
from contracts.subjects import is_party
from contracts.values import Jwk


def new_key(folder: Path, party: str) -> SigningKey:
    """Make a key for `party` and write its three files; refuses a name that no party can have, which might also
    lead out of the folder, and to overwrite an existing key."""
    if not is_party(party):
        raise Trouble(
            f"“{party}” is no party.",
            "A party has exactly two labels of a-z, 0-9 and -, joined by a dot, such as us.customs.",
        )
    return _new_key(folder, party)


def new_successor(folder: Path, party: str) -> SigningKey:
    """Make the key that is to follow the one of `party`, as `<party>.next.pem`, `.jwk` and `.kid`."""
    return _new_key(folder, successor_of(party))


def successor_of(party: str) -> str:
    """The name of the files of the next key: three labels, so that it is nobody's party."""
    return f"{party}.next"


def load_key(folder: Path, party: str) -> SigningKey:
    """Read the private key of `party`."""
    pem = folder / f"{party}.pem"
    if not pem.exists():
        raise Trouble(f"There is no key {pem}.", f"Make one with `bloc keys new {party}`.")
    try:
        return SigningKey.from_pem(pem.read_bytes())
    except KeyFault as fault:
        raise Trouble(f"{pem} cannot be used: {fault}.", "Put the right file there.") from fault


def load_public(folder: Path, party: str) -> VerifyingKey:
    """Read the public key of `party` from its .jwk: the private half may be in a safe place."""
    path = folder / f"{party}.jwk"
    try:
        return VerifyingKey.of(msgspec.json.decode(path.read_bytes(), type=Jwk))
    except (OSError, msgspec.DecodeError, KeyFault) as fault:
        raise Trouble(f"{path} cannot be used: {fault}.", "Put the right file there.") from fault


def parties_with_keys(folder: Path) -> list[str]:
    """The parties whose private keys lie in `folder`, sorted. A key that is only to follow has no party yet."""
    names = (path.name.removesuffix(".pem") for path in folder.glob("*.pem"))
    return sorted(name for name in names if is_party(name))


def _new_key(folder: Path, name: str) -> SigningKey:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = folder / f"{name}.pem"
    if pem.exists():
        raise Trouble(f"{pem} exists already.", "Use it, or move it away before making a new key.")
    key = SigningKey.generate()
    descriptor = os.open(pem, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.to_pem())
    (folder / f"{name}.jwk").write_bytes(msgspec.json.encode(key.jwk) + b"\n")
    (folder / f"{name}.kid").write_text(f"{key.kid}\n", "ascii")
    return key
