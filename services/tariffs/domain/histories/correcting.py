"""How corrections and annulments change the reading of a history, in the one place where it is done.

A history keeps what was recorded, in order, corrections and annulments among it: nothing is overwritten. Whoever
asks what was known at K reads it through `timeline.known_at`, which hands a prefix that holds any of them to
`as_corrected`. A corrected entry stays in the place of its first recording (so the order of acts is as it was) and
carries the corrected payload; an annulled one is gone, as if it had never been. A reader that looks at a raw
history sees what was said, never what is so: only displays of the record itself and the names of things may.

The newest word counts, and is found by going from the newest entry to the oldest: what may touch an entry comes
after it, so when its turn comes, all that touches it has been seen. That is also why there are no loops. Reading is
total: what names no target as it should (the rules refuse it) is passed over. A history in which nothing was
corrected is handed on as it is; the look for it costs less than laying the acts out on the axis of days.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from contracts.events.corrections import (
    EVENT_ANNULLED,
    EVENT_CORRECTED,
    EventAnnulled,
    EventCorrected,
    Target,
)
from contracts.events.payload import Payload
from contracts.streams import stream_of
from services.tariffs.domain.state import Recorded

CORRECTING = frozenset({EVENT_CORRECTED, EVENT_ANNULLED})
"""Event types that change how entries before them are read."""


class Reading(Struct, frozen=True):
    """A history as corrected: what stands, in order of recording, and what there is no more."""

    entries: tuple[Recorded, ...]
    annulled: tuple[tuple[Recorded, Recorded], ...] = ()
    """Acts that are annulled, each with the annulment that holds; in order of recording."""
    silenced: tuple[tuple[Recorded, Recorded], ...] = ()
    """Corrections and annulments that are themselves annulled, likewise."""


class _Word(Struct, frozen=True):
    """What a correction says about its target; `position` is where it says so."""

    payload: Payload
    position: int


def is_corrected(entries: Sequence[Recorded]) -> bool:
    """Whether any of these entries corrects or annuls. The first of a history never does: it would have no target.

    Asked at every reading, of histories that nearly always hold one entry: so without a generator.
    """
    if len(entries) < 2:
        return False
    for entry in entries:  # noqa: SIM110
        if entry.event.type in CORRECTING:
            return True
    return False


def as_corrected(entries: Sequence[Recorded]) -> Reading:
    """Apply the corrections and annulments among these entries (a prefix of a history, in order of position)."""
    if not is_corrected(entries):
        return Reading(tuple(entries))
    by_position = {entry.position: entry for entry in entries}
    words: dict[int, _Word] = {}
    unsaid: dict[int, Recorded] = {}
    for entry in reversed(entries):
        if entry.event.type not in CORRECTING or entry.position in unsaid:
            continue
        word = words.get(entry.position) or _Word(entry.data, entry.position)
        said: Any = word.payload
        if not _meets(entry, said.target, by_position):
            continue
        at = said.target.position
        if isinstance(said, EventAnnulled):
            unsaid.setdefault(at, entry)
        elif isinstance(said, EventCorrected) and fits(said, entry.event.subject):
            assert said.payload is not None  # it would not fit
            words.setdefault(at, _Word(said.payload, word.position))
    ordinary = [entry for entry in entries if entry.event.type not in CORRECTING]
    return Reading(
        tuple(_said(entry, words) for entry in ordinary if entry.position not in unsaid),
        tuple((entry, unsaid[entry.position]) for entry in ordinary if entry.position in unsaid),
        tuple(
            (entry, unsaid[entry.position])
            for entry in entries
            if entry.event.type in CORRECTING and entry.position in unsaid
        ),
    )


def fits(said: EventCorrected, stream: str) -> bool:
    """Whether the corrected payload is of its target's type and belongs to the stream that it stands on."""
    return said.payload is not None and stream_of(said.target.type, said.payload) == stream


def is_meant(target: Target, entry: Recorded) -> bool:
    """Whether position, type, source and id of a target are those of an entry."""
    event = entry.event
    return (target.position, target.type, target.source, target.id) == (
        entry.position,
        event.type,
        event.source,
        event.id,
    )


def roots_of(entries: Sequence[Recorded]) -> dict[int, Recorded]:
    """By position of each entry of a history, the ordinary entry that it is about in the end: itself, or what it
    corrects or annuls, step by step. One that names no earlier entry is about itself."""
    roots: dict[int, Recorded] = {}
    for entry in entries:
        corrects = entry.event.type in CORRECTING
        roots[entry.position] = roots.get(entry.data.target.position, entry) if corrects else entry
    return roots


def _meets(entry: Recorded, target: Target, by_position: dict[int, Recorded]) -> bool:
    """Whether the target is an earlier entry of this history, by the same issuer, named without a slip."""
    found = by_position.get(target.position)
    return (
        found is not None
        and found.position < entry.position
        and found.event.source == entry.event.source
        and is_meant(target, found)
    )


def _said(entry: Recorded, words: dict[int, _Word]) -> Recorded:
    word = words.get(entry.position)
    if word is None:
        return entry
    return Recorded(entry.position, replace(entry.event, data=word.payload), entry.recorded_at, word.position)
