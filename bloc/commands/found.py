"""`bloc found`: the one submission with which an empty ledger begins."""

import asyncio
from pathlib import Path

from rich.console import Console

from bloc.client import Bloc
from bloc.founding import NAME, ensure_keys
from bloc.founding import found as found_bloc
from bloc.surroundings import surroundings
from bloc.trouble import reaching

console = Console(highlight=False, soft_wrap=True)


def found(
    *, keys: Path | None = None, name: str = NAME, url: str | None = None, origin: str | None = None
) -> None:
    """Found a bloc on an empty ledger, signed by the secretariat's key. Harmless when it is founded already.

    Parameters
    ----------
    keys
        Folder of key files; missing keys of bloc.secretariat, bloc.tariffs and bloc.ledger are made there.
        The thumbprint of the secretariat's key must be what both services know as BLOC_TRUST_ANCHOR.
    name
        Name of the bloc.
    url
        Address of the tariffs service; BLOC_TARIFFS_URL when left out.
    origin
        The ledger's origin; BLOC_ORIGIN when left out.
    """
    around = surroundings()
    folder, address = keys or around.keys_folder, url or around.tariffs_url
    with reaching("tariffs", address):
        said = asyncio.run(_found(folder, name, address, around.ledger_url, origin or around.origin))
    console.print(said)


async def _found(folder: Path, name: str, url: str, ledger_url: str, origin: str) -> str:
    async with Bloc(url, ledger_url, origin) as bloc:
        # Asked of the ledger, whose first entry is always a founding. And before any key is read: the secretariat's
        # belongs in a safe place by now.
        if (await bloc.head())["size"] > 0:
            return "The bloc is founded already; nothing was posted."
        founding = ensure_keys(folder)
        await found_bloc(bloc, founding, name=name)
    return f"Founded “{name}”. Trust anchor: {founding.secretariat.kid}"
