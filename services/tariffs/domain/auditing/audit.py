"""A whole record decided again, draft by draft in order: findings come out as they are made, and nothing is kept.

Memory is that of the rules, of some recent states of them, and of the streams that were used lately; it does not grow
with the declarations. Where only a stretch is asked for, the drafts before it are folded and not judged.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from contracts.entry import Stamp
from contracts.envelope import AnyEvent
from contracts.events import SubmissionRefused
from contracts.events.undertakings import INVOICE_INVALIDATED, UNDERTAKING_WITHDRAWN
from contracts.limits import STALE_SECONDS_MAX
from contracts.streams import kind_of
from services.tariffs.domain.assessment.declared import DeclarationState
from services.tariffs.domain.decide import reads_of
from services.tariffs.domain.evolve import moved_to
from services.tariffs.domain.histories.correcting import CORRECTING
from services.tariffs.domain.histories.timeline import ACT_ANNULLED
from services.tariffs.domain.state import RulesState
from services.tariffs.domain.world import Accepted, StreamHead

from .aftermath import Due, touched_later
from .findings import Finding
from .judging import RefusedBody, judge_recorded, judge_refusal, read_refused, refusal_in
from .lags import Lags
from .noticing import notices
from .recorded_drafts import BrokenRecord, DraftReader, RecordedDraft, event_of_line
from .rule_states import RuleStates
from .streams import NoShelf, Shelf, Streams, check_version

Refusals = Callable[[SubmissionRefused], RefusedBody | None]
"""Gives the body that a refusal is about, None when the auditor does not have it."""

MENDING = CORRECTING | {ACT_ANNULLED, INVOICE_INVALIDATED, UNDERTAKING_WITHDRAWN}
"""Types of entries after which an earlier assessment may come to something else."""


class Tally(Struct):
    """What was looked at."""

    entries: int = 0
    submissions: int = 0
    """Recorded submissions that were decided again."""
    derived: int = 0
    """Derived events that they should have."""
    refusals: int = 0
    """Refusals that were decided again."""
    refusals_unseen: int = 0
    """Refusals whose body the auditor does not have."""


class Audit:
    """Takes every entry from the first one on. Raises BrokenRecord when it cannot go on."""

    def __init__(
        self,
        *,
        refused: Refusals,
        shelf: Shelf | None = None,
        first: int = 0,
        last: int | None = None,
    ) -> None:
        """Judge the drafts that begin from position `first` to `last` (None: to the end)."""
        self.tally = Tally()
        self.lags = Lags()
        self._refused = refused
        self._first = first
        self._last = last
        self._mine = True
        self._mends: list[int] = []
        self._reader = DraftReader()
        self._states = RuleStates()
        self._streams = Streams(shelf or NoShelf())

    @property
    def rules(self) -> RulesState:
        """The rules after the last whole draft."""
        return self._states.newest

    @property
    def position(self) -> int:
        """Position of the last entry taken."""
        return self._reader.position

    @property
    def is_whole(self) -> bool:
        """Whether the record does not break off within a draft."""
        return self._reader.is_between_drafts

    def aftermath(self) -> Iterator[Due]:
        """At the end: items whose duty rests on what was corrected or annulled later, or recorded late."""
        return touched_later(moved_to(self.rules, self.position), self._mends, self._streams.each())

    def take(self, stamp: Stamp, event: bytes, *, mine: bool = True) -> Iterator[Finding]:
        """Take the next entry; when it ends a draft, give what is found in it.

        Of several audits that share a record, each draft is judged by the one that took its first entry as `mine`, and
        the others only fold it.
        """
        self.tally.entries += 1
        if self._reader.is_between_drafts:
            self._mine = mine
        draft = self._reader.take(stamp, event)
        if draft is not None:
            yield from self._draft(draft)

    def _draft(self, draft: RecordedDraft) -> Iterator[Finding]:
        judged = (
            self._mine and self._first <= draft.first and (self._last is None or draft.first <= self._last)
        )
        if not draft.authored:
            if judged:
                yield from self._refusal(draft)
            return
        if judged:
            yield from self._submission(draft)
        else:
            self._pass(draft)

    def _submission(self, draft: RecordedDraft) -> Iterator[Finding]:
        """Decide what was recorded again, and move on by it."""
        events = [event_of_line(line, draft.first + at) for at, line in enumerate(draft.authored)]
        rules = self._rules_of(draft)
        yield from self._decision(draft, events[0].party)
        heads = self._heads(rules, events, _new_streams(draft, events))
        judgement = judge_recorded(draft, events, rules, heads)
        self.tally.submissions += 1
        self.tally.derived += judgement.derived_count
        yield from judgement.findings
        for event in events:
            self.lags.take(event, draft.recorded_at)
        yield from self._fold(draft, events, judgement.agrees)

    def _pass(self, draft: RecordedDraft) -> None:
        """Move on by a draft that is not judged here; what is about a declaration alone need not even be read."""
        for place, line in enumerate((*draft.authored, *draft.derived)):
            position, version, stream = draft.first + place, draft.versions[place], draft.streams[place]
            if kind_of(stream) == "declaration":
                self._streams.fold_later(position, version, stream, line, mine=self._mine)
                continue
            event = event_of_line(line, position)
            self._rules_fold(position, draft.recorded_at, event)
            self._streams.fold(position, version, event)

    def _rules_fold(self, position: int, recorded_at: str, event: AnyEvent) -> None:
        if event.type in MENDING:
            self._mends.append(position)
        self._states.fold(position, recorded_at, event)

    def _fold(
        self, draft: RecordedDraft, events: Sequence[AnyEvent], agrees: Accepted | None
    ) -> Iterator[Finding]:
        """Move on by a draft that was judged; notices are given on the way, each on the rules before its entry.

        What was derived now need not be decoded again, and streams need not be folded again that are as deciding
        left them.
        """
        left: Mapping[str, StreamHead] = {} if agrees is None else _as_recorded(agrees, draft)
        for place, event in enumerate(events):
            position = draft.first + place
            yield from notices(self._states.newest, event, position, draft)
            self._rules_fold(position, draft.recorded_at, event)
            if event.subject not in left:
                self._streams.fold(position, draft.versions[place], event)
        self._streams.adopt(left)
        for place, line in enumerate(draft.derived):
            position = draft.first + len(events) + place
            event = event_of_line(line, position) if agrees is None else agrees.derived[place]
            self._rules_fold(position, draft.recorded_at, event)
            if event.subject not in left:
                self._streams.fold(position, draft.versions[len(events) + place], event)

    def _refusal(self, draft: RecordedDraft) -> Iterator[Finding]:
        """Decide what was refused again, if the auditor has it."""
        recorded = refusal_in(draft)
        refusal = recorded.data
        yield from self._decision(draft, refusal.party)
        body = self._refused(refusal)
        if body is None:
            self.tally.refusals_unseen += 1
            return
        submission = read_refused(refusal, body)
        if isinstance(submission, str):
            text = f"the refusal of {refusal.submission} cannot be decided again: {submission}"
            yield Finding(kind="refusal_differs", position=draft.first, party=refusal.party, text=text)
            return
        rules = self._rules_of(draft)
        heads = self._heads(rules, submission.events, frozenset())
        self.tally.refusals += 1
        yield from judge_refusal(draft, recorded, submission, rules, heads)

    def _heads(
        self, rules: RulesState, events: Sequence[AnyEvent], new: frozenset[str]
    ) -> dict[str, StreamHead]:
        """The streams that the events read: some can only be named by who has seen the event's own stream."""
        own = self._streams.heads(dict.fromkeys(event.subject for event in events), new)
        states = {stream: head.state for stream, head in own.items()}
        reads = (name for event in events for name in reads_of(rules, event, states.get(event.subject)))
        return self._streams.heads(dict.fromkeys(reads), new)

    def _rules_of(self, draft: RecordedDraft) -> RulesState:
        """The rules that a draft was decided on; the oldest that are kept when it says older ones."""
        return self._states.at(draft.decision.position) or self._states.oldest

    def _decision(self, draft: RecordedDraft, party: str) -> Iterator[Finding]:
        """Whether the decision knew the rules of its day."""
        decision = draft.decision
        unseen = self._states.first_unseen(decision.position, draft.decided_at)
        if unseen is not None and unseen[1] > STALE_SECONDS_MAX:
            position, seconds = unseen
            yield Finding(
                kind="decided_on_old_rules",
                position=draft.first,
                party=party,
                text=f"decided on position {decision.position}, {seconds:.0f} s after the rule at {position}",
                expected=f"at least {position}",
                recorded=str(decision.position),
            )


def _as_recorded(agrees: Accepted, draft: RecordedDraft) -> Mapping[str, StreamHead]:
    """The streams that deciding left as the record has them: all, if no entry came between decision and draft; else
    those of declarations, which hold no position of their own. Raises BrokenRecord when a version was skipped."""
    at_once = draft.decision.position == draft.first - 1
    stamped = dict(zip(draft.streams, draft.versions, strict=True))
    left: dict[str, StreamHead] = {}
    for stream, head in agrees.streams.items():
        if at_once or isinstance(head.state, DeclarationState):
            check_version(draft.first, stream, head.version, stamped[stream])
            left[stream] = head
    return left


def _new_streams(draft: RecordedDraft, events: Sequence[AnyEvent]) -> frozenset[str]:
    """The streams that begin in this draft."""
    pairs = zip(events, draft.versions, strict=False)
    return frozenset(event.subject for event, version in pairs if version == 1)


__all__ = ["Audit", "BrokenRecord", "Refusals", "Tally"]
