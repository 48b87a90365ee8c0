"""The streams that are loaded on demand: the state of an empty one, and of one with an event more.

There are many of them (a stream for each declaration), so they are not part of the rules state; a decision
names the ones that it reads, and the shell loads exactly those.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from contracts.envelope import Event
from contracts.events.emergencies import EmergencyReleaseOrdered
from contracts.events.reserve import PurchaseCommitmentSigned
from contracts.events.stock import (
    BuybackExercised,
    DrawdownReleased,
    DrawdownRequested,
    EntitlementTransferred,
)
from contracts.streams import kind_of
from services.tariffs.domain.assessment.declared import DeclarationState, evolve_declaration
from services.tariffs.domain.quotas.balance import BalanceState, evolve_balance

from .capital import ReserveState, evolve_reserve
from .commitment import CommitmentState, evolve_commitment
from .stock import StockState
from .stock_fold import evolve_stock

StreamState = DeclarationState | BalanceState | StockState | CommitmentState | ReserveState

_EMPTY: Mapping[str, StreamState] = {
    "declaration": DeclarationState(),
    "quota_balance": BalanceState(),
    "stock": StockState(),
    "purchase_commitment": CommitmentState(),
    "reserve": ReserveState(),
}

ON_DEMAND_KINDS = frozenset(_EMPTY)
"""Kinds of streams that have a state here."""

_PREFIXES = tuple(f"{kind}/" for kind in _EMPTY)


def is_on_demand(stream: str) -> bool:
    """Whether a stream is of these kinds."""
    return stream.startswith(_PREFIXES)


def empty_stream(stream: str) -> StreamState:
    """Give the state of an empty stream. KeyError for a kind that is not loaded on demand."""
    return _EMPTY[kind_of(stream)]


def evolve_stream(state: StreamState, position: int, event: Event[Any]) -> StreamState:
    """Give the state after one more event of the stream; an event of another family changes nothing."""
    match state:
        case DeclarationState():
            return evolve_declaration(state, position, event)
        case BalanceState():
            return evolve_balance(state, position, event)
        case StockState():
            return evolve_stock(state, position, event)
        case CommitmentState():
            return evolve_commitment(state, position, event)
        case ReserveState():
            return evolve_reserve(state, position, event)


def reads_of(event: Event[Any]) -> tuple[str, ...]:
    """Name the streams to load before an event is judged: its own, and the commitments that it draws on, transfers
    or shares out."""
    data = event.data
    if isinstance(data, DrawdownReleased | DrawdownRequested | BuybackExercised | EntitlementTransferred):
        return (event.subject, f"purchase_commitment/{data.purchase_commitment}")
    if isinstance(data, EmergencyReleaseOrdered):
        shared = (f"purchase_commitment/{share.purchase_commitment}" for share in data.shares)
        return (event.subject, *dict.fromkeys(shared))
    return (event.subject,) if is_on_demand(event.subject) else ()


def reads_rules(event: Event[Any], states: Mapping[str, StreamState]) -> bool:
    """Whether judging an event reads emergencies or another party's keys: then its draft expects `rules` as well.

    A commitment with consent reads keys. A release reads emergencies; what leaves the warehouse does where a release
    was ever ordered, as only then priority matters.
    """
    if isinstance(event.data, EmergencyReleaseOrdered):
        return True
    if isinstance(event.data, PurchaseCommitmentSigned):
        return event.data.consent is not UNSET
    stock = states.get(event.subject)
    leaves = isinstance(event.data, DrawdownReleased | BuybackExercised)
    return leaves and isinstance(stock, StockState) and bool(stock.releases)
