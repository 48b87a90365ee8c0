"""Facts for tests of the rules: real names, dates and figures, written in few words.

Every function makes one event with the defaults of the worked examples (NdPr oxide, floor 110 USD/kg); keyword
arguments replace single fields of its payload, `None` leaves a field out. Keys follow from the party's name, so
that a test needs no store of keys.
"""

import hashlib
from collections.abc import Iterable
from itertools import count
from typing import Any

import msgspec
from msgspec.structs import replace

from contracts.envelope import Event
from contracts.identity.keys import SigningKey
from contracts.identity.possession import prove_possession
from contracts.registry import EVENT_TYPES, ROLES
from contracts.streams import stream_of
from contracts.upcasting import as_newest
from services.tariffs.domain.rule import RULESET

ORIGIN = "bloc.example/ledger"
SECRETARIAT = "bloc.secretariat"
OXIDE = "ndpr.oxide_compound.oxide_99"
METAL = "ndpr.unwrought_metal.metal"
GALLIUM = "gallium.unwrought_metal.metal_4n"
TUNGSTEN = "tungsten.ore_concentrate.wolframite"

PARTNERS = (
    ("us.trade", "trade_ministry", ("US",)),
    ("us.remedies", "investigating_authority", ("US",)),
    ("us.customs", "customs", ("US",)),
    ("eu.trade", "trade_ministry", ("EU",)),
    ("us.vault", "reserve_operator", ("BLOC",)),
    ("bloc.prices", "rate_publisher", ("BLOC",)),
)
"""Party, role and territories of the partners in a founded bloc."""

_numbers = count(1)
_keys: dict[str, SigningKey] = {}


def key_of(party: str, number: int = 1) -> SigningKey:
    """The key of a party: the same one whenever it is asked for; further ones by number."""
    name = f"{party}/{number}"
    if name not in _keys:
        _keys[name] = SigningKey.from_seed(hashlib.sha256(name.encode()).digest())
    return _keys[name]


def event(party: str, type_name: str, data: dict[str, Any], expectedversion: int | None = None) -> Event[Any]:
    """Any event of a party. Fields of the payload that are None are left out."""
    fields = {name: value for name, value in data.items() if value is not None}
    payload = msgspec.convert(fields, EVENT_TYPES[type_name].payload)
    number = next(_numbers)
    return Event(
        specversion="1.0",
        id=f"019f1a10-{number & 0xFFFF:04x}-7000-8000-{number:012x}",
        source=f"/parties/{party}",
        type=type_name,
        subject=stream_of(type_name, payload),
        time="2026-06-15T11:59:00Z",
        data=as_newest(type_name, payload),
        expectedversion=msgspec.UNSET if expectedversion is None else expectedversion,
    )


def said_by(party: str, event: Event[Any]) -> Event[Any]:
    """The same event in another party's name."""
    return replace(event, source=f"/parties/{party}")


def act(article: str = "2") -> dict[str, str]:
    """A legal basis."""
    return {
        "act": "bloc.council.decision.2026-3",
        "article": article,
        "uri": "https://bloc.example/acts/2026-3",
    }


def proof(party: str, key: SigningKey | None = None, *, origin: str = ORIGIN, named: str = "") -> str:
    """A proof of possession; a wrong `origin` or `named` party makes one that does not hold."""
    return prove_possession(key or key_of(party), origin, named or party, issued_at=1_780_000_000)


def jwk(key: SigningKey) -> dict[str, str]:
    """A public key as it stands in a payload."""
    return {"kty": key.jwk.kty, "crv": key.jwk.crv, "x": key.jwk.x}


# --- founding, keys, mandates ------------------------------------------------------------------------------


def holder(party: str, **more: Any) -> dict[str, Any]:
    """A party with its proven key, as the charter names it."""
    return {"party": party, "jwk": jwk(key_of(party)), "proof": proof(party)} | more


def founded(party: str = SECRETARIAT, **more: Any) -> Event[Any]:
    """The founding."""
    data = {
        "name": "Critical Minerals Bloc",
        "origin": ORIGIN,
        "founded_on": "2026-02-04",
        "secretariat": holder(SECRETARIAT),
        "services": [holder("bloc.tariffs", role="tariffs"), holder("bloc.ledger", role="ledger")],
        "ruleset": RULESET,
        "legal_basis": act("1"),
        "illustrative": True,
    }
    return event(party, "bloc.founded.v1", data | more)


def key_registered(
    party: str, by: str = SECRETARIAT, key: SigningKey | None = None, **more: Any
) -> Event[Any]:
    """A key of a party is registered."""
    key = key or key_of(party)
    data = {"party": party, "jwk": jwk(key), "proof": proof(party, key)}
    return event(by, "bloc.key.registered.v1", data | more)


def key_revoked(party: str, key: SigningKey | None = None, by: str = SECRETARIAT, **more: Any) -> Event[Any]:
    """A key of a party is revoked."""
    data = {"party": party, "kid": (key or key_of(party)).kid, "reason": "superseded"}
    return event(by, "bloc.key.revoked.v1", data | more)


def checkpoint_key_rotated(key: SigningKey, by: str = "bloc.ledger", **more: Any) -> Event[Any]:
    """The ledger signs checkpoints with another of its keys from here on."""
    data = {"party": "bloc.ledger", "kid": key.kid}
    return event(by, "bloc.checkpoint_key.rotated.v1", data | more)


def mandate_granted(
    party: str, role: str, territories: Iterable[str] = ("US",), by: str = SECRETARIAT, **more: Any
) -> Event[Any]:
    """A mandate with everything that its role may issue."""
    data = {
        "mandate": f"{party}.2026",
        "party": party,
        "role": role,
        "event_types": list(ROLES[role]),
        "territories": list(territories),
        "minerals": ["*"],
        "effective_from": "2026-01-01",
        "legal_basis": act("1"),
    }
    return event(by, "bloc.mandate.granted.v1", data | more)


def mandate_revoked(party: str, effective_from: str, by: str = SECRETARIAT, **more: Any) -> Event[Any]:
    """A mandate ends early."""
    data = {
        "mandate": f"{party}.2026",
        "party": party,
        "effective_from": effective_from,
        "reason": "The office was merged into another",
        "legal_basis": act("1"),
    }
    return event(by, "bloc.mandate.revoked.v1", data | more)


# --- tariff measures, floors, prices -----------------------------------------------------------------------


def percent(value: str) -> dict[str, str]:
    """An ad valorem component."""
    return {"op": "+", "kind": "ad_valorem", "percent": value}


def threshold(amount: str) -> dict[str, Any]:
    """A difference to a price per kilogram."""
    price = {"amount": amount, "currency": "USD", "per": "kg"}
    basis = "free_at_frontier_before_duty"
    return {"op": "+", "kind": "difference_to_price", "price": price, "price_basis": basis}


def goods(*prefixes: str, lines: Iterable[str] = (), codes: Iterable[str] = ()) -> dict[str, Any]:
    """Goods by prefix, line and additional code."""
    named: dict[str, Any] = {"hs_edition": "HS2022"}
    lists = {"prefixes": prefixes, "lines": tuple(lines), "additional_codes": tuple(codes)}
    return named | {name: values for name, values in lists.items() if values}


def origins(*include: str, exclude: Iterable[str] = ()) -> dict[str, Any]:
    """Origins, everywhere when none is named."""
    named: dict[str, Any] = {"include": list(include) or ["ERGA_OMNES"]}
    return named | ({"exclude": list(exclude)} if exclude else {})


def measure(name: str = "us.base.284690", by: str = "us.trade", **more: Any) -> Event[Any]:
    """A measure is created: 3.7 % on 2846 90, from everywhere."""
    data = {
        "measure": name,
        "kind": "base",
        "territory": name.split(".")[0].upper(),
        "goods": goods("284690"),
        "origins": origins(),
        "duty": [percent("3.7")],
        "effective_from": "2026-01-01",
        "legal_basis": act(),
    }
    return event(by, "bloc.measure.created.v1", data | more)


def measure_act(
    verb: str, effective_from: str, name: str = "us.base.284690", by: str = "us.trade", **more: Any
) -> Event[Any]:
    """A measure is amended (with terms like those of `measure`), suspended, resumed or terminated."""
    data: dict[str, Any] = {"measure": name, "effective_from": effective_from, "legal_basis": act()}
    if verb == "amended":
        data |= {"goods": goods("284690"), "origins": origins(), "duty": [percent("2.5")]}
    return event(by, f"bloc.measure.{verb}.v1", data | more)


def floor(
    amount: str = "110.00", verb: str = "set", named: str = OXIDE, by: str = SECRETARIAT, **more: Any
) -> Event[Any]:
    """A floor is set or revised: 110 USD/kg from 1 May 2026, for goods from outside the bloc."""
    data = {
        "line": named,
        "price": {"amount": amount, "currency": "USD", "per": "kg"},
        "price_basis": "free_at_frontier_before_duty",
        "territory": "BLOC",
        "origins": origins("ERGA_OMNES", exclude=["BLOC"]),
        "schedule": {"kind": "full_gap"},
        "effective_from": "2026-05-01",
        "legal_basis": act(),
    }
    return event(by, f"bloc.price_floor.{verb}.v1", data | more)


def floor_act(verb: str, effective_from: str, named: str = OXIDE, **more: Any) -> Event[Any]:
    """A floor is suspended, resumed or withdrawn."""
    data = {"line": named, "effective_from": effective_from, "legal_basis": act()}
    return event(SECRETARIAT, f"bloc.price_floor.{verb}.v1", data | more)


def reference_price(named: str = OXIDE, by: str = "bloc.prices", **more: Any) -> Event[Any]:
    """A price is published: about 123 USD/kg in February 2026."""
    data = {
        "line": named,
        "price": {"amount": "123", "currency": "USD", "per": "kg"},
        "method": "assessed",
        "period_from": "2026-02-01",
        "period_to": "2026-03-01",
        "assessor": "secondary press, about 20 February 2026",
    }
    return event(by, "bloc.reference_price.published.v1", data | more)
