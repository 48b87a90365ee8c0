"""Folding entries: pure, total, indexed for assessments, and the same however one gets there."""

from contracts.registry import EVENT_TYPES
from contracts.streams import keys_of
from services.tariffs.domain.evolve import FOLDED_TYPES, VERSIONED_TYPES, evolve, moved_to
from services.tariffs.domain.histories.filing import below
from services.tariffs.domain.reserve.directory import RESERVE_TYPES
from services.tariffs.domain.state import empty_rules
from tests.domain.facts import GALLIUM, OXIDE, floor, founded, goods, measure, measure_act
from tests.domain.given import Bloc, founded_bloc
from tests.domain.listed import line, mineral
from tests.domain.members import joined
from tests.domain.trade import declaration
from tests.domain.vault import lot, opened_reserve


def test_a_state_does_not_change_when_another_is_made_of_it():
    """A reader may hold on to the state that it answers from while the fold goes on."""
    bloc = founded_bloc()
    before = bloc.rules
    bloc.record(floor())
    assert before.position == bloc.position - 1
    assert OXIDE not in before.floors
    assert before.version_of("rules") == bloc.rules.version_of("rules") - 1


def test_versions_count_what_keys_of_says():
    """Each entry advances its stream and, when it is a rule event, the guard."""
    bloc = Bloc()
    counted: dict[str, int] = {}
    events = (mineral("ndpr"), line(OXIDE, "284690"), floor(), floor("115.00", "revised"), *joined("US"))
    for event in events:
        bloc.record(event)
        for key in keys_of(event.type, event.subject):
            counted[key] = counted.get(key, 0) + 1
    assert dict(bloc.rules.versions) == counted


def test_an_entry_that_says_nothing_about_rules_only_moves_the_position():
    """A declaration need not even be decoded to follow the rules."""
    bloc = founded_bloc()
    event = declaration()
    assert event.type not in FOLDED_TYPES
    evolved = evolve(bloc.rules, bloc.position + 1, "2026-06-15T12:00:00.000000Z", event)
    assert evolved == moved_to(bloc.rules, bloc.position + 1)


def test_every_guarded_type_is_folded():
    """What advances the guard `rules` changes the rules; the others are known by name."""
    guarded = {name for name, row in EVENT_TYPES.items() if row.guarded}
    assert guarded <= VERSIONED_TYPES
    assert {name for name in FOLDED_TYPES if name not in guarded} - RESERVE_TYPES == {
        "bloc.case.closed.v1",
        "bloc.case.consultations_held.v1",
        "bloc.case.opened.v1",
        "bloc.case.ruled.v1",
        "bloc.founded.v1",
        "bloc.member.instrument_deposited.v1",
        "bloc.member.invited.v1",
        "bloc.member.memorandum_signed.v1",
        "bloc.member_commitment.set.v1",
        "bloc.member_commitment.fulfilled.v1",
        "bloc.reference_price.published.v1",
        "bloc.state_hash.published.v1",
    }


def test_measures_are_found_by_prefix_line_and_the_way_down_of_all_their_terms():
    """An assessment looks up prefixes, never scans; terms of other days are sorted out by their dates."""
    bloc = founded_bloc().record(
        measure(goods=goods("284690", lines=[GALLIUM])),
        measure_act("amended", "2026-09-01", goods=goods("2805")),
    )
    rules = bloc.rules
    assert rules.measures_by_prefix["US", "284690"] == ("us.base.284690",)
    assert rules.measures_by_prefix["US", "2805"] == ("us.base.284690",)
    assert rules.measures_by_line["US", GALLIUM] == ("us.base.284690",)
    assert rules.codes_below["US", "28"] == "40"
    assert list(below(rules, "US", "2846")) == ["28469", "284690"]
    assert ("EU", "284690") not in rules.measures_by_prefix


def test_lines_are_found_by_their_hs6_and_countries_by_their_members():
    """2846 90 leads to every line under it; DE leads to the EU."""
    bloc = founded_bloc().record(line("ndpr.oxide_compound.oxide_999", "284690"))
    bloc.record(*joined("EU", territories=["DE", "FR"]))
    assert bloc.rules.lines_by_hs6["284690"] == (OXIDE, "ndpr.oxide_compound.oxide_999")
    assert bloc.rules.members_by_country["DE"] == ("EU",)


def test_the_directory_of_a_reserve_names_its_operator_and_streams():
    """The streams themselves are loaded on demand; only their names are kept, each once."""
    bloc = founded_bloc().record(*opened_reserve(), lot(), lot("vault.2026-L02"))
    directory = bloc.rules.reserves["vault"]
    assert directory.operator == "us.vault"
    assert set(directory.streams) == {"reserve/vault", f"stock/vault/{OXIDE}"}


def test_evolve_is_total_over_acts_on_things_that_do_not_exist():
    """History is what it is: an act on an unknown measure is kept, and judging it is the audit's work."""
    bloc = Bloc().record(
        measure_act("amended", "2026-07-01", "us.base.nobody"),
        measure_act("terminated", "2026-08-01", "us.base.nothing"),
        lot(),
    )
    assert len(bloc.rules.measures["us.base.nobody"]) == 1
    assert bloc.rules.measures_by_prefix["US", "284690"] == ("us.base.nobody",)
    assert "vault" not in bloc.rules.reserves


def test_a_second_founding_in_history_does_not_replace_the_first():
    """The charter is what position 0 says."""
    bloc = founded_bloc()
    charter = bloc.rules.charter
    assert bloc.record(founded(name="Another Bloc")).rules.charter is charter


def test_an_empty_ledger_has_no_position():
    """-1, so that the first entry has position 0."""
    assert empty_rules().position == -1
    assert empty_rules().version_of("rules") == 0
