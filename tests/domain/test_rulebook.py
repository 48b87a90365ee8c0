"""The rule book itself: ids, precedence, dates, the page that is generated from it, and a test for every rule."""

import re
from datetime import date
from pathlib import Path

import pytest

from contracts.decoding import Malformed, decode_event
from contracts.examples import example_of
from contracts.registry import EVENT_TYPES
from services.tariffs.domain.evolve import FOLDED_TYPES
from services.tariffs.domain.rule import FIRST_RULE_BOOK, RULESET, RULESETS, Rule, Submitted
from services.tariffs.domain.rulebook import FAMILIES as RULE_FAMILIES
from services.tariffs.domain.rulebook import NO_MANDATE, RULES, in_precedence, predicates_of, violations
from services.tariffs.domain.rules import prices
from services.tariffs.domain.state import empty_rules
from services.tariffs.rulebook_page import FAMILIES, PAGE, family_of, page
from tests.domain.facts import floor, key_of, measure
from tests.domain.given import founded_bloc

TESTS = Path(__file__).parent


def test_every_rule_has_an_id_of_its_own():
    """Letters for the family and a number; the mandate rule is one of them."""
    ids = [rule.id for rule in RULES]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Z]{3,4}-[1-9][0-9]?", rule_id) for rule_id in ids)
    assert {family_of(rule) for rule in RULES} == set(FAMILIES)
    assert NO_MANDATE in RULES


@pytest.mark.parametrize("type_name", sorted(EVENT_TYPES.keys() - FOLDED_TYPES))
def test_families_that_an_event_is_not_shown_to_would_find_nothing_in_it(type_name: str):
    """`violations` asks only those that its type concerns, so the others must have nothing to say: with and without a
    charter."""
    event = decode_event(example_of(type_name))
    assert not isinstance(event, Malformed)
    submitted = Submitted(event, "nobody", "", FIRST_RULE_BOOK, RULESETS[-1])
    asked = predicates_of(event.type, type(event.data))
    for family in (one for one in RULE_FAMILIES if one.violations not in asked):
        for rules in (empty_rules(), founded_bloc().rules):
            assert not list(family.violations(rules, submitted)), family.__name__


def test_rules_of_a_family_stand_together_in_the_order_of_their_numbers():
    """So that the page reads in the order in which rules lead."""
    numbers: dict[str, list[int]] = {}
    seen: list[str] = []
    for rule in RULES:
        family, number = rule.id.split("-")
        numbers.setdefault(family, []).append(int(number))
        if not seen or seen[-1] != family:
            seen.append(family)
    assert len(seen) == len(numbers)
    for family, found in numbers.items():
        assert found == list(range(1, len(found) + 1)), family


def test_every_rule_is_written_for_people():
    """A title, a sentence that ends, a source, and no more text than a refusal can carry."""
    for rule in RULES:
        assert rule.title
        assert not rule.title.endswith(".")
        assert rule.text.endswith("."), rule.id
        assert len(rule.text) <= 400, rule.id
        assert rule.source, rule.id


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_tried_by_a_test_that_carries_its_id(rule: Rule):
    """A rule without a test is an opinion."""
    name = rule.id.lower().replace("-", "_")
    found = [
        path.name
        for path in TESTS.glob("test_*.py")
        if re.search(rf"def test_{name}(_|\()", path.read_text())
    ]
    assert found, f"no test is called test_{name}_..."


def test_the_page_of_rules_is_up_to_date():
    """RULES.md is written from the rules: python -m services.tariffs.rulebook_page --write."""
    assert PAGE.read_text("utf-8") == page()


def test_precedence_is_the_order_of_the_book():
    """Whatever order violations were found in, the book says which leads."""
    bloc = founded_bloc()
    event = measure("au.base.1", by="au.trade", effective_to="2026-01-01")
    found = bloc.violations(event)
    assert [violation.rule.id for violation in found] == ["MND-1", "INT-1"]
    assert in_precedence(reversed(found), RULESET) == tuple(found)


def test_a_rule_judges_only_what_is_recorded_in_its_time(monkeypatch: pytest.MonkeyPatch):
    """A rule made in 2027 does not accuse what was recorded in 2026; one that ended accuses no more."""
    bloc = founded_bloc()
    event = floor(named="ndpr.alloy.mischmetal")

    def broken(on: date) -> list[str]:
        submitted = Submitted(event, event.party, key_of(event.party).kid, on, RULESET)
        return [violation.rule.id for violation in violations(bloc.rules, submitted)]

    term = Rule("FLR-1", "t", "t.", "s", since=date(2026, 7, 1), until=date(2027, 1, 1))
    monkeypatch.setattr(prices, "FLR_1", term)
    days = (date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [broken(on) for on in days] == [[], ["FLR-1"], ["FLR-1"], []]


def test_a_rule_judges_from_its_rule_book_on(monkeypatch: pytest.MonkeyPatch):
    """A rule of a later rule book refuses nothing that is decided by an older one."""
    bloc = founded_bloc()
    event = floor(named="ndpr.alloy.mischmetal")
    monkeypatch.setattr(prices, "FLR_1", Rule("FLR-1", "t", "t.", "s", FIRST_RULE_BOOK, ruleset=RULESETS[1]))

    def breaks_it(ruleset: str) -> bool:
        submitted = Submitted(event, event.party, key_of(event.party).kid, date(2026, 6, 15), ruleset)
        return "FLR-1" in [violation.rule.id for violation in violations(bloc.rules, submitted)]

    assert [breaks_it(ruleset) for ruleset in RULESETS] == [False, True, True]


def test_the_first_rule_book_judges_everything_that_can_have_been_recorded():
    """No ledger is older than it."""
    assert all(rule.since == FIRST_RULE_BOOK and rule.until is None for rule in RULES)
