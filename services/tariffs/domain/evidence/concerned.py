"""Which entries concern a subject as known at K, each with the reason why it does.

One begins with the entries of the subject's own stream and goes on from entry to entry: from an assessment to what it
rests on; from a rule to what corrects or annuls it, to the act that it is based on, to the proposal under which it was
approved, to the mandates by which it was issued. Every step leads to earlier entries or to a history that is bounded,
so it ends; and the reason of each step is kept, because a reader must be able to see why he is handed an entry.
"""

from collections.abc import Iterable, Iterator

from msgspec import UNSET, Struct

from contracts.events import CaseOpened
from contracts.events.duties import AssessedDuty
from contracts.events.lifecycle import named_by
from contracts.streams import kind_of
from services.tariffs.domain.answers.listing import RulesFilter, rules_at
from services.tariffs.domain.governance.mandates import mandates_behind
from services.tariffs.domain.governance.rule_books import activated
from services.tariffs.domain.histories.correcting import CORRECTING, roots_of
from services.tariffs.domain.histories.effective import act_of, things_on_acts
from services.tariffs.domain.histories.places import history_of
from services.tariffs.domain.replay.families import HISTORIES
from services.tariffs.domain.state import History, Recorded, RulesState

DECLARATION = "declaration"
_PROCEEDINGS = {"case": "cases", "proposal": "proposals"}
_REMEDIES = ("anti_dumping", "countervailing", "safeguard")
"""What an investigation can end in: of the measures on its goods, those that it can be about."""


class Concern(Struct, frozen=True):
    """The entry at `position` concerns the subject, because of what is said in words."""

    position: int
    because: str


def entries_on(rules: RulesState, stream: str, position: int) -> tuple[Recorded, ...]:
    """The entries of a stream that the rules state holds, up to K; empty for others and for those of no entry."""
    field = _PROCEEDINGS.get(kind_of(stream))
    if field is None:
        history = history_of(rules, stream)
    else:
        history = getattr(rules, field).get(stream.partition("/")[2], ())
    return tuple(entry for entry in history if entry.position <= position)


def streams_about(rules: RulesState, subject: str, position: int) -> tuple[str, ...]:
    """The streams that a subject is about, itself first: for a case those that it names, and the measures and floors
    on its goods; measures, floors and undertakings that rest on an act."""
    streams = {subject: None}
    for entry in entries_on(rules, subject, position):
        if isinstance(entry.data, CaseOpened):
            streams |= dict.fromkeys(_of_case(rules, entry.data, position))
    for stream in tuple(streams):
        if kind_of(stream) == "act":
            streams |= dict.fromkeys(_resting_on(rules, stream.partition("/")[2]))
    return tuple(streams)


def _of_case(rules: RulesState, case: CaseOpened, position: int) -> Iterator[str]:
    if case.about is not UNSET:
        yield from case.about
    if case.goods is UNSET:
        return
    kinds = _REMEDIES if case.kind == "investigation" else (None,)
    prefixes = () if case.goods.prefixes is UNSET else case.goods.prefixes
    lines = () if case.goods.lines is UNSET else case.goods.lines
    for kind in kinds:
        wanted = [RulesFilter(kind=kind, code=prefix, in_force_only=False) for prefix in prefixes]
        wanted += [RulesFilter(kind=kind, line=line, in_force_only=False) for line in lines]
        for one in wanted:
            found = rules_at(rules, case.opened_on, position, one)
            yield from (f"measure/{measure.measure}" for measure in found.measures)
            yield from (f"floor/{floor.line}" for floor in found.floors if floor.line in rules.floors)


def _resting_on(rules: RulesState, act: str) -> Iterator[str]:
    for kind, name, history in things_on_acts(rules):
        if any(act_of(entry) == act for entry in history):
            yield f"{kind}/{name}"


def positions_of(rules: RulesState, streams: Iterable[str], position: int) -> frozenset[int]:
    """The positions of all entries on these streams up to K: an assessment that names one of them is concerned."""
    return frozenset(entry.position for stream in streams for entry in entries_on(rules, stream, position))


def concerned(
    rules: RulesState, subject: str, declarations: Iterable[Recorded], position: int
) -> tuple[Concern, ...]:
    """All entries that concern `subject` as known at K = `position`, in order of position.

    `declarations` are the entries of the declarations in question, which the rules state does not hold.
    """
    choosing = _Choosing(rules, position)
    for stream in streams_about(rules, subject, position):
        for entry in entries_on(rules, stream, position):
            choosing.add(
                entry, "of the subject itself" if stream == subject else f"of {stream}, which it is about"
            )
    for entry in declarations:
        own = entry.event.subject == subject
        choosing.add(
            entry, "of the subject itself" if own else f"of {entry.event.subject}, which rests on it"
        )
    for book in activated(rules, position):
        choosing.add(book.by, f"puts rule book {book.ruleset} in force")
    for entry in [entry for entry in rules.state_hashes if entry.position <= position][-1:]:
        choosing.add(entry, f"publishes the hash of the state at position {entry.data.known_position}")
    return choosing.chosen()


class _Choosing:
    """One choice. What was added first keeps its reason."""

    def __init__(self, rules: RulesState, position: int) -> None:
        self._rules = rules
        self._position = position
        self._found: dict[int, str] = {}
        self._waiting: list[Recorded] = []
        self._filed = _filed(rules)

    def add(self, entry: Recorded, because: str) -> None:
        """An entry, for a reason; followed up when its turn comes."""
        if entry.position <= self._position and entry.position not in self._found:
            self._found[entry.position] = because
            self._waiting.append(entry)

    def chosen(self) -> tuple[Concern, ...]:
        """Everything that what was added leads to."""
        while self._waiting:
            self._follow(self._waiting.pop())
        return tuple(Concern(position, self._found[position]) for position in sorted(self._found))

    def _follow(self, entry: Recorded) -> None:
        at = entry.position
        if isinstance(entry.data, AssessedDuty):
            for cited in named_by(entry.data):
                self._cite(cited, f"the assessment at position {at} rests on it")
            return
        if at in self._filed:
            self._mended(entry, self._filed[at])
        if act := act_of(entry):
            for one in self._rules.acts.get(act, ()):
                self.add(one, f"of act/{act}, on which position {at} rests")
        name = getattr(entry.data, "proposal", UNSET)
        if name is not UNSET:
            for one in self._rules.proposals.get(name, ()):
                self.add(one, f"of proposal/{name}, under which position {at} was recorded")
        self._by_mandate(entry)

    def _cite(self, position: int, because: str) -> None:
        """A position that an assessment names: mostly a rule, else an entry that leads no further."""
        history = self._filed.get(position, ())
        entry = next((one for one in history if one.position == position), None)
        if entry is not None:
            self.add(entry, because)
        elif position <= self._position:
            self._found.setdefault(position, because)

    def _mended(self, entry: Recorded, history: History) -> None:
        """What corrects or annuls an entry, and what it was before that."""
        roots = roots_of(history)
        root = roots[entry.position]
        self.add(root, f"is corrected or annulled at position {entry.position}")
        for one in history:
            if one.event.type in CORRECTING and roots[one.position] is root:
                self.add(one, f"corrects or annuls position {root.position}")

    def _by_mandate(self, entry: Recorded) -> None:
        for mandate in mandates_behind(self._rules, entry):
            because = f"mandate of {entry.event.party}, by which it issued position {entry.position}"
            self.add(mandate.act, because)


def _filed(rules: RulesState) -> dict[int, History]:
    """Where each entry of the rules is filed, by position: its history, in which what mends it stands too."""
    filed: dict[int, History] = {}
    for field in HISTORIES:
        histories = getattr(rules, field)
        for history in histories.values():
            filed |= dict.fromkeys((entry.position for entry in history), history)
    return filed
