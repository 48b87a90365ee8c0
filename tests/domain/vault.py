"""Facts about the reserve, in the words of facts.py: capital, commitments, lots, drawdowns.

The defaults are the worked examples E19 to E22: 500 t of NdPr oxide at 95 USD/kg, of which 120 t are drawn
and 70 t come back.
"""

from datetime import date
from typing import Any

from contracts.envelope import Event
from services.tariffs.domain.reserve.view import ReserveView, reserve_view
from tests.domain.facts import OXIDE, act, event
from tests.domain.given import NOON, Bloc, accepted, founded_bloc
from tests.domain.trade import mass, usd

VAULT = "us.vault"
CLARIOS = "vault.clarios.2026-01"


Mass = str | dict[str, str]
"""A quantity: a text alone is in kilograms."""


def kilograms(value: Mass) -> dict[str, str]:
    """A mass, in kilograms unless it says otherwise."""
    return mass(value) if isinstance(value, str) else value


def capital(amount: str, source: str, facility: str, by: str = VAULT, **more: Any) -> Event[Any]:
    """Capital is committed to the reserve."""
    data = {
        "reserve": "vault",
        "source": source,
        "facility": facility,
        "amount": usd(amount),
        "committed_on": "2026-02-02",
        "legal_basis": act("reserve"),
    }
    return event(by, "bloc.reserve.capital_committed.v1", data | more)


def opened_reserve() -> tuple[Event[Any], ...]:
    """The capital of Project Vault: a loan of up to 10 bn and 1.67 bn of private money."""
    return (
        capital("10000000000.00", "EXIM direct loan", "loan", term_years=15),
        capital("1670000000.00", "Private capital", "equity"),
    )


def target(cover_days: str = "60", daily_demand: Mass = "5500", **more: Any) -> Event[Any]:
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


def signed(name: str = CLARIOS, quantity: Mass = "500000", by: str = VAULT, **more: Any) -> Event[Any]:
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


def lot(name: str = "vault.2026-L01", quantity: Mass = "500000", **more: Any) -> Event[Any]:
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


def relocated(warehouse: str = "Illustrative warehouse 2", **more: Any) -> Event[Any]:
    """The lot of 500 t goes to another warehouse."""
    data = {
        "reserve": "vault",
        "line": OXIDE,
        "lot": "vault.2026-L01",
        "warehouse": warehouse,
        "relocated_on": "2026-08-01",
    }
    return event(VAULT, "bloc.lot.relocated.v1", data | more)


def lost(quantity: Mass = "1200", **more: Any) -> Event[Any]:
    """Part of the lot of 500 t is lost."""
    data = {
        "reserve": "vault",
        "line": OXIDE,
        "lot": "vault.2026-L01",
        "quantity": kilograms(quantity),
        "cause": "Water in the warehouse",
        "lost_on": "2026-08-17",
    }
    return event(VAULT, "bloc.lot.loss_recorded.v1", data | more)


def drawn(
    name: str = "vault.2026-0007", quantity: Mass = "120000", amount_due: str = "11400000.00", **more: Any
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


def came_back(name: str = "vault.2027-L01", quantity: Mass = "70000", **more: Any) -> Event[Any]:
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


def transferred(
    name: str = "t1",
    quantity: Mass = "100000",
    giver: str = "oem.clarios",
    receiver: str = "oem.boeing",
    **more: Any,
) -> Event[Any]:
    """Entitlement goes from one company to another."""
    data = {
        "transfer": name,
        "reserve": "vault",
        "line": OXIDE,
        "purchase_commitment": CLARIOS,
        "from_company": giver,
        "to_company": receiver,
        "quantity": kilograms(quantity),
        "transferred_on": "2026-09-01",
        "legal_basis": act("reserve"),
    }
    return event(VAULT, "bloc.entitlement.transferred.v1", data | more)


def extended(due_on: str = "2027-05-03", extended_on: str = "2027-03-01", **more: Any) -> Event[Any]:
    """More time is granted for the drawdown of E20."""
    data = {
        "reserve": "vault",
        "line": OXIDE,
        "obligation": "vault.2026-0007",
        "due_on": due_on,
        "extended_on": extended_on,
        "reason": "The port was closed",
        "legal_basis": act("reserve"),
    }
    return event(VAULT, "bloc.replenishment.extended.v1", data | more)


def accrued(
    financing: str = "614897.26", storage: str = "225000.00", by: str = VAULT, **more: Any
) -> Event[Any]:
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
    return event(by, "bloc.carrying_cost.accrued.v1", data | more)


def stocked(*more: Event[Any]) -> Bloc:
    """A bloc whose reserve has its capital, its target, the commitment of Clarios and the lot of 500 t."""
    return founded_bloc().record(*opened_reserve(), target(), signed(), lot(), *more)


def played(bloc: Bloc, *events: Event[Any]) -> list[Event[Any]]:
    """Submit events one after the other, record each with what follows from it; give what followed."""
    followed: list[Event[Any]] = []
    for posted in events:
        derived = accepted(bloc.decide(posted, now=NOON)).derived
        bloc.record(posted, *derived)
        followed.extend(derived)
    return followed


def view_on(bloc: Bloc, day: str) -> ReserveView:
    """The reserve on a day."""
    states = {stream: head.state for stream, head in bloc.streams.items()}
    return reserve_view("vault", states, date.fromisoformat(day))
