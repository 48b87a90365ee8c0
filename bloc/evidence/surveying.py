"""Looking through a record for what concerns a subject: in passes, so that nothing is held but what is found.

The first pass folds everything into the state at K, which says what the subject is about. The second one finds which
declarations rest on that, and where the streams of the parties are, on which the proofs of keys depend. Only then is
it known which declarations are wanted, and a third pass reads them. Three times over a million entries are half a
minute; a memory of all declarations would not fit into small machines.
"""

from collections.abc import Callable, Collection, Iterator

from msgspec import Struct

from bloc.history.bounds import until
from bloc.history.replaying import Replayed, replay
from bloc.history.sources import History, Lines, Progress, dense
from bloc.trouble import Trouble
from contracts.events.duties import AssessedDuty
from contracts.events.lifecycle import named_by
from contracts.limits import EVIDENCE_DECLARATIONS_MAX
from contracts.streams import kind_of
from services.tariffs.domain.evidence.concerned import (
    DECLARATION,
    Concern,
    concerned,
    entries_on,
    positions_of,
    streams_about,
)
from services.tariffs.domain.state import Recorded
from services.tariffs.following.recorded import Place, event_in, place_of, recorded_in

_ASSESSMENT = b'"type":"bloc.duty.'
_PARTY = "party"


class Survey(Struct, frozen=True):
    """What was found: the state at K, the entries of the subject itself, the concerned entries with reasons, the
    declarations among them by stream, the streams that the subject is about (itself first), and the positions of the
    streams of all parties."""

    replayed: Replayed
    own: tuple[Recorded, ...]
    concerns: tuple[Concern, ...]
    declarations: dict[str, tuple[Recorded, ...]]
    streams: tuple[str, ...]
    party_streams: dict[str, tuple[int, ...]]


def survey(history: History, subject: str, position: int, progress: Progress) -> Survey:
    """Look through a history up to K = `position`. Raises Trouble when the subject is not there, or cannot be read."""
    replayed = replay(history, position, progress)
    rules = replayed.state.rules
    is_declaration = subject.startswith(f"{DECLARATION}/")
    streams = streams_about(rules, subject, position)
    wanted = {stream for stream in streams if kind_of(stream) == DECLARATION}
    watched = positions_of(rules, () if is_declaration else streams, position)
    found = _look_through(history, position, watched, progress)
    declarations = _declarations(history, position, wanted | found.declarations, progress)
    own = declarations.get(subject, ()) if is_declaration else entries_on(rules, subject, position)
    if not own:
        raise _nothing(subject, position)
    entries = [entry for one in declarations.values() for entry in one]
    concerns = concerned(rules, subject, entries, position)
    return Survey(replayed, own, concerns, declarations, streams, found.party_streams)


def _nothing(subject: str, position: int) -> Trouble:
    return Trouble(
        f"Nothing is recorded on {subject} up to position {position}, the last one that witnesses have cosigned.",
        "Name a stream as `bloc entries` shows it, such as case/us.graphite or declaration/US/ABC-1.",
    )


class _Found(Struct):
    party_streams: dict[str, tuple[int, ...]]
    declarations: set[str]


def _look_through(history: History, position: int, watched: Collection[int], progress: Progress) -> _Found:
    party_streams: dict[str, list[int]] = {}
    declarations: set[str] = set()

    def look(place: Place, line: bytes) -> None:
        kind = kind_of(place.stream)
        if kind == _PARTY:
            party_streams.setdefault(place.stream, []).append(place.position)
        elif watched and kind == DECLARATION and _ASSESSMENT in line:
            data = event_in(line).data
            if isinstance(data, AssessedDuty) and not frozenset(named_by(data)).isdisjoint(watched):
                declarations.add(place.stream)

    _each(until(dense(history), position), look, progress)
    if len(declarations) > EVIDENCE_DECLARATIONS_MAX:
        raise Trouble(
            f"{len(declarations)} declarations rest on it, and a pack holds up to {EVIDENCE_DECLARATIONS_MAX}.",
            "Make packs of single declarations: bloc evidence declaration/MEMBER/REFERENCE.",
        )
    return _Found({name: tuple(positions) for name, positions in party_streams.items()}, declarations)


def _declarations(
    history: History, position: int, wanted: set[str], progress: Progress
) -> dict[str, tuple[Recorded, ...]]:
    """The entries of the wanted declarations, by stream, in order of first recording."""
    found: dict[str, list[Recorded]] = {}

    def look(place: Place, line: bytes) -> None:
        if place.stream in wanted:
            found.setdefault(place.stream, []).append(recorded_in(line))

    if wanted:
        _each(until(dense(history), position), look, progress)
    return {stream: tuple(entries) for stream, entries in found.items()}


def _each(batches: Iterator[Lines], look: Callable[[Place, bytes], None], progress: Progress) -> None:
    for lines in batches:
        for line in lines:
            look(place_of(line), line)
        progress(place_of(lines[-1]).position + 1)
