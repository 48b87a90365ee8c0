"""Facts about an emergency, in the words of facts.py: it is declared, releases are ordered, it ends.

The story is that of E22: 380 t of NdPr oxide are left in the reserve when licences are withheld.
"""

from datetime import date
from typing import Any

from contracts.envelope import Event
from tests.domain.facts import OXIDE, SECRETARIAT, act, event
from tests.domain.given import Bloc
from tests.domain.vault import CLARIOS, VAULT, drawn, kilograms, played, signed, stocked

GEVERNOVA = "vault.gevernova.2026-01"


def declared(name: str = "2026-ndpr", by: str = SECRETARIAT, **more: Any) -> Event[Any]:
    """An emergency of NdPr is declared from 6 October 2026 on."""
    data = {
        "emergency": name,
        "minerals": ["ndpr"],
        "trigger": "Export licences are withheld",
        "effective_from": "2026-10-06",
        "legal_basis": act(),
    }
    return event(by, "bloc.emergency.declared.v1", data | more)


def ended(day: str = "2026-12-15", name: str = "2026-ndpr", **more: Any) -> Event[Any]:
    """It is ended: the day is the first one without it."""
    data = {
        "emergency": name,
        "effective_from": day,
        "reason": "Licences are granted again",
        "legal_basis": act(),
    }
    return event(SECRETARIAT, "bloc.emergency.ended.v1", data | more)


def share(quantity: str, company: str = "oem.clarios", commitment: str = CLARIOS) -> dict[str, Any]:
    """A share of a release."""
    return {"company": company, "purchase_commitment": commitment, "quantity": kilograms(quantity)}


def ordered(*shares: dict[str, Any], name: str = "R1", quantity: str = "100000", **more: Any) -> Event[Any]:
    """A release of 100 t is ordered on 6 October: 60 t for GE Vernova, then 40 t for Clarios."""
    data = {
        "release": name,
        "emergency": "2026-ndpr",
        "reserve": "vault",
        "line": OXIDE,
        "quantity": kilograms(quantity),
        "shares": list(shares) or [share("60000", "oem.gevernova", GEVERNOVA), share("40000")],
        "ordered_on": "2026-10-06",
        "legal_basis": act("3"),
    }
    return event(VAULT, "bloc.emergency_release.ordered.v1", data | more)


def bought_back(quantity: str = "70000", amount_due: str = "6650000.00", **more: Any) -> Event[Any]:
    """Clarios buys 70 t again on 1 June 2027."""
    data = {
        "buyback": "B1",
        "reserve": "vault",
        "purchase_commitment": CLARIOS,
        "company": "oem.clarios",
        "line": OXIDE,
        "quantity": kilograms(quantity),
        "lots": [{"lot": "vault.2026-L01", "quantity": kilograms(quantity)}],
        "fixed_price": {"amount": "95.00", "currency": "USD", "per": "kg"},
        "amount_due": {"amount": amount_due, "currency": "USD"},
        "exercised_on": "2027-06-01",
    }
    return event(VAULT, "bloc.buyback.exercised.v1", data | more)


def forgiven(quantity: str = "20000", forgiven_on: str = "2027-05-04", **more: Any) -> Event[Any]:
    """Part of the drawdown of E20 need not come back."""
    data = {
        "reserve": "vault",
        "line": OXIDE,
        "obligation": "vault.2026-0007",
        "quantity": kilograms(quantity),
        "forgiven_on": forgiven_on,
        "reason": "Lost at sea",
        "legal_basis": act("3"),
    }
    return event(VAULT, "bloc.replenishment.forgiven.v1", data | more)


def defaulted(defaulted_on: str = "2027-05-04", **more: Any) -> Event[Any]:
    """The company will not refill the drawdown of E20."""
    data = {
        "reserve": "vault",
        "line": OXIDE,
        "obligation": "vault.2026-0007",
        "defaulted_on": defaulted_on,
        "reason": "It says so",
        "legal_basis": act("3"),
    }
    return event(VAULT, "bloc.replenishment.defaulted.v1", data | more)


def paid(quantity: str) -> str:
    """What so many kilograms cost at 95 USD."""
    return f"{int(quantity) * 95}.00"


def taken(name: str, quantity: str, day: str = "2026-10-07", **more: Any) -> Event[Any]:
    """Clarios draws from the lot of 500 t."""
    return drawn(name, quantity, paid(quantity), released_on=day, **more)


def by_gevernova(name: str, quantity: str, day: str = "2026-10-07", **more: Any) -> Event[Any]:
    """GE Vernova draws under its own commitment."""
    own = {"company": "oem.gevernova", "purchase_commitment": GEVERNOVA}
    return taken(name, quantity, day, **(own | more))


def in_crisis(*more: Event[Any]) -> Bloc:
    """E22: 380 t are left of 500 t, two companies have commitments, and an emergency of NdPr is declared."""
    bloc = stocked(signed(GEVERNOVA, company="oem.gevernova"), declared())
    played(bloc, drawn(), *more)
    return bloc


def day_of(text: str) -> date:
    """A day."""
    return date.fromisoformat(text)
