"""Whatever decodes can be judged: no item, duty or floor of the language makes the calculation raise.

And what is derived is itself valid: it passes the decoder that every posted event passes. Figures are drawn
from the whole range of the wire format, not from the range of trade.
"""

from datetime import UTC, datetime
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from contracts.decoding import decode_event, encode_event
from contracts.limits import EVENT_BYTES_MAX
from services.tariffs.domain.world import Accepted, Refused
from tests.domain.facts import OXIDE, floor
from tests.domain.members import joined
from tests.domain.rates import quarterly, rate
from tests.domain.test_schedules import GRADUATED
from tests.domain.trade import base, declaration, item_data, preference, trading_bloc
from tests.domain.vault import came_back, drawn, lot, signed, stocked

JULY = datetime(2026, 7, 2, tzinfo=UTC)


def decimals(fraction_digits_max: int) -> st.SearchStrategy[str]:
    """Decimals of the wire format, small, ordinary and as large as it allows."""
    whole = st.one_of(st.integers(0, 999), st.integers(0, 10**7), st.integers(0, 10**18 - 1)).map(str)
    fraction = st.text("0123456789", max_size=fraction_digits_max).map(
        lambda digits: f".{digits}" if digits else ""
    )
    return st.tuples(whole, fraction).map("".join)


Values = st.SearchStrategy[dict[str, Any]]


def fields(required: dict[str, Any], optional: dict[str, Any] | None = None) -> Values:
    """Objects with these fields, each drawn from its strategy; optional ones are there or not."""
    return st.fixed_dictionaries(required, optional=optional or {})


ANY = decimals(12)
CENTS = decimals(2)
UNITS = st.sampled_from(["kg", "t", "g", "lb", "ozt", "stn"])
SUBSTANCES = st.sampled_from(["W", "WO3"])
CURRENCIES = st.sampled_from(["USD", "USD", "USD", "EUR"])
BASES = st.sampled_from(
    ["free_at_frontier_before_duty", "cif_before_duty", "cif_plus_duty", "declared_price"]
)
OPS = st.sampled_from(["+", "-", "at_least", "at_most"])

PRICES: Values = st.one_of(
    fields({"amount": ANY, "currency": CURRENCIES, "per": UNITS}, {"content": SUBSTANCES}),
    fields({"amount": ANY, "currency": CURRENCIES, "per": st.just("mtu"), "content": SUBSTANCES}),
)
COMPONENTS: Values = st.one_of(
    fields({"op": OPS, "kind": st.just("ad_valorem"), "percent": ANY}),
    st.tuples(OPS, PRICES).map(lambda pair: {"op": pair[0], "kind": "specific"} | pair[1]),
    fields({"op": OPS, "kind": st.just("difference_to_price"), "price": PRICES, "price_basis": BASES}),
)
DUTIES = st.lists(COMPONENTS, min_size=1, max_size=5).map(lambda duty: [duty[0] | {"op": "+"}, *duty[1:]])
MONEY = fields({"amount": CENTS, "currency": CURRENCIES})
ITEMS = fields(
    {
        "value": CENTS,
        "net_mass": fields({"value": ANY, "unit": UNITS}),
        "origin": st.sampled_from(["CN", "AU"]),
        "line": st.sampled_from([OXIDE, "none", None]),
        "commodity_code": st.sampled_from(["284690", "2846904000", "7202210000"]),
    },
    {
        "free_at_frontier_value": MONEY,
        "cif_value": MONEY,
        "exported_on": st.just("2026-06-08"),
        "invoice": MONEY.map(lambda money: money | {"number": "INV-1"}),
        "content": fields({"substance": SUBSTANCES, "percent": st.sampled_from(["0", "88.5", "100"])}),
        "supplementary": fields({"value": ANY, "unit": UNITS, "content": SUBSTANCES}),
    },
)
TERMS = fields(
    {
        "exchange_rate_rule": st.sampled_from(["none", "house.acceptance-day", "us.19-cfr.159.34"]),
        "value_rounding": fields(
            {"unit": st.sampled_from(["0.01", "1", "5", "0.000000000001"]), "mode": st.just("half_up")}
        ),
        "duty_rounding": fields(
            {
                "unit": st.sampled_from(["0.01", "1", "0.05", "0.000000000001", "900000000000000000"]),
                "mode": st.sampled_from(["half_up", "half_even", "down"]),
                "per": st.sampled_from(["line", "total"]),
            }
        ),
    }
)


@settings(max_examples=300)
@given(
    TERMS,
    DUTIES,
    DUTIES,
    PRICES,
    BASES,
    st.one_of(st.none(), ANY),
    ANY,
    st.sampled_from([{"kind": "full_gap"}, GRADUATED]),
    st.lists(ITEMS, min_size=1, max_size=3),
)
def test_every_declaration_is_judged(
    terms: dict[str, Any],
    duty: list[dict[str, Any]],
    remedy: list[dict[str, Any]],
    price: dict[str, str],
    price_basis: str,
    cap: str | None,
    rate_of_euros: str,
    schedule: dict[str, Any],
    items: list[dict[str, Any]],
) -> None:
    """A declaration is accepted with valid assessments, or refused with a rule; nothing is raised."""
    bloc = trading_bloc(**terms).record(
        base(*duty, kind="safeguard", name="us.base.284690"),
        base(*remedy, kind="safeguard", name="us.safeguard.284690"),
        base(),
        preference(),
        rate(rate_of_euros, "USD", "EUR", authority="bloc"),
        quarterly(rate_of_euros),
        floor(price=price, price_basis=price_basis, cap_percent=cap, schedule=schedule),
        *joined("AU", territories=["AU"]),
    )
    numbered = [item_data(**declared, item_no=number) for number, declared in enumerate(items, 1)]
    decided = bloc.decide(declaration(*numbered), now=JULY)
    if isinstance(decided, Refused):
        assert {violation.rule.id[:4] for violation in decided.violations} == {"DEC-"}
        return
    assert isinstance(decided, Accepted)
    for derived in decided.derived:
        line = encode_event(derived)
        assert decode_event(line) == derived
        assert len(line) <= EVENT_BYTES_MAX


MASSES = fields({"value": ANY, "unit": UNITS})


@settings(max_examples=200)
@given(MASSES, MASSES, MASSES, ANY, CENTS, st.integers(0, 3650))
def test_every_event_of_the_reserve_is_judged(
    received: dict[str, str],
    committed: dict[str, str],
    taken: dict[str, str],
    price: str,
    amount_due: str,
    days: int,
) -> None:
    """Events of the reserve, of any size, are accepted or refused; nothing is raised."""
    per = {"amount": price, "currency": "USD", "per": "lb"}
    terms = signed("c2", committed, fixed_price=per, replenish_within_days=days)
    stock = lot("L2", received)
    draw = drawn(
        "d2",
        taken,
        amount_due,
        purchase_commitment="c2",
        fixed_price=per,
        lots=[{"lot": "L2", "quantity": taken}],
    )
    back = came_back("L3", taken, obligation="d2")
    bloc = stocked()
    for posted in (terms, stock, draw, back):
        decided = bloc.decide(posted)
        assert isinstance(decided, Accepted | Refused)
        if isinstance(decided, Accepted):
            assert all(decode_event(encode_event(derived)) == derived for derived in decided.derived)
        bloc.record(posted)
