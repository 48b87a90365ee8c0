"""Facts about tariff quotas, in the words of facts.py: the ferro-silicon quota of Regulation (EU) 2025/2351.

The EU is a member; 500 t come at 1 205 EUR/t where the threshold is 2 408 EUR/t (E14).
"""

from typing import Any

from contracts.envelope import Event
from tests.domain import facts
from tests.domain.facts import event, goods, measure, origins, percent
from tests.domain.given import Bloc, founded_bloc
from tests.domain.members import joined
from tests.domain.trade import mass

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
