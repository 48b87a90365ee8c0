"""Areas of origin: dated membership, what they reach on which day, and what origins may name and exclude."""

from typing import Any

import pytest

from contracts.envelope import Event
from tests.domain.facts import floor, measure, origins, percent
from tests.domain.given import Bloc
from tests.domain.legal_acts import area_joined, area_left, lawful_bloc, strict_bloc
from tests.domain.mending import annulled, corrected
from tests.domain.trade import assess, item, trading_bloc


def of_origins(bloc: Bloc, event: Event[Any]) -> list[str]:
    """The rules of areas that an event breaks; 2026.2 asks for more."""
    return [rule for rule in bloc.broken(event) if rule.startswith("ARE-")]


def test_are_1_a_country_is_in_an_area_once_at_a_time():
    """It may come back after it has left."""
    bloc = lawful_bloc().record(area_joined("ZM", effective_to="2026-07-01"))
    assert bloc.broken(area_joined("ZM", "2026-06-30")) == ["ARE-1"]
    assert bloc.broken(area_joined("ZM", "2026-07-01")) == []
    assert bloc.broken(area_joined("CD", "2026-06-30")) == []
    assert bloc.broken(area_joined("ZM", "2026-06-30", area="2020")) == []


def test_are_2_only_a_member_leaves():
    """Neither a stranger, nor before it has joined, nor twice."""
    bloc = lawful_bloc().record(area_joined("ZM", "2026-03-01"))
    assert bloc.broken(area_left("CD", "2026-06-01")) == ["ARE-2"]
    assert bloc.broken(area_left("ZM", "2026-02-01")) == ["ARE-2"]
    assert bloc.broken(area_left("ZM", "2026-06-01")) == []
    assert bloc.record(area_left("ZM", "2026-06-01")).broken(area_left("ZM", "2026-06-01")) == ["ARE-2"]


def test_are_3_origins_name_areas_that_exist():
    """A misspelt area would reach nobody, and nobody would notice."""
    bloc = lawful_bloc().record(area_joined("ZM"))
    event = measure(origins=origins("2005", "2006"))
    (violation,) = bloc.violations(event)
    assert (violation.rule.id, violation.path) == ("ARE-3", "$.data.origins.include[1]")
    assert bloc.broken(measure(origins=origins("2005"))) == []
    assert bloc.broken(floor(origins=origins("ERGA_OMNES", exclude=["2006"]))) == ["ARE-3"]


def test_are_4_exclusions_are_made_from_groups():
    """Nothing is excluded from a single country; the first rule book let it pass."""
    event = measure(origins=origins("CN", exclude=["VN"]))
    assert of_origins(strict_bloc(), event) == ["ARE-4"]
    assert of_origins(lawful_bloc(), event) == []
    for group in ("ERGA_OMNES", "BLOC"):
        assert of_origins(strict_bloc(), measure(origins=origins(group, exclude=["VN"]))) == []


@pytest.mark.parametrize(
    ("country", "end", "broken"),
    [("ZM", "2027-01-01", []), ("ZM", None, ["ARE-5"]), ("CD", None, []), ("VN", None, ["ARE-5"])],
)
def test_are_5_only_members_are_excluded_and_for_as_long_as_they_are(
    country: str, end: str | None, broken: list[str]
):
    """Zambia leaves at the end of the year; Vietnam was never in the group."""
    bloc = strict_bloc().record(area_joined("ZM", effective_to="2027-01-01"), area_joined("CD"))
    event = measure(origins=origins("2005", exclude=[country]), effective_to=end)
    assert of_origins(bloc, event) == broken


def test_are_6_each_origin_is_named_once():
    """Neither twice in one list nor in both."""
    for named in (origins("CN", "CN"), origins("ERGA_OMNES", exclude=["CN", "CN"])):
        assert of_origins(strict_bloc(), measure(origins=named)) == ["ARE-6"]
    assert of_origins(lawful_bloc(), measure(origins=origins("CN", "CN"))) == []


def test_an_area_reaches_a_country_while_it_is_in_it():
    """A base rate of 2 % for an area that Zambia joins on 1 July (New York): the day before, 3.7 %."""
    bloc = trading_bloc().record(measure(), area_joined("ZM", "2026-07-01"))
    joined = bloc.position
    bloc.record(
        measure(
            "us.suspension.2005", kind="autonomous_suspension", origins=origins("2005"), duty=[percent("2")]
        )
    )
    goods = item(origin="ZM")
    before = assess(bloc, goods, accepted_at="2026-06-30T23:30:00-04:00")
    after = assess(bloc, goods, accepted_at="2026-07-01T09:00:00-04:00")
    assert [line.cites.stream for line in before.lines] == ["measure/us.base.284690"]
    assert [line.cites.stream for line in after.lines] == ["measure/us.suspension.2005"]
    (step,) = [step for step in after.trace if step.step == "origin" and "2005" in str(step.result)]
    assert (step.result, step.position) == ("in area 2005 on 2026-07-01", joined)


def test_msr_6_measures_for_an_area_and_for_a_country_in_it_overlap_on_the_days_on_which_it_is():
    """Zambia leaves on 1 July: from then on it may have a measure of its own."""
    bloc = lawful_bloc().record(area_joined("ZM"), area_joined("CD"), area_left("ZM", "2026-07-01"))
    bloc.record(measure(origins=origins("2005"), effective_to="2026-07-01"))
    assert bloc.broken(measure("us.base.zm", origins=origins("ZM"))) == ["MSR-6"]
    assert bloc.broken(measure("us.base.zm", origins=origins("ZM"), effective_from="2026-07-01")) == []
    assert bloc.broken(measure("us.base.vn", origins=origins("VN"))) == []
    rest = measure("us.base.rest", origins=origins("ERGA_OMNES", exclude=["2005"]))
    assert bloc.broken(rest) == ["MSR-6"]
    assert bloc.broken(measure("us.base.cd", origins=origins("ERGA_OMNES", exclude=["2005", "ZM"]))) == []


def test_entries_of_an_area_are_corrected_and_annulled():
    """Recorded with the wrong country; an area is not left without the member that leaves it."""
    added = area_joined("ZM")
    bloc = lawful_bloc().record(added)
    position = bloc.position
    assert bloc.broken(corrected(bloc, added, position, country="CD")) == []
    bloc.record(area_left("ZM", "2026-07-01"))
    assert bloc.broken(annulled(bloc, added, position)) == ["COR-7"]
