"""Facts about the reserve, in the words of facts.py: only as many as rules of authority need."""

from typing import Any

from contracts.envelope import Event
from tests.domain.facts import OXIDE, act, event


def capital(by: str = "us.vault", reserve: str = "vault") -> Event[Any]:
    """The loan of the Export-Import Bank: 10 bn USD over 15 years."""
    data = {
        "reserve": reserve,
        "source": "Export-Import Bank of the United States",
        "facility": "loan",
        "amount": {"amount": "10000000000.00", "currency": "USD"},
        "term_years": 15,
        "committed_on": "2026-02-02",
        "legal_basis": act("1"),
    }
    return event(by, "bloc.reserve.capital_committed.v1", data)


def lot(by: str = "us.vault", reserve: str = "vault", name: str = "vault.2026-L01") -> Event[Any]:
    """500 t of NdPr oxide received into stock at 95 USD/kg."""
    data = {
        "lot": name,
        "reserve": reserve,
        "line": OXIDE,
        "quantity": {"value": "500000", "unit": "kg"},
        "assay": [{"substance": "NdPr", "percent": "99.5"}],
        "warehouse": "Illustrative warehouse 1",
        "supplier": {"scheme": "demo", "id": "supplier-1"},
        "origin": "AU",
        "unit_cost": {"amount": "95.00", "currency": "USD", "per": "kg"},
        "received_on": "2026-06-10",
    }
    return event(by, "bloc.lot.received.v1", data)
