"""The ledger's checkpoint keys as files: the one in use and, around a rotation, the one that is to follow.

`bloc.ledger.pem` and `bloc.ledger.next.pem` may lie side by side for as long as a rotation takes: the record alone
says which of them signs (and for a while both do), so that no service has to change its settings at one certain
second. When it is over the second file takes the place of the first.
"""

from pathlib import Path

from bloc.founding import SERVICES
from bloc.keyfiles import load_key, load_public, successor_of
from contracts.identity.keys import VerifyingKey

LEDGER = SERVICES["ledger"]
NEXT = successor_of(LEDGER)
RETIRED_CHARACTERS = 8
"""Of its thumbprint, in the file names of a key that was replaced."""


def public_checkpoint_keys(folder: Path) -> tuple[VerifyingKey, ...]:
    """The public keys of the files in `folder`: the one in use, then the next one if there is one."""
    names = (LEDGER, NEXT) if _has_next(folder) else (LEDGER,)
    return tuple(load_public(folder, name) for name in names)


def retired_checkpoint_keys(folder: Path) -> tuple[VerifyingKey, ...]:
    """The public keys that were replaced: the record says up to which size each of them signed, and a checkpoint that
    somebody kept from then verifies with no other."""
    files = sorted(folder.glob(f"{LEDGER}.retired-*.jwk"))
    return tuple(load_public(folder, file.name.removesuffix(".jwk")) for file in files)


def checkpoint_key_settings(folder: Path) -> dict[str, str]:
    """The settings that give these keys to a ledger; one that is empty counts as not set."""
    return {
        "BLOC_CHECKPOINT_KEY_FILE": str(folder / f"{LEDGER}.pem"),
        "BLOC_NEXT_CHECKPOINT_KEY_FILE": str(folder / f"{NEXT}.pem") if _has_next(folder) else "",
    }


def put_next_in_place(folder: Path) -> Path:
    """Move the files of the next key to where the key in use is looked for; return where the old one went.

    The .pem moves last: until then a run that was cut off can be repeated, and the old key is always in one place.
    """
    old = load_key(folder, LEDGER).kid
    kept = f"{LEDGER}.retired-{old[:RETIRED_CHARACTERS]}"
    for suffix in ("jwk", "kid", "pem"):
        place, following, aside = (folder / f"{name}.{suffix}" for name in (LEDGER, NEXT, kept))
        if following.exists():
            if not aside.exists():
                aside.hardlink_to(place)
            following.replace(place)
    return folder / f"{kept}.pem"


def _has_next(folder: Path) -> bool:
    """Whether the next key is there with all its files: one that is being made or moved is not, or not any more."""
    return all((folder / f"{NEXT}.{suffix}").exists() for suffix in ("pem", "jwk", "kid"))
