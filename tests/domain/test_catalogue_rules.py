"""The catalogue: minerals before lines, nothing defined twice, national codes below the HS-6; intervals not empty."""

from datetime import date

from services.tariffs.domain.assessment.catalogue import line_fault
from tests.domain import facts
from tests.domain.facts import METAL, OXIDE, mandate_granted, measure
from tests.domain.given import founded_bloc
from tests.domain.listed import line, mineral
from tests.domain.mending import annulled, corrected
from tests.domain.reclassifying import reclassified
from tests.domain.trade import item


def test_cat_1_a_mineral_is_listed_once():
    """The list is a list."""
    bloc = founded_bloc()
    assert bloc.broken(mineral("ndpr")) == ["CAT-1"]
    assert bloc.broken(mineral("yttrium")) == []


def test_cat_2_the_mineral_comes_before_its_lines():
    """In one submission too: listed first, then its line."""
    bloc = founded_bloc()
    yttria = line("yttrium.oxide_compound.oxide_99", "284690")
    assert bloc.broken(yttria) == ["CAT-2"]
    assert bloc.record(mineral("yttrium")).broken(yttria) == []


def test_cat_3_a_line_is_defined_once():
    """Floors rest on its meaning, so it is not redefined; another specification is another line."""
    bloc = founded_bloc()
    assert bloc.broken(line(OXIDE, "284690")) == ["CAT-3"]
    assert bloc.broken(line("ndpr.oxide_compound.oxide_999", "284690")) == []


def test_cat_4_national_codes_refine_the_hs_code():
    """81129210 lies under 811292; 81129910 does not, and 811292 itself refines nothing."""
    bloc = founded_bloc()
    name = "gallium.oxide_compound.oxide"
    for code, broken in (("81129210", []), ("81129910", ["CAT-4"]), ("811292", ["CAT-4"])):
        national = [{"territory": "US", "code": code}]
        assert bloc.broken(line(name, "811292", national_codes=national)) == broken


def test_cat_5_a_defined_line_is_reclassified_later_and_from_what_it_is():
    """An unknown line has no codes to change; the days before stay as they were; the former code is named."""
    bloc = founded_bloc()
    assert bloc.broken(reclassified("ndpr.oxide_compound.unknown")) == ["CAT-5"]
    assert bloc.broken(reclassified(effective_from="2026-01-01")) == ["CAT-5"]
    assert bloc.broken(reclassified(METAL)) == ["CAT-5"]
    assert bloc.broken(reclassified()) == []
    bloc.record(reclassified())
    was = {"hs_edition": "HS2028", "hs6": "284691"}
    assert bloc.broken(reclassified(hs6="284692", effective_from="2029-01-01", was=was)) == []
    assert bloc.broken(reclassified(hs6="284692", effective_from="2029-01-01")) == ["CAT-5"]


def test_cat_6_the_codes_change_and_the_goods_stay():
    """A line measured otherwise would change what its floor means; the same codes again say nothing."""
    bloc = founded_bloc()
    assert bloc.broken(reclassified(unit="t")) == ["CAT-6"]
    assert bloc.broken(reclassified(specification="oxide_95")) == ["CAT-6"]
    assert bloc.broken(reclassified(hs6="284690", hs_edition="HS2022")) == ["CAT-6"]
    assert bloc.broken(reclassified(national_codes=[{"territory": "US", "code": "2846904000"}])) == ["CAT-4"]


def test_dec_6_goods_are_declared_under_the_codes_of_their_day():
    """From the day of the reclassification the new code is right and the old one is not; before, the reverse."""
    bloc = founded_bloc().record(reclassified())
    old, new = item(), item(commodity_code="2846914000", hs_edition="HS2028")
    last, first = date(2027, 12, 31), date(2028, 1, 1)
    assert line_fault(bloc.rules, old, last, bloc.position) is None
    assert line_fault(bloc.rules, new, first, bloc.position) is None
    for declared, day in ((old, first), (new, last)):
        fault = line_fault(bloc.rules, declared, day, bloc.position)
        assert fault is not None
        assert fault.what == "line_mismatch"


def test_int_1_an_interval_covers_at_least_a_day():
    """`effective_to` is the first day no longer in force, so the same day twice is empty."""
    bloc = founded_bloc()
    assert bloc.broken(measure(effective_to="2026-01-01")) == ["INT-1"]
    assert bloc.broken(measure(effective_to="2025-12-31")) == ["INT-1"]
    assert bloc.broken(measure(effective_to="2026-01-02")) == []


def test_int_1_holds_for_every_type_that_has_days():
    """Mandates and reference prices too."""
    bloc = founded_bloc()
    mandate = mandate_granted("au.trade", "trade_ministry", ["AU"], effective_to="2025-01-01")
    assert bloc.broken(mandate) == ["INT-1"]
    assert bloc.broken(facts.reference_price(period_to="2026-02-01")) == ["INT-1"]


def test_cor_7_a_reclassification_is_mended_before_the_definition_it_changes():
    """Without the definition there was nothing to move, and with another code it moved from elsewhere."""
    bloc = founded_bloc().record(facts.floor(), reclassified())
    definition, moved = bloc.rules.lines[OXIDE]
    assert bloc.broken(annulled(bloc, definition.event, definition.position)) == ["COR-7"]
    assert bloc.broken(corrected(bloc, definition.event, definition.position, hs6="284610")) == ["COR-7"]
    assert bloc.broken(corrected(bloc, moved.event, moved.position, unit="t")) == ["CAT-6"]
    assert bloc.broken(corrected(bloc, moved.event, moved.position, hs6="284695")) == []
    assert bloc.broken(annulled(bloc, moved.event, moved.position)) == []
