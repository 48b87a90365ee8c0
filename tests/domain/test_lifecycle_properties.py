"""The account of a declaration never loses or makes money, whatever happens to it in whatever order."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.envelope import Event
from services.tariffs.domain.world import Refused
from tests.domain.customs import JULY, amended, e12, goods, mended, ordered, paid, settled, state_of
from tests.domain.given import Bloc, accepted
from tests.domain.trade import usd

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("amend"), st.integers(60_000_000, 95_000_000)),
        st.tuples(st.just("correct"), st.integers(9_000, 13_000)),
        st.tuples(st.just("order"), st.just(0)),
        st.tuples(st.just("settle"), st.just(0)),
        st.tuples(st.just("refund"), st.just(0)),
    ),
    max_size=8,
)


def cents(number: int) -> str:
    """An amount from its cents."""
    return str(Decimal(number) / 100)


def played(steps: list[tuple[str, int]], minimum: str | None = None) -> Bloc:
    """E12 after some steps; what the rules refuse does not happen."""
    bloc, wrong = e12(**({} if minimum is None else {"settlement_minimum": usd(minimum)}))
    for verb, number in steps:
        state = state_of(bloc)
        if verb == "correct":
            mended(bloc, wrong, cents(number))
            continue
        acts: dict[str, Event[Any]] = {
            "amend": amended(goods(cents(number))),
            "order": ordered(),
            "settle": settled(str(state.charged)),
            "refund": paid(str(state.refunds["R1"].amount) if "R1" in state.refunds else "1.00"),
        }
        decided = bloc.decide(acts[verb], now=JULY)
        if not isinstance(decided, Refused):
            bloc.record(acts[verb], *accepted(decided).derived)
    return bloc


@given(STEPS)
@settings(max_examples=60)
def test_once_settled_what_was_claimed_is_what_is_charged(steps: list[tuple[str, int]]) -> None:
    """After each reassessment: paid, plus demanded, less promised back, comes to the assessments that stand."""
    state = state_of(played(steps))
    assert state.awaited == 0
    assert state.claimed in (None, state.charged)


@given(STEPS)
@settings(max_examples=40)
def test_with_a_minimum_less_than_it_stays_open(steps: list[tuple[str, int]]) -> None:
    """Disregarded differences never add up to the minimum."""
    state = state_of(played(steps, minimum="20.00"))
    assert state.claimed is None or abs(state.charged - state.claimed) < Decimal("20.00")
