"""`bloc witness new|serve|status|accusations`: run a witness, and look at what one says.

`accusations` is for everybody: it takes the log's verifier key from you, not from the witness, and checks each
accusation with it alone.
"""

import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
from cyclopts import App
from msgspec import Struct
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bloc.terminal import harmless
from bloc.trouble import Trouble, reaching
from bloc.witness.domain.accusing import Accusation, Verdict, check_accusation, read_accusation
from bloc.witness.domain.judging import Logs
from bloc.witness.making import KEY_FILE, STORE_FILE, VKEY_FILE, new_witness
from bloc.witness.settings import read_logs
from contracts.tlog.notes import NoteFault, NoteKey, parse_vkey

DEFAULT_URL = "http://127.0.0.1:8090"
ANSWER_SECONDS = 10
CONVICTED = 3
"""Exit status of `bloc witness accusations` when one of them is proven."""

app = App(name="witness", help="Run a witness of a log, or look at what one says.")
console = Console(soft_wrap=True, highlight=False)


class HeldLog(Struct, frozen=True):
    """What a witness holds of one log; `time` in POSIX seconds."""

    origin: str
    size: int
    root: str
    time: int


class Status(Struct, frozen=True):
    """The answer of /health/ready."""

    status: str
    witness: str
    logs: tuple[HeldLog, ...]


class Accusations(Struct, frozen=True):
    """The answer of /accusations."""

    witness: str
    accusations: tuple[Accusation, ...]


@app.command
def new(name: str, *, to: Path) -> None:
    """Make the key and the store of a witness called NAME.

    Parameters
    ----------
    name
        A URL without scheme that is yours, such as us.example/witness.
    to
        The folder for its private key, its verifier key and its store.
    """
    made = new_witness(to, name, made_at=int(time.time()))
    console.print(f"Made {made.key_file} (private, mode 0600) and {made.store_file}", markup=False)
    console.print(f"vkey    {made.vkey}", markup=False)
    console.print(
        "Send the vkey to the log and to everybody who shall count on this witness; read its key id to them over "
        "a second channel. Key and store stay together: if the store is ever lost, this key must never sign again.",
        markup=False,
    )


@app.command
def serve(
    *,
    folder: Path | None = None,
    policy: Path | None = None,
    host: str | None = None,
    port: int | None = None,
) -> None:
    """Serve a witness until Ctrl-C. What is left out is read from the environment (BLOC_WITNESS_…).

    Parameters
    ----------
    folder
        What `bloc witness new --to` made: key, verifier key, store.
    policy
        A file with the line `log <verifier key>` of each key of each log to follow.
    host
        Address to listen on; 127.0.0.1 when nothing says otherwise.
    port
        Port to listen on; 8090 when nothing says otherwise.
    """
    from bloc.witness.__main__ import main  # the web server is loaded by nobody else

    given: dict[str, str] = {}
    if folder is not None:
        given |= _settings_of(folder)
    if policy is not None:
        given["BLOC_WITNESS_POLICY_FILE"] = str(policy)
    if host is not None:
        given["BLOC_WITNESS_HOST"] = host
    if port is not None:
        given["BLOC_WITNESS_PORT"] = str(port)
    replaced = {name.removesuffix("_FILE") for name in given}
    kept = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in replaced}
    sys.exit(main(kept | given))


@app.command
def status(*, url: str = DEFAULT_URL) -> None:
    """Show what a witness holds of each log, and whether it would cosign now.

    Parameters
    ----------
    url
        Address of the witness.
    """
    answer = _get(url, "/health/ready")
    try:
        said = msgspec.json.decode(answer.content, type=Status)
    except msgspec.DecodeError as error:
        raise Trouble(f"What answers at {url} is not a witness of ours.", "Correct --url.") from error
    table = Table("log", "size", "root", "cosigned", title=Text(harmless(said.witness)))
    for log in said.logs:
        cosigned = datetime.fromtimestamp(log.time, UTC).isoformat()
        table.add_row(Text(harmless(log.origin)), str(log.size), Text(harmless(log.root)), cosigned)
    console.print(table)
    if not answer.is_success:
        raise Trouble(
            f"It does not cosign now: {harmless(said.status)}.",
            "See its log; docs/witness.md says what to do.",
        )
    console.print(harmless(said.status), markup=False)


@app.command
def accusations(
    *files: Path,
    url: str = DEFAULT_URL,
    log: Sequence[str] = (),
    policy: Path | None = None,
    to: Path | None = None,
) -> None:
    """Check accusations with the keys of the log alone; exit status 3 when one convicts it.

    Parameters
    ----------
    files
        Accusation files; when none is given, those that the witness at --url keeps.
    url
        Address of the witness.
    log
        Verifier key of the log; may be given several times.
    policy
        A policy file whose `log` lines name the keys.
    to
        Folder to write them to, one file each.
    """
    keys = _log_keys(log, policy)
    found = [_read(path) for path in files] or list(_fetched(url))
    proven = 0
    for one in found:
        verdict = check_accusation(one, keys)
        proven += isinstance(verdict, Verdict) and verdict.proven
        console.print(harmless(f"{one.id}  {one.origin}  {_words_of(verdict)}"), markup=False)
        if to is not None:
            to.mkdir(parents=True, exist_ok=True)
            (to / f"{one.kind}-{one.id}.json").write_bytes(one.encode())
    console.print(f"{len(found)} accusations, {proven} proven.", markup=False)
    if proven:
        sys.exit(CONVICTED)


def _settings_of(folder: Path) -> dict[str, str]:
    vkey_file = folder / VKEY_FILE
    if not vkey_file.is_file():
        raise Trouble(
            f"There is no witness in {folder}.", f"Make one with `bloc witness new NAME --to {folder}`."
        )
    key = parse_vkey(vkey_file.read_text("utf-8").strip())
    if isinstance(key, NoteFault):
        raise Trouble(f"{vkey_file} cannot be used: {key.reason}.", "Put the file back that `new` wrote.")
    return {
        "BLOC_WITNESS_NAME": key.name,
        "BLOC_WITNESS_KEY_FILE": str(folder / KEY_FILE),
        "BLOC_WITNESS_STORE": str(folder / STORE_FILE),
    }


def _get(url: str, path: str) -> httpx.Response:
    with reaching("witness", url):
        return httpx.get(f"{url.rstrip('/')}{path}", timeout=ANSWER_SECONDS, trust_env=False)


def _fetched(url: str) -> tuple[Accusation, ...]:
    answer = _get(url, "/accusations")
    try:
        return msgspec.json.decode(answer.content, type=Accusations).accusations
    except msgspec.DecodeError as error:
        raise Trouble(f"What answers at {url} is not a witness of ours.", "Correct --url.") from error


def _read(path: Path) -> Accusation:
    if not path.is_file():
        raise Trouble(f"There is no file {path}.", "Correct the path.")
    read = read_accusation(path.read_bytes())
    if isinstance(read, NoteFault):
        raise Trouble(f"{path} cannot be used: {read.reason}.", "Take the file as the witness wrote it.")
    return read


def _log_keys(vkeys: Sequence[str], policy: Path | None) -> tuple[NoteKey, ...]:
    """The keys that the asker believes; the witness is not asked for them."""
    if policy is not None and not policy.is_file():
        raise Trouble(f"There is no file {policy}.", "Correct the path.")
    lines = [f"log {vkey}" for vkey in vkeys] + (
        [] if policy is None else policy.read_text("utf-8").splitlines()
    )
    logs: Logs | str = read_logs("\n".join(lines))
    if isinstance(logs, str):
        raise Trouble(
            f"The keys of the log cannot be used: {logs}.",
            "Name them with --log VKEY or --policy FILE: an accusation is checked with the log's own keys.",
        )
    return tuple(key for keys in logs.values() for key in keys)


def _words_of(verdict: Verdict | NoteFault) -> str:
    if isinstance(verdict, NoteFault):
        return f"shows nothing: {verdict.reason}"
    return f"{'PROVEN' if verdict.proven else 'unproven'}: {verdict.reason}"
