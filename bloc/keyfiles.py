"""Signing keys as files that openssl understands: `<party>.pem` (private, mode 0600), `<party>.jwk`, `<party>.kid`.

The names and formats are those that a partner makes with nothing but openssl (see docs/posting.md), so that a key
made either way works with either.
"""

import os
from pathlib import Path

import msgspec

from bloc.trouble import Trouble
from contracts.identity.keys import KeyFault, SigningKey
from contracts.subjects import is_party


def new_key(folder: Path, party: str) -> SigningKey:
    """Make a key for `party` and write its three files; refuses a name that no party can have, which might also
    lead out of the folder, and to overwrite an existing key."""
    if not is_party(party):
        raise Trouble(
            f"“{party}” is no party.",
            "A party has exactly two labels of a-z, 0-9 and -, joined by a dot, such as us.customs.",
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = folder / f"{party}.pem"
    if pem.exists():
        raise Trouble(f"{pem} exists already.", "Use it, or move it away before making a new key.")
    key = SigningKey.generate()
    descriptor = os.open(pem, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.to_pem())
    (folder / f"{party}.jwk").write_bytes(msgspec.json.encode(key.jwk) + b"\n")
    (folder / f"{party}.kid").write_text(f"{key.kid}\n", "ascii")
    return key


def load_key(folder: Path, party: str) -> SigningKey:
    """Read the private key of `party`."""
    pem = folder / f"{party}.pem"
    if not pem.exists():
        raise Trouble(f"There is no key {pem}.", f"Make one with `bloc keys new {party}`.")
    try:
        return SigningKey.from_pem(pem.read_bytes())
    except KeyFault as fault:
        raise Trouble(f"{pem} cannot be used: {fault}.", "Put the right file there.") from fault


def parties_with_keys(folder: Path) -> list[str]:
    """The parties whose private keys lie in `folder`, sorted."""
    return sorted(path.name.removesuffix(".pem") for path in folder.glob("*.pem"))
