"""`bloc projections`: what is behind the record and by how many positions; a state rebuilt beside the live one.

Exit statuses: 0 nothing differs; 1 the rebuilt state is another one; 2 wrong use, or a service that does not answer;
3 the history cannot be read.
"""

import sys
from http import HTTPStatus
from typing import Any

import httpx
import msgspec
from msgspec import UNSET, Struct, UnsetType
from rich.console import Console
from rich.table import Table

from bloc.ending import statuses_of_reading
from bloc.history.replaying import replay
from bloc.proving.gathering import COSIGNED
from bloc.surroundings import Surroundings, surroundings
from bloc.trouble import Trouble, reaching, refusal_of
from bloc.verifying.sources import CHECKPOINT
from bloc.waiting import reading
from contracts.limits import VERIFY_ANSWER_SECONDS_MAX
from contracts.tlog.checkpoints import parse_signed_checkpoint
from contracts.tlog.notes import NoteFault
from contracts.verification.report import FAULTY


class Projection(Struct, frozen=True, omit_defaults=True):
    """How far something that is computed from the record is: up to `position` (-1: nothing), `behind` the head."""

    projection: str
    position: int
    behind: int


class Compared(Struct, frozen=True):
    """The live state and one that was rebuilt from the same entries."""

    position: int
    live: str
    rebuilt: str

    @property
    def agrees(self) -> bool:
        """Whether both are the same."""
        return self.live == self.rebuilt


class Report(Struct, frozen=True, omit_defaults=True):
    """Everything that was found; `head` is the last position recorded."""

    head: int
    projections: tuple[Projection, ...]
    compared: Compared | UnsetType = UNSET


def projections(source: str = "", *, rebuild: bool = False, json: bool = False) -> None:
    """Show what is behind the record; with --rebuild, fold the record again and compare it with the live state.

    Exit status 0: nothing differs. 1: the rebuilt state is another one. 2: wrong use. 3: unreadable history.

    Parameters
    ----------
    source
        Where the record is read for --rebuild: a ledger, an export or tiles; BLOC_LEDGER_URL when left out.
    rebuild
        Fold everything up to the position of the live state, here, and compare the hashes. Nothing is replaced.
    json
        Print the report as JSON.
    """
    with statuses_of_reading():
        around = surroundings()
        found = _found(around)
        report = _with_rebuilt(around, source, found) if rebuild else found
    if json:
        print(msgspec.json.encode(report).decode())
    else:
        _tell(report, Console(highlight=False, soft_wrap=True))
    differs = report.compared is not UNSET and not report.compared.agrees
    sys.exit(FAULTY if differs else 0)


def _found(around: Surroundings) -> Report:
    """What the services say of themselves: the state of the tariffs service, the tree, what witnesses have seen."""
    live = _asked("tariffs", around.tariffs_url, "projections").json()
    head: int = live["head"]
    rows = [Projection(one["projection"], one["position"], one["behind"]) for one in live["projections"]]
    published = [one["published"]["known_position"] for one in live["projections"] if "published" in one]
    rows += [_row("published state hash", position, head) for position in published]
    for name, path in (("signed tree", CHECKPOINT), ("cosigned tree", COSIGNED)):
        rows.append(_row(name, _size_of(_asked("ledger", around.ledger_url, path)) - 1, head))
    return Report(head, tuple(rows))


def _row(name: str, position: int, head: int) -> Projection:
    return Projection(name, position, max(0, head - position))


def _size_of(answer: httpx.Response) -> int:
    """Entries below a checkpoint; 0 while there is none."""
    if answer.status_code == HTTPStatus.NOT_FOUND:
        return 0
    read = parse_signed_checkpoint(answer.content)
    if isinstance(read, NoteFault):
        raise Trouble(
            f"{answer.url} is no checkpoint: {read.reason}.", "Check the ledger with `bloc verify`."
        )
    return read[1].size


def _asked(service: str, url: str, path: str) -> httpx.Response:
    with reaching(service, url):
        answer = httpx.get(f"{url}/{path}", timeout=VERIFY_ANSWER_SECONDS_MAX, trust_env=False)
    if answer.is_error and answer.status_code != HTTPStatus.NOT_FOUND:
        raise refusal_of(service, answer)
    return answer


def _with_rebuilt(around: Surroundings, source: str, found: Report) -> Report:
    live: dict[str, Any] = _asked("tariffs", around.tariffs_url, "projections/state/hash").json()
    with reading(source or around.ledger_url) as (history, progress):
        rebuilt = replay(history, live["position"], progress)
    if rebuilt.hash.format != live["format"]:
        what = f"The live state is written in {live['format']}, this release writes {rebuilt.hash.format}."
        raise Trouble(what, "Use the release of the service.")
    compared = Compared(live["position"], live["state_hash"], rebuilt.hash.root)
    return Report(found.head, found.projections, compared)


def _tell(report: Report, console: Console) -> None:
    table = Table(
        "projection", "position", "behind", title=f"The record ends at {report.head}", title_justify="left"
    )
    for one in report.projections:
        table.add_row(one.projection, str(one.position), str(one.behind))
    console.print(table)
    if report.compared is UNSET:
        return
    compared = report.compared
    if compared.agrees:
        console.print(f"Rebuilt up to {compared.position}: the state is the live one, {compared.live}")
        return
    console.print(
        f"Rebuilt up to {compared.position}, the state DIFFERS: live {compared.live}, rebuilt {compared.rebuilt}",
        style="bold red",
    )
