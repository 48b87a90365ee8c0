"""What customs does with a declaration after acceptance, in the words of facts.py and trade.py.

The defaults are the worked example E12: 8 t at 100 USD/kg, accepted on 20 May 2026, with a floor that was set at
112 and corrected to 110 USD/kg, so that 96 000.00 become 80 000.00.
"""

from datetime import UTC, datetime
from typing import Any

from contracts.envelope import Event
from services.tariffs.domain.assessment.declared import DeclarationState
from tests.domain.facts import event, floor, percent
from tests.domain.given import Bloc, accepted
from tests.domain.mending import corrected
from tests.domain.trade import base, declaration, item_data, trading_bloc, usd

TWENTIETH_OF_MAY = "2026-05-20T10:00:00-04:00"
LATER = "2026-06-16T09:00:00-04:00"
JULY = datetime(2026, 7, 2, 12, 0, tzinfo=UTC)
"""The moment at which acts are decided."""
REFERENCE = "ABC-1234567-8"
STREAM = f"declaration/US/{REFERENCE}"
RIGHT = {"amount": "110.00", "currency": "USD", "per": "kg"}


def done(bloc: Bloc, *events: Event[Any], now: datetime = JULY) -> list[Event[Any]]:
    """When events are accepted and recorded, each by itself; then what was derived from all of them."""
    derived: list[Event[Any]] = []
    for one in events:
        follows = accepted(bloc.decide(one, now=now)).derived
        bloc.record(one, *follows, at=now)
        derived += follows
    return derived


def act(verb: str, by: str = "us.customs", **more: Any) -> Event[Any]:
    """An act on the declaration of the tests, by the type without bloc. and version."""
    data: dict[str, Any] = {"member": "US", "reference": REFERENCE}
    return event(by, f"bloc.{verb}.v1", data | more)


def basis(article: str) -> dict[str, str]:
    """An article of the Union Customs Code."""
    return {"act": "eu.952-2013", "article": article, "uri": "https://eur-lex.europa.eu/eli/reg/2013/952"}


def amended(*items: dict[str, Any], at: str = LATER, **more: Any) -> Event[Any]:
    """Items are amended."""
    data: dict[str, Any] = {
        "items": list(items),
        "amended_at": at,
        "reason": "Weighed again",
        "legal_basis": basis("173"),
    }
    return act("declaration.amended", **(data | more))


def invalidated(at: str = LATER, **more: Any) -> Event[Any]:
    """The declaration is invalidated."""
    data: dict[str, Any] = {"invalidated_at": at, "reason": "Lodged twice", "legal_basis": basis("174")}
    return act("declaration.invalidated", **(data | more))


def ordered(*items: int, at: str = LATER, **more: Any) -> Event[Any]:
    """A reassessment is ordered, of all items unless some are named."""
    data: dict[str, Any] = {
        "items": list(items) or None,
        "ordered_at": at,
        "reason": "The floor was corrected",
    }
    return act("reassessment.ordered", **(data | dict[str, Any](legal_basis=basis("48")) | more))


def settled(
    amount: str | dict[str, str], additional_duty: str | None = None, at: str = LATER, **more: Any
) -> Event[Any]:
    """The duty, or an additional one, is paid."""
    data: dict[str, Any] = {"amount": money(amount), "additional_duty": additional_duty, "settled_at": at}
    return act("duty.settled", **(data | more))


def paid(amount: str, refund: str = "R1", at: str = LATER, **more: Any) -> Event[Any]:
    """A refund is paid out."""
    return act("refund.paid", **dict[str, Any](refund=refund, amount=usd(amount), paid_at=at) | more)


def secured(
    amount: str | dict[str, str], *possible: dict[str, Any], security: str = "S1", **more: Any
) -> Event[Any]:
    """A security is lodged for the duty on terms that customs holds possible."""
    data: dict[str, Any] = {
        "security": security,
        "form": "cash_deposit",
        "items": list(possible),
        "amount": money(amount),
    }
    reason = "The declared price is doubted"
    data |= {"lodged_at": LATER, "reason": reason, "legal_basis": basis("90")}
    return act("security.lodged", **(data | more))


def released(security: str = "S1", at: str = LATER, **more: Any) -> Event[Any]:
    """A security goes back."""
    data: dict[str, Any] = {"security": security, "released_at": at, "reason": "Nothing more can become due"}
    return act("security.released", **(data | more))


def money(amount: str | dict[str, str]) -> dict[str, str]:
    """An amount, in dollars unless it says otherwise."""
    return usd(amount) if isinstance(amount, str) else amount


def goods(value: str = "800000.00", net_mass: str = "8000", **more: Any) -> dict[str, Any]:
    """The goods of E12 as a payload."""
    return item_data(value, net_mass, **more)


def e12(*items: dict[str, Any], **terms: Any) -> tuple[Bloc, Event[Any]]:
    """A bloc with the wrong floor of 112 and the declaration of E12 assessed on it; and the floor."""
    bloc = trading_bloc(**terms).record(base(percent("0")))
    wrong = floor("112.00")
    bloc.record(wrong)
    done(bloc, declaration(*(items or (goods(),)), accepted_at=TWENTIETH_OF_MAY))
    return bloc, wrong


def mended(bloc: Bloc, wrong: Event[Any], price: str = "110.00") -> Bloc:
    """The floor is corrected."""
    at = bloc.rules.floors[wrong.data.line][0].position
    return bloc.record(corrected(bloc, wrong, at, price=RIGHT | {"amount": price}))


def state_of(bloc: Bloc) -> DeclarationState:
    """The declaration of the tests as it stands."""
    state = bloc.streams[STREAM].state
    assert isinstance(state, DeclarationState)
    return state
