"""What the partners of the flow tests say, written from the published table of events: type, stream, payload.

The figures are those of the worked examples: 12 t of NdPr oxide from China at 59 USD/kg under a floor of 110, and a
reserve that releases at 95.
"""

from typing import Any

from tests.flow.partner import Partner, Told

OXIDE = "ndpr.oxide_compound.oxide_99"
COMPANY = "oem.clarios"
RESERVE = "vault"
LOT_KILOGRAMS = 120_000
LAST_OF_JUNE = "2026-06-30T23:30:00-04:00"
DUTY_DUE = "638196.00"
"""Of `declared`: 3.7 % of 708,000 plus the gap of 51 USD/kg to the floor on 12 t."""


def act(article: str = "whole act") -> dict[str, str]:
    """A legal basis."""
    return {
        "act": "bloc.council.decision.2026-3",
        "article": article,
        "uri": "https://bloc.example/acts/2026-3",
    }


def usd(amount: str, per: str | None = None) -> dict[str, str]:
    """An amount in US dollars, or with `per` a price."""
    return {"amount": amount, "currency": "USD"} | ({"per": per} if per else {})


def kilograms(value: int | str) -> dict[str, str]:
    """A mass."""
    return {"value": str(value), "unit": "kg"}


# --- keys, mandates, membership, catalogue -----------------------------------------------------------------


def registered(partner: Partner, **more: Any) -> Told:
    """A key is registered."""
    data = {"party": partner.party, "jwk": partner.jwk, "proof": partner.proof()}
    return "bloc.key.registered.v1", f"party/{partner.party}", data | more


def revoked(partner: Partner, reason: str = "compromised") -> Told:
    """A key is revoked."""
    data = {"party": partner.party, "kid": partner.kid, "reason": reason}
    return "bloc.key.revoked.v1", f"party/{partner.party}", data


def mandated(party: str, role: str, event_types: list[str], territory: str) -> Told:
    """A mandate is granted."""
    data = {
        "mandate": f"{party}.2026",
        "party": party,
        "role": role,
        "event_types": event_types,
        "territories": [territory],
        "minerals": ["*"],
        "effective_from": "2026-01-01",
        "legal_basis": act("1"),
    }
    return "bloc.mandate.granted.v1", f"party/{party}", data


def joined(member: str = "US") -> tuple[Told, Told, Told]:
    """A state is invited, signs the memorandum and accedes."""
    invited = {
        "member": member,
        "invited_on": "2026-02-04",
        "forum": "Critical Minerals Ministerial, Washington",
    }
    signed = {
        "member": member,
        "title": "Memorandum of understanding on critical minerals",
        "signed_on": "2026-04-24",
        "binding": False,
        "counterparties": ["EU"],
    }
    rounding = {"unit": "0.01", "mode": "half_up"}
    acceded = {
        "member": member,
        "effective_from": "2026-05-01",
        "territories": [member],
        "legal_tz": "America/New_York",
        "currency": "USD",
        "value_rounding": rounding,
        "duty_rounding": rounding | {"per": "line"},
        "exchange_rate_rule": "none",
        "legal_basis": act("accession"),
    }
    stream = f"member/{member}"
    return (
        ("bloc.member.invited.v1", stream, invited),
        ("bloc.member.memorandum_signed.v1", stream, signed),
        ("bloc.member.acceded.v1", stream, acceded),
    )


def listed(mineral: str, name: str = "Neodymium and praseodymium") -> Told:
    """A mineral is listed."""
    data = {
        "mineral": mineral,
        "name": name,
        "symbol": "Nd",
        "list": "USGS-2025",
        "effective_from": "2025-11-07",
    }
    return "bloc.mineral.listed.v1", f"mineral/{mineral}", data


def defined(line: str = OXIDE, hs6: str = "284690") -> Told:
    """A line of the catalogue is defined."""
    mineral, stage, specification = line.split(".")
    data: dict[str, Any] = {
        "line": line,
        "mineral": mineral,
        "stage": stage,
        "specification": specification,
        "hs_edition": "HS2022",
        "hs6": hs6,
        "national_codes": [],
        "unit": "kg",
        "effective_from": "2026-01-01",
        "source": "HS 2022",
        "confidence": "B",
    }
    return "bloc.stage_line.defined.v1", f"line/{line}", data


# --- measures and floors -----------------------------------------------------------------------------------


def measure(name: str, prefix: str, percent: str = "3.7", **more: Any) -> Told:
    """A base duty of the US on goods of one prefix, from everywhere."""
    data = {
        "measure": name,
        "kind": "base",
        "territory": "US",
        "goods": {"hs_edition": "HS2022", "prefixes": [prefix]},
        "origins": {"include": ["ERGA_OMNES"]},
        "duty": [{"op": "+", "kind": "ad_valorem", "percent": percent}],
        "effective_from": "2026-01-01",
        "legal_basis": act("2"),
    }
    return "bloc.measure.created.v1", f"measure/{name}", data | more


def floor(amount: str = "110.00", line: str = OXIDE) -> Told:
    """A floor is set."""
    data = {
        "line": line,
        "price": usd(amount, "kg"),
        "price_basis": "free_at_frontier_before_duty",
        "territory": "BLOC",
        "origins": {"include": ["ERGA_OMNES"], "exclude": ["BLOC"]},
        "schedule": {"kind": "full_gap"},
        "effective_from": "2026-05-01",
        "legal_basis": act("2"),
    }
    return "bloc.price_floor.set.v1", f"floor/{line}", data


# --- declarations ------------------------------------------------------------------------------------------


def item(item_no: int = 1) -> dict[str, Any]:
    """12 t of NdPr oxide from China at 59 USD/kg."""
    return {
        "item_no": item_no,
        "commodity_code": "2846904000",
        "hs_edition": "HS2022",
        "line": OXIDE,
        "origin": "CN",
        "preference_claimed": False,
        "net_mass": kilograms(12000),
        "customs_value": usd("708000.00"),
        "free_at_frontier_value": usd("708000.00"),
    }


def declared(reference: str, *items: dict[str, Any], **more: Any) -> Told:
    """A declaration is accepted on the last of June in New York, when it is July already in UTC."""
    data = {
        "member": "US",
        "reference": reference,
        "accepted_at": LAST_OF_JUNE,
        "importer": {"scheme": "us.irs", "id": "12-3456789"},
        "items": list(items) or [item()],
    }
    return "bloc.declaration.accepted.v1", f"declaration/US/{reference}", data | more


# --- reserve -----------------------------------------------------------------------------------------------

_STOCK = f"stock/{RESERVE}/{OXIDE}"


def capital() -> Told:
    """The loan with which the reserve begins."""
    data = {
        "reserve": RESERVE,
        "source": "Export-Import Bank of the United States",
        "facility": "loan",
        "amount": usd("10000000000.00"),
        "term_years": 15,
        "committed_on": "2026-02-02",
        "legal_basis": act("reserve"),
    }
    return "bloc.reserve.capital_committed.v1", f"reserve/{RESERVE}", data


def committed(name: str, quantity: int = 90_000_000) -> Told:
    """A company commits itself to far more than any lot holds."""
    data = {
        "purchase_commitment": name,
        "reserve": RESERVE,
        "company": COMPANY,
        "line": OXIDE,
        "quantity": kilograms(quantity),
        "fixed_price": usd("95.00", "kg"),
        "signed_on": "2026-06-15",
        "effective_from": "2026-07-01",
        "replenish_within_days": 180,
        "buy_back": True,
        "financing": {"percent": "5.25", "day_count": "ACT/365"},
        "storage": usd("0.15", "kg"),
        "legal_basis": act("reserve"),
    }
    return "bloc.purchase_commitment.signed.v1", f"purchase_commitment/{name}", data


def lot(name: str, quantity: int = LOT_KILOGRAMS) -> Told:
    """A lot is received."""
    data = {
        "lot": name,
        "reserve": RESERVE,
        "line": OXIDE,
        "quantity": kilograms(quantity),
        "assay": [{"substance": "TREO", "percent": "99.5"}],
        "warehouse": "Hawthorne, Nevada",
        "supplier": {"scheme": "lei", "id": "549300MPMATERIALS0001"},
        "origin": "US",
        "unit_cost": usd("95.00", "kg"),
        "received_on": "2026-07-01",
    }
    return "bloc.lot.received.v1", _STOCK, data


def drawn(name: str, lot_name: str, commitment: str, quantity: int = LOT_KILOGRAMS) -> Told:
    """A drawdown is released from one lot, at the fixed price."""
    data = {
        "drawdown": name,
        "reserve": RESERVE,
        "purchase_commitment": commitment,
        "company": COMPANY,
        "line": OXIDE,
        "quantity": kilograms(quantity),
        "lots": [{"lot": lot_name, "quantity": kilograms(quantity)}],
        "fixed_price": usd("95.00", "kg"),
        "amount_due": usd(f"{quantity * 95}.00"),
        "released_on": "2026-10-05",
    }
    return "bloc.drawdown.released.v1", _STOCK, data
