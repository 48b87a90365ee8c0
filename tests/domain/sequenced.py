"""A bloc that lives through sequences of moves: every step is decided, and recorded as it was decided.

A step is one number, so that a sequence is a list of numbers that hypothesis can shorten: it says how many days pass,
which family moves, and how.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from contracts.envelope import Event
from services.tariffs.domain.world import Accepted, Refused
from tests.domain import crisis, facts, governing, legal_acts, quotas, vault
from tests.domain.ledgered import Record, founded_record
from tests.domain.members import joined
from tests.domain.moves import MOVES, Choice
from tests.domain.trade import base, preference

BEGIN = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
PASSING = (0, 0, 1, 5, 20, 60)
"""Days between two steps."""
FAMILIES = (*MOVES, "imports", "imports", "reserve")
"""What happens, and what happens more often."""


@cache
def begun() -> Record:
    """Two members, a duty and a floor, a safeguard within a quota, a stocked reserve, an emergency, an approver."""
    record = founded_record()
    union: dict[str, Any] = {"territories": ["DE", "FR"], "legal_tz": "Europe/Brussels", "currency": "EUR"}
    record.post(*joined("US"))
    record.post(*joined("AU", "2026-07-01"))
    record.post(*joined("EU", **union))
    parties = (
        ("eu.remedies", "investigating_authority", ("EU",)),
        ("eu.customs", "customs", ("EU",)),
        (governing.COUNCIL, "approver", ("BLOC", "US", "EU")),
        (legal_acts.COURT, "court", ("EU", "US", "BLOC")),
    )
    for party, role, territories in parties:
        record.post(facts.key_registered(party), facts.mandate_granted(party, role, territories))
    record.post(legal_acts.area_joined("CN"))
    record.post(base(name="us.base.a"), preference())
    record.post(facts.floor())
    record.post(facts.measure("eu.base.720221", by="eu.trade", goods=facts.goods("720221")))
    record.post(quotas.opened())
    for safeguard in (quotas.within(), quotas.beyond()):
        record.post(safeguard)
    record.post(*vault.opened_reserve())
    since = {"effective_from": "2026-06-15"}
    signed = (vault.signed(**since), vault.signed(crisis.GEVERNOVA, company="oem.gevernova", **since))
    for event in (vault.target(effective_from="2026-06-15"), *signed, vault.lot(received_on="2026-06-15")):
        record.post(event)
    record.post(crisis.declared(effective_from="2026-06-15"))
    return record


def stepped(record: Record, now: datetime, number: int) -> datetime:
    """One step of a sequence, and the moment at which it was decided."""
    choice = Choice(number)
    now += timedelta(days=choice.of(PASSING), seconds=1)
    events = MOVES[choice.of(FAMILIES)](record, now, choice)
    recorded(record, events, now)
    return now


def recorded(record: Record, events: tuple[Event[Any], ...], now: datetime) -> bool:
    """Whether a submission is accepted; what it becomes is recorded."""
    decided = record.decide(*events, now=now)
    if isinstance(decided, Accepted):
        record.write(events, decided.derived, now=now, ruleset=decided.ruleset)
        return True
    assert isinstance(decided, Refused), decided
    record.refuse(*events, now=now)
    return False


def lived(numbers: Iterable[int]) -> tuple[Record, datetime]:
    """A record after these steps, and its newest moment."""
    record, now = begun().copied(), BEGIN
    for number in numbers:
        now = stepped(record, now, number)
    return record, now
