"""What customs of a member posts about one declaration: accepted, amended, settled, reassessed, refund paid.

Every declaration of these chapters has one item, so that a reader can check its duty by hand.
"""

from typing import Any

from bloc.demo.telling import Post, act

IMPORTERS = {
    "US": {"scheme": "us.irs", "id": "12-3456789"},
    "EU": {"scheme": "eu.eori", "id": "DE0000000DEMO"},
    "GB": {"scheme": "gb.eori", "id": "GB000000000DEMO"},
    "EC": {"scheme": "ec.ruc", "id": "1790000000001"},
}
"""Illustrative identifiers, in the schemes of the members."""
EXPORTERS = {
    "CN": {"scheme": "cn.uscc", "id": "910000000000000DEM"},
    "AU": {"scheme": "au.abn", "id": "51000000DEM"},
}
"""Likewise: who sold the goods, where the demo knows one for the country of origin."""


def item(
    code: str, line: str, origin: str, mass: tuple[str, str], value: str, currency: str
) -> dict[str, Any]:
    """One item of a declaration; `mass` is value and unit, and the value is free at frontier, too."""
    money = {"amount": value, "currency": currency}
    named = {"exporter": EXPORTERS[origin]} if origin in EXPORTERS else {}
    return {
        "item_no": 1,
        "commodity_code": code,
        "hs_edition": "HS2022",
        "line": line,
        "origin": origin,
        "preference_claimed": False,
        "net_mass": {"value": mass[0], "unit": mass[1]},
        "customs_value": money,
        "free_at_frontier_value": money,
    } | named


def declared(member: str, reference: str, accepted_at: str, goods: dict[str, Any]) -> Post:
    """A declaration of one item, as customs accepted it."""
    data = {
        "member": member,
        "reference": reference,
        "accepted_at": accepted_at,
        "importer": IMPORTERS[member],
        "items": [goods],
    }
    return _by_customs(member, "bloc.declaration.accepted.v1", data)


def settled(member: str, reference: str, amount: dict[str, str], at: str) -> Post:
    """The importer has paid the duty."""
    data = {"member": member, "reference": reference, "amount": amount, "settled_at": at}
    return _by_customs(member, "bloc.duty.settled.v1", data)


def amended(member: str, reference: str, at: str, goods: dict[str, Any], basis: dict[str, str]) -> Post:
    """New terms of the one item: its invoice was corrected."""
    data = {
        "member": member,
        "reference": reference,
        "amended_at": at,
        "items": [goods],
        "reason": "The invoice was corrected",
        "legal_basis": basis,
    }
    return _by_customs(member, "bloc.declaration.amended.v1", data)


def reassessment_ordered(member: str, reference: str, at: str, reason: str, basis: dict[str, str]) -> Post:
    """Assess again on what is known now; reassessment and refund are derived in the same draft."""
    data = {
        "member": member,
        "reference": reference,
        "ordered_at": at,
        "reason": reason,
        "legal_basis": basis,
    }
    return _by_customs(member, "bloc.reassessment.ordered.v1", data)


def refund_paid(member: str, reference: str, amount: dict[str, str], at: str) -> Post:
    """The first refund of a declaration is paid out."""
    data = {"member": member, "reference": reference, "refund": "R1", "amount": amount, "paid_at": at}
    return _by_customs(member, "bloc.refund.paid.v1", data)


def illustrative_customs_law(member: str) -> dict[str, str]:
    """The legal basis of an act of customs of a member whose own law is not shipped."""
    return act(f"{member.lower()}.customs.2026", "refunds")


def _by_customs(member: str, name: str, data: dict[str, Any]) -> Post:
    return Post(f"{member.lower()}.customs", ((name, data),))
