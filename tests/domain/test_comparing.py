"""Question 14: same good, same day, and why two members come to another duty (or to the same one)."""

from typing import Any

from services.tariffs.domain.assessment.comparing import Comparison, compare
from tests.domain.facts import measure, percent
from tests.domain.given import Bloc
from tests.domain.members import joined
from tests.domain.trade import assess, base, floored, item


def compared(bloc: Bloc, *asked: tuple[str, dict[str, Any]]) -> Comparison:
    """The comparison of what members would charge on the item of E06, with these fields replaced."""
    quoted = [(item(**fields), assess(bloc, item(**fields), member=member)) for member, fields in asked]
    return compare(quoted)


def two_members(rate: str = "3.7", **terms: Any) -> Bloc:
    """The US with 3.7 % and a floor; Australia with a rate and terms of its own."""
    bloc = floored(base()).record(*joined("AU", territories=["AU"], currency="USD", **terms))
    return bloc.record(measure("au.base.284690", by="au.trade", territory="AU", duty=[percent(rate)]))


def aspects(found: Comparison) -> list[str]:
    """On what they differ."""
    return [difference.aspect for difference in found.differences]


def test_members_with_the_same_law_differ_in_nothing() -> None:
    """The same total in the same currency, and no aspect is named."""
    found = compared(two_members(legal_tz="America/New_York"), ("US", {}), ("AU", {}))
    assert (found.is_same, aspects(found)) == (True, [])
    assert [result.total for result in found.results] == ["638196.00", "638196.00"]


def test_another_rate_of_duty_is_named_with_who_says_what() -> None:
    """3.7 against 5 %: the duty, and nothing else."""
    found = compared(two_members("5", legal_tz="America/New_York"), ("US", {}), ("AU", {}))
    assert (found.is_same, aspects(found)) == (False, ["duty"])
    assert [(said.says, said.members) for said in found.differences[0].said] == [
        ("base 3.7 %", ("US",)),
        ("base 5 %", ("AU",)),
    ]


def test_another_rounding_is_named() -> None:
    """Whole dollars on one side of the ocean."""
    rounding = {"unit": "1", "mode": "half_up", "per": "line"}
    bloc = two_members(legal_tz="America/New_York", duty_rounding=rounding)
    value = {"value": "708000.50"}
    found = compared(bloc, ("US", value), ("AU", value))
    assert (found.is_same, aspects(found)) == (False, ["rounding"])


def test_another_classification_is_named() -> None:
    """One declares the line of the catalogue, the other says that there is none: no floor is owed there."""
    found = compared(two_members(legal_tz="America/New_York"), ("US", {}), ("AU", {"line": "none"}))
    assert aspects(found) == ["classification", "floor"]


def test_what_is_not_known_is_named_and_is_no_zero() -> None:
    """A state that is no member has no law here: it differs, and is not complete."""
    found = compared(two_members(), ("US", {}), ("KR", {}))
    assert not found.is_same
    assert [result.complete for result in found.results] == [True, False]
    assert {"governing_day", "currency", "known"} <= set(aspects(found))
