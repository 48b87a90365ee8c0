#!/usr/bin/env python3
"""Gives a witness of compose its empty store, once: while the ledger is empty.

The memory of a witness is what its signature is worth. With an empty one under an old key it would cosign another
history as gladly as the first, so a volume that was lost must not heal by itself: when the ledger holds entries
nothing is made here, and the witness says on its own what is wrong. Only a person who knows that it never cosigned
anything (a witness that is new, beside a ledger that is not) may say so: NEVER_COSIGNED=1.

Standard library only, like health.py.
"""

import json
import os
import sys
import urllib.request
from pathlib import Path

PATIENCE_SECONDS = 10


def main(head_url: str, empty_store: Path, store: Path, *, never_cosigned: bool) -> str:
    """Copy the empty store to its place if that may be done; what was done or not, as a sentence."""
    if store.exists():
        return f"{store} is there."
    size = _size_of(head_url)
    if size and not never_cosigned:
        return (
            f"{store} is missing, and the ledger has {size} entries already: not made. If this witness has ever "
            "cosigned, retire its key and make another witness; if it never has, run this once with NEVER_COSIGNED=1."
        )
    fresh = store.with_name(f"{store.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(empty_store.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(store)
    return f"{store} is made, with nothing in it."


def _size_of(head_url: str) -> int:
    with urllib.request.urlopen(head_url, timeout=PATIENCE_SECONDS) as answer:
        return int(json.load(answer)["size"])


if __name__ == "__main__":
    url, source, place = sys.argv[1:]
    print(main(url, Path(source), Path(place), never_cosigned=os.environ.get("NEVER_COSIGNED") == "1"))
