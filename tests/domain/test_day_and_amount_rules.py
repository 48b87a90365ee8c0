"""Facts from the future and figures that nobody meant: refused from rule book 2026.2 or 2026.3 on, taken before."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.envelope import Event
from contracts.limits import COVER_DAYS_MAX, DUTY_PERCENT_MAX, EXCHANGE_RATE_MAX, UNIT_AMOUNT_MAX
from services.tariffs.domain.world import Refused
from tests.domain.facts import floor, measure, percent, reference_price
from tests.domain.given import NOON, Bloc
from tests.domain.governing import ruleset_activated
from tests.domain.legal_acts import adopted, lawful_bloc, published, strict_bloc
from tests.domain.members import commitment, fulfilled, invited, memorandum, withdrawn
from tests.domain.mending import corrected
from tests.domain.rates import rate
from tests.domain.trade import usd
from tests.domain.undertakings import minimum, undertaken
from tests.domain.vault import capital, drawn, lost, lot, signed, target

TODAY = date(2026, 6, 15)


def of_family(bloc: Bloc, event: Event[Any], family: str = "DAY") -> list[tuple[str, str]]:
    """The rules of a family that an event breaks, with the paths."""
    found = bloc.violations(event, on=TODAY)
    return [(one.rule.id, one.path) for one in found if one.rule.id.startswith(family)]


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        (invited("US", "2026-06-17"), "invited_on"),
        (memorandum("US", "2026-06-17"), "signed_on"),
        (fulfilled("EU", on="2026-06-17"), "fulfilled_on"),
        (withdrawn("US", "2027-01-01", notified_on="2026-06-17"), "notified_on"),
        (adopted(adopted_on="2026-06-17"), "adopted_on"),
        (capital("1.00", "EXIM", "loan", committed_on="2026-06-17"), "committed_on"),
        (signed(signed_on="2026-06-17"), "signed_on"),
        (lot(received_on="2026-06-17"), "received_on"),
        (lost(lost_on="2026-06-17"), "lost_on"),
        (drawn(released_on="2026-06-17"), "released_on"),
    ],
    ids=lambda fact: fact if isinstance(fact, str) else fact.type,
)
def test_day_1_a_fact_is_not_recorded_before_it_happened(fact: Event[Any], field: str) -> None:
    """On 15 June nothing happened on the 17th; the first rule book took it."""
    assert of_family(strict_bloc(), fact) == [("DAY-1", f"$.data.{field}")]
    assert of_family(lawful_bloc(), fact) == []


def test_day_1_it_is_tomorrow_already_east_of_greenwich() -> None:
    """At noon UTC on 15 June it is the 16th in Auckland."""
    assert of_family(strict_bloc(), invited("NZ", "2026-06-16")) == []


def test_day_1_what_is_planned_may_lie_ahead() -> None:
    """Days from which something holds, deadlines, and announced publications."""
    for event in (
        measure(effective_from="2027-01-01"),
        commitment("EU", due_on="2027-01-01"),
        published(on="2026-07-01"),
        withdrawn("US", "2027-01-01", notified_on="2026-06-01"),
    ):
        assert of_family(strict_bloc(), event) == []


def test_day_1_a_correction_brings_no_fact_from_the_future() -> None:
    """The day that an invitation should have had is a day that was."""
    bloc = strict_bloc().record(invited("US"))
    event = corrected(bloc, invited("US"), bloc.position, invited_on="2026-07-01")
    assert of_family(bloc, event) == [("DAY-1", "$.data.corrected.invited_on")]


@pytest.mark.parametrize(
    ("time", "broken"),
    [
        ("2030-01-01T00:00:00Z", [("DAY-3", "$.time")]),
        ("2026-06-15T12:05:00.000001Z", [("DAY-3", "$.time")]),
        ("2026-06-15T12:05:00Z", []),
        ("2026-06-16T01:55:00+14:00", []),
        ("1999-12-31T23:59:59Z", []),
    ],
)
def test_day_3_no_event_is_from_the_future(time: str, broken: list[tuple[str, str]]) -> None:
    """Decided at noon: five minutes are for the clocks, wherever the author stands; the past is free, and earlier rule
    books took any time."""
    late = strict_bloc().record(ruleset_activated("2026.3", effective_from="2026-02-06"))
    for bloc, wanted in ((late, broken), (strict_bloc(), [])):
        decided = bloc.decide(replace(invited("NZ"), time=time), now=NOON)
        found = decided.violations if isinstance(decided, Refused) else ()
        assert [(one.rule.id, one.path) for one in found if one.rule.id.startswith("DAY")] == wanted


SPECIFIC = {"op": "+", "kind": "specific", "amount": "0.00", "currency": "USD", "per": "kg"}
MADE_UP = {
    "op": "+",
    "kind": "difference_to_price",
    "price": usd("0.00") | {"per": "kg"},
    "price_basis": "free_at_frontier_before_duty",
}


@pytest.mark.parametrize(
    ("act", "path"),
    [
        (measure(duty=[SPECIFIC]), ".duty[0].amount"),
        (measure("us.sg.1", kind="safeguard", duty=[MADE_UP]), ".duty[0].price.amount"),
        (reference_price(price=usd("0") | {"per": "kg"}), ".price.amount"),
        (undertaken(minimums=[minimum("0")]), ".minimums[0].price.amount"),
        (floor(cap_percent="0.0"), ".cap_percent"),
        (target("0"), ".cover_days"),
    ],
    ids=lambda act: act if isinstance(act, str) else act.type,
)
def test_amt_1_nothing_is_not_something(act: Event[Any], path: str) -> None:
    """A figure of zero hides a missing one; 0 per cent is how a law says "free"."""
    assert of_family(strict_bloc(), act, "AMT") == [("AMT-1", f"$.data{path}")]
    assert of_family(lawful_bloc(), act, "AMT") == []
    assert of_family(strict_bloc(), measure(duty=[percent("0")]), "AMT") == []


@pytest.mark.parametrize(
    ("act", "path"),
    [
        (measure(duty=[percent("0.5"), percent("10000.1") | {"op": "at_most"}]), ".duty[1].percent"),
        (floor(cap_percent="315000"), ".cap_percent"),
        (target("3651"), ".cover_days"),
    ],
    ids=lambda act: act if isinstance(act, str) else act.type,
)
def test_amt_2_a_figure_is_believable(act: Event[Any], path: str) -> None:
    """Duties of 3,404 % exist, one of 10,000 % is a slipped point."""
    assert of_family(strict_bloc(), act, "AMT") == [("AMT-2", f"$.data{path}")]
    assert of_family(lawful_bloc(), act, "AMT") == []


def test_amt_2_what_is_high_and_real_is_taken() -> None:
    """The limits themselves, and the highest countervailing duty on record."""
    real = (measure(duty=[percent("3403.96")]), target(str(COVER_DAYS_MAX)))
    for act in (*real, measure(duty=[percent(str(DUTY_PERCENT_MAX))])):
        assert of_family(strict_bloc(), act, "AMT") == []


ABSURD = "1000000000000.01"


@pytest.mark.parametrize(
    ("act", "path"),
    [
        (measure(duty=[SPECIFIC | {"amount": ABSURD}]), ".duty[0].amount"),
        (floor(ABSURD), ".price.amount"),
        (floor(ABSURD, "revised"), ".price.amount"),
        (reference_price(price=usd(ABSURD) | {"per": "kg"}), ".price.amount"),
        (undertaken(minimums=[minimum(ABSURD)]), ".minimums[0].price.amount"),
        (rate("1000000000.1"), ".rate"),
        (rate("0.0000000009"), ".rate"),
    ],
    ids=lambda act: act if isinstance(act, str) else act.type,
)
def test_amt_3_an_amount_is_believable(act: Event[Any], path: str) -> None:
    """A trillion dollars for a kilogram is a slipped point; the second rule book took it."""
    assert of_family(strict_bloc("2026.3"), act, "AMT") == [("AMT-3", f"$.data{path}")]
    assert of_family(strict_bloc(), act, "AMT") == []


def test_amt_3_what_is_high_and_real_is_taken() -> None:
    """Rhodium by the tonne, rials for a pound, and the limits themselves."""
    rhodium = floor(price=usd("950000000.00") | {"per": "t"})
    limits = (floor(str(UNIT_AMOUNT_MAX)), rate(str(EXCHANGE_RATE_MAX)), rate("0.000000001"))
    for event in (rhodium, rate("1700000", quote="IRR"), *limits):
        assert of_family(strict_bloc("2026.3"), event, "AMT") == []


@pytest.mark.parametrize("method", ["assessed", "index"])
def test_day_2_no_market_has_priced_what_lies_ahead(method: str) -> None:
    """On 15 June nobody has assessed July; a contract or a calculation of cost may be for it."""
    july = {"period_from": "2026-07-01", "period_to": "2026-08-01"}
    ahead = reference_price(method=method, **july)
    assert of_family(strict_bloc("2026.3"), ahead) == [("DAY-2", "$.data.period_from")]
    assert of_family(strict_bloc(), ahead) == []
    june = reference_price(method=method, period_from="2026-06-01", period_to="2026-07-01")
    for lawful in (
        june,
        reference_price(method="contract", **july),
        reference_price(method="cost_based", **july),
    ):
        assert of_family(strict_bloc("2026.3"), lawful) == []
