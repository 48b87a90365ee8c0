"""Facts about price undertakings, in the words of facts.py: an exporter of ferro-silicon from China to the EU.

An anti-dumping duty of 31.2 % lies on it; the undertaking of one company has a minimum of 1 300 EUR/t, free at
frontier. 100 t at 1 300 EUR/t are worth 130 000 EUR, and owe 40 560 EUR where nothing exempts them. Illustrative.
"""

from typing import Any

from contracts.envelope import Event
from tests.domain.facts import event, goods, measure, origins, percent
from tests.domain.given import Bloc
from tests.domain.quotas import european_bloc, opened, silicon

NAME = "eu.fesi.erdos"
DUTY = "40560.00"
COMPANY = {"scheme": "cn.uscc", "id": "91150622ILLUSTR01"}
OTHER_COMPANY = {"scheme": "cn.uscc", "id": "91150622ILLUSTR02"}
ACT = {"act": "eu.fesi.undertakings", "article": "2", "uri": "https://bloc.example/acts/eu-fesi-undertakings"}
CAP = "09.8602"


def minimum(amount: str = "1300", model: str = "fesi_75", **more: Any) -> dict[str, Any]:
    """The minimum price of a model."""
    price = {"amount": amount, "currency": "EUR", "per": "t"}
    basis = "free_at_frontier_before_duty"
    return {"model": model, "goods": goods("720221"), "price": price, "price_basis": basis} | more


def _terms(verb: str, by: str, more: dict[str, Any]) -> Event[Any]:
    data = {
        "undertaking": NAME,
        "company": COMPANY,
        "exempts": ["eu.ad.fesi"],
        "minimums": [minimum()],
        "effective_from": "2026-03-01",
        "legal_basis": ACT,
    }
    return event(by, f"bloc.undertaking.{verb}.v1", data | more)


def undertaken(by: str = "eu.remedies", **more: Any) -> Event[Any]:
    """The undertaking is accepted, from March 2026."""
    return _terms("accepted", by, more)


def revised(by: str = "eu.remedies", **more: Any) -> Event[Any]:
    """Its terms are amended, from July 2026 unless said otherwise."""
    return _terms("amended", by, {"effective_from": "2026-07-01"} | more)


def withdrawn(effective_from: str = "2026-06-01", by: str = "eu.remedies", **more: Any) -> Event[Any]:
    """The acceptance is withdrawn for a breach."""
    data = {"undertaking": NAME, "effective_from": effective_from, "reason": "breach", "legal_basis": ACT}
    return event(by, "bloc.undertaking.withdrawn.v1", data | more)


def invalidated(invoice: str = "ER-0417", by: str = "eu.remedies", **more: Any) -> Event[Any]:
    """An invoice turns out to be false."""
    data = {
        "undertaking": NAME,
        "invoice": invoice,
        "reason": "Part of the price was paid back",
        "legal_basis": ACT,
    }
    return event(by, "bloc.undertaking.invoice_invalidated.v1", data | more)


def remedy(name: str = "eu.ad.fesi", **more: Any) -> Event[Any]:
    """The anti-dumping duty on ferro-silicon from China."""
    terms: dict[str, Any] = {
        "by": "eu.remedies",
        "kind": "anti_dumping",
        "goods": goods("720221"),
        "origins": origins("CN"),
        "duty": [percent("31.2")],
    }
    return measure(name, **terms | more)


def dumped_bloc() -> Bloc:
    """The EU with the duty, and no undertaking yet."""
    return european_bloc().record(remedy())


def undertaken_bloc(**more: Any) -> Bloc:
    """The EU with the duty and the undertaking."""
    return dumped_bloc().record(undertaken(**more))


def capped_bloc(volume: str = "60") -> Bloc:
    """The same, its volume capped by a quota of so many tonnes."""
    return dumped_bloc().record(opened(volume, order_number=CAP), undertaken(quota=CAP))


def sold(
    tonnes: str = "100", value: str = "130000.00", invoice: str = "ER-0417", **more: Any
) -> dict[str, Any]:
    """Ferro-silicon from China, for which the undertaking is claimed."""
    fields: dict[str, Any] = {
        "origin": "CN",
        "quota": None,
        "exporter": COMPANY,
        "invoice": {"number": invoice, "amount": value, "currency": "EUR"},
        "undertaking": {"undertaking": NAME, "model": "fesi_75"},
    }
    return silicon(tonnes, value, **fields | more)
