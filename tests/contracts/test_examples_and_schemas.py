"""What partners are given to read: a valid example and a JSON Schema of every type, both true."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from contracts.decoding import encode_event
from contracts.events import Founded, KeyRegistered
from contracts.examples import example_of
from contracts.identity.possession import check_possession
from contracts.registry import EVENT_TYPES
from contracts.schema import main, outdated, schema_of, schema_text, write_schemas
from tests.contracts.mutations import (
    DECLARATION,
    FLOOR_SET,
    TYPE_NAMES,
    accepted,
    event,
    line,
    place_of,
    places,
    with_value,
    without,
)

ORIGIN = "bloc.example/ledger"
ROLE_OF = {
    "bloc.secretariat": "secretariat",
    "bloc.council": "approver",
    "bloc.tariffs": "tariffs",
    "bloc.ledger": "party",
    "bloc.prices": "rate_publisher",
    "us.trade": "trade_ministry",
    "us.customs": "customs",
    "us.remedies": "investigating_authority",
    "us.vault": "reserve_operator",
    "oem.clarios": "company",
    "eu.trade": "trade_ministry",
    "eu.court": "court",
    "eu.remedies": "investigating_authority",
}
"""The parties of the examples, and as what they speak there (any party speaks of keys of its own)."""


@pytest.mark.parametrize("type_name", TYPE_NAMES)
def test_every_type_has_a_valid_example(type_name: str):
    """It decodes, it is of its type, and it is one line without blanks."""
    raw = example_of(type_name)
    assert accepted(event(type_name)).type == type_name
    assert b"\n" not in raw
    assert raw == line(json.loads(raw))


@pytest.mark.parametrize("type_name", TYPE_NAMES)
def test_an_example_is_issued_by_a_party_of_the_right_kind(type_name: str):
    """Derived types come from the tariffs service, laws of the bloc from its secretariat."""
    roles = EVENT_TYPES[type_name].roles
    assert {ROLE_OF[accepted(event(type_name)).party], "party"} & set(roles)


def test_the_proofs_in_the_examples_hold():
    """Keys of examples prove their possession like any other key."""
    founded = accepted(event("bloc.founded.v1")).data
    assert isinstance(founded, Founded)
    registered = accepted(event("bloc.key.registered.v1")).data
    assert isinstance(registered, KeyRegistered)
    for holder in (founded.secretariat, *founded.services, registered):
        assert check_possession(holder.proof, holder.jwk, origin=ORIGIN, party=holder.party)


def test_there_is_no_example_of_an_unknown_type():
    """A KeyError, which the API answers with 404."""
    with pytest.raises(KeyError):
        example_of("bloc.founded.v2")


def test_the_schemas_in_the_repository_are_those_of_the_types():
    """A change of a type without its schema is caught here: run `python -m contracts.schema --write`."""
    assert outdated() == []
    assert main(["--check"]) == 0


def test_a_stale_a_missing_and_a_surplus_schema_are_named(tmp_path: Path):
    """Freshness means all three."""
    write_schemas(tmp_path)
    (tmp_path / f"{FLOOR_SET}.json").write_text("{}")
    (tmp_path / f"{DECLARATION}.json").unlink()
    (tmp_path / "bloc.founded.v0.json").write_text("{}")
    assert outdated(tmp_path) == sorted([f"{FLOOR_SET}.json", f"{DECLARATION}.json", "bloc.founded.v0.json"])
    write_schemas(tmp_path)
    assert outdated(tmp_path) == []


@pytest.mark.parametrize("type_name", TYPE_NAMES)
def test_a_schema_accepts_the_example_and_refuses_an_unknown_or_missing_field(type_name: str):
    """Another implementation of JSON Schema agrees with our decoder on these."""
    schema = jsonschema_rs.Draft202012Validator(schema_of(type_name))
    value = event(type_name)
    assert schema.is_valid(value)
    assert not schema.is_valid({**value, "approved_by": "us.trade"})
    assert not schema.is_valid(with_value(value, place_of(value, "$.data.approved_by"), "us.trade"))
    for name in EVENT_TYPES[type_name].payload.__struct_fields__:
        if name in schema_of(type_name)["properties"]["data"]["required"]:
            assert not schema.is_valid(without(value, place_of(value, f"$.data.{name}")))


@pytest.mark.parametrize("type_name", TYPE_NAMES)
def test_a_schema_refuses_a_number_and_a_null_wherever_a_text_stands(type_name: str):
    """Decimals are strings for JSON Schema too, and a field that is not there is left out.

    What a corrected or proposed payload holds, its own schema says.
    """
    schema = jsonschema_rs.Draft202012Validator(schema_of(type_name))
    value = event(type_name)
    for place in places(value):
        if place.path not in ("$", "$.subject") and not place.path.startswith(
            ("$.data.corrected.", "$.data.events[0].data.")
        ):
            assert not schema.is_valid(with_value(value, place, None)), place.path
            assert not schema.is_valid(with_value(value, place, 1.5)), place.path


def test_patterns_of_schemas_are_free_of_python():
    """Python's end-of-text mark is written as ECMA's."""
    for name in TYPE_NAMES:
        assert "(?!" not in schema_text(name)


def test_the_example_survives_being_written_again():
    """Decoding and encoding changes nothing that is meant: a second round gives the same event."""
    for name in TYPE_NAMES:
        decoded = accepted(event(name))
        assert accepted(json.loads(encode_event(decoded))) == decoded
