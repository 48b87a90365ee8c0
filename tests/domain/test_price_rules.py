"""Floors and reference prices: on catalogue lines, in fitting units, one live floor a line, in one direction."""

import pytest

from tests.domain.facts import METAL, OXIDE, TUNGSTEN, floor, floor_act, reference_price
from tests.domain.given import founded_bloc
from tests.domain.legal_acts import strict_bloc
from tests.domain.mending import corrected

UNKNOWN = "ndpr.alloy.mischmetal"


def test_flr_1_a_floor_needs_a_line_of_the_catalogue():
    """A floor is never keyed by an HS code: fifteen minerals share 2846 90."""
    bloc = founded_bloc()
    assert bloc.broken(floor(named=UNKNOWN)) == ["FLR-1"]
    assert bloc.broken(floor()) == []


def test_flr_2_a_line_has_one_live_floor():
    """While one is in force it is revised, not set again."""
    bloc = founded_bloc().record(floor())
    assert bloc.broken(floor("115.00", effective_from="2026-07-01")) == ["FLR-2"]
    assert bloc.broken(floor("115.00", "revised", effective_from="2026-07-01")) == []


def test_flr_2_after_a_withdrawal_a_floor_may_be_set_again():
    """From the first day without the old one."""
    bloc = founded_bloc().record(floor(), floor_act("withdrawn", "2026-09-01"))
    assert bloc.broken(floor("120.00", effective_from="2026-08-31")) == ["FLR-2"]
    assert bloc.broken(floor("120.00", effective_from="2026-09-01")) == []


@pytest.mark.parametrize("verb", ["suspended", "resumed", "withdrawn"])
def test_flr_3_only_a_floor_that_is_set_is_acted_on(verb: str):
    """Nothing is suspended, resumed or withdrawn that is not there."""
    assert founded_bloc().broken(floor_act(verb, "2026-07-01")) == ["FLR-3"]


def test_flr_3_a_floor_is_revised_suspended_and_resumed_while_it_lives():
    """Set on 1 May: not before, and not after its withdrawal."""
    bloc = founded_bloc()
    assert bloc.broken(floor("115.00", "revised")) == ["FLR-3"]
    bloc.record(floor())
    assert bloc.broken(floor_act("suspended", "2026-04-30")) == ["FLR-3"]
    assert bloc.broken(floor_act("suspended", "2026-05-01")) == []
    assert bloc.broken(floor_act("resumed", "2026-06-01")) == ["FLR-3"]
    bloc.record(floor_act("suspended", "2026-06-01"))
    assert bloc.broken(floor_act("resumed", "2026-07-01")) == []
    bloc.record(floor_act("withdrawn", "2026-09-01"))
    assert bloc.broken(floor("120.00", "revised", effective_from="2026-08-01")) == ["FLR-3"]


def test_flr_4_floors_go_one_way():
    """E11's floor rises on 1 July; a revision from June comes too late."""
    bloc = founded_bloc().record(floor(), floor("115.00", "revised", effective_from="2026-07-01"))
    assert bloc.broken(floor("112.00", "revised", effective_from="2026-06-01")) == ["FLR-4"]
    assert bloc.broken(floor_act("withdrawn", "2026-04-01")) == ["FLR-4"]
    assert bloc.broken(floor("118.00", "revised", effective_from="2026-10-01")) == []


def test_flr_4_a_new_floor_is_not_set_before_an_older_one():
    """Even where their days do not meet: the history of a line is told forward."""
    bloc = founded_bloc().record(floor())
    assert bloc.broken(floor("100.00", effective_from="2026-03-01", effective_to="2026-05-01")) == ["FLR-4"]


def test_flr_5_a_content_price_fits_a_line_measured_by_that_content():
    """APT is priced per 10 kg of WO3; NdPr oxide has no such content."""
    bloc = founded_bloc()
    per_content = {"amount": "1050.00", "currency": "USD", "per": "mtu", "content": "WO3"}
    wrong = {"amount": "1050.00", "currency": "USD", "per": "kg", "content": "W"}
    assert bloc.broken(floor(named=TUNGSTEN, price=per_content)) == []
    assert bloc.broken(floor(named=TUNGSTEN, price=wrong)) == ["FLR-5"]
    assert bloc.broken(floor(price=per_content)) == ["FLR-5"]


def test_ref_1_a_reference_price_needs_a_line():
    """As a floor does."""
    bloc = founded_bloc()
    assert bloc.broken(reference_price(UNKNOWN)) == ["REF-1"]
    assert bloc.broken(reference_price(OXIDE)) == []


def test_ref_2_a_reference_price_fits_its_line():
    """Per unit of the content that the line is measured by, or of its mass."""
    bloc = founded_bloc()
    per_content = {"amount": "1050", "currency": "USD", "per": "mtu", "content": "WO3"}
    assert bloc.broken(reference_price(TUNGSTEN, price=per_content)) == []
    assert bloc.broken(reference_price(OXIDE, price=per_content)) == ["REF-2"]


def test_ref_3_one_price_of_an_assessor_for_a_day():
    """A second one would take the place of the first unsaid; another assessor, method or month stands beside it."""
    bloc = strict_bloc("2026.3").record(reference_price())
    again = reference_price(
        price={"amount": "12.3", "currency": "USD", "per": "kg"}, period_from="2026-02-28"
    )
    (found,) = bloc.violations(again)
    assert (found.rule.id, found.path) == ("REF-3", "$.data.period_from")
    assert f"position {bloc.position}" in found.detail
    march = reference_price(period_from="2026-03-01", period_to="2026-04-01")
    for beside in (
        march,
        reference_price(method="index"),
        reference_price(assessor="another"),
        reference_price(METAL),
    ):
        assert bloc.broken(beside) == []
    assert strict_bloc().record(reference_price()).broken(again) == []


def test_ref_3_no_correction_brings_two_prices_to_a_day():
    """Neither the earlier of two is moved onto the later, nor the other way round; its figure may change."""
    bloc = strict_bloc("2026.3").record(reference_price())
    first = bloc.position
    march = reference_price(period_from="2026-03-01", period_to="2026-04-01")
    bloc.record(march)
    assert bloc.broken(corrected(bloc, reference_price(), first, period_to="2026-03-02")) == ["COR-7"]
    assert bloc.broken(corrected(bloc, march, bloc.position, period_from="2026-02-28")) == ["REF-3"]
    dearer = {"amount": "124", "currency": "USD", "per": "kg"}
    assert bloc.broken(corrected(bloc, reference_price(), first, price=dearer)) == []
