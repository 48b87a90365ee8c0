"""`bloc quote FILE`: what duty would be due on these goods? Nothing is recorded."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from bloc.client import Answer, Bloc
from bloc.surroundings import Surroundings, surroundings
from bloc.terminal import hanging
from bloc.trouble import Trouble, reaching

console = Console()


def quote(file: Path, *, explain: bool = False, json: bool = False) -> None:
    """Ask for the duty on the item in FILE, with the trace that explains every line.

    Parameters
    ----------
    file
        JSON: `{"member", "accepted_at", "item": {…}}`, the item as in bloc.declaration.accepted.v1.
    explain
        Tell the trace in sentences, each with the act, article and position that it rests on.
    json
        Print the whole answer as JSON.
    """
    around = surroundings()
    if not file.is_file():
        raise Trouble(f"There is no file {file}.", "Name a file with member, accepted_at and item.")
    try:
        request = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Trouble(f"{file} is not a JSON object: {error}.", "Write it as in docs/quote.json.") from error
    with reaching("tariffs", around.tariffs_url):
        answer = asyncio.run(_quote(around, request, explain=explain))
    if json or answer.status != 200:
        console.print_json(data=answer.document)
    else:
        show(answer.document)
    if answer.status != 200:
        mend = str(answer.document.get("mend", "Ask again later."))
        raise Trouble(f"No quote: the service answered {answer.status}.", mend)


async def _quote(around: Surroundings, request: dict[str, Any], *, explain: bool) -> Answer:
    async with Bloc.around(around) as bloc:
        return await bloc.quote(request, explain=explain)


def show(assessment: dict[str, Any]) -> None:
    """Print the lines of an assessment and, below them, how each came about."""
    day, currency = assessment["governing_date"], assessment["currency"]
    if day is None:
        console.print("Duty: not known", style="bold")
    else:
        console.print(table_of(assessment, f"Duty on {day}, {currency}"))
    for number, sentence in enumerate(assessment.get("explanation", ()), 1):
        said = hanging(sentence, f"{number:>3}. ", console.width)
        console.print(said, highlight=False, markup=False, soft_wrap=True)
    for step in () if "explanation" in assessment else assessment["trace"]:
        said = ", ".join(f"{name} {value}" for name, value in step.items() if name != "step")
        told = hanging(f"{step['step']}: {said}", "  ", console.width)
        console.print(told, highlight=False, markup=False, soft_wrap=True)
    if not assessment.get("complete", True):
        console.print("[yellow]Incomplete: something was not known; the trace says what.")


def table_of(assessment: dict[str, Any], title: str) -> Table:
    """The lines and their total."""
    table = Table(title=title, title_justify="left", box=SIMPLE, pad_edge=False, collapse_padding=True)
    for name in ("line", "kind", "basis", "amount", "from"):
        table.add_column(name, justify="right" if name == "amount" else "left", overflow="fold")
    for line in assessment["lines"]:
        basis, cites = line["basis"], line["cites"]
        table.add_row(
            str(line["line_no"]),
            line["kind"].replace("_", " "),
            f"{basis['name'].replace('_', ' ')} {basis['amount']} {basis['currency']}",
            line["amount"],
            f"{cites['stream']}\nat {cites['position']}; {basis_of(cites['legal_basis'])}",
        )
    table.add_row("", "[bold]total", "", f"[bold]{assessment['total']}", "")
    return table


def basis_of(legal_basis: dict[str, str]) -> str:
    """Act and article, as one would cite them."""
    return f"{legal_basis['act']} {legal_basis['article']}"
