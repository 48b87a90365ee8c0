"""The directory of reserves: who operates each, and the names of its streams. Folded; nothing else of them is.

Stock, commitments and obligations are many, and no rule but the reserve's own needs them: so their streams are
loaded on demand, and the rules state only knows that they are there (the first entry of a stream is enough).
"""

from collections.abc import Callable

from immutables import Map
from msgspec.structs import replace

from services.tariffs.domain.growing import Growing
from services.tariffs.domain.state import Recorded, ReserveDirectory


def capital(growing: Growing, entry: Recorded) -> None:
    """The first capital opens a reserve, whose operator is the party that recorded it."""
    if entry.data.reserve in growing.held("reserves"):
        reserve_stream(growing, entry)
        return
    opened = ReserveDirectory(
        operator=entry.event.party,
        opened_at=entry.position,
        streams=Map({entry.event.subject: entry.position}),
    )
    growing.put("reserves", entry.data.reserve, opened)


def reserve_stream(growing: Growing, entry: Recorded) -> None:
    """Note the name of a stream of a reserve, once."""
    directory: ReserveDirectory | None = growing.held("reserves").get(entry.data.reserve)
    if directory is None or entry.event.subject in directory.streams:
        return
    streams = directory.streams.set(entry.event.subject, entry.position)
    growing.put("reserves", entry.data.reserve, replace(directory, streams=streams))


RESERVE_FOLDS: dict[str, Callable[[Growing, Recorded], None]] = {
    "bloc.reserve.capital_committed.v1": capital,
    "bloc.reserve.target_set.v1": reserve_stream,
    "bloc.purchase_commitment.signed.v1": reserve_stream,
    "bloc.purchase_commitment.signed.v2": reserve_stream,
    "bloc.lot.received.v1": reserve_stream,
    "bloc.entitlement.transferred.v1": reserve_stream,
}
"""Event types that are folded only for the directory, and how; their own versions are loaded on demand."""

RESERVE_TYPES = frozenset(RESERVE_FOLDS)
