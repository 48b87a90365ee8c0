"""What companies ask for and announce, and what the operator answers: who says it, of what, and how much."""

from collections.abc import Iterator, Mapping

from msgspec import UNSET

from contracts.envelope import Event
from contracts.events.stock import (
    DrawdownDeclined,
    DrawdownReleased,
    DrawdownRequested,
    ReplenishmentAnnounced,
)
from services.tariffs.domain.assessment.exact import ZERO, exact_text
from services.tariffs.domain.state import RulesState

from .faults import Fault, line_faults, stock_state
from .judge_entitlement import disposal_faults
from .rules import ANNOUNCED_IS_OWED, NAMES_ONCE, OWN_WORDS, REQUEST_OPEN
from .stock import StockState
from .streams import StreamState


def request_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[DrawdownRequested]
) -> Iterator[Fault]:
    """Judge a request: in the company's own name, of what it holds on that day. It reserves nothing."""
    data = event.data
    stock = stock_state(streams, event.subject)
    yield from _own_words(event, data.company)
    yield from line_faults(rules, data.line, quantity=data.quantity)
    if data.request in stock.requests:
        yield NAMES_ONCE, ".request", f"request {data.request} was made already"
    asker, day = (".company", data.company), (".requested_on", data.requested_on)
    yield from disposal_faults(streams, stock, data, company=asker, day=day)


def decline_faults(
    _rules: RulesState, streams: Mapping[str, StreamState], event: Event[DrawdownDeclined]
) -> Iterator[Fault]:
    """Judge a refusal of a request: something is still asked for."""
    data = event.data
    request = stock_state(streams, event.subject).requests.get(data.request)
    if request is None:
        yield _no_request(data.request)
    elif request.open <= ZERO:
        yield REQUEST_OPEN, ".request", f"nothing is asked for on {data.request} any more"
    elif data.declined_on < request.requested_on:
        yield REQUEST_OPEN, ".declined_on", f"{data.request} was made on {request.requested_on}"


def answer_faults(stock: StockState, data: DrawdownReleased) -> Iterator[Fault]:
    """Judge a drawdown against the request that it names, if it names one."""
    if data.request is UNSET:
        return
    request = stock.requests.get(data.request)
    if request is None:
        yield _no_request(data.request)
        return
    if (request.company, request.purchase_commitment) != (data.company, data.purchase_commitment):
        detail = f"{data.request} was made by {request.company} under {request.purchase_commitment}"
        yield REQUEST_OPEN, ".request", detail
    if data.released_on < request.requested_on:
        yield REQUEST_OPEN, ".released_on", f"{data.request} was made on {request.requested_on}"
    if data.quantity.kilograms > request.open:
        left = exact_text(max(request.open, ZERO))
        yield REQUEST_OPEN, ".quantity", f"{left} kg are still asked for on {data.request}"


def announcement_faults(
    rules: RulesState, streams: Mapping[str, StreamState], event: Event[ReplenishmentAnnounced]
) -> Iterator[Fault]:
    """Judge an announcement: in the company's own name, of what it owes."""
    data = event.data
    stock = stock_state(streams, event.subject)
    yield from _own_words(event, data.company)
    yield from line_faults(rules, data.line, quantity=data.quantity)
    if data.announcement in stock.announcements:
        yield NAMES_ONCE, ".announcement", f"announcement {data.announcement} was made already"
    obligation = stock.obligations.get(data.obligation)
    if obligation is None:
        yield ANNOUNCED_IS_OWED, ".obligation", f"this stock has no obligation {data.obligation}"
        return
    if obligation.company != data.company:
        yield ANNOUNCED_IS_OWED, ".company", f"{data.obligation} is owed by {obligation.company}"
    if data.quantity.kilograms > obligation.open:
        detail = f"{exact_text(max(obligation.open, ZERO))} kg of {data.obligation} are open"
        yield ANNOUNCED_IS_OWED, ".quantity", detail
    if data.expected_on < data.announced_on:
        yield ANNOUNCED_IS_OWED, ".expected_on", f"it is announced on {data.announced_on}"


def _no_request(request: str) -> Fault:
    return REQUEST_OPEN, ".request", f"no request {request} was made of this stock"


def _own_words(
    event: Event[DrawdownRequested] | Event[ReplenishmentAnnounced], company: str
) -> Iterator[Fault]:
    if event.party != company:
        yield OWN_WORDS, ".company", f"{event.party} says what {company} wants; {company} must post it"
