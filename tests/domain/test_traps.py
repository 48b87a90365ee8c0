"""The twenty traps of tariff systems that the model of the bloc names: which test each of them would be caught by.

`TRAPS` says it as data and is held against the files, so that a test that is renamed or lost is missed here. Traps
that no family had a test of its own for are set below.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.tariffs.domain.rule import RULESETS
from tests.domain import facts, governing
from tests.domain.audited import audited, faults
from tests.domain.facts import METAL, OXIDE, floor, measure
from tests.domain.ledgered import founded_record
from tests.domain.listed import line, mineral
from tests.domain.trade import amounts, assess, base, floored, item, of_kind, trading_bloc
from tests.domain.vault import opened_reserve, signed

TESTS = Path(__file__).parent.parent
HERE = "domain/test_traps.py"
GOLDEN = "domain/test_golden_duty.py"
EXPRESSIONS = "domain/test_duty_expression_rules.py"
TRAPS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: ("MIN and MAX inverted", (f"{GOLDEN}::test_e05_minimum_and_maximum",)),
    2: (
        "six digits taken for a mineral",
        (f"{HERE}::test_a_floor_is_for_its_line_and_not_for_its_six_digits",),
    ),
    3: (
        "floor duty before or after base duty",
        (f"{GOLDEN}::test_e06_to_e09_floor_duty", f"{GOLDEN}::test_e06b_cif_plus_duty"),
    ),
    4: (
        "unit price rounded before it is multiplied",
        (f"{HERE}::test_no_unit_price_is_rounded_on_the_way", f"{GOLDEN}::test_e18_pounds_and_kilograms"),
    ),
    5: (
        "rate of the day of acceptance or of exportation",
        ("domain/test_exchange_rates.py::test_the_united_states_take_the_rate_of_the_day_of_exportation",),
    ),
    6: (
        "23:30 UTC is another day in Seoul and in Washington",
        ("domain/test_selection.py::test_the_governing_day_is_that_of_the_legal_time_zone",),
    ),
    7: (
        "a future value leaks backwards",
        ("domain/test_replay_properties.py::test_a_future_dated_value_changes_no_answer_before_its_start",),
    ),
    8: (
        "correction of a correction",
        ("domain/test_corrections.py::test_a_correction_of_a_correction_and_its_annulment",),
    ),
    9: (
        "annulment ex tunc, repeal ex nunc, suspension",
        (
            "domain/test_effective.py::test_a_repeal_leaves_the_days_before_it_and_an_annulment_none",
            "domain/test_effective.py::test_a_suspended_act_suspends_what_rests_on_it",
        ),
    ),
    10: (
        "goods in transit are exempt",
        (f"{EXPRESSIONS}::test_goods_in_transit_are_exempt_and_others_are_tested_against_the_price",),
    ),
    11: (
        "a quota ends within one line",
        ("domain/test_quotas.py::test_e14_with_180_t_left_one_line_is_split",),
    ),
    12: (
        "a member suspended for one mineral only",
        ("domain/test_selection.py::test_a_suspension_for_one_mineral_leaves_the_others",),
    ),
    13: ("a rule newer than the data", (f"{HERE}::test_a_newer_rule_accuses_nothing_recorded_before_it",)),
    14: (
        "a floor recorded after it took effect",
        (
            "domain/test_auditing_notices.py::test_a_floor_that_was_recorded_after_it_took_effect_is_late",
            f"{GOLDEN}::test_e12_what_was_known_when",
        ),
    ),
    15: (
        "kilograms of content, not of goods",
        (
            f"{GOLDEN}::test_e04_contained_metal",
            "domain/test_declaration_rules.py::test_dec_9_the_content_that_is_charged_is_declared",
        ),
    ),
    16: ("10 and 1.67 are not 12", ("domain/test_golden_reserve.py::test_capital_is_never_summed",)),
    17: (
        "EU is no code of ISO 3166-1",
        ("contracts/test_fields.py::test_eu_is_a_member_and_a_territory_but_no_country",),
    ),
    18: (
        "the same id with other bytes",
        (
            "ledger/test_admission.py::test_an_id_with_other_bytes_is_a_conflict",
            "flow/test_bad_input.py::test_an_id_is_never_used_for_other_bytes",
        ),
    ),
    19: (
        "a price agreed in a contract is no floor",
        (f"{HERE}::test_a_contract_price_is_no_floor_at_the_border",),
    ),
    20: (
        "overdue counted twice",
        ("domain/test_default_rules.py::test_however_often_it_is_asked_a_day_overdue_is_counted_once",),
    ),
}


def test_all_twenty_traps_are_set() -> None:
    """The list is whole."""
    assert list(TRAPS) == list(range(1, 21))


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_has_a_test(trap: int) -> None:
    """The tests that the list names exist."""
    _words, tests = TRAPS[trap]
    for test in tests:
        path, name = test.split("::")
        assert f"def {name}(" in (TESTS / path).read_text("utf-8"), test


def test_a_floor_is_for_its_line_and_not_for_its_six_digits() -> None:
    """Trap 2: fifteen minerals share 2846 90; a floor on one of them is owed on no other."""
    dysprosium = "dysprosium.oxide_compound.oxide_99"
    bloc = floored().record(mineral("dysprosium"), line(dysprosium, "284690"))
    assert of_kind(assess(bloc, item()), "price_floor") == "612000.00"
    other = assess(bloc, item(line=dysprosium))
    assert [duty.kind for duty in other.lines] == ["base"]


def test_no_unit_price_is_rounded_on_the_way() -> None:
    """Trap 4: 3 kg for 100.00 are 33.33 a kilogram, rounded; to 33.34 they lack two cents, and not three."""
    bloc = floored(base(facts.percent("0")), price={"amount": "33.34", "currency": "USD", "per": "kg"})
    assert of_kind(assess(bloc, item("100.00", "3")), "price_floor") == "0.02"


def test_a_newer_rule_accuses_nothing_recorded_before_it() -> None:
    """Trap 13: a floor on no recorded act was lawful under the first rule book; it stays so under the second one,
    which takes no other like it."""
    record = founded_record()
    record.post(floor())
    record.post(governing.ruleset_activated(RULESETS[1], effective_from="2026-06-20"))
    july = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    record.refuse(floor(named=METAL), now=july)
    assert {broken.rule for broken in record.said[-1].data.broken} == {"ACT-9", "PRP-8"}
    assert faults(audited(record)) == []


def test_a_contract_price_is_no_floor_at_the_border() -> None:
    """Trap 19: what a company agreed to pay the reserve (95 USD/kg) is owed by no importer."""
    bloc = trading_bloc().record(measure())
    before = amounts(assess(bloc, item()))
    bloc.record(*opened_reserve(), signed())
    after = assess(bloc, item())
    assert amounts(after) == before
    assert [missing.what for missing in after.unknown] == ["floor"]
    assert OXIDE not in bloc.rules.floors
