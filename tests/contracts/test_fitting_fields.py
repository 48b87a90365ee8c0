"""Fields that must fit together: what no single field is wrong about, and still makes no sense."""

import pytest

from contracts.events import MeasureCreated
from contracts.registry import EVENT_TYPES
from tests.contracts.mutations import (
    DECLARATION,
    MEASURE,
    TYPE_NAMES,
    accepted,
    event,
    line,
    place_of,
    refused,
    refused_with,
    with_value,
    without,
)

ITEM = "$.data.items[0]"
LEGAL = [name for name in TYPE_NAMES if EVENT_TYPES[name].legal_basis]


@pytest.mark.parametrize("type_name", LEGAL)
@pytest.mark.parametrize("field", ["act", "article", "uri"])
def test_an_act_of_law_names_act_article_and_address(type_name: str, field: str):
    """No rule without its legal basis, whole."""
    value = event(type_name)
    assert refused(line(without(value, place_of(value, f"$.data.legal_basis.{field}")))).path == (
        f"$.data.legal_basis.{field}"
    )
    assert refused(line(without(value, place_of(value, "$.data.legal_basis")))).path == "$.data.legal_basis"
    refused_with(type_name, "$.data.legal_basis.uri", "acts/2026-3")


def test_goods_have_prefixes_or_lines():
    """A measure on nothing is no measure."""
    value = event(MEASURE)
    assert refused(line(without(value, place_of(value, "$.data.goods.prefixes")))).path == "$.data.goods"
    value["data"]["goods"] = {"hs_edition": "HS2022", "lines": ["ndpr.oxide_compound.oxide_99"]}
    assert accepted(value).data.goods.lines == ("ndpr.oxide_compound.oxide_99",)


def test_a_claimed_preference_brings_its_proof_of_origin():
    """A preference without a proof is a claim, not a declaration."""
    value = event(DECLARATION)
    claimed = with_value(value, place_of(value, f"{ITEM}.preference_claimed"), True)
    assert refused(line(claimed)).path == f"{ITEM}.origin_proof"
    claimed["data"]["items"][0]["origin_proof"] = {"type": "eur1", "reference": "A-123456"}
    assert accepted(claimed).data.items[0].preference_claimed


def test_item_numbers_rise():
    """Each number once, and in order."""
    value = event(DECLARATION)
    value["data"]["items"] *= 2
    assert refused(line(value)).path == "$.data.items[1].item_no"
    assert "rise" in refused(line(value)).reason


def test_a_net_mass_is_not_of_a_content():
    """The mass of the goods is what is weighed; contents have their own field."""
    path = f"{ITEM}.net_mass.content"
    refused_with(DECLARATION, path, "WO3")


def test_a_measure_is_named_after_its_territory():
    """Events about it carry no territory, so its name must."""
    value = event(MEASURE)
    value["data"]["territory"] = "CA"
    assert refused(line(value)).path == "$.data.measure"


def test_only_remedies_by_price_may_be_a_difference_to_a_price():
    """A base duty that moves with the price would be a floor by another name."""
    value = event(MEASURE)
    gap = {
        "op": "+",
        "kind": "difference_to_price",
        "price": {"amount": "2408", "currency": "EUR", "per": "t"},
        "price_basis": "free_at_frontier_before_duty",
    }
    value["data"]["duty"] = [gap]
    assert refused(line(value)).path == "$.data.duty[0].kind"
    value["data"]["kind"] = "safeguard"
    decoded = accepted(value)
    assert isinstance(decoded.data, MeasureCreated)
    assert decoded.data.duty[0].kind == "difference_to_price"


def test_a_line_is_named_after_its_mineral_and_stage():
    """The name of a line is how floors find it, so it cannot say something else than its fields."""
    value = event("bloc.stage_line.defined.v1")
    value["data"]["stage"] = "alloy"
    assert refused(line(value)).path == "$.data.line"


def test_a_field_of_another_kind_of_duty_is_refused():
    """An ad valorem component has no price; the answer says that the field belongs elsewhere."""
    value = event(MEASURE)
    value["data"]["duty"][0]["per"] = "kg"
    fault = refused(line(value))
    assert fault.path == "$.data.duty[0].per"
    assert "another kind" in fault.mend
