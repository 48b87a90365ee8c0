"""Amounts in other currencies: the rate that the member's law names, of the day that it names, and no other."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.tariffs.domain.assessment.assess import Assessment
from services.tariffs.domain.exchange import EXCHANGE_RATE_RULES
from services.tariffs.domain.rule import RULESETS
from tests.domain.facts import floor
from tests.domain.given import Bloc, accepted, refused
from tests.domain.governing import ruleset_activated
from tests.domain.members import joined
from tests.domain.mending import annulled, corrected
from tests.domain.rates import MIDSUMMER, british_bloc, money, quarterly, rate
from tests.domain.trade import (
    LAST_OF_JUNE,
    amounts,
    assess,
    base,
    claimed,
    declaration,
    expected,
    floored,
    formula_of,
    item,
    item_data,
    of_kind,
    specific,
    trading_bloc,
)

NOW = datetime(2026, 7, 2, tzinfo=UTC)


def imported(bloc: Bloc, value: str = "237500.00", currency: str = "USD", **more: Any) -> Assessment:
    """2 500 kg of oxide into the United Kingdom, at 95 USD/kg unless said otherwise."""
    worth = money(value, currency)
    fields = {"customs_value": worth, "free_at_frontier_value": worth} | more
    return assess(bloc, item(value, "2500", **fields), MIDSUMMER, member="GB")


def test_e17_a_floor_in_dollars_on_goods_for_pounds() -> None:
    """The gap is taken in dollars, converted once and rounded once: 27 987.16, not 27 987.17."""
    bloc = british_bloc("4").record(floor("110.00"), rate("1.3399"))
    assessment = imported(bloc)
    assert assessment.complete
    assert assessment.lines[0].basis.amount == expected("E17")["customs_value_gbp"]
    assert of_kind(assessment, "price_floor") == expected("E17")["floor_duty_gbp"]
    formula = "max(0, (110.00 USD/kg x 2500 kg - 237500.00 USD) / 1.3399 USD/GBP)"
    assert formula_of(assessment, "price_floor") == formula


def test_e17_values_rounded_before_give_a_penny_more() -> None:
    """Whoever declares the value in pounds has rounded it already, and the difference shows it."""
    bloc = british_bloc().record(floor("110.00"), rate("1.3399"))
    assessment = imported(bloc, expected("E17")["customs_value_gbp"], "GBP")
    assert of_kind(assessment, "price_floor") == expected("E17")["difference_of_rounded"]
    nothing = imported(bloc, "0.00", "GBP")
    assert of_kind(nothing, "price_floor") == expected("E17")["floor_value_gbp"]


def test_e17b_an_invoice_in_euros() -> None:
    """100 000 EUR at 1.1550 are 86 580.09 GBP: the base of the duty, rounded as the member rounds values."""
    bloc = british_bloc("10").record(rate("1.1550", quote="EUR"))
    assessment = imported(bloc, "100000.00", "EUR", line="none")
    assert assessment.lines[0].basis.amount == expected("E17b")["gbp"]
    assert assessment.total == "8658.01"
    assert formula_of(assessment, "value_rounding") == "100000.00 EUR / 1.1550 EUR/GBP to 0.01 GBP"


def test_the_rate_is_a_step_of_the_trace() -> None:
    """Once, however often it is used: whose it is, of which day, under which act, and where it is recorded."""
    bloc = british_bloc("4").record(floor(), rate())
    steps = [step for step in imported(bloc).trace if step.step == "exchange_rate"]
    assert len(steps) == 1
    assert (steps[0].rule, steps[0].result) == ("gb.hmrc.monthly", "1 GBP = 1.3399 USD")
    assert steps[0].input == {"stream": "exchange_rate/hmrc.gbp.usd", "acceptance": "2026-06-24"}
    assert steps[0].position == bloc.position
    assert "bloc.council.decision.2026-3, rates" in str(steps[0].because)


@pytest.mark.parametrize(("day", "of_duty"), [("2026-06-24", "177252.03"), ("2026-06-30", "190000.00")])
def test_a_rate_amended_within_the_month_applies_from_then(day: str, of_duty: str) -> None:
    """The one that begins last holds; in which order the two were recorded changes nothing."""
    amended = rate("1.2500", applies_from="2026-06-28")
    for rates in ((rate(), amended), (amended, rate())):
        bloc = british_bloc("10").record(*rates)
        declared = item("237500.00", "2500", line="none", customs_value=money("237500.00"))
        assessment = assess(bloc, declared, f"{day}T10:00:00+01:00", member="GB")
        assert assessment.lines[0].basis.amount == of_duty


def test_the_united_states_take_the_rate_of_the_day_of_exportation() -> None:
    """Dollars for one euro, multiplied; a variance of one day lies within the quarter (19 CFR 159.34)."""
    bloc = trading_bloc(exchange_rate_rule="us.19-cfr.159.34").record(
        base(), quarterly("1.08"), quarterly("1.14", applies_from="2026-05-11", applies_to="2026-05-12")
    )
    worth = money("100000.00", "EUR")
    for exported_on, value in (
        ("2026-05-10", "108000.00"),
        ("2026-05-11", "114000.00"),
        ("2026-05-12", "108000.00"),
    ):
        assessment = assess(
            bloc, item(customs_value=worth, line="none", exported_on=exported_on), LAST_OF_JUNE
        )
        assert assessment.lines[0].basis.amount == value


def test_a_rate_is_known_from_its_position_on() -> None:
    """At an earlier K the duty is not known; recording July's rate changes nothing of June."""
    bloc = british_bloc("10")
    before = bloc.position
    bloc.record(rate())
    then = imported(bloc, line="none")
    bloc.record(rate("1.50", applies_from="2026-07-01", applies_to="2026-08-01"))
    declared = item("237500.00", "2500", line="none", customs_value=money("237500.00"))
    early = assess(bloc, declared, MIDSUMMER, member="GB", position=before)
    assert (early.complete, early.status) == (False, "provisional")
    assert [missing.what for missing in early.unknown] == ["exchange_rate"]
    assert imported(bloc, line="none").total == then.total


def test_no_other_rate_is_taken_in_place_of_a_missing_one() -> None:
    """Neither last month's, nor another authority's, nor the same pair the other way round."""
    bloc = british_bloc().record(
        rate(applies_from="2026-05-01", applies_to="2026-06-01"),
        rate(authority="ecb"),
        rate("0.7463", base="USD", quote="GBP"),
    )
    assessment = imported(bloc, line="none")
    assert assessment.lines == ()
    assert assessment.unknown[0].because == (
        "no rate of exchange from USD to GBP: hmrc.gbp.usd has none for 2026-06-24 at position "
        f"{bloc.position}"
    )


def test_amounts_in_three_currencies_are_each_converted() -> None:
    """A floor in euros on a value in dollars, owed in pounds, beside a specific duty in dollars."""
    bloc = british_bloc().record(
        floor(price=money("120.00", "EUR") | {"per": "kg"}), rate(), rate("1.1550", quote="EUR")
    )
    bloc.record(base(specific("0.50"), name="gb.safeguard.1", by="gb.trade", kind="safeguard"))
    assessment = imported(bloc)
    assert of_kind(assessment, "safeguard") == str(round(Decimal(1250) / Decimal("1.3399"), 2))
    gap = Decimal(300000) / Decimal("1.1550") - Decimal(237500) / Decimal("1.3399")
    assert of_kind(assessment, "price_floor") == str(round(gap, 2))


def test_the_duty_counts_in_pounds_on_the_basis_that_counts_it() -> None:
    """cif_plus_duty: the gap in dollars is converted, and the base duty in pounds is taken from it."""
    bloc = british_bloc("10").record(floor(price_basis="cif_plus_duty"), rate("1.25"))
    assessment = imported(bloc, "200000.00", cif_value=money("200000.00"))
    assert amounts(assessment) == ["16000.00", "44000.00"]


def test_an_alert_names_each_value_in_its_own_currency_and_the_gap_in_the_members() -> None:
    """Goods of the bloc owe nothing; how far they are below the floor is told in pounds."""
    bloc = british_bloc().record(floor(), rate("1.25"), *joined("AU", territories=["AU"]))
    undercut = imported(bloc, origin="AU", **claimed()).undercut
    assert undercut is not None
    assert (undercut.declared_value.amount, undercut.declared_value.currency) == ("237500.00", "USD")
    assert (undercut.floor_value.amount, undercut.floor_value.currency) == ("275000.00", "USD")
    assert (undercut.gap.amount, undercut.gap.currency) == ("30000.00", "GBP")
    assert (undercut.gap_per_unit.amount, undercut.gap_per_unit.currency) == ("12.00", "GBP")


def test_a_rate_that_is_corrected_or_annulled_changes_only_later_answers() -> None:
    """Question 19: the rate of June was wrong; as known before, the duty is what it was, and the trace says which."""
    wrong = rate("1.3399")
    bloc = british_bloc("10").record(wrong)
    at_first = bloc.position
    bloc.record(corrected(bloc, wrong, at_first, rate="1.2500", by="bloc.prices"))
    declared = item("237500.00", "2500", line="none", customs_value=money("237500.00"))
    before = assess(bloc, declared, MIDSUMMER, member="GB", position=at_first)
    after = assess(bloc, declared, MIDSUMMER, member="GB")
    assert (before.lines[0].basis.amount, after.lines[0].basis.amount) == ("177252.03", "190000.00")
    cited = [step.position for told in (before, after) for step in told.trace if step.step == "exchange_rate"]
    assert cited == [at_first, bloc.position]
    other = rate("1.2")
    annulled_bloc = british_bloc("10").record(other)
    annulled_bloc.record(annulled(annulled_bloc, other, annulled_bloc.position))
    never = assess(annulled_bloc, declared, MIDSUMMER, member="GB")
    assert [missing.what for missing in never.unknown] == ["exchange_rate"]


@pytest.mark.parametrize("name", EXCHANGE_RATE_RULES)
def test_mem_7_an_accession_names_a_rule(name: str) -> None:
    """Every rule of the rule book, or none; free text is no rule (from 2026.2 on: the first release took any)."""
    day = "2026-07-01"
    known = joined("GB", day, exchange_rate_rule=name)
    assert trading_bloc().record(*known[:2]).broken(known[2]) == []
    unknown = joined("GB", day, exchange_rate_rule="as the Bank of England has it")
    assert trading_bloc().record(*unknown[:2]).broken(unknown[2]) == []
    stricter = trading_bloc().record(ruleset_activated(RULESETS[1], effective_from="2026-06-01"))
    assert stricter.record(*unknown[:2]).broken(unknown[2]) == ["PRP-8", "MEM-7"]
    assert stricter.broken(known[2]) == ["PRP-8"]


def test_a_rule_holds_on_days_of_its_own() -> None:
    """Every rule has a source and a first day; before it, it is not the law."""
    rule = EXCHANGE_RATE_RULES["gb.hmrc.monthly"]
    assert all(rule.source for rule in EXCHANGE_RATE_RULES.values())
    assert rule.holds(rule.since)
    assert not rule.holds(rule.since.replace(year=rule.since.year - 1))


def test_dec_12_the_day_of_exportation_is_declared() -> None:
    """A member that takes the rate of that day needs it, and it lies before the acceptance."""
    bloc = floored(price=money("100.00", "EUR") | {"per": "kg"})
    american = trading_bloc(exchange_rate_rule="us.19-cfr.159.34").record(base(), floor(), quarterly("1.08"))
    euros = money("650000.00", "EUR")
    for exported_on in (None, "2026-07-01"):
        declared = item_data(customs_value=euros, exported_on=exported_on)
        assert refused(american.decide(declaration(declared), now=NOW)) == ["DEC-12"]
    accepted(american.decide(declaration(item_data(customs_value=euros, exported_on="2026-06-08")), now=NOW))
    assert refused(bloc.decide(declaration(item_data()), now=NOW)) == ["DEC-10"]
