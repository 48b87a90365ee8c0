"""What a field may hold, and which fields must fit together: codes, days, decimals, units, laws."""

from decimal import Decimal

import pytest

from contracts.decimals import plain_text, scale_of
from contracts.events import DeclarationAccepted, PurchaseCommitmentSigned
from contracts.shapes import FieldFault
from contracts.values import KILOGRAMS_PER_UNIT, LegalBasis, Money, Price, Quantity
from tests.contracts.mutations import (
    COMMITMENT,
    DECLARATION,
    FLOOR_SET,
    MEASURE,
    TYPE_NAMES,
    accepted,
    at,
    event,
    line,
    place_of,
    places,
    refused,
    refused_with,
    with_value,
)

ITEM = "$.data.items[0]"
VALUE = f"{ITEM}.customs_value"


def holds(type_name: str, path: str, new: object) -> bool:
    """Whether the example of a type may have this value at a path."""
    value = event(type_name)
    return bool(accepted(with_value(value, place_of(value, path), new)))


# --- decimals, money, quantities ------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["", "-1", "+1", "1e3", "1E3", ".5", "5.", "00", "01", "1,000", "1 000", "٣", "1" * 19, "0." + "0" * 13,
     "NaN", "Infinity", "0x10", "1_000", "1\n", " 1"],
)  # fmt: skip
def test_a_decimal_of_another_form_is_refused(written: str):
    """No sign, no exponent, no leading zero, at most 18 and 12 digits, ASCII digits only."""
    refused_with(DECLARATION, f"{ITEM}.net_mass.value", written)


@pytest.mark.parametrize("written", ["0", "0.000000000001", "9" * 18 + "." + "9" * 12, "1.0", "1.00"])
def test_a_decimal_is_kept_as_written(written: str):
    """1.0 and 1.00 are equal in value and different in bytes."""
    value = event(DECLARATION)
    decoded = accepted(with_value(value, place_of(value, f"{ITEM}.net_mass.value"), written))
    assert decoded.data.items[0].net_mass.value == written
    assert decoded.data.items[0].net_mass.number == Decimal(written)


@pytest.mark.parametrize(("amount", "currency"), [("1.001", "USD"), ("1.5", "JPY"), ("1.0001", "BHD")])
def test_an_amount_finer_than_its_currency_is_refused(amount: str, currency: str):
    """The minor unit of ISO 4217: two decimals for USD, none for JPY, three for BHD."""
    value = event(DECLARATION)
    fault = refused(line(with_value(value, place_of(value, VALUE), {"amount": amount, "currency": currency})))
    assert fault.path == f"{VALUE}.amount"
    assert currency in fault.reason
    with pytest.raises(FieldFault):
        Money(amount, currency)


@pytest.mark.parametrize("currency", ["usd", "US", "USDT", "XAU", "XXX", "XTS", "ZZZ", "€"])
def test_a_currency_that_is_not_in_iso_4217_is_refused(currency: str):
    """Metals and testing codes are not money; nor is a token."""
    refused_with(DECLARATION, f"{VALUE}.currency", currency)


def test_a_price_may_be_finer_than_its_currency():
    """0.007 USD/kg is the duty on zinc dust as printed in the law."""
    assert holds(FLOOR_SET, "$.data.price.amount", "0.007")


@pytest.mark.parametrize("unit", ["KG", "kgs", "oz", "MT", "st", "", "t "])
def test_an_unknown_unit_is_refused(unit: str):
    """Seven units, and the answer lists them."""
    assert "kg" in refused_with(DECLARATION, f"{ITEM}.net_mass.unit", unit).mend


def test_a_metric_ton_unit_names_its_content():
    """10 kg of what? APT is priced per mtu of WO3."""
    price = {"amount": "1050", "currency": "USD", "per": "mtu"}
    value = event(FLOOR_SET)
    assert (
        refused(line(with_value(value, place_of(value, "$.data.price"), price))).path
        == "$.data.price.content"
    )
    assert holds(FLOOR_SET, "$.data.price", {**price, "content": "WO3"})


def test_units_convert_exactly():
    """The factors are exact by definition; 20 t are 44092.452… lb, and a pound is 0.45359237 kg."""
    assert Quantity("1", "lb").kilograms == Decimal("0.45359237")
    assert Quantity("3", "stn").kilograms == Decimal("2721.55422")
    assert Quantity("12", "ozt").kilograms == Decimal("0.3732417216")
    assert Quantity("1.25", "t").kilograms == Quantity("1250", "kg").kilograms
    assert Quantity("1062.000", "mtu", "WO3").kilograms == Decimal(10620)
    assert set(KILOGRAMS_PER_UNIT) == {"kg", "t", "g", "lb", "ozt", "stn", "mtu"}
    assert Price("16.25", "USD", "lb").kilograms_per_unit == Decimal("0.45359237")


def test_decimals_are_written_plainly():
    """No exponent ever reaches the wire, whatever Decimal prefers."""
    assert plain_text(Decimal("1E+3")) == "1000"
    assert plain_text(Decimal("1E-7")) == "0.0000001"
    assert [scale_of(written) for written in ("26196", "26196.00", "0.000000000001")] == [0, 2, 12]


# --- codes, places, names -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_name", "path", "wrong"),
    [
        (DECLARATION, f"{ITEM}.origin", "EU"),
        (DECLARATION, f"{ITEM}.origin", "XX"),
        (DECLARATION, f"{ITEM}.origin", "cn"),
        (DECLARATION, f"{ITEM}.origin", "CHN"),
        (DECLARATION, "$.data.member", "BLOC"),
        (DECLARATION, "$.data.member", "UK"),
        (DECLARATION, f"{ITEM}.commodity_code", "2846.90.40"),
        (DECLARATION, f"{ITEM}.commodity_code", "28469"),
        (DECLARATION, f"{ITEM}.commodity_code", "28469040001"),
        (DECLARATION, f"{ITEM}.commodity_code", "284690٤"),
        (DECLARATION, f"{ITEM}.hs_edition", "2022"),
        (DECLARATION, f"{ITEM}.line", "ndpr.oxide_99"),
        (DECLARATION, f"{ITEM}.line", "ndpr.oxide.oxide_99"),
        (DECLARATION, f"{ITEM}.line", "None"),
        (DECLARATION, f"{ITEM}.line", ""),
        (DECLARATION, f"{ITEM}.incoterm", "fob"),
        (DECLARATION, f"{ITEM}.item_no", 0),
        (DECLARATION, f"{ITEM}.exported_on", "2026-02-30"),
        (DECLARATION, f"{ITEM}.exported_on", "2026-6-8"),
        (DECLARATION, f"{ITEM}.exported_on", "2026-06-08T00:00:00Z"),
        (DECLARATION, f"{ITEM}.exported_on", "9999-12-31"),
        (DECLARATION, "$.data.accepted_at", "2026-06-30T23:30:00"),
        (DECLARATION, "$.data.accepted_at", "2026-06-31T23:30:00-04:00"),
        (DECLARATION, "$.data.accepted_at", "2026-06-30T23:30:00-24:00"),
        (DECLARATION, "$.data.reference", "ABC 123"),
        (DECLARATION, "$.data.reference", "ABC/123"),
        (DECLARATION, "$.data.reference", "-ABC"),
        (DECLARATION, "$.data.reference", "A" * 65),
        (DECLARATION, "$.data.importer.id", "Erika Mustermann"),
        (DECLARATION, "$.data.importer.scheme", "EORI number"),
        (DECLARATION, "$.data.items", []),
        (FLOOR_SET, "$.data.line", "none"),
        (FLOOR_SET, "$.data.territory", "US"),
        (FLOOR_SET, "$.data.origins.include[0]", "EU"),
        (FLOOR_SET, "$.data.origins.include", []),
        (FLOOR_SET, "$.data.effective_from", "2026-02-29"),
        (FLOOR_SET, "$.data.illustrative", False),
        (FLOOR_SET, "$.data.note", "x" * 281),
        (FLOOR_SET, "$.data.note", ""),
        (FLOOR_SET, "$.data.cap_percent", "-5"),
        (FLOOR_SET, "$.data.approved_by", "us.trade"),
        (FLOOR_SET, "$.data.price_basis", "before_duty"),
        (MEASURE, "$.data.kind", "floor"),
        (MEASURE, "$.data.territory", "us"),
        (MEASURE, "$.data.goods.prefixes[0]", "2"),
        (MEASURE, "$.data.goods.prefixes[0]", "28469040000"),
        (MEASURE, "$.data.goods.prefixes", []),
        (MEASURE, "$.data.duty", []),
        (MEASURE, "$.data.duty[0].op", "at_least"),
        (MEASURE, "$.data.duty[0].op", "MIN"),
        (COMMITMENT, "$.data.company", "clarios"),
        (COMMITMENT, "$.data.company", "oem.clarios.us"),
        (COMMITMENT, "$.data.financing.day_count", "30/360"),
        (COMMITMENT, "$.data.replenish_within_days", 2_000_000_000),
        ("bloc.founded.v1", "$.data.secretariat.jwk.kty", "EC"),
        ("bloc.founded.v1", "$.data.secretariat.jwk.x", "A" * 42 + "B"),
        ("bloc.founded.v1", "$.data.secretariat.jwk.d", "A" * 43),
        ("bloc.founded.v1", "$.data.origin", "https://bloc.example/ledger"),
        ("bloc.key.registered.v1", "$.data.proof", "e30.e30." + "A" * 86),
        ("bloc.key.revoked.v1", "$.data.reason", "lost"),
        ("bloc.key.revoked.v1", "$.data.suspect_from", "2026-09-31T18:00:00-04:00"),
        ("bloc.checkpoint_key.rotated.v1", "$.data.kid", "bloc.ledger"),
        ("bloc.checkpoint_key.rotated.v1", "$.data.overlap_until", "2026-10-32T00:00:00Z"),
        ("bloc.mandate.granted.v1", "$.data.event_types[0]", "bloc.*"),
        ("bloc.mandate.granted.v1", "$.data.event_types[0]", "*"),
        ("bloc.mandate.granted.v1", "$.data.role", "minister"),
        ("bloc.mandate.granted.v1", "$.data.minerals", []),
        ("bloc.member.acceded.v1", "$.data.territories[0]", "EU"),
        ("bloc.member.acceded.v1", "$.data.legal_tz", "new york"),
        ("bloc.stage_line.defined.v1", "$.data.hs6", "2846"),
        ("bloc.stage_line.defined.v1", "$.data.confidence", "D"),
        ("bloc.lot.received.v1", "$.data.assay[0].percent", "100.1"),
        ("bloc.lot.received.v1", "$.data.assay[0].substance", "wo3"),
        ("bloc.lot.received.v1", "$.data.assay", []),
        ("bloc.submission.refused.v1", "$.data.submission", "A" * 64),
        ("bloc.duty.assessed.v1", "$.data.known_position", -1),
        ("bloc.duty.assessed.v1", "$.data.known_position", 2**53),
        ("bloc.duty.assessed.v1", "$.data.lines[0].cites.stream", "measure"),
    ],
)  # fmt: skip
def test_a_field_with_a_wrong_value_is_refused_by_its_path(type_name: str, path: str, wrong: object):
    """Codes, places, days, names and lists, one wrong value each."""
    value = event(type_name)
    fault = refused(line(with_value(value, place_of(value, path), wrong)))
    assert fault.path == path, fault


@pytest.mark.parametrize(
    ("type_name", "path", "what"),
    [
        ("bloc.key.revoked.v1", "$.data.kid", "a key id"),
        ("bloc.key.registered.v1", "$.data.jwk.x", "an Ed25519 public key"),
        ("bloc.measure.suspended.v1", "$.data.measure", "a measure"),
        ("bloc.act.repealed.v1", "$.data.act", "a legal act"),
    ],
)
def test_texts_of_one_form_are_asked_for_by_their_own_names(type_name: str, path: str, what: str):
    """A key and its thumbprint are written alike, and so are measures and acts: whoever slips in one hears of that."""
    assert refused_with(type_name, path, "?").reason.startswith(f"must be {what}:")


@pytest.mark.parametrize("type_name", TYPE_NAMES)
def test_every_text_of_every_type_says_what_it_must_be(type_name: str):
    """No author of an event has to read a regular expression, or guess."""
    value = event(type_name)
    for place in places(value["data"], "$.data", ("data",)):
        if isinstance(at(value, place), str):
            fault = refused(line(with_value(value, place, "\N{RIGHT-TO-LEFT OVERRIDE}")))
            assert "right form" not in fault.reason, fault
            assert "GET /schema" not in fault.mend, fault


def test_eu_is_a_member_and_a_territory_but_no_country():
    """`EU` is not in ISO 3166-1; it is accepted where a member or a customs territory stands."""
    value = event(DECLARATION)
    value["data"]["member"] = "EU"
    value["subject"] = value["subject"].replace("/US/", "/EU/")
    assert accepted(value).data.member == "EU"
    value = event(MEASURE)
    value["data"] |= {"territory": "EU", "measure": "eu.base.284690"}
    value["subject"] = "measure/eu.base.284690"
    assert accepted(value).data.territory == "EU"


def test_values_compare_and_read_as_numbers():
    """What rules work with: decimals as numbers, days as dates, instants as aware datetimes."""
    declared = accepted(event(DECLARATION)).data
    assert isinstance(declared, DeclarationAccepted)
    assert declared.items[0].customs_value.value == Decimal(708000)
    signed = accepted(event(COMMITMENT)).data
    assert isinstance(signed, PurchaseCommitmentSigned)
    assert signed.fixed_price.value == Decimal("95.00")
    assert signed.legal_basis == LegalBasis("vault.terms.2026", "3", "https://bloc.example/acts/vault-terms")
