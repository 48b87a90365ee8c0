"""Rule books: which one decides on a day, and how the bloc puts a newer one in force."""

from datetime import UTC, date, datetime

import pytest

from services.tariffs.domain.governance.rule_books import UnknownRuleBook, rule_book_on
from services.tariffs.domain.rule import RULESETS
from tests.domain import facts
from tests.domain.given import NOON, accepted, founded_bloc, refusal_of
from tests.domain.governing import ruleset_activated
from tests.domain.listed import mineral
from tests.domain.members import invited

OLD, NEW = RULESETS[:2]


def test_a_bloc_is_judged_by_the_rule_book_of_its_founding():
    """Until it activates another; before the founding there is the oldest."""
    assert rule_book_on(founded_bloc().rules, date(2026, 6, 15)) == OLD


def test_an_activated_rule_book_decides_from_its_day_on():
    """And whoever asks what was known before the activation is told the old one."""
    bloc = founded_bloc()
    before = bloc.position
    bloc.record(ruleset_activated(NEW, effective_from="2026-07-01"))
    assert rule_book_on(bloc.rules, date(2026, 6, 30)) == OLD
    assert rule_book_on(bloc.rules, date(2026, 7, 1)) == NEW
    assert rule_book_on(bloc.rules, date(2026, 7, 1), before) == OLD


def test_decisions_and_refusals_name_the_rule_book_that_decided():
    """The submission that activates a rule book is still decided by the one before it."""
    bloc = founded_bloc()
    activation = ruleset_activated(NEW, effective_from="2026-06-15")
    assert accepted(bloc.decide(activation)).ruleset == OLD
    bloc.record(activation)
    assert refusal_of(bloc.decide(facts.founded())).ruleset == NEW
    assert refusal_of(bloc.decide(facts.founded())).refusal.data.ruleset == NEW


def test_a_rule_book_that_this_release_does_not_have_decides_nothing():
    """An older release that goes on deciding would give other answers than the newer one beside it."""
    bloc = founded_bloc().record(ruleset_activated("2031.4", effective_from="2026-06-15"))
    with pytest.raises(UnknownRuleBook, match=r"2031\.4"):
        bloc.decide(mineral("ndpr"), now=NOON)
    assert rule_book_on(bloc.rules, date(2026, 6, 14)) == OLD


def test_rul_1_only_a_rule_book_of_this_release_is_activated():
    """Nobody can promise to be judged by rules that are not written."""
    assert founded_bloc().broken(ruleset_activated("2031.4")) == ["RUL-1"]


def test_rul_2_a_rule_book_is_not_activated_for_days_that_are_over():
    """Today is early enough, yesterday is not."""
    bloc = founded_bloc()
    today = ruleset_activated(NEW, effective_from="2026-06-15")
    assert bloc.broken(today, on=date(2026, 6, 15)) == []
    assert bloc.broken(today, on=date(2026, 6, 16)) == ["RUL-2"]


def test_rul_3_rule_books_go_forward():
    """Neither the one in force nor an older one is activated, even when the newer one is only due to begin."""
    bloc = founded_bloc()
    assert bloc.broken(ruleset_activated(OLD)) == ["RUL-3"]
    bloc.record(ruleset_activated(NEW, effective_from="2027-01-01"))
    assert bloc.broken(ruleset_activated(NEW)) == ["RUL-3"]


def test_a_rule_book_begins_at_midnight_in_utc():
    """The recorded day is a day in UTC, so that all instances of the service agree on it."""
    bloc = founded_bloc().record(ruleset_activated(NEW, effective_from="2026-07-01"))
    late = datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)
    assert accepted(bloc.decide(invited("NO"), now=late)).ruleset == OLD
    early = datetime(2026, 7, 1, tzinfo=UTC)
    assert accepted(bloc.decide(invited("NO"), now=early)).ruleset == NEW
