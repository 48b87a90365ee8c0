"""`bloc audit`: decide everything that was recorded once more, and say what differs.

With a policy the same record is verified first, as `bloc verify` does it, and one verdict stands at the end: genuine,
and by the rules. The exit statuses are those of `bloc verify`, so that one script can watch both: 0 no fault, 1 a fault
was found, 2 wrong use, 3 the record could not be read to its end, 4 too few witnesses.
"""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from bloc.auditing.refused import OwnKey
from bloc.auditing.report import Report
from bloc.auditing.running import Task, run
from bloc.auditing.telling import as_json, status_of, tell, tell_verdict
from bloc.commands.verify import verify_record
from bloc.ending import statuses_of_reading
from bloc.surroundings import Surroundings, surroundings
from bloc.trouble import Trouble
from bloc.verifying.telling import tell as tell_verification
from bloc.waiting import reading
from contracts.verification.report import Report as Verification


def audit(
    source: str = "",
    *,
    policy: Path | None = None,
    first: Annotated[int, Parameter(name="--from")] = 0,
    last: Annotated[int | None, Parameter(name="--to")] = None,
    refused: Path | None = None,
    key: str | None = None,
    keys: Path | None = None,
    strict: bool = False,
    workers: int | None = None,
    json: bool = False,
) -> None:
    """Decide everything recorded in SOURCE again: a ledger's address, an export of `bloc entries`, a folder of tiles.

    Exit status 0: no fault. 1: faults, named. 2: wrong use. 3: it could not be read to its end. 4: no quorum (policy).

    Parameters
    ----------
    source
        The ledger of the environment (BLOC_LEDGER_URL) when left out.
    policy
        Whom you believe (C2SP tlog-policy): verify the record as well (an address or tiles), and give one verdict.
    first
        Judge drafts from this position on; what lies before is folded.
    last
        Judge drafts that begin up to this position.
    refused
        Folder of refused bodies, <digest>.ndjson and <digest>.jws, as parties hand them over.
    key
        A party whose key lies here: its refused bodies are fetched from the ledger, and put into the folder.
    keys
        Folder of key files; BLOC_KEYS or .bloc/keys when left out.
    strict
        Let notices count as faults in the exit status.
    workers
        Processes to work beside this one, 0 for none; as many as pay when left out.
    json
        Print the report as JSON.
    """
    with statuses_of_reading():
        around = surroundings()
        place, own = source or around.ledger_url, None if key is None else _own_key(key, keys, around)
        task = Task(*_positions(first, last), "" if refused is None else str(refused), own)
        verified = None if policy is None else verify_record(place, policy, workers=workers, quiet=json)
        with reading(place, quiet=json) as (history, progress):
            report = run(history, task, workers=workers, strict=strict, progress=progress)
    _print(report, verified, json=json)
    sys.exit(status_of(report, verified))


def _print(report: Report, verified: Verification | None, *, json: bool) -> None:
    if json:
        sys.stdout.write(as_json(report, verified) + "\n")
        return
    console = Console(highlight=False, soft_wrap=True)
    if verified is not None:
        tell_verification(verified, console)
    tell(report, console)
    if verified is not None:
        tell_verdict(verified, report, console)


def _positions(first: int, last: int | None) -> tuple[int, int | None]:
    """Raises Trouble where no entry lies between: nothing judged is not without fault."""
    if last is not None and first > last:
        raise Trouble(f"There is no entry from {first} to {last}.", "Name the earlier position first.")
    return first, last


def _own_key(party: str, keys: Path | None, around: Surroundings) -> OwnKey:
    return OwnKey(party, str(keys or around.keys_folder), around.ledger_url, around.origin)
