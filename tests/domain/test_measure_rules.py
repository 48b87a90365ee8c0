"""Tariff measures: created once, changed while they live, in one direction, and never two for one scope."""

from typing import Any

import pytest

from tests.domain.facts import GALLIUM, METAL, OXIDE, goods, measure, measure_act, origins, percent, threshold
from tests.domain.given import founded_bloc, refusal_of

AMENDED, SUSPENDED, RESUMED, TERMINATED = "amended", "suspended", "resumed", "terminated"


def test_msr_1_a_measure_is_created_once():
    """Not even a terminated one comes back under its old name."""
    bloc = founded_bloc().record(measure())
    assert bloc.broken(measure()) == ["MSR-1"]
    bloc.record(measure_act(TERMINATED, "2026-08-01"))
    assert bloc.broken(measure(effective_from="2027-01-01")) == ["MSR-1"]


@pytest.mark.parametrize("verb", [AMENDED, SUSPENDED, RESUMED, TERMINATED])
def test_msr_2_only_a_recorded_measure_is_acted_on(verb: str):
    """An act on a name that nobody created changes nothing."""
    (violation,) = founded_bloc().violations(measure_act(verb, "2026-07-01"))
    assert (violation.rule.id, violation.path) == ("MSR-2", "$.data.measure")


@pytest.mark.parametrize("verb", [AMENDED, SUSPENDED, TERMINATED])
def test_msr_2_an_ended_measure_is_not_acted_on(verb: str):
    """Terminated from 1 August: nothing is amended, suspended or terminated on it after that."""
    bloc = founded_bloc().record(measure(), measure_act(TERMINATED, "2026-08-01"))
    assert bloc.broken(measure_act(verb, "2026-08-01")) == ["MSR-2"]


def test_msr_2_an_expired_measure_is_not_amended_but_one_is_prolonged_in_time():
    """New terms may join the old ones without a gap; after a gap a new measure is made."""
    bloc = founded_bloc().record(measure(effective_to="2026-07-01"))
    assert bloc.broken(measure_act(AMENDED, "2026-07-01")) == []
    assert bloc.broken(measure_act(AMENDED, "2026-07-02")) == ["MSR-2"]


def test_msr_2_a_measure_is_suspended_once_at_a_time_and_resumed_only_then():
    """E13's suspension: from 1 August, ended by resumption on 1 October."""
    bloc = founded_bloc().record(measure())
    assert bloc.broken(measure_act(RESUMED, "2026-09-01")) == ["MSR-2"]
    bloc.record(measure_act(SUSPENDED, "2026-08-01"))
    assert bloc.broken(measure_act(SUSPENDED, "2026-09-01")) == ["MSR-2"]
    assert bloc.broken(measure_act(RESUMED, "2026-07-31")) == ["MSR-2"]
    assert bloc.broken(measure_act(RESUMED, "2026-10-01")) == []
    bloc.record(measure_act(RESUMED, "2026-10-01"))
    assert bloc.broken(measure_act(SUSPENDED, "2026-10-01", effective_to="2026-11-01")) == []


def test_msr_3_amended_terms_go_forward():
    """A revision from June recorded after one from July would leave open which holds in July."""
    bloc = founded_bloc().record(measure(), measure_act(AMENDED, "2026-07-01"))
    assert bloc.broken(measure_act(AMENDED, "2026-06-01")) == ["MSR-3"]
    assert bloc.broken(measure_act(AMENDED, "2026-07-01")) == []


def test_msr_3_a_measure_does_not_end_before_it_begins():
    """One that is not to begin at all ends on its first day."""
    bloc = founded_bloc().record(measure(effective_from="2026-09-01"))
    assert bloc.broken(measure_act(TERMINATED, "2026-08-01")) == ["MSR-3"]
    assert bloc.broken(measure_act(TERMINATED, "2026-09-01")) == []
    bloc.record(measure_act(TERMINATED, "2026-09-01"))
    assert bloc.broken(measure_act(AMENDED, "2026-09-01")) == ["MSR-2"]


def test_msr_4_named_lines_are_in_the_catalogue():
    """A misspelt line would match no goods and nobody would notice."""
    bloc = founded_bloc()
    unknown = measure(goods=goods("284690", lines=["ndpr.oxide_compound.oxide_98"]))
    (violation,) = bloc.violations(unknown)
    assert (violation.rule.id, violation.path) == ("MSR-4", "$.data.goods.lines[0]")


def test_msr_5_an_amendment_does_not_turn_a_base_duty_into_a_floor():
    """A creation cannot be written so at all; an amendment carries no kind and is judged by the creation's."""
    bloc = founded_bloc().record(
        measure(), measure("us.safeguard.720221", by="us.remedies", kind="safeguard", goods=goods("720221"))
    )
    assert bloc.broken(measure_act(AMENDED, "2026-07-01", duty=[threshold("110.00")])) == ["MSR-5"]
    safeguard = measure_act(
        AMENDED,
        "2026-07-01",
        "us.safeguard.720221",
        by="us.remedies",
        goods=goods("720221"),
        duty=[threshold("2.40")],
    )
    assert bloc.broken(safeguard) == []


@pytest.mark.parametrize(
    ("other", "broken"),
    [
        ({"goods": goods("284690")}, ["MSR-6"]),
        ({"goods": goods("2846904000")}, ["MSR-6"]),
        ({"goods": goods("28")}, ["MSR-6"]),
        ({"goods": goods(lines=[OXIDE])}, ["MSR-6"]),
        ({"goods": goods("284610")}, []),
        ({"goods": goods(lines=[METAL])}, []),
        ({"kind": "preference"}, []),
        ({"effective_from": "2025-01-01", "effective_to": "2026-01-01"}, []),
        ({"effective_from": "2025-01-01", "effective_to": "2026-01-02"}, ["MSR-6"]),
        ({"origins": origins("CN")}, ["MSR-6"]),
    ],
    ids=str,
)
def test_msr_6_no_two_live_measures_for_one_scope(other: dict[str, Any], broken: list[str]):
    """3.7 % on 2846 90 from everywhere since January: what may stand beside it, and what may not."""
    bloc = founded_bloc().record(measure())
    assert bloc.broken(measure("us.base.other", **other)) == broken


def test_msr_6_another_territory_is_another_scope():
    """The EU's base duty on the same goods is its own affair."""
    bloc = founded_bloc().record(measure())
    assert bloc.broken(measure("eu.base.284690", by="eu.trade")) == []


def test_msr_6_origins_that_exclude_each_other_do_not_meet():
    """Everywhere but the bloc and the bloc; China and everywhere but China."""
    bloc = founded_bloc().record(measure(origins=origins("ERGA_OMNES", exclude=["BLOC", "CN"])))
    assert bloc.broken(measure("us.base.bloc", origins=origins("BLOC", exclude=["CN"]))) == []
    assert bloc.broken(measure("us.base.cn", origins=origins("CN"))) == []


def test_msr_6_a_country_that_could_join_the_bloc_is_excluded_beforehand():
    """Australia may accede one day; a measure on BLOC and one on Australia would meet then."""
    bloc = founded_bloc().record(measure(kind="preference", origins=origins("BLOC")))
    bilateral = measure("us.pref.au", kind="preference", origins=origins("AU"))
    (violation,) = bloc.violations(bilateral)
    assert violation.rule.id == "MSR-6"
    assert "of AU" in violation.detail


def test_msr_6_additional_codes_tell_measures_apart():
    """2200 (under way when it began) and 2201 (price test) share goods and origin; one without code meets both."""
    bloc = founded_bloc().record(measure(goods=goods("284690", codes=["2200"])))
    assert bloc.broken(measure("us.base.2201", goods=goods("284690", codes=["2201"]))) == []
    assert bloc.broken(measure("us.base.both", goods=goods("284690", codes=["2200", "2201"]))) == ["MSR-6"]
    assert bloc.broken(measure("us.base.none")) == ["MSR-6"]


def test_msr_6_national_codes_of_a_line_narrow_it():
    """In the US gallium is 8112 92 10: a measure on germanium's 8112 92 60 does not meet the line."""
    bloc = founded_bloc().record(measure(goods=goods(lines=[GALLIUM])))
    assert bloc.broken(measure("us.base.ge", goods=goods("81129260"))) == []
    assert bloc.broken(measure("us.base.ga", goods=goods("811292"))) == ["MSR-6"]


def test_msr_6_suspension_keeps_the_scope_and_termination_frees_it():
    """A suspended measure resumes; a second one beside it would then apply twice."""
    bloc = founded_bloc().record(measure(), measure_act(SUSPENDED, "2026-07-01"))
    second = measure("us.base.second", effective_from="2026-08-01")
    assert bloc.broken(second) == ["MSR-6"]
    bloc.record(measure_act(TERMINATED, "2026-08-01"))
    assert bloc.broken(second) == []


def test_msr_6_an_amendment_may_not_grow_into_another_measure():
    """Narrow when created, wide when amended: the overlap is found at the amendment."""
    bloc = founded_bloc().record(measure(), measure("us.base.280530", goods=goods("280530")))
    wide = measure_act(AMENDED, "2026-07-01", "us.base.280530", goods=goods("280530", "284690"))
    assert bloc.broken(wide) == ["MSR-6"]


def test_msr_6_two_measures_of_one_submission_meet_as_well():
    """Each event sees the earlier ones, and the refusal says where the other one stands."""
    decided = founded_bloc().decide(measure(), measure("us.base.other", duty=[percent("5")]))
    (violation,) = refusal_of(decided).violations
    assert violation.rule.id == "MSR-6"
    assert "us.base.284690 (earlier in this submission)" in violation.detail
