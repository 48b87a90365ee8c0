"""The rules of published rates: two currencies, above nothing, one beginning on a day, with an end, believable."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.tariffs.domain.rule import RULESET, Submitted
from services.tariffs.domain.rules import exchange_rates
from services.tariffs.domain.state import Recorded
from tests.domain.facts import key_of, key_registered, mandate_granted
from tests.domain.given import TODAY, accepted, founded_bloc
from tests.domain.legal_acts import strict_bloc
from tests.domain.mending import corrected
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


def test_cor_7_a_corrected_rate_leaves_the_next_one_believable() -> None:
    """COR-7: a slip in the correction of June's rate would make July's the jump; a later quarter is not asked."""
    june, july = rate("9.1168", quote="CNY"), {"applies_from": "2026-07-01", "applies_to": "2026-08-01"}
    bloc = founded_bloc().record(june)
    at = bloc.position
    bloc.record(rate("9.2", quote="CNY", **july))
    assert bloc.broken(corrected(bloc, june, at, rate="0.091168")) == ["COR-7"]
    assert bloc.broken(corrected(bloc, june, at, rate="9.12")) == []
    assert bloc.broken(corrected(bloc, june, at, **july)) == ["COR-7"]


days = st.integers(1, 9).map(lambda day: f"2026-06-{day:02}")
series = st.lists(st.tuples(days, st.sampled_from(["1", "1.1", "150"])), min_size=2, max_size=8)


@given(series, st.data())
def test_no_rate_but_those_beside_a_mended_one_can_be_judged_by_it(
    said: list[tuple[str, str]], data: st.DataObject
) -> None:
    """Whatever the order of recording: of thousands of rates only some need be asked after a correction (COR-7)."""
    before = [_entry(position, *terms) for position, terms in enumerate(said)]
    at = data.draw(st.integers(0, len(said) - 2))
    again = data.draw(st.none() | st.tuples(days, st.sampled_from(["1", "150"])))
    now = [] if again is None else [_entry(at, *again)]
    after = [*before[:at], *now, *before[at + 1 :]]
    asked = {entry.position for entry in exchange_rates.beside([before[at], *now], after)}
    for entry in before[at + 1 :]:
        assert entry.position in asked or _broken(after, entry) <= _broken(before, entry)


def _entry(position: int, day: str, value: str) -> Recorded:
    return Recorded(position, rate(value, applies_from=day, applies_to="2026-07-01"), "2026-06-15T12:00:00Z")


RULES = founded_bloc().rules


def _broken(entries: Sequence[Recorded], entry: Recorded) -> set[str]:
    """The rules that a rate breaks on those of the entries that were recorded before it."""
    earlier = tuple(one for one in entries if one.position < entry.position)
    rules = replace(RULES, exchange_rates=RULES.exchange_rates.set("hmrc.gbp.usd", earlier))
    submitted = Submitted(entry.event, "bloc.prices", "", TODAY, RULESET)
    return {found.rule.id for found in exchange_rates.violations(rules, submitted)}


def test_fxr_6_the_rates_of_a_members_law_come_from_its_own_publisher() -> None:
    """Britain's office publishes what Britain reads, and not the rates at which the Union assesses."""
    office = (key_registered("gb.hmrc"), mandate_granted("gb.hmrc", "rate_publisher", ("GB",)))
    bloc = strict_bloc("2026.3").record(*office)
    assert bloc.broken(rate(by="gb.hmrc")) == []
    (found,) = bloc.violations(rate("1.1", "EUR", "USD", by="gb.hmrc", authority="ecb"))
    assert (found.rule.id, found.path) == ("FXR-6", "$.data.authority")
    assert "eu.ucc-ia.146" in found.detail
    assert bloc.broken(rate("7.1", "USD", "CNY", by="gb.hmrc", authority="bloc")) == ["FXR-6"]
    for lawful in (rate(authority="ecb"), rate("1.1", "EUR", "USD", by="gb.hmrc", authority="boe")):
        assert bloc.broken(lawful) == [], "the bloc's publisher, and an authority that no law reads"
    earlier = strict_bloc().record(*office)
    assert earlier.broken(rate("1.1", "EUR", "USD", by="gb.hmrc", authority="ecb")) == []
