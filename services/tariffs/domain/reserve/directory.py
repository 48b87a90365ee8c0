"""The directory of reserves: who operates each, and the names of its streams. Folded; nothing else of them is.

Stock, commitments and obligations are many, and no rule but the reserve's own needs them: so their streams are
loaded on demand, and the rules state only knows that they are there (the first entry of a stream is enough).
"""

from collections.abc import Callable
from typing import Any

from immutables import Map
from msgspec.structs import replace

from services.tariffs.domain.state import Recorded, ReserveDirectory, RulesState


def capital(state: RulesState, entry: Recorded) -> dict[str, Any]:
    """The first capital opens a reserve, whose operator is the party that recorded it."""
    if entry.data.reserve in state.reserves:
        return reserve_stream(state, entry)
    opened = ReserveDirectory(
        operator=entry.event.party,
        opened_at=entry.position,
        streams=Map({entry.event.subject: entry.position}),
    )
    return {"reserves": state.reserves.set(entry.data.reserve, opened)}


def reserve_stream(state: RulesState, entry: Recorded) -> dict[str, Any]:
    """Note the name of a stream of a reserve, once."""
    directory = state.reserves.get(entry.data.reserve)
    if directory is None or entry.event.subject in directory.streams:
        return {}
    streams = directory.streams.set(entry.event.subject, entry.position)
    return {"reserves": state.reserves.set(entry.data.reserve, replace(directory, streams=streams))}


RESERVE_FOLDS: dict[str, Callable[[RulesState, Recorded], dict[str, Any]]] = {
    "bloc.reserve.capital_committed.v1": capital,
    "bloc.reserve.target_set.v1": reserve_stream,
    "bloc.purchase_commitment.signed.v1": reserve_stream,
    "bloc.purchase_commitment.signed.v2": reserve_stream,
    "bloc.lot.received.v1": reserve_stream,
    "bloc.entitlement.transferred.v1": reserve_stream,
}
"""Event types that are folded only for the directory, and how; their own versions are loaded on demand."""

RESERVE_TYPES = frozenset(RESERVE_FOLDS)
