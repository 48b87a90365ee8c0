"""`bloc reassess`: order the reassessments that follow from later corrections, or say what they would come to.

What each order comes to is asked of the service by a dry run of the very bytes that are posted afterwards: the
figures shown are those that will be derived, refunds and additional duties among them. An older record may name
declarations that were assessed again since: these are shown with what that record says, and not ordered.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from bloc.authoring import author_event
from bloc.client import Bloc
from bloc.history.sources import open_history
from bloc.keyfiles import load_key
from bloc.reassessing.finding import Found, Touched, find
from bloc.surroundings import Surroundings, surroundings
from bloc.trouble import Trouble, reaching
from contracts.decimals import EXACT, plain_text
from contracts.entry import CorruptEntry
from contracts.identity.keys import SigningKey
from contracts.values import LegalBasis
from services.tariffs.domain.auditing.recorded_drafts import BrokenRecord

console = Console()


class Ordered(Struct, frozen=True):
    """One order: what its reassessments come to, what they open, and where it was recorded (None: nowhere)."""

    reference: str
    importer: tuple[str, str]
    items: tuple[int, ...]
    currency: str
    found: str
    """The difference on the record that was read; it is not `delta` where that record is not the newest."""
    delta: str = ""
    opens: str = ""
    opens_nothing: str = ""
    """Why nothing is opened, in the words of the assessment."""
    position: int | None = None
    problem: str = ""

    @property
    def is_settled_since(self) -> bool:
        """Nothing is left to order: the newest assessments rest on the correction already."""
        return bool(self.delta) and not Decimal(self.delta)


def reassess(
    *,
    member: str,
    key: str,
    act: str,
    article: str,
    uri: str,
    reason: str = "What the assessment rests on was corrected or known later",
    beyond_article: str = "",
    source: str = "",
    keys: Path | None = None,
    post: bool = False,
    json: bool = False,
) -> None:
    """Find declarations to MEMBER whose duty changes by later corrections; order them assessed again with --post.

    Exit status 0: all orders were (or would be) recorded. 1: one was refused; the others stand.

    Parameters
    ----------
    member
        The importing member, such as US.
    key
        The party that orders: customs of the member, such as us.customs.
    act
        The act that the orders rest on, with its `article`, and `uri` where it can be read.
    reason
        Why, in the order's own words.
    beyond_article
        The article of the act that allows demands and refunds after the years that the member's terms set (LIF-13).
    source
        The record: a ledger's address, an export or tiles; the ledger of the environment when left out.
    keys
        Folder of key files; BLOC_KEYS or .bloc/keys when left out.
    post
        Post the orders. Without it nothing is recorded.
    json
        Print the result as JSON.
    """
    around = surroundings()
    signer = load_key(keys or around.keys_folder, key)
    found = _found(source or around.ledger_url, member)
    terms = _terms(reason, LegalBasis(act, article, uri), beyond_article)
    with reaching("tariffs", around.tariffs_url):
        orders = asyncio.run(_order(around, (key, signer), member, found.declarations, terms, post=post))
    if json:
        console.print_json(data=msgspec.to_builtins({"position": found.position, "orders": orders}))
    else:
        _tell(found, orders, member, posted=post)
    _mind(orders)


def _terms(reason: str, basis: LegalBasis, beyond_article: str) -> dict[str, Any]:
    """What all orders say alike."""
    terms: dict[str, Any] = {"reason": reason, "legal_basis": msgspec.to_builtins(basis)}
    if beyond_article:
        beyond = LegalBasis(basis.act, beyond_article, basis.uri)
        terms["beyond_limitation"] = msgspec.to_builtins(beyond)
    return terms


def _mind(orders: Sequence[Ordered]) -> None:
    refused = [order for order in orders if order.problem]
    if refused:
        raise Trouble(
            f"{len(refused)} of {len(orders)} orders cannot be recorded: {refused[0].problem}.",
            "Mend what is said, and run this again: what is reassessed already is not found a second time.",
        )


def _found(place: str, member: str) -> Found:
    history = open_history(place)
    try:
        return find(history, member)
    except (BrokenRecord, CorruptEntry) as error:
        raise Trouble(f"{place} cannot be read: {error}.", "Look at it with bloc verify.") from error
    finally:
        history.close()


async def _order(
    around: Surroundings,
    author: tuple[str, SigningKey],
    member: str,
    declarations: Sequence[Touched],
    terms: dict[str, Any],
    *,
    post: bool,
) -> list[Ordered]:
    async with Bloc.around(around) as bloc:
        return [await _order_one(bloc, author, member, one, terms, post=post) for one in declarations]


async def _order_one(
    bloc: Bloc,
    author: tuple[str, SigningKey],
    member: str,
    one: Touched,
    terms: dict[str, Any],
    *,
    post: bool,
) -> Ordered:
    party, signer = author
    ordered_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    named = {"member": member, "reference": one.reference, "items": list(one.items), "ordered_at": ordered_at}
    body = author_event(party, "bloc.reassessment.ordered.v1", named | terms)
    answer = await bloc.post(signer, body, dry_run=True)
    shown = Ordered(one.reference, one.importer, one.items, one.currency, plain_text(one.due))
    if not answer.recorded:
        return msgspec.structs.replace(shown, problem=_problem(answer.document))
    data = [(event["type"].split(".")[1], event["data"]) for event in answer.document["derived"]]
    duties = [duty for family, duty in data if family == "duty"]
    delta = Decimal(0)
    for duty in duties:
        delta = EXACT.add(delta, Decimal(duty["delta"]))
    opens = [
        f"{family.replace('_', ' ')} {opened[family]} of {opened['amount']['amount']}"
        for family, opened in data
        if family in ("refund", "additional_duty")
    ]
    shown = msgspec.structs.replace(shown, delta=plain_text(delta), opens="; ".join(opens))
    if duties and not opens:
        shown = msgspec.structs.replace(shown, opens_nothing=_net_difference(duties[-1]))
    if not post or shown.is_settled_since:
        return shown
    answer = await bloc.post(signer, body)
    if not answer.recorded:
        return msgspec.structs.replace(shown, problem=_problem(answer.document))
    return msgspec.structs.replace(shown, position=answer.document["first_position"])


def _net_difference(duty: dict[str, Any]) -> str:
    """What the last assessment says of paying back and demanding: the duty is not settled, or it is too little."""
    steps = (step for step in reversed(duty["trace"]) if step["step"] == "net_difference")
    return next((str(step["result"]) for step in steps), "")


def _problem(document: dict[str, Any]) -> str:
    return str(document.get("detail") or document.get("title") or "no reason was given").rstrip(".")


def _tell(found: Found, orders: Sequence[Ordered], member: str, *, posted: bool) -> None:
    if not orders:
        console.print(
            f"No duty on a declaration to {member} changes by what was corrected or told late up to {found.position}."
        )
    else:
        table = Table(
            title="Ordered" if posted else "Would be ordered (--post does it)",
            title_justify="left",
            box=SIMPLE,
            pad_edge=False,
            collapse_padding=True,
        )
        for name in ("declaration", "importer", "items", "difference", "opens", "recorded at"):
            table.add_column(name, justify="right" if name == "difference" else "left", overflow="fold")
        for one in orders:
            place = "" if one.position is None else str(one.position)
            items = ", ".join(map(str, one.items))
            known = one.found if one.is_settled_since else one.delta or one.found
            difference = f"{known} {one.currency}"
            table.add_row(one.reference, ":".join(one.importer), items, difference, _outcome(one), place)
        console.print(table)
    for one in orders:
        if one.delta and one.delta != one.found and not one.is_settled_since:
            console.print(f"{one.reference}: {one.found} {one.currency} as known at {found.position}")
    for due in found.not_known:
        console.print(f"Not known any more: item {due.item_no} of {due.stream}", style="yellow")


def _outcome(one: Ordered) -> str:
    if one.is_settled_since:
        return "nothing: assessed again since"
    return one.problem or one.opens or one.opens_nothing
