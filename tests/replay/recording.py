"""A recorded history for tests of replays: facts of a bloc, as entries that a ledger would serve.

`python -m tests.replay.recording` writes the story once more into tests/data/replay/. The files there stay as they
are for ever: they are what this and every later release must read to the same state.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from contracts.decoding import encode_event
from contracts.entry import Stamp, build_entry, serve_entry
from contracts.envelope import Event
from services.tariffs.domain.replay.document import document, state_hash
from services.tariffs.following.folding import Folding
from tests.domain import facts, members, vault
from tests.domain.given import NOON, Bloc, accepted, instant
from tests.domain.listed import catalogue
from tests.domain.mending import annulled, corrected
from tests.domain.trade import declaration, item_data

FILES = Path(__file__).parent.parent / "data" / "replay"
OCTOBER = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
DRAFT = "5f0c3e9a-6f0e-4d5e-9c57-3c1a5b8d7e21:1"


class Recording(Bloc):
    """A bloc that keeps the served line of everything recorded in it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[bytes] = []
        self._versions: dict[str, int] = {}

    def record(self, *events: Event[Any], at: datetime = NOON) -> Self:
        """Record facts, and write down their entries."""
        for event in events:
            super().record(event, at=at)
            version = self._versions[event.subject] = self._versions.get(event.subject, 0) + 1
            self.lines.append(served(len(self.lines), version, event, at))
        return self

    def submit(self, *events: Event[Any], at: datetime = NOON) -> Self:
        """Record what the rules accept, with all that is derived from it."""
        decided = accepted(self.decide(*events, now=at))
        return self.record(*events, *decided.derived, at=at)


def served(position: int, version: int, event: Event[Any], at: datetime = NOON) -> bytes:
    """An entry as the ledger serves it, with a stamp of the right form (nobody here looks at its draft)."""
    body = encode_event(event)
    stamp = Stamp(
        position, instant(at), event.subject, version, DRAFT, hashlib.sha256(body).hexdigest(), 0, 1, 0, 1, 0
    )
    return serve_entry(build_entry(stamp, body))


def founded() -> Recording:
    """A bloc with its partners and its catalogue."""
    bloc = Recording()
    bloc.record(facts.founded())
    for party, role, territories in facts.PARTNERS:
        bloc.record(facts.key_registered(party), facts.mandate_granted(party, role, territories))
    bloc.record(*catalogue())
    return bloc


def story() -> Recording:
    """Members, a duty, a floor that is corrected (E12), a declaration under each, a reserve that is drawn on (E20)."""
    bloc = founded().record(*members.joined("US"), *members.joined("AU", "2026-07-01"))
    first, second = facts.measure(), facts.floor("112.00", effective_from="2026-05-01")
    bloc.record(first, second)
    at = bloc.position
    goods = item_data("800000.00", "8000")
    bloc.submit(declaration(goods, accepted_at="2026-05-20T12:00:00-04:00"))
    bloc.record(corrected(bloc, second, at, price=second_price("110.00")))
    bloc.submit(declaration(goods, accepted_at="2026-06-14T12:00:00-04:00", reference="US-2026-0002"))
    price = facts.reference_price()
    bloc.record(facts.floor_act("suspended", "2026-09-01", effective_to="2026-10-01"), price)
    bloc.record(annulled(bloc, price, bloc.position))
    bloc.record(*vault.opened_reserve(), vault.target(), vault.signed(), vault.lot())
    return bloc.submit(vault.drawn(), at=OCTOBER).record(vault.lost(), at=OCTOBER)


def second_price(amount: str) -> dict[str, Any]:
    """A price of the floor, in dollars for a kilogram."""
    return {"amount": amount, "currency": "USD", "per": "kg"}


def folded(lines: Iterable[bytes]) -> Folding:
    """The fold of these entries."""
    folding = Folding()
    folding.take(list(lines))
    return folding


def main() -> None:
    """Write history, document and hash anew."""
    recorded = story()
    state = folded(recorded.lines).state
    FILES.mkdir(exist_ok=True)
    (FILES / "entries.ndjson").write_bytes(b"\n".join(recorded.lines) + b"\n")
    (FILES / "state.ndjson").write_bytes(b"\n".join(document(state)) + b"\n")
    (FILES / "state.hash").write_text(state_hash(state).root + "\n", "ascii")


if __name__ == "__main__":
    main()
