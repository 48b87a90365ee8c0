"""`bloc prove POSITION --to FOLDER`: one entry with everything that shows it to anybody, offline and for ever."""

from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from bloc.policy import policy_in
from bloc.proving.folder import README_TEXT, check_vacant, write_folder
from bloc.proving.gathering import make_bundle
from bloc.proving.telling import said
from bloc.surroundings import surroundings
from bloc.trouble import Trouble
from contracts.limits import PROVE_WAIT_SECONDS_DEFAULT
from contracts.tlog.policy import Policy
from contracts.verification.bundle import Proven

console = Console(highlight=False)
progress_console = Console(stderr=True)


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
    files, proven = _made(around.ledger_url, position, judged_by, text, wait)
    write_folder(to, files)
    for line in said(proven):
        console.print(line, soft_wrap=True, markup=False)
    console.print(
        f"{len(files)} files in {to}; check them with `bloc verify {to} --policy YOUR-POLICY`", soft_wrap=True
    )


def _made(
    ledger_url: str, position: int, policy: Policy, policy_text: bytes, wait_s: float
) -> tuple[dict[str, bytes], Proven]:
    """The files and what they prove; the person who waits sees how many entries were read."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.completed} entries read"),
        console=progress_console,
        transient=True,
        disable=not progress_console.is_terminal,
    ) as bar:
        task = bar.add_task("entries", total=None)
        return make_bundle(
            ledger_url,
            position,
            policy,
            policy_text,
            README_TEXT.encode(),
            wait_s=wait_s,
            told=lambda count: bar.update(task, completed=count),
        )
