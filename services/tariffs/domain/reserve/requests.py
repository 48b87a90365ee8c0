"""What companies say themselves: that they ask for a drawdown, and that something will come back; and the answer.

Neither changes stock, entitlement or obligation. They stand beside what the operator records, so that a company can
show what it asked for and when, and nobody need take the operator's word for it. Here they are folded and shown;
`judge_request` judges them.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal

import msgspec
from immutables import Map
from msgspec import UNSET

from contracts.decimals import EXACT
from contracts.events.payload import Payload
from contracts.events.stock import (
    DrawdownDeclined,
    DrawdownReleased,
    DrawdownRequested,
    ReplenishmentAnnounced,
)
from services.tariffs.domain.assessment.exact import exact_text, sum_of

from .stock import Announcement, Declined, Request, StockState

RequestStatus = Literal["open", "partly_released", "released", "declined"]


class RequestView(msgspec.Struct, frozen=True):
    """What a company asked for, what was released on it up to V, and whether the rest was declined."""

    request: str
    line: str
    purchase_commitment: str
    company: str
    status: RequestStatus
    kilograms: str
    released_kilograms: str
    requested_on: date
    days_waiting: int
    """Days from the request to V, 0 once nothing is asked for any more."""
    position: int
    declined_on: date | None
    because: str
    """Why it was declined; empty when it was not."""


class AnnouncementView(msgspec.Struct, frozen=True):
    """What a company said that it will bring back, and when."""

    announcement: str
    line: str
    obligation: str
    company: str
    kilograms: str
    announced_on: date
    expected_on: date
    position: int


def requests_on(stocks: Mapping[str, StockState], day: date) -> tuple[RequestView, ...]:
    """Every request that was made by a day, by line and in order of recording."""
    return tuple(
        _shown(name, line, request, stock, day)
        for line, stock in stocks.items()
        for name, request in sorted(stock.requests.items(), key=lambda named: named[1].position)
        if request.requested_on <= day
    )


def announcements_on(stocks: Mapping[str, StockState], day: date) -> tuple[AnnouncementView, ...]:
    """Every announcement that was made by a day, by line and in order of recording."""
    return tuple(
        AnnouncementView(
            announcement=name,
            line=line,
            obligation=said.obligation,
            company=said.company,
            kilograms=exact_text(said.kilograms),
            announced_on=said.announced_on,
            expected_on=said.expected_on,
            position=said.position,
        )
        for line, stock in stocks.items()
        for name, said in sorted(stock.announcements.items(), key=lambda named: named[1].position)
        if said.announced_on <= day
    )


def _shown(name: str, line: str, request: Request, stock: StockState, day: date) -> RequestView:
    released = sum_of(
        drawn.kilograms
        for drawn in stock.drawdowns.values()
        if drawn.request == name and drawn.released_on <= day
    )
    declined = request.declined
    if declined is not None and day < declined.declined_on:
        declined = None
    status: RequestStatus = "partly_released" if released else "open"
    if released >= request.kilograms:
        status = "released"
    elif declined is not None:
        status = "declined"
    is_open = status in ("open", "partly_released")
    return RequestView(
        request=name,
        line=line,
        purchase_commitment=request.purchase_commitment,
        company=request.company,
        status=status,
        kilograms=exact_text(request.kilograms),
        released_kilograms=exact_text(released),
        requested_on=request.requested_on,
        days_waiting=(day - request.requested_on).days if is_open else 0,
        position=request.position,
        declined_on=None if declined is None else declined.declined_on,
        because="" if declined is None else declined.reason,
    )


def met(requests: Map[str, Request], data: DrawdownReleased) -> Map[str, Request]:
    """The requests after a drawdown on one of them."""
    if data.request is UNSET or data.request not in requests:
        return requests
    request = requests[data.request]
    released = EXACT.add(request.released, data.quantity.kilograms)
    return requests.set(data.request, msgspec.structs.replace(request, released=released))


def _requested(state: StockState, position: int, data: DrawdownRequested) -> StockState:
    kilograms = data.quantity.kilograms
    request = Request(position, data.purchase_commitment, data.company, kilograms, data.requested_on)
    return msgspec.structs.replace(state, requests=state.requests.set(data.request, request))


def _declined(state: StockState, position: int, data: DrawdownDeclined) -> StockState:
    request = state.requests.get(data.request)
    if request is None:
        return state
    closed = msgspec.structs.replace(request, declined=Declined(position, data.declined_on, data.reason))
    return msgspec.structs.replace(state, requests=state.requests.set(data.request, closed))


def _announced(state: StockState, position: int, data: ReplenishmentAnnounced) -> StockState:
    said = Announcement(
        position=position,
        obligation=data.obligation,
        company=data.company,
        kilograms=data.quantity.kilograms,
        announced_on=data.announced_on,
        expected_on=data.expected_on,
    )
    return msgspec.structs.replace(state, announcements=state.announcements.set(data.announcement, said))


COMPANY_FOLDS: Mapping[type[Payload], Callable[[StockState, int, Any], StockState]] = {
    DrawdownRequested: _requested,
    DrawdownDeclined: _declined,
    ReplenishmentAnnounced: _announced,
}
"""How each is taken in; part of the fold of a stock stream."""
