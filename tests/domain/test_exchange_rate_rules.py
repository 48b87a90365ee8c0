"""The rules of published rates: two currencies, above nothing, one beginning on a day, with an end, believable."""

from tests.domain.facts import key_of
from tests.domain.given import accepted, founded_bloc
from tests.domain.rates import rate


def test_a_rate_publisher_publishes_and_nobody_else() -> None:
    """Its mandate covers rates; those of a trade ministry do not. The guard moves, so refusals are taken anew."""
    bloc = founded_bloc()
    decided = accepted(bloc.decide(rate(), key=key_of("bloc.prices")))
    assert {"rules", "exchange_rate/hmrc.gbp.usd"} <= set(decided.expects)
    assert bloc.broken(rate(by="us.trade")) == ["MND-1"]
    assert bloc.record(rate()).rules.version_of("exchange_rate/hmrc.gbp.usd") == 1


def test_fxr_1_a_rate_is_of_two_currencies() -> None:
    """A pound is a pound."""
    assert founded_bloc().broken(rate("1", quote="GBP")) == ["FXR-1"]


def test_fxr_2_a_rate_is_above_zero() -> None:
    """Nothing can be divided by it, and nothing is worth nothing."""
    assert founded_bloc().broken(rate("0.000")) == ["FXR-2"]


def test_fxr_3_one_rate_begins_on_a_day() -> None:
    """A second one for the same first day is a correction; one that begins later is an amendment."""
    bloc = founded_bloc().record(rate())
    (violation,) = bloc.violations(rate("1.34"))
    assert violation.rule.id == "FXR-3"
    assert f"position {bloc.position}" in violation.detail
    assert bloc.broken(rate("1.25", applies_from="2026-06-15")) == []
    assert bloc.broken(rate("1.155", quote="EUR")) == []


def test_fxr_4_a_rate_ends() -> None:
    """A year at most; and an empty span covers nothing (INT-1)."""
    bloc = founded_bloc()
    assert bloc.broken(rate(applies_to="2027-06-02")) == []
    assert bloc.broken(rate(applies_to="2027-06-03")) == ["FXR-4"]
    assert bloc.broken(rate(applies_to="2026-06-01")) == ["INT-1"]


def test_fxr_5_a_rate_is_believable() -> None:
    """A hundred times the rate before it, or a hundredth, is a slipped point."""
    bloc = founded_bloc().record(rate("9.1168", quote="CNY"))
    july = {"quote": "CNY", "applies_from": "2026-07-01", "applies_to": "2026-08-01"}
    assert bloc.broken(rate("911.68", **july)) == ["FXR-5"]
    assert bloc.broken(rate("0.091168", **july)) == ["FXR-5"]
    assert bloc.broken(rate("911.67", **july)) == []
    assert bloc.broken(rate("0.091169", **july)) == []


def test_a_rate_of_zero_that_is_recorded_leaves_the_next_one_alone() -> None:
    """History is what it is; no rule divides by it."""
    bloc = founded_bloc().record(rate("0"))
    assert bloc.broken(rate("1.3", applies_from="2026-06-02")) == []
