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
from tests.domain.facts import OXIDE, act, event, floor, goods, measure, origins, percent
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
    """The item of E06 as it stands in a payload: a net mass alone is in kilograms, None leaves a field
    out."""
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


# --- reserve -----------------------------------------------------------------------------------------------

VAULT = "us.vault"
CLARIOS = "vault.clarios.2026-01"


def kilograms(value: str) -> dict[str, str]:
    """A mass in kilograms."""
    return mass(value)


def capital(amount: str, source: str, facility: str, **more: Any) -> Event[Any]:
    """Capital is committed to the reserve."""
    data = {
        "reserve": "vault",
        "source": source,
        "facility": facility,
        "amount": usd(amount),
        "committed_on": "2026-02-02",
        "legal_basis": act("reserve"),
    }
    return event(VAULT, "bloc.reserve.capital_committed.v1", data | more)


def opened_reserve() -> tuple[Event[Any], ...]:
    """The capital of Project Vault: a loan of up to 10 bn and 1.67 bn of private money."""
    return (
        capital("10000000000.00", "EXIM direct loan", "loan", term_years=15),
        capital("1670000000.00", "Private capital", "equity"),
    )


def target(cover_days: str = "60", daily_demand: str = "5500", **more: Any) -> Event[Any]:
    """A target in days of demand."""
    data = {
        "reserve": "vault",
        "line": OXIDE,
        "cover_days": cover_days,
        "daily_demand": kilograms(daily_demand),
        "effective_from": "2026-07-01",
        "legal_basis": act("reserve"),
    }
    return event(VAULT, "bloc.reserve.target_set.v1", data | more)


def signed(name: str = CLARIOS, quantity: str = "500000", by: str = VAULT, **more: Any) -> Event[Any]:
    """A purchase commitment is signed (E19: the terms are illustrative)."""
    data = {
        "purchase_commitment": name,
        "reserve": "vault",
        "company": "oem.clarios",
        "line": OXIDE,
        "quantity": kilograms(quantity),
        "fixed_price": usd("95.00") | {"per": "kg"},
        "signed_on": "2026-06-15",
        "effective_from": "2026-07-01",
        "replenish_within_days": 180,
        "buy_back": True,
        "financing": {"percent": "5.25", "day_count": "ACT/365"},
        "storage": usd("0.15") | {"per": "kg"},
        "overdue_percent_per_day": "0.05",
        "legal_basis": act("reserve"),
    }
    return event(by, "bloc.purchase_commitment.signed.v1", data | more)


def assay(percent_oxide: str = "99.5", substance: str = "TREO") -> list[dict[str, str]]:
    """An assay of one substance."""
    return [{"substance": substance, "percent": percent_oxide}]


def lot(name: str = "vault.2026-L01", quantity: str = "500000", **more: Any) -> Event[Any]:
    """A lot is received."""
    data = {
        "lot": name,
        "reserve": "vault",
        "line": OXIDE,
        "quantity": kilograms(quantity),
        "assay": assay(),
        "warehouse": "Hawthorne, Nevada",
        "supplier": {"scheme": "lei", "id": "549300MPMATERIALS0001"},
        "origin": "US",
        "unit_cost": usd("95.00") | {"per": "kg"},
        "received_on": "2026-07-01",
    }
    return event(VAULT, "bloc.lot.received.v1", data | more)


def drawn(
    name: str = "vault.2026-0007", quantity: str = "120000", amount_due: str = "11400000.00", **more: Any
) -> Event[Any]:
    """A drawdown is released (E20)."""
    data = {
        "drawdown": name,
        "reserve": "vault",
        "purchase_commitment": CLARIOS,
        "company": "oem.clarios",
        "line": OXIDE,
        "quantity": kilograms(quantity),
        "lots": [{"lot": "vault.2026-L01", "quantity": kilograms(quantity)}],
        "fixed_price": usd("95.00") | {"per": "kg"},
        "amount_due": usd(amount_due),
        "released_on": "2026-10-05",
    }
    return event(VAULT, "bloc.drawdown.released.v1", data | more)


def came_back(name: str = "vault.2027-L01", quantity: str = "70000", **more: Any) -> Event[Any]:
    """A replenishment is received (E21)."""
    data = {
        "reserve": "vault",
        "line": OXIDE,
        "obligation": "vault.2026-0007",
        "lot": name,
        "quantity": kilograms(quantity),
        "assay": assay(),
        "warehouse": "Hawthorne, Nevada",
        "received_on": "2027-04-03",
    }
    return event(VAULT, "bloc.replenishment.received.v1", data | more)


def accrued(financing: str = "614897.26", storage: str = "225000.00", **more: Any) -> Event[Any]:
    """Carrying cost of the first 90 days (E19)."""
    data = {
        "purchase_commitment": CLARIOS,
        "period_from": "2026-07-01",
        "period_to": "2026-09-29",
        "financing": usd(financing),
        "storage_months": 3,
        "storage": usd(storage),
        "total": usd("839897.26"),
    }
    return event(VAULT, "bloc.carrying_cost.accrued.v1", data | more)
