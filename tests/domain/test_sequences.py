"""Whatever is submitted in whatever order: nothing raises, one state, no fault in an audit, and the invariants hold.

Sequences of legal-looking events of all families (moves.py) are decided one by one on a bloc with trade, quotas and a
reserve (sequenced.py); then every invariant of invariants.py is looked at.
"""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.events.duties import AssessedDuty
from tests.domain.audited import audited, faults
from tests.domain.invariants import (
    acts_carry,
    countries_in_one_territory,
    duties_of_floors_and_preferences,
    nothing_below_zero,
    one_measure_in_a_place,
    one_state,
    written_exactly,
)
from tests.domain.moves import DAYS
from tests.domain.sequenced import FAMILIES, PASSING, begun, lived
from tests.domain.test_replay_properties import answers

STEPS = st.lists(st.integers(0, len(PASSING) * len(FAMILIES) * 10**9), min_size=12, max_size=30)


@settings(max_examples=60)
@given(STEPS)
def test_every_sequence_leaves_one_state_without_fault_or_broken_invariant(steps: list[int]) -> None:
    """Invariants 1 to 18 of the model, as far as a domain without a ledger can break them."""
    start = begun()
    before = answers(start.bloc.rules, start.bloc.position)
    record, now = lived(steps)
    assert faults(audited(record, first=start.next)) == []
    one_state(record)
    assert answers(record.bloc.rules, start.bloc.position) == before, "invariant 9"
    written_exactly(record)
    for day in days_until(now):
        one_measure_in_a_place(record, day)
        acts_carry(record, day)
        countries_in_one_territory(record, day)
        nothing_below_zero(record, day)
    for event in record.said[start.next :]:
        if isinstance(event.data, AssessedDuty):
            duties_of_floors_and_preferences(record, event.data)


def days_until(now: datetime) -> list[date]:
    """Days on which the invariants are looked at."""
    return [*map(date.fromisoformat, DAYS), now.date(), now.date() + timedelta(days=400)]
