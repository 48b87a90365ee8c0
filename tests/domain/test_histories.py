"""Histories of any length read like tuples and never change; acts on them are laid out as the naive way does it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tariffs.domain.histories.long import LEAF_ENTRIES, LongRow, appended
from services.tariffs.domain.histories.timeline import Span, timeline
from services.tariffs.domain.state import History, Recorded
from tests.domain import facts
from tests.domain.given import NOON, instant

ENTRY = facts.reference_price()


def grown(length: int) -> tuple[History, tuple[Recorded, ...]]:
    """A history of so many entries, and the same as a tuple."""
    history: History = ()
    expected = tuple(Recorded(position, ENTRY, instant(NOON)) for position in range(length))
    for entry in expected:
        history = appended(history, entry)
    return history, expected


@pytest.mark.parametrize(
    "length", [0, 1, LEAF_ENTRIES, LEAF_ENTRIES + 1, 3 * LEAF_ENTRIES, 3 * LEAF_ENTRIES + 7]
)
def test_a_long_history_reads_like_a_tuple(length: int):
    """Length, order both ways, every index, slices, and what is out of range."""
    history, expected = grown(length)
    assert (len(history), tuple(history), tuple(reversed(history))) == (length, expected, expected[::-1])
    assert [history[at] for at in range(-length, length)] == [expected[at] for at in range(-length, length)]
    assert tuple(history[1:-1]) == expected[1:-1]
    for beyond in (length, -length - 1):
        with pytest.raises(IndexError):
            history[beyond]


def test_a_history_stays_as_it_is_when_two_go_on_from_it():
    """A draft that is being decided appends to what the record appends to as well."""
    history, expected = grown(2 * LEAF_ENTRIES + 5)
    drafted, recorded = (Recorded(9_999, ENTRY, said) for said in ("", instant(NOON)))
    assert tuple(appended(history, drafted)) == (*expected, drafted)
    assert tuple(appended(history, recorded)) == (*expected, recorded)
    assert tuple(history) == expected
    assert isinstance(history, LongRow)
    assert history == grown(2 * LEAF_ENTRIES + 5)[0]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["amended", "terminated"]), st.integers(0, 30), st.none() | st.integers(1, 9)
        )
    )
)
def test_terms_are_laid_out_as_a_look_through_all_of_them_would(acts: list[tuple[str, int, int | None]]):
    """Whatever the order of the days: each act cuts off everything from its first day on, and speaks from there."""
    events = [facts.measure()]
    for verb, start, length in acts:
        day = date(2026, 2, 1) + timedelta(days=start)
        ends = (
            {} if length is None or verb != "amended" else {"effective_to": str(day + timedelta(days=length))}
        )
        events.append(facts.measure_act(verb, str(day), **ends))
    history = tuple(Recorded(position, event, instant(NOON)) for position, event in enumerate(events))
    expected: list[tuple[date, date | None, int]] = []
    for entry in history:
        start, data = entry.data.effective_from, entry.data
        expected = [
            (since, start if until is None or until > start else until, at)
            for since, until, at in expected
            if since < start
        ]
        if not entry.event.type.endswith("terminated.v1"):
            until = Span(start, getattr(data, "effective_to", None) or None, entry).end
            expected.append((start, until, entry.position))
    lived = timeline(history, len(history))
    assert [(span.start, span.end, span.act.position) for span in lived.terms] == expected
