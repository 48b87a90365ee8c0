"""Legal acts: adopted once, changed while they live, and nothing rests on an act outside its days."""

from typing import Any

import pytest

from contracts.envelope import Event
from tests.domain.facts import floor, floor_act, goods, measure, measure_act, said_by
from tests.domain.given import Bloc
from tests.domain.legal_acts import (
    FERRO,
    TARIFF,
    adopted,
    lawful_bloc,
    published,
    quashed,
    resting_on,
    said,
    strict_bloc,
)
from tests.domain.mending import annulled

DECISION = "bloc.council.decision.2026-3"
ON_TARIFF = resting_on(TARIFF)


def of_acts(bloc: Bloc, event: Event[Any]) -> list[str]:
    """The rules of legal acts that an event breaks; 2026.2 asks for more than acts."""
    return [rule for rule in bloc.broken(event) if rule.startswith("ACT-")]


def test_act_1_an_act_is_adopted_once():
    """Not even a repealed one comes back under its old name."""
    bloc = lawful_bloc().record(adopted())
    assert bloc.broken(adopted()) == ["ACT-1"]
    bloc.record(said("repealed", start="2026-08-01"))
    assert bloc.broken(adopted(start="2027-01-01")) == ["ACT-1"]


@pytest.mark.parametrize("verb", ["extended", "suspended", "resumed", "repealed"])
def test_act_2_only_a_recorded_act_is_acted_on(verb: str):
    """A step of an act that nobody adopted says nothing."""
    (violation,) = lawful_bloc().violations(said(verb, start="2026-07-01"))
    assert (violation.rule.id, violation.path) == ("ACT-2", "$.data.act")


def test_act_2_an_act_that_is_not_recorded_is_neither_published_nor_annulled():
    """The adoption comes first, whatever the journal says."""
    bloc = lawful_bloc()
    assert bloc.broken(published()) == ["ACT-2"]
    assert bloc.broken(quashed()) == ["ACT-2"]


def test_act_2_a_repealed_act_is_neither_suspended_nor_extended():
    """What has ended has ended."""
    bloc = lawful_bloc().record(adopted(), said("repealed", start="2026-08-01"))
    assert bloc.broken(said("suspended", start="2026-09-01")) == ["ACT-2"]
    assert bloc.broken(said("extended", start="2026-08-01", end="2027-01-01")) == ["ACT-2"]


def test_act_2_an_act_is_resumed_only_while_it_is_suspended():
    """As with measures and floors: it is the same machine."""
    bloc = lawful_bloc().record(adopted(), said("suspended", start="2026-08-01"))
    assert bloc.broken(said("resumed", start="2026-07-01")) == ["ACT-2"]
    assert bloc.broken(said("resumed", start="2026-10-01")) == []


def test_act_3_an_act_does_not_end_before_it_begins():
    """One that is not to begin at all is repealed from its first day."""
    bloc = lawful_bloc().record(adopted(start="2026-09-01"))
    assert bloc.broken(said("repealed", start="2026-08-01")) == ["ACT-3"]
    assert bloc.broken(said("repealed", start="2026-09-01")) == []


def test_act_4_an_extension_ends_later_than_the_act_would():
    """The ferro-alloy safeguard until 17 November 2028, extended by two years; an open act needs no extension."""
    bloc = lawful_bloc().record(adopted(FERRO, "2025-11-18", "2028-11-18"), adopted())
    shorter = said("extended", FERRO, "2028-01-01", "2028-06-01")
    assert bloc.broken(shorter) == ["ACT-4"]
    assert bloc.broken(said("extended", FERRO, "2028-11-18", "2030-11-18")) == []
    assert bloc.broken(said("extended", FERRO, "2028-11-18")) == []
    assert bloc.broken(said("extended", FERRO, "2028-11-19", "2030-11-18")) == ["ACT-2"]
    assert bloc.broken(said("extended", TARIFF, "2027-01-01", "2028-01-01")) == ["ACT-4"]


def test_act_5_an_act_is_published_once_and_not_before_its_adoption():
    """Adopted on 17 November 2025, published on the 18th."""
    bloc = lawful_bloc().record(adopted())
    assert bloc.broken(published(on="2025-11-16")) == ["ACT-5"]
    assert bloc.broken(published()) == []
    assert bloc.record(published()).broken(published()) == ["ACT-5"]


def test_act_6_an_act_is_annulled_once_and_for_days_on_which_it_existed():
    """A second ruling has nothing left to annul; effects before the act began cannot be left standing."""
    bloc = lawful_bloc().record(adopted())
    assert bloc.broken(quashed(start="2026-01-01")) == ["ACT-6"]
    assert bloc.broken(quashed(start="2026-06-01")) == []
    assert bloc.record(quashed()).broken(quashed()) == ["ACT-6"]


def test_act_6_a_repealed_act_can_still_be_annulled():
    """A repeal leaves the days before it; a ruling takes them too."""
    bloc = lawful_bloc().record(adopted(), said("repealed", start="2026-08-01"))
    assert bloc.broken(quashed()) == []


@pytest.mark.parametrize(
    ("start", "end", "broken"),
    [
        ("2025-12-31", None, ["ACT-7"]),
        ("2026-01-01", None, []),
        ("2026-01-01", "2027-01-01", []),
        ("2026-01-01", "2027-01-02", ["ACT-7"]),
        ("2027-01-01", None, ["ACT-7"]),
    ],
)
def test_act_7_a_measure_lies_within_its_act(start: str, end: str | None, broken: list[str]):
    """The act holds in 2026; a measure without an end of its own ends with it."""
    bloc = lawful_bloc().record(adopted(end="2027-01-01"))
    event = measure(effective_from=start, effective_to=end, legal_basis=ON_TARIFF)
    assert bloc.broken(event) == broken


def test_act_7_a_floor_lies_within_its_act():
    """The same rule: from May, on a decision that begins in June."""
    bloc = lawful_bloc().record(adopted(DECISION, "2026-06-01"))
    assert bloc.broken(floor(effective_from="2026-05-01")) == ["ACT-7"]
    assert bloc.broken(floor(effective_from="2026-06-01")) == []


def test_act_7_nothing_rests_on_an_act_that_is_over_but_an_end():
    """A repealed act ends what ended with it; an annulled one carries nothing; a suspended one may be built on."""
    bloc = lawful_bloc().record(measure(legal_basis=ON_TARIFF), adopted())
    repealed = lawful_bloc().record(measure(), adopted(), said("repealed", start="2026-08-01"))
    end = measure_act("terminated", "2026-08-01", legal_basis=ON_TARIFF)
    pause = measure_act("suspended", "2026-08-01", legal_basis=ON_TARIFF)
    assert repealed.broken(end) == []
    assert repealed.broken(pause) == ["ACT-7"]
    bloc.record(said("suspended", start="2026-08-01"))
    assert bloc.broken(pause) == []
    bloc.record(quashed())
    assert "ACT-7" in bloc.broken(measure("us.base.280530", goods=goods("280530"), legal_basis=ON_TARIFF))


def test_act_8_a_measure_rests_on_an_act_of_its_territory_or_of_the_bloc():
    """Union law binds no American customs officer; a decision of the bloc binds both."""
    bloc = strict_bloc().record(adopted(), adopted(FERRO), adopted(DECISION))
    assert of_acts(bloc, measure(legal_basis=resting_on(FERRO))) == ["ACT-8"]
    assert of_acts(bloc, measure(legal_basis=ON_TARIFF)) == []
    assert of_acts(bloc, measure(legal_basis=resting_on(DECISION))) == []
    assert of_acts(bloc, floor(legal_basis=ON_TARIFF)) == ["ACT-8"]


def test_act_9_nothing_begins_changes_or_ends_without_a_recorded_act():
    """Under the first rule book it did, and stays without a finding."""
    lax, strict = lawful_bloc().record(measure(), floor()), strict_bloc().record(measure(), floor())
    for event in (
        measure("us.base.280530", goods=goods("280530")),
        measure_act("terminated", "2026-08-01"),
        measure_act("amended", "2026-08-01"),
        floor_act("withdrawn", "2026-08-01"),
    ):
        assert lax.broken(event) == []
        assert of_acts(strict, event) == ["ACT-9"]


def test_mnd_1_acts_are_recorded_by_authorities_of_their_territory_and_annulled_by_courts():
    """The name of an act says whose law it is."""
    bloc = lawful_bloc().record(adopted())
    assert bloc.broken(said_by("us.trade", adopted(FERRO))) == ["MND-1"]
    assert bloc.broken(said_by("us.trade", quashed())) == ["MND-1"]
    assert bloc.broken(said_by("us.trade", adopted("bloc.decision.9"))) == ["MND-1"]


def test_cor_7_the_adoption_of_an_act_is_not_annulled_under_a_measure():
    """The measure is annulled first, or a court annuls the act with all that rests on it."""
    act = adopted()
    bloc = lawful_bloc().record(act)
    position = bloc.position
    bloc.record(measure(legal_basis=ON_TARIFF))
    assert bloc.broken(annulled(bloc, act, position)) == ["COR-7"]
