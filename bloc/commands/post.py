"""`bloc post FILE --key PARTY`: sign the exact bytes of a file and post them as one submission."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from bloc.client import Answer, Bloc
from bloc.keyfiles import load_key
from bloc.surroundings import Surroundings, surroundings
from bloc.trouble import Trouble, reaching
from contracts.identity.keys import SigningKey

console = Console()


def post(
    file: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    *,
    key: str,
    keys: Path | None = None,
    wait: int = 10,
    dry_run: bool = False,
) -> None:
    """Post FILE (one event, or up to 256 lines of NDJSON; `-` reads standard input) signed with a party's key.

    Exit status 0: recorded, or a dry run that would be. 1: anything else; the problem says what to do.

    Parameters
    ----------
    file
        The submission, byte for byte.
    key
        The party that signs, such as us.customs; its key file lies in the folder of keys.
    keys
        Folder of key files; BLOC_KEYS or .bloc/keys when left out.
    wait
        Seconds to wait for the receipt.
    dry_run
        Check everything, say what would be derived, and record nothing.
    """
    around = surroundings()
    signer = load_key(keys or around.keys_folder, key)
    if str(file) == "-":
        body = sys.stdin.buffer.read()
    elif file.is_file():
        body = file.read_bytes()
    else:
        raise Trouble(
            f"There is no file {file}.",
            "Name a file of one event or of NDJSON lines, or - for standard input.",
        )
    with reaching("tariffs", around.tariffs_url):
        answer = asyncio.run(_post(around, signer, body, wait, dry_run))
    console.print_json(data=answer.document)
    if not answer.recorded:
        raise Trouble(
            f"Not recorded: the service answered {answer.status}.",
            str(answer.document.get("mend", "Post the same file again: ids make that safe.")),
        )


async def _post(around: Surroundings, key: SigningKey, body: bytes, wait: int, dry_run: bool) -> Answer:
    async with Bloc.around(around) as bloc:
        return await bloc.post(key, body, wait_s=wait, dry_run=dry_run)
