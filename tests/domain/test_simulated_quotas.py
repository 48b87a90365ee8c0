"""Quotas under a hypothesis: who is granted what follows from the order of recording, with every claim made again."""

from decimal import Decimal
from typing import Any

from contracts.envelope import Event
from tests.domain import facts
from tests.domain.audited import JULY
from tests.domain.quotas import ACT, blocked, declared, silicon
from tests.domain.supposing import duties, silicon_record, simulated, total, volume
from tests.domain.trade import expected


def acted(verb: str, reference: str, **more: Any) -> Event[Any]:
    """EU customs acts on a declaration."""
    data: dict[str, Any] = {
        "member": "EU",
        "reference": reference,
        "reason": "Weighed again",
        "legal_basis": ACT,
    }
    return facts.event("eu.customs", f"bloc.declaration.{verb}.v1", data | more)


def test_a_larger_quota_cuts_nobody_off() -> None:
    """E14: with 180 t left 384 960.00 are owed; had 500 t been opened, nothing would be."""
    record, opening, position = silicon_record()
    record.post(declared(), now=JULY)
    found = simulated(record, volume(record, opening, position, "500"))
    due = expected("E14")["quota_left_180t"]
    assert duties(found) == {"26DE0001": (due, due, "0.00")}


def test_the_order_of_recording_decides_who_is_granted_what_is_more() -> None:
    """Of 180 t the first takes 100 and the second 80; with 50 t less, the second alone is cut off further."""
    record, opening, position = silicon_record()
    for reference in ("26DE0001", "26DE0002"):
        record.post(declared(silicon("100", "120500.00"), reference=reference), now=JULY)
    found = simulated(record, volume(record, opening, position, "130"))
    assert duties(found) == {"26DE0002": ("24060.00", "24060.00", "84210.00")}
    assert total(found, "EUR").difference == Decimal("60150.00")


def test_a_quota_that_had_been_blocked_grants_nothing() -> None:
    """E14 without the quota: 601 500.00."""
    record, _, _ = silicon_record()
    record.post(declared(), now=JULY)
    found = simulated(record, blocked("2026-06-01"))
    assert duties(found) == {"26DE0001": ("384960.00", "384960.00", expected("E14")["out_of_quota"])}


def test_without_a_hypothesis_claims_come_to_what_was_recorded() -> None:
    """Amended, invalidated, cut off for good: the claims made again give everybody what he was given."""
    record, _, _ = silicon_record()
    record.post(declared(silicon("150", "180750.00"), reference="A"), now=JULY)
    record.post(declared(silicon("100", "120500.00"), reference="B"), now=JULY)
    later = {"amended_at": "2026-06-20T10:00:00+02:00"}
    record.post(acted("amended", "A", items=[silicon("60", "72300.00")], **later), now=JULY)
    record.post(declared(silicon("70", "84350.00"), reference="C"), now=JULY)
    record.post(acted("invalidated", "C", invalidated_at="2026-06-20T10:00:00+02:00"), now=JULY)
    record.post(declared(silicon("90", "108450.00"), reference="D"), now=JULY)
    unrelated = facts.floor("700", named=facts.GALLIUM)
    every = total(simulated(record, unrelated), "EUR")
    assert (every.items, every.changed) == (3, 0)
    assert every.recorded == every.without == every.supposed == Decimal("84210.00")


def test_an_item_granted_more_gives_back_what_it_no_longer_asks_for() -> None:
    """B was cut off at 30 of 100 t and then asked for 50; with 300 t it gets 50, and the rest goes to C."""
    record, opening, position = silicon_record()
    record.post(declared(silicon("150", "180750.00"), reference="A"), now=JULY)
    record.post(declared(silicon("100", "120500.00"), reference="B"), now=JULY)
    amended = acted("amended", "B", items=[silicon("50", "60250.00")], amended_at="2026-06-20T10:00:00+02:00")
    record.post(amended, now=JULY)
    record.post(declared(silicon("100", "120500.00"), reference="C"), now=JULY)
    found = simulated(record, volume(record, opening, position, "300"))
    assert duties(found) == {
        "B": ("24060.00", "24060.00", "0.00"),
        "C": ("120300.00", "120300.00", "0.00"),
    }
