"""`bloc prove POSITION --to FOLDER`: one entry with everything that shows it to anybody, offline and for ever."""

from pathlib import Path

from rich.console import Console

from bloc.policy import policy_in
from bloc.proving.folder import README_TEXT, check_vacant, write_folder
from bloc.proving.gathering import make_bundle
from bloc.proving.telling import said
from bloc.surroundings import surroundings
from bloc.trouble import Trouble
from bloc.waiting import counting
from contracts.limits import PROVE_WAIT_SECONDS_DEFAULT

console = Console(highlight=False)


def prove(
    position: int,
    *,
    to: Path,
    policy: Path | None = None,
    wait: float = PROVE_WAIT_SECONDS_DEFAULT,
) -> None:
    """Write a folder that proves the entry at POSITION: `bloc verify FOLDER` checks it without any network.

    Parameters
    ----------
    position
        Position of the entry in the ledger.
    to
        The folder to write; it must not exist, or be empty.
    policy
        The trust policy to judge the checkpoint by, and to put into the folder; the one that `bloc up` writes when
        left out.
    wait
        Seconds to wait for a cosigned checkpoint that covers the entry.
    """
    around = surroundings()
    text, judged_by = policy_in(policy or around.keys_folder.parent / "policy")
    if position < 0:
        raise Trouble(f"There is no position {position}.", "Positions count from 0.")
    check_vacant(to)
    with counting() as told:
        files, proven = make_bundle(
            around.ledger_url, position, judged_by, text, README_TEXT.encode(), wait_s=wait, told=told
        )
    write_folder(to, files)
    for line in said(proven):
        console.print(line, soft_wrap=True, markup=False)
    console.print(
        f"{len(files)} files in {to}; check them with `bloc verify {to} --policy YOUR-POLICY`", soft_wrap=True
    )
