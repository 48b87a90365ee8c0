"""Making a witness: its key and its empty store together, once, so that neither is ever there without the other.

A key that has cosigned and whose store is gone must not sign again. So there is no way to make a store for a key that
is there already.
"""

import os
from pathlib import Path

from msgspec import Struct

from bloc.trouble import Trouble
from bloc.witness.store import Store
from contracts.identity.keys import SigningKey
from contracts.tlog.notes import COSIGNATURE_V1, NoteKey, is_key_name

KEY_FILE = "witness.pem"
VKEY_FILE = "witness.vkey"
STORE_FILE = "witness.sqlite"


class Made(Struct, frozen=True):
    """A new witness: its verifier key for policies, and where its private key and its store are."""

    vkey: str
    key_file: Path
    store_file: Path


def new_witness(folder: Path, name: str, *, made_at: int) -> Made:
    """Make the key and the store of a witness called `name` in `folder`; `made_at` is in POSIX seconds.

    Raises Trouble for a name that no key can have, and when the folder holds a witness already.
    """
    if not is_key_name(name):
        raise Trouble(
            f"“{name}” cannot name a witness: spaces, + and control characters are out.",
            "Take a URL without scheme that is yours, like us.example/witness.",
        )
    files = [folder / file for file in (KEY_FILE, VKEY_FILE, STORE_FILE)]
    for path in files:
        if path.exists():
            raise Trouble(
                f"{path} exists already.",
                "Serve that witness, or choose another folder: a key is never given a second store.",
            )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key_file, vkey_file, store_file = files
    key = SigningKey.generate()
    public = NoteKey.of(name, key.verifying, COSIGNATURE_V1)
    Store.make(store_file, public, made_at)
    vkey_file.write_text(f"{public.vkey}\n", "utf-8")
    # Last: with the key in place the witness is whole, and without it the rest is worth nothing.
    descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.to_pem())
        file.flush()
        os.fsync(file.fileno())
    return Made(public.vkey, key_file, store_file)
