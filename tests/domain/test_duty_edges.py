"""Duty expressions and rounding at their edges, and quotes on what is not known."""

import msgspec
import pytest

from services.tariffs.domain.histories import remembered
from tests.domain.facts import measure, measure_act, origins, percent
from tests.domain.members import acceded, joined
from tests.domain.trade import amounts, assess, base, floored, formula_of, item, specific, trading_bloc, usd


def test_a_deduction_leaves_no_negative_line() -> None:
    """10 % less 0.05 USD/kg is one line of what is left; more deducted than owed leaves nothing."""
    bloc = trading_bloc().record(base(percent("10"), specific("0.05", op="-")))
    assert amounts(assess(bloc, item("10000.00", "5000", line="none"))) == ["750.00"]
    assert amounts(assess(bloc, item("100.00", "5000", line="none"))) == ["0.00"]


def test_what_is_added_after_a_deduction_is_reduced_by_what_was_left_of_it() -> None:
    """2 % less 1 USD/kg plus 5 %: the sum is right although the first part alone would be negative."""
    bloc = trading_bloc().record(base(percent("2"), specific("1", op="-"), percent("5")))
    assert assess(bloc, item("10000.00", "600", line="none")).total == "100.00"


def test_a_minimum_after_a_sum_replaces_the_whole_sum() -> None:
    """4 % + 0.35 USD/kg, at least 1.00 USD/kg: the minimum alone is the line, the working shows both."""
    bloc = trading_bloc().record(base(percent("4"), specific("0.35"), specific("1.00", op="at_least")))
    assessment = assess(bloc, item("1000.00", "100", line="none"))
    assert amounts(assessment) == ["100.00"]
    formulas = [step.formula for step in assessment.trace if step.step == "base"]
    assert formulas == [
        "1000.00 USD x 4 / 100",
        "40 + 0.35 USD/kg x 100 kg",
        "max(75, 1.00 USD/kg x 100 kg)",
    ]


def test_a_quote_for_a_country_that_is_no_member_is_incomplete() -> None:
    """No day, no currency, no duty: not known is not zero."""
    quote = assess(floored(), item(), member="KR")
    assert (quote.governing_date, quote.currency, quote.complete) == (None, None, False)
    assert [missing.what for missing in quote.unknown] == ["member"]


def test_a_quote_in_another_currency_is_incomplete() -> None:
    """The measures are named, no amount is computed, and the reason is the missing rate of exchange."""
    quote = assess(floored(), item(customs_value={"amount": "650000.00", "currency": "EUR"}))
    assert not quote.complete
    because = "no rate of exchange from EUR to USD: the accession of US takes no rate of exchange"
    assert quote.unknown[0].because == because
    assert [step.applies for step in quote.trace if step.step == "select"] == [True, True]
    assert quote.lines == ()


def test_an_alert_in_another_currency_is_left_out_and_said_so() -> None:
    """Nothing is owed either way, so the assessment is complete; only the alert could not be worked out."""
    bloc = floored(base(), price={"amount": "100.00", "currency": "EUR", "per": "kg"})
    bloc.record(*joined("AU", territories=["AU"]))
    assessment = assess(bloc, item(origin="AU"))
    assert (assessment.complete, assessment.undercut) == (True, None)
    assert ("price_undercut", "not known") in [(step.step, step.result) for step in assessment.trace]


def test_an_alert_counts_whole_cents_only() -> None:
    """Goods of the bloc a fraction of a cent below the floor raise no alert."""
    bloc = floored(base(), price=usd("110.000001") | {"per": "kg"}).record(*joined("AU", territories=["AU"]))
    assert assess(bloc, item("110.00", "1", origin="AU")).undercut is None
    assert formula_of(assess(bloc, item("110.00", "1", origin="AU")), "price_undercut").startswith("max(0, ")


def test_a_trace_is_bounded_however_many_measures_there_are() -> None:
    """Of a hundred measures against single countries sixty are named and the others counted."""
    countries = ["AR", "BR", "CL", "CO", "EC", "EG", "ET", "GH", "IN", "KE"]
    many = [
        measure(f"us.ad.n{n}", kind="anti_dumping", origins=origins(countries[n % 10])) for n in range(100)
    ]
    assessment = assess(trading_bloc().record(base(), *many), item(line="none"))
    assert len([step for step in assessment.trace if step.measure and not step.applies]) == 60
    assert assessment.total == "26196.00"
    assert any("40 more measures" in str(step.because) for step in assessment.trace)


def test_a_rounding_unit_of_zero_cannot_be_written() -> None:
    """Nothing is a multiple of 0: the accession that says so is refused before any duty is divided by
    it."""
    for unit in ("0", "0.00"):
        with pytest.raises(msgspec.ValidationError, match="nothing is a multiple of 0"):
            acceded("US", value_rounding={"unit": unit, "mode": "half_up"})
        with pytest.raises(msgspec.ValidationError, match="nothing is a multiple of 0"):
            acceded("US", duty_rounding={"unit": unit, "mode": "half_up", "per": "line"})


def test_duty_is_rounded_to_whatever_unit_the_law_says() -> None:
    """Whole euros (UCC Art. 101(3)), cut towards zero, or five rappen: the unit and the mode are terms."""
    for unit, mode, amount in (("1", "down", "123"), ("0.05", "half_up", "123.95"), ("1", "half_up", "124")):
        rounding = {"unit": unit, "mode": mode, "per": "line"}
        bloc = trading_bloc(duty_rounding=rounding).record(base(percent("10")))
        assert amounts(assess(bloc, item("1239.36", line="none"))) == [amount]


def test_a_measure_that_nobody_created_is_no_measure() -> None:
    """In a history that was recorded otherwise than the rules ask, the fold goes on and no duty is made
    up."""
    bloc = trading_bloc().record(measure_act("amended", "2026-06-01"), measure_act("suspended", "2026-06-02"))
    assert [missing.what for missing in assess(bloc, item(line="none")).unknown] == ["base"]


def test_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for one remembered answer at a time every duty is what it was: memory is speed, never
    meaning."""
    bloc = floored(base())
    before = assess(bloc, item())
    monkeypatch.setattr(remembered, "TIMELINE_ANSWERS_REMEMBERED_MAX", 1)
    assert [assess(bloc, item()), assess(bloc, item())] == [before, before]


def test_a_running_sum_beyond_the_format_is_not_known() -> None:
    """Two parts of 9 x 10^17 add up to 19 digits before a maximum cuts them: said so, and not written into
    a trace."""
    huge = "9" * 17
    bloc = trading_bloc().record(base(percent(huge), percent(huge), specific("1", op="at_most")))
    assessment = assess(bloc, item("999.00", "1", line="none"))
    assert [missing.what for missing in assessment.unknown] == ["size"]


def test_a_value_that_rounding_makes_too_large_is_not_known() -> None:
    """In whole dollars 999 999 999 999 999 999.99 has 19 digits: it could not be written into an assessment."""
    bloc = trading_bloc(
        value_rounding={"unit": "1", "mode": "half_up"}, exchange_rate_rule="us.19-cfr.159.34"
    )
    assessment = assess(bloc.record(base()), item("999999999999999999.99", line="none"))
    assert [missing.what for missing in assessment.unknown] == ["size"]
