"""`bloc refusals PARTY`: what a party sent that was refused, by which rules, in plain words."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from bloc.auditing.refused import OwnKey, RefusedBodies
from bloc.client import Bloc
from bloc.surroundings import Surroundings, surroundings
from bloc.terminal import harmless
from bloc.trouble import Trouble, reaching

console = Console(highlight=False, soft_wrap=True)


def refusals(party: str, *, bodies: Path | None = None, keys: Path | None = None, json: bool = False) -> None:
    """Print what PARTY sent that was refused, in order of recording, each with the rules that it broke.

    Parameters
    ----------
    bodies
        Fetch the refused bodies into this folder, as `bloc audit --refused` reads them. Takes the party's own key.
    keys
        Folder of key files; BLOC_KEYS or .bloc/keys when left out.
    json
        Print one JSON object a line, as `GET /refusals` has them.
    """
    around = surroundings()
    with reaching("tariffs", around.tariffs_url):
        found = asyncio.run(_all_of(around, party))
    if bodies is not None:
        own = OwnKey(party, str(keys or around.keys_folder), around.ledger_url, around.origin)
        fetched = _fetched(RefusedBodies(bodies, own), found)
        Console(stderr=True).print(f"{fetched} refused bodies are in {bodies}", markup=False)
    for one in found:
        if json:
            print(msgspec.json.encode(one).decode())
        else:
            _tell(one)
    if not found and not json:
        console.print(f"Nothing that {party} sent was refused.", markup=False)


async def _all_of(around: Surroundings, party: str) -> list[dict[str, Any]]:
    """Every page, at one K: that of the first."""
    found: list[dict[str, Any]] = []
    async with Bloc.around(around) as bloc:
        asked: dict[str, Any] = {"party": party}
        while True:
            answer = await bloc.read("/refusals", **asked)
            document = answer.document
            if answer.status != 200:
                raise Trouble(f"{document.get('detail')}.", str(document.get("mend", "Mend what it names.")))
            found += document["refusals"]
            if "next" not in document:
                return found
            asked |= {"after": document["next"], "position": document["position"]}


def _fetched(bodies: RefusedBodies, found: list[dict[str, Any]]) -> int:
    return sum(bodies.fetch(one["submission"]) is not None for one in found)


def _tell(one: dict[str, Any]) -> None:
    head = f"position {one['position']}, {one['recorded_at']}, submission {one['submission']}"
    console.print(harmless(head), style="bold", markup=False)
    for broken in one["broken"]:
        console.print(harmless(f"  {broken['rule']} at {broken['path']}: {broken['text']}"), markup=False)
