"""The OpenAPI documents: complete, and true of what the services answer."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from litestar import Litestar
from msgspec import convert

from contracts.problem import MEDIA_TYPE, SITUATIONS, Problem
from services.ledger.api.http import create_app as create_ledger
from services.ledger.api.wiring import Wiring as LedgerWiring
from services.tariffs.doors.http import create_app as create_tariffs
from services.tariffs.doors.wiring import Wiring as TariffsWiring

APPLICATIONS = {
    # Nothing is asked of these applications but their descriptions, so nothing is behind them.
    "tariffs": create_tariffs(cast("TariffsWiring", None)),
    "ledger": create_ledger(cast("LedgerWiring", None)),
}


def operations(app: Litestar) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation of an application with its address."""
    for path, item in app.openapi_schema.to_schema()["paths"].items():
        for operation in item.values():
            yield path, operation


@pytest.mark.parametrize("app", APPLICATIONS.values(), ids=APPLICATIONS)
def test_every_operation_says_what_it_is_and_how_to_ask(app: Litestar) -> None:
    """A summary; of every parameter what it means and an example; of a body an example."""
    lacking = [
        f"{path}: {parameter['name']}"
        for path, operation in operations(app)
        for parameter in operation.get("parameters", [])
        if not parameter.get("description") or "example" not in parameter
    ]
    lacking += [path for path, operation in operations(app) if not operation.get("summary")]
    lacking += [
        f"{path}: body"
        for path, operation in operations(app)
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if not content.get("examples")
    ]
    assert lacking == []


@pytest.mark.parametrize("app", APPLICATIONS.values(), ids=APPLICATIONS)
def test_every_fault_is_described_as_the_problem_document_that_is_sent(app: Litestar) -> None:
    """RFC 9457, with an example of each situation of that status, and none of the framework's own errors."""
    for path, operation in operations(app):
        faults = {status: found for status, found in operation["responses"].items() if status >= "400"}
        assert "500" in faults, path
        for status, response in faults.items():
            assert list(response["content"]) == [MEDIA_TYPE], path
            for slug, example in response["content"][MEDIA_TYPE]["examples"].items():
                problem = convert(example["value"], Problem)
                assert (problem.slug, str(problem.status)) == (slug, status)


def test_each_situation_is_described_somewhere() -> None:
    """A situation that no operation names would be one that nobody can prepare for; 405 has no operation."""
    named = {
        slug
        for app in APPLICATIONS.values()
        for _, operation in operations(app)
        for response in operation["responses"].values()
        for slug in response.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {})
    }
    assert SITUATIONS.keys() - named == {"not_allowed"}


def test_every_document_of_tariffs_is_described_member_by_member() -> None:
    """Clients are generated from it: no answer is just an object."""
    for path, operation in operations(APPLICATIONS["tariffs"]):
        for media_type, content in operation["responses"]["200"].get("content", {}).items():
            if media_type == "application/json":
                assert content["schema"].keys() & {"$ref", "anyOf"}, path


@pytest.mark.parametrize("app", APPLICATIONS.values(), ids=APPLICATIONS)
def test_no_answer_is_said_to_be_a_text_when_it_is_a_document(app: Litestar) -> None:
    """What handlers answer as bytes is described as the JSON object that it is."""
    for path, operation in operations(app):
        content = operation["responses"]["200"].get("content", {})
        if "application/json" in content:
            assert content["application/json"]["schema"].get("type") != "string", path
