"""The figures that the demo holds its ledger to are those of the worked examples: read here, not trusted there."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bloc.demo.chapters import (
    correction,
    currencies,
    declarations,
    ferro_alloys,
    graphite,
    small_differences,
    stacking,
    suspension,
    undertaking,
)
from bloc.demo.telling import Chapter

EXAMPLES: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "golden_examples.json").read_text("utf-8")
)


def totals(chapter: Chapter, example: str) -> list[str]:
    """What the declarations of an example must come to, in the order of the story."""
    return [duty.total for duty in chapter.duties if duty.example.split()[0] == example]


def of(example: str, *names: str) -> list[str]:
    """Figures of a worked example."""
    return [EXAMPLES[example]["expected"][name] for name in names]


@pytest.mark.parametrize(
    ("chapter", "example", "names"),
    [
        (declarations.chapter(), "E01", ["duty"]),
        (declarations.chapter(), "E02", ["duty"]),
        (declarations.chapter(), "E03", ["duty"]),
        (declarations.chapter(), "E06", ["total"]),
        (declarations.chapter(), "E07", ["total"]),
        (declarations.chapter(), "E08", ["total"]),
        (declarations.chapter(), "E09", ["total"]),
        (declarations.chapter(), "E10", ["CN_any_day", "AU_accepted_2026-06-30", "AU_accepted_2026-07-01"]),
        (declarations.chapter(), "E11", ["accepted_2026-06-30", "accepted_2026-07-01"]),
        (declarations.chapter(), "E18", ["floor_duty"]),
        (correction.chapter(), "E12", ["K=2026-05-31"]),
        (currencies.chapter(), "E17", ["floor_duty_gbp"]),
        (stacking.chapter(), "E15", ["total"]),
        (suspension.chapter(), "E13", ["2026-07-31", "2026-08-15", "2026-10-01"]),
    ],
)
def test_the_duties_of_the_story_are_those_of_the_worked_example(
    chapter: Chapter, example: str, names: list[str]
) -> None:
    """To the last digit, and in the order in which the story tells them."""
    assert totals(chapter, example) == of(example, *names)


def test_e14_within_the_quota_across_its_end_and_beyond() -> None:
    """The late claim owes what everybody beyond the quota owes."""
    inside, split, outside, late, at = totals(ferro_alloys.chapter(), "E14")
    assert [inside, split, outside] == of("E14", "in_quota", "quota_left_180t", "out_of_quota")
    assert [late, at] == of("E14", "out_of_quota", "price_2408_or_more")


def test_e12_and_e16_are_refunded() -> None:
    """What is assessed again, and what goes back."""
    (mended,) = correction.chapter().refunds
    assert [mended.reassessed, mended.refund] == of("E12", "K=2026-06-30", "refund_due")
    (annulled,) = graphite.chapter().refunds
    assert [annulled.refund] == of("E16", "refund")
    (deposit,) = graphite.chapter().duties
    assert list(deposit.lines[1:]) == of("E16", "ad_deposit", "cvd_deposit")


def test_e17_and_e17b_convert_the_value_once() -> None:
    """The value in pounds on which the first duty line is reckoned."""
    pounds, euros = currencies.chapter().duties
    assert [pounds.basis] == of("E17", "customs_value_gbp")
    assert [euros.basis] == of("E17b", "gbp")


def test_e28_a_difference_below_twenty_dollars_is_disregarded() -> None:
    """16.40 goes back to nobody, 20.00 does."""
    small, enough = small_differences.chapter().refunds
    differences = [Decimal(one.assessed) - Decimal(one.reassessed) for one in (small, enough)]
    assert [f"difference_{difference}" for difference in differences] == list(EXAMPLES["E28"]["expected"])
    assert [small.refund, enough.refund] == [None, "20.00"]


def test_below_the_minimum_of_an_undertaking_the_whole_duty_is_owed() -> None:
    """16.8 % of 199 000.00, and nothing at the minimum: 200 000.00 for 100 t."""
    kept, below = undertaking.chapter().duties
    assert [kept.total, below.total] == [
        "0.00",
        str((Decimal(199000) * Decimal("0.168")).quantize(Decimal("0.01"))),
    ]
    assert Decimal(undertaking.MINIMUM["amount"]) * 100 == Decimal("200000.00")
