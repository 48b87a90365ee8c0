"""The types of the code against the project's own copy of the published table: names, fields, issuers, marks."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import cast, get_args

import pytest
from msgspec import Struct, inspect

from contracts import duty_expressions, events, schedules, values
from contracts.events import (
    declarations,
    duties,
    emergencies,
    floors,
    intake,
    membership,
    quotas,
    reserve,
    stock,
    undertakings,
)
from contracts.registry import EVENT_TYPES, ROLES
from contracts.texts import Role
from contracts.upcasting import UPCASTERS

HERE = Path(__file__).parent
LEGAL_FIELDS = ["legal_basis:LB", "published_on?:D", "proposal?:S", "illustrative?:bool", "note?:S"]
KINDS: dict[type[Struct], str] = {
    values.Money: "M",
    values.Price: "P",
    values.Quantity: "Q",
    values.LegalBasis: "LB",
}


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


TABLE = rows("event_table.csv")
VALUES = rows("value_table.csv")


def kind_of(node: inspect.Type) -> str:
    """The kind letter that the table gives a field."""
    title = ""
    while isinstance(node, inspect.Metadata):
        title = cast("dict[str, str]", node.extra_json_schema or {}).get("title", title)
        node = node.type
    match node:
        case inspect.DictType():
            return "object"
        case inspect.StructType():
            return KINDS.get(node.cls, "object")
        case inspect.LiteralType():
            return "|".join(sorted(map(str, node.values)))
        case inspect.StrType():
            return "T" if title == "Instant" else "S"
        case inspect.DateType():
            return "D"
        case inspect.IntType():
            return "int"
        case inspect.BoolType():
            return "bool"
        case inspect.VarTupleType():
            return "list"
        case inspect.UnionType():
            return "union"
        case _:
            raise AssertionError(f"the table has no letter for {node}")


def fields_in_code(struct: type[Struct]) -> Iterator[str]:
    node = inspect.type_info(struct)
    assert isinstance(node, inspect.StructType)
    for field in node.fields:
        yield f"{field.encode_name}{'' if field.required else '?'}:{kind_of(field.type)}"


def fields_in_table(written: str) -> Iterator[str]:
    for field in written.split():
        name, _, kind = field.partition(":")
        yield f"{name}:{'|'.join(sorted(kind.split('|')))}"


def test_the_types_are_those_of_the_table_in_its_order():
    """A type is in the code if and only if it is in the table."""
    assert [row["type"] for row in TABLE] == list(EVENT_TYPES)
    assert [int(row["number"]) for row in TABLE] == list(range(1, len(TABLE) + 1))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["type"])
def test_a_payload_has_exactly_the_fields_of_the_table(row: dict[str, str]):
    """Names, kinds and what is optional, field by field; acts of law carry their legal fields besides."""
    wanted = list(fields_in_table(row["fields"]))
    if row["legal_basis"] == "yes":
        wanted += LEGAL_FIELDS
    assert sorted(fields_in_code(EVENT_TYPES[row["type"]].payload)) == sorted(wanted)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["type"])
def test_a_type_has_the_stream_the_issuers_and_the_marks_of_the_table(row: dict[str, str]):
    """Stream template, who may issue it, and whether it is derived, legal, four-eyed or guarded."""
    known = EVENT_TYPES[row["type"]]
    assert known.stream == row["stream"]
    assert sorted(known.roles) == sorted(row["issuers"].split())
    marks = {
        "derived": known.derived,
        "legal_basis": known.legal_basis,
        "four_eyes": known.four_eyes,
        "guarded": known.guarded,
    }
    assert {mark: "yes" if there else "no" for mark, there in marks.items()} == {
        mark: row[mark] for mark in marks
    }


@pytest.mark.parametrize("row", VALUES, ids=lambda row: row["value"])
def test_a_value_has_exactly_the_fields_of_the_table(row: dict[str, str]):
    """The objects inside payloads, likewise."""
    homes = (
        values,
        duty_expressions,
        schedules,
        declarations,
        duties,
        emergencies,
        floors,
        intake,
        membership,
        quotas,
        reserve,
        stock,
        undertakings,
    )
    struct = next(getattr(home, row["value"]) for home in homes if hasattr(home, row["value"]))
    assert sorted(fields_in_code(struct)) == sorted(fields_in_table(row["fields"]))


def test_a_payload_class_is_named_after_its_type():
    """bloc.price_floor.set.v1 is PriceFloorSet; a version that is superseded says which one it is."""
    for name, known in EVENT_TYPES.items():
        unversioned, _, version = name.rpartition(".")
        words = unversioned.removeprefix("bloc.").replace(".", "_").split("_")
        plain = "".join(word.capitalize() for word in words)
        assert known.payload.__name__ == (f"{plain}{version.upper()}" if name in UPCASTERS else plain)
        assert getattr(events, known.payload.__name__) is known.payload


@pytest.mark.parametrize("role", get_args(Role))
def test_a_role_may_issue_the_types_whose_row_names_it(role: str):
    """The presets of a mandate's event types, in the order of the table; nobody is mandated to found a bloc."""
    named = [row["type"] for row in TABLE if role in row["issuers"].split()]
    assert ROLES[role] == tuple(name for name in named if name != "bloc.founded.v1")


def test_derived_types_are_the_preset_of_the_tariffs_service_and_of_nobody_else():
    """What tariffs derives, no party may post."""
    derived = {name for name, known in EVENT_TYPES.items() if known.derived}
    assert derived == set(ROLES["tariffs"]) - {"bloc.state_hash.published.v1"}
    for role, types in ROLES.items():
        assert role == "tariffs" or not derived & set(types)


def test_a_civil_day_is_a_date_and_not_a_text():
    """Days are compared by every rule, so they are dates in the types already."""
    assert events.PriceFloorSet.__annotations__["effective_from"].__origin__ is date
