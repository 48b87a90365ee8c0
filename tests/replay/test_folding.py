"""Folding by batches: the same state however the entries are cut, and nothing is left behind by half a batch."""

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from services.tariffs.domain.evolve import evolve
from services.tariffs.domain.state import RulesState, empty_rules
from services.tariffs.following.folding import RULE_KINDS, Folding
from services.tariffs.following.recorded import BrokenHistory, event_in, place_of
from tests.corpus.keeping import all_kept

LINES = all_kept()[-1].lines
"""A record with corrections, annulments, quotas, reserves, cases and proposals in it."""


@cache
def one_by_one() -> RulesState:
    """The state when each entry about rules is folded by itself."""
    rules = empty_rules()
    for line in LINES:
        place = place_of(line)
        if place.kind in RULE_KINDS or place.version == 1:
            rules = evolve(rules, place.position, place.recorded_at, event_in(line))
    return rules


@given(st.sets(st.integers(1, len(LINES) - 1), max_size=20))
def test_a_state_is_the_same_however_its_entries_are_cut_into_batches(cuts: set[int]):
    """Entry by entry as in a decision, or some hundred at a time as in a replay."""
    folding = Folding()
    for start, end in pairwise([0, *sorted(cuts), len(LINES)]):
        folding.take(LINES[start:end])
    expected = one_by_one()
    assert asdict(folding.rules) | {"position": expected.position} == asdict(expected)
    assert folding.rules.position == len(LINES) - 1


def test_what_a_batch_says_nothing_about_stays_the_same_object():
    """What is remembered of the rules goes by identity; declarations must not make it be looked up again."""
    folding = Folding()
    folding.take(LINES)
    before = folding.rules
    further = LINES[-1].replace(b'"position":%d,' % (len(LINES) - 1), b'"position":%d,' % len(LINES), 1)
    assert place_of(further).stream == "bloc/state_hashes"
    folding.take([further])
    after = folding.rules
    changed = {name for name in before.__struct_fields__ if getattr(before, name) is not getattr(after, name)}
    assert changed == {"position", "versions", "state_hashes"}


def test_a_batch_that_breaks_off_leaves_the_rules_as_they_were():
    """The service stops there, and what it answers from until then is a state that was."""
    folding = Folding()
    folding.take(LINES[:100])
    before = folding.rules
    copy = asdict(before)
    with pytest.raises(BrokenHistory):
        folding.take([*LINES[100:200], LINES[205]])
    assert folding.rules is before
    assert asdict(folding.rules) == copy
