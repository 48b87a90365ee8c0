"""Facts about tariff quotas, in the words of facts.py: the ferro-silicon quota of Regulation (EU) 2025/2351.

The EU is a member; 500 t come at 1 205 EUR/t where the threshold is 2 408 EUR/t (E14).
"""

from typing import Any

import msgspec

from contracts.envelope import Event
from contracts.events import Payload
from services.tariffs.domain.world import Accepted
from tests.domain import facts
from tests.domain.facts import event, goods, measure, origins, percent
from tests.domain.given import Bloc, accepted, founded_bloc
from tests.domain.members import joined
from tests.domain.trade import declaration, item_data, mass

NUMBER = "09.8601"
FERRO_SILICON = "72022100"
ACT = {
    "act": "eu.2025.2351",
    "article": "1",
    "uri": "https://eur-lex.europa.eu/eli/reg_impl/2025/2351/oj",
}
BALANCE = f"quota_balance/{NUMBER}/2026-04-01"
THRESHOLD = {
    "op": "+",
    "kind": "difference_to_price",
    "price": {"amount": "2408", "currency": "EUR", "per": "t"},
    "price_basis": "free_at_frontier_before_duty",
}
SPRING = ("2026-04-01", "2026-07-01")


def opened(volume: str = "180", unit: str = "t", by: str = "eu.trade", **more: Any) -> Event[Any]:
    """The quota is opened for the second quarter of 2026."""
    data = {
        "order_number": NUMBER,
        "territory": "EU",
        "volume": mass(volume, unit),
        "effective_from": SPRING[0],
        "effective_to": SPRING[1],
        "legal_basis": ACT,
    }
    return event(by, "bloc.quota.opened.v1", data | more)


def amended(volume: str, start: str = "2026-06-01", by: str = "eu.trade", **more: Any) -> Event[Any]:
    """The quarter that began in April has another volume from a day on."""
    data = {
        "order_number": NUMBER,
        "territory": "EU",
        "period_from": SPRING[0],
        "volume": mass(volume, "t"),
        "effective_from": start,
        "legal_basis": ACT,
    }
    return event(by, "bloc.quota.amended.v1", data | more)


def blocked(start: str, end: str | None = None, by: str = "eu.trade", **more: Any) -> Event[Any]:
    """Nothing is granted from a day on."""
    data = {
        "order_number": NUMBER,
        "territory": "EU",
        "effective_from": start,
        "effective_to": end,
        "legal_basis": ACT,
    }
    return event(by, "bloc.quota.blocked.v1", data | more)


def unblocked(start: str, by: str = "eu.trade", **more: Any) -> Event[Any]:
    """A blocking ends."""
    data = {"order_number": NUMBER, "territory": "EU", "effective_from": start, "legal_basis": ACT}
    return event(by, "bloc.quota.unblocked.v1", data | more)


def _part(applies: str, duty: dict[str, Any], order_number: str, **more: Any) -> Event[Any]:
    return measure(
        f"eu.safeguard.fesi.{applies}",
        kind="safeguard",
        goods=goods("720221"),
        origins=origins("ERGA_OMNES"),
        duty=[duty],
        quota={"order_number": order_number, "applies": applies},
        **{"by": "eu.remedies", "territory": "EU"} | more,
    )


def within(duty: dict[str, Any] | None = None, order_number: str = NUMBER, **more: Any) -> Event[Any]:
    """The safeguard duty within the quota: none."""
    return _part("within", duty or percent("0"), order_number, **more)


def beyond(duty: dict[str, Any] | None = None, order_number: str = NUMBER, **more: Any) -> Event[Any]:
    """The safeguard duty beyond the quota: what the price lacks to the threshold."""
    return _part("beyond", duty or THRESHOLD, order_number, **more)


def european_bloc() -> Bloc:
    """The EU is a member, with authorities of its own, and frees ferro-silicon of base duty."""
    terms: dict[str, Any] = {"territories": ["DE", "FR"], "legal_tz": "Europe/Brussels", "currency": "EUR"}
    bloc = founded_bloc().record(*joined("EU", **terms))
    for party, role in (("eu.remedies", "investigating_authority"), ("eu.customs", "customs")):
        bloc.record(facts.key_registered(party), facts.mandate_granted(party, role, ("EU",)))
    return bloc.record(measure("eu.base.720221", goods=goods("720221"), duty=[percent("0")], by="eu.trade"))


def silicon_bloc(*quota: Event[Any]) -> Bloc:
    """The same with the safeguard, within and beyond a quota of 180 t (or as the openings given say)."""
    return european_bloc().record(*(quota or (opened(),)), within(), beyond())


def silicon(tonnes: str = "500", value: str = "602500.00", **more: Any) -> dict[str, Any]:
    """The item of E14: 500 t at 1 205 EUR/t, for which the quota is claimed."""
    worth = {"amount": value, "currency": "EUR"}
    fields: dict[str, Any] = {
        "origin": "BR",
        "commodity_code": "7202210000",
        "line": None,
        "net_mass": mass(tonnes, "t"),
        "customs_value": worth,
        "free_at_frontier_value": worth,
        "quota": NUMBER,
    }
    return item_data(**fields | more)


def declared(
    *items: dict[str, Any], reference: str = "26DE0001", day: str = "2026-06-10", **more: Any
) -> Event[Any]:
    """A declaration that the EU's customs accepted on a day of June."""
    data = {"member": "EU", "reference": reference, "accepted_at": f"{day}T10:00:00+02:00"}
    return declaration(*items or (silicon(),), by="eu.customs", **data | more)


def derived(decided: Accepted, name: str) -> list[Any]:
    """Payloads of the derived events of one type, such as quota.drawn."""
    return [event.data for event in decided.derived if event.type == f"bloc.{name}.v1"]


def recorded(bloc: Bloc, *events: Event[Any]) -> Accepted:
    """Decide and record: the events and what follows from them."""
    decided = accepted(bloc.decide(*events))
    bloc.record(*events, *decided.derived)
    return decided


def said(party: str, name: str, data: Payload) -> Event[Any]:
    """An event with a payload that is there already, such as a derived one."""
    return event(party, name, msgspec.to_builtins(data))
