"""Facts about trade and the reserve, in the words of facts.py: declarations, lots, commitments, drawdowns.

The defaults are the worked examples E06 (12 t of NdPr oxide from China at 59 USD/kg) and E19 to E21 (500 t
in the reserve at 95 USD/kg, of which 120 t are drawn and 70 t come back).
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from contracts.envelope import Event
from contracts.events.declarations import DeclarationItem
from services.tariffs.domain.assessment.assess import Assessment, assess_item
from tests.domain.facts import OXIDE, event, floor, goods, measure, origins, percent
from tests.domain.given import Bloc, founded_bloc
from tests.domain.members import joined

GOLDEN: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "data" / "golden_examples.json").read_text("utf-8")
)
"""The worked examples by id, with exact results."""

LAST_OF_JUNE = "2026-06-30T23:30:00-04:00"
"""Still 30 June in New York, already 1 July in UTC."""
FIRST_OF_JULY = "2026-07-01T09:00:00-04:00"


def expected(example: str) -> dict[str, Any]:
    """The expected results of a worked example."""
    return GOLDEN[example]["expected"]


# --- duty --------------------------------------------------------------------------------------------------


def usd(amount: str) -> dict[str, str]:
    """An amount in US dollars."""
    return {"amount": amount, "currency": "USD"}


def mass(value: str, unit: str = "kg", content: str | None = None) -> dict[str, str]:
    """A quantity."""
    return {"value": value, "unit": unit} | ({} if content is None else {"content": content})


def item_data(
    value: str = "708000.00", net_mass: str | dict[str, str] = "12000", **more: Any
) -> dict[str, Any]:
    """The item of E06 as a payload: a net mass alone is in kilograms, None leaves a field out."""
    fields: dict[str, Any] = {
        "item_no": 1,
        "commodity_code": "2846904000",
        "hs_edition": "HS2022",
        "line": OXIDE,
        "origin": "CN",
        "preference_claimed": False,
        "net_mass": mass(net_mass) if isinstance(net_mass, str) else net_mass,
        "customs_value": usd(value),
        "free_at_frontier_value": usd(value),
    }
    return {name: field for name, field in (fields | more).items() if field is not None}


def item(value: str = "708000.00", net_mass: str | dict[str, str] = "12000", **more: Any) -> DeclarationItem:
    """The item of E06."""
    return msgspec.convert(item_data(value, net_mass, **more), DeclarationItem)


def claimed(reference: str = "AU-2026-0001") -> dict[str, Any]:
    """The fields of an item for which a preference is claimed."""
    return {"preference_claimed": True, "origin_proof": {"type": "form_a", "reference": reference}}


def declaration(*items: dict[str, Any], by: str = "us.customs", **more: Any) -> Event[Any]:
    """A declaration accepted on the last of June, with the item of E06 unless others are given."""
    data = {
        "member": "US",
        "reference": "ABC-1234567-8",
        "accepted_at": LAST_OF_JUNE,
        "importer": {"scheme": "us.irs", "id": "12-3456789"},
        "items": list(items) or [item_data()],
    }
    return event(by, "bloc.declaration.accepted.v1", data | more)


def trading_bloc(**terms: Any) -> Bloc:
    """A founded bloc with one member, the US; keyword arguments replace terms of its accession."""
    return founded_bloc().record(*joined("US", **terms))


def base(*duty: dict[str, Any], code: str = "284690", name: str | None = None, **more: Any) -> Event[Any]:
    """A base duty of the US on one code, from everywhere."""
    named = f"us.base.{code}" if name is None else name
    return measure(named, goods=goods(code), duty=list(duty) or [percent("3.7")], **more)


def specific(amount: str, per: str = "kg", op: str = "+", content: str | None = None) -> dict[str, str]:
    """A specific component in US dollars."""
    fields = {"op": op, "kind": "specific", "amount": amount, "currency": "USD", "per": per}
    return fields | ({} if content is None else {"content": content})


def preference(code: str = "284690", rate: str = "0") -> Event[Any]:
    """A preference of the US for the bloc."""
    return measure(
        f"us.preference.bloc.{code}",
        kind="preference",
        goods=goods(code),
        origins=origins("BLOC"),
        duty=[percent(rate)],
    )


def assess(
    bloc: Bloc,
    declared: DeclarationItem,
    accepted_at: str = LAST_OF_JUNE,
    *,
    member: str = "US",
    position: int | None = None,
) -> Assessment:
    """Assess an item, imported into the US and on everything recorded unless said otherwise."""
    known = bloc.position if position is None else position
    return assess_item(
        bloc.rules, member=member, accepted_at=accepted_at, item=declared, known_position=known
    )


def amounts(assessment: Assessment) -> list[str]:
    """The amounts of the lines, after checking that nothing was unknown but a floor."""
    assert {missing.what for missing in assessment.unknown} <= {"floor"}, assessment.unknown
    return [line.amount for line in assessment.lines]


def of_kind(assessment: Assessment, kind: str) -> str:
    """The amount of the one line of a kind."""
    (amount,) = [line.amount for line in assessment.lines if line.kind == kind]
    return amount


def formula_of(assessment: Assessment, name: str) -> str:
    """The formula of the one step of a name."""
    (formula,) = [step.formula for step in assessment.trace if step.step == name]
    assert isinstance(formula, str)
    return formula


def floored(*duties: Event[Any], **floor_terms: Any) -> Bloc:
    """A bloc with a base duty (3.7 % unless others are given) and a floor of 110 USD/kg."""
    return trading_bloc().record(*(duties or (base(),)), floor(**floor_terms))
