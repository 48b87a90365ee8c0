"""`bloc evidence SUBJECT --to FOLDER`: everything about one case, declaration or rule that a court may want to see."""

from pathlib import Path

from rich.console import Console

from bloc.evidence.archive import SUFFIX, check_free, write_archive
from bloc.evidence.packing import Task, make_pack
from bloc.evidence.telling import said
from bloc.keyfiles import load_key
from bloc.policy import policy_in
from bloc.proving.folder import check_vacant, write_folder
from bloc.surroundings import surroundings
from bloc.terminal import harmless
from bloc.trouble import Trouble
from bloc.waiting import counting
from contracts.limits import PROVE_WAIT_SECONDS_DEFAULT
from contracts.verification.evidence_files import INDEX, is_subject

console = Console(highlight=False, soft_wrap=True)


def evidence(
    subject: str,
    source: str = "",
    *,
    to: Path,
    key: str | None = None,
    keys: Path | None = None,
    policy: Path | None = None,
    wait: float = PROVE_WAIT_SECONDS_DEFAULT,
) -> None:
    """Write evidence about SUBJECT into a folder or one file, which `bloc verify` checks without any network.

    SUBJECT is a stream: case/us.graphite, declaration/US/ABC-1, floor/ndpr.oxide_compound.oxide_99, measure/…, act/….

    Parameters
    ----------
    source
        A ledger's address or a folder of its files; the ledger of the environment (BLOC_LEDGER_URL) when left out.
    to
        The folder to write, which must not exist, or be empty; or a file that ends in .zip, for all in one.
    key
        The party that signs the whole, such as us.customs; its key must be registered in the ledger. Unsigned when
        left out.
    keys
        Folder of key files; BLOC_KEYS or .bloc/keys when left out.
    policy
        The trust policy to judge the checkpoint by, and to put into the folder; the one that `bloc up` writes when
        left out.
    wait
        Seconds to wait for a cosigned checkpoint that covers what is recorded now.
    """
    around = surroundings()
    if not is_subject(subject):
        raise Trouble(
            f"“{subject}” is no stream.", "Name one, such as case/us.graphite or declaration/US/ABC-1."
        )
    is_archive = to.suffix == SUFFIX
    (check_free if is_archive else check_vacant)(to)
    text, judged_by = policy_in(policy or around.keys_folder.parent / "policy")
    signer = None if key is None else load_key(keys or around.keys_folder, key)
    task = Task(subject, source or around.ledger_url, judged_by, text, key, signer, wait)
    with counting() as progress:
        files, shown = make_pack(task, progress)
    (write_archive if is_archive else write_folder)(to, files)
    for line in said(shown):
        console.print(harmless(line), markup=False)
    console.print(
        f"{len(files)} files in {to}: read its {INDEX}, check it with `bloc verify {to} --policy YOUR-POLICY`"
    )
