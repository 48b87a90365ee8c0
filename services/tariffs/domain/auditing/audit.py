"""A whole record decided again, draft by draft in order: findings come out as they are made, and nothing is kept.

Memory is that of the rules, of some recent states of them, and of the streams that were used lately; it does not grow
with the declarations. Where only a stretch is asked for, the drafts before it are folded and not judged.
"""

from collections.abc import Callable, Iterator, Sequence
from zlib import crc32

from msgspec import Struct

from contracts.entry import Stamp
from contracts.envelope import AnyEvent
from contracts.events import SubmissionRefused
from contracts.limits import AUDIT_STRETCH_ENTRIES, STALE_SECONDS_MAX
from services.tariffs.domain.correcting import CORRECTING
from services.tariffs.domain.decide import reads_of
from services.tariffs.domain.evolve import moved_to
from services.tariffs.domain.rule_books import UnknownRuleBook, rule_book_on
from services.tariffs.domain.state import RulesState
from services.tariffs.domain.world import StreamHead

from .aftermath import Due, corrected_later
from .findings import Finding
from .judging import Judgement, RefusedBody, judge_recorded, judge_refusal, read_refused, refusal_in
from .lags import Lags
from .noticing import notices
from .recorded_drafts import BrokenRecord, DraftReader, RecordedDraft, event_of_line
from .rule_states import RuleStates
from .streams import NoShelf, Shelf, Streams

Refusals = Callable[[SubmissionRefused], RefusedBody | None]
"""Gives the body that a refusal is about, None when the auditor does not have it."""


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
        share: tuple[int, int] = (0, 1),
    ) -> None:
        """Judge the drafts that begin from position `first` to `last` (None: to the end), and of several audits that
        share a record, `share[0]` of `share[1]`, only those in stretches of its own."""
        self.tally = Tally()
        self.lags = Lags()
        self._refused = refused
        self._first = first
        self._last = last
        self._share = share
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
        """At the end: items whose duty rests on what was corrected or annulled later."""
        number, shares = self._share
        own = (each for each in self._streams.each() if crc32(each[0].encode()) % shares == number)
        return corrected_later(moved_to(self.rules, self.position), self._mends, own)

    def _judges(self, first: int) -> bool:
        """Whether a draft is to be judged here, rather than only folded."""
        number, shares = self._share
        own = first // AUDIT_STRETCH_ENTRIES % shares == number
        return own and self._first <= first and (self._last is None or first <= self._last)

    def take(self, stamp: Stamp, event: bytes) -> Iterator[Finding]:
        """Take the next entry; when it ends a draft, give what is found in it."""
        self.tally.entries += 1
        draft = self._reader.take(stamp, event)
        if draft is not None:
            yield from self._draft(draft)

    def _draft(self, draft: RecordedDraft) -> Iterator[Finding]:
        judged = self._judges(draft.first)
        if not draft.authored:
            if judged:
                yield from self._refusal(draft)
            return
        events = [event_of_line(line, draft.first + at) for at, line in enumerate(draft.authored)]
        judgement = Judgement(())
        if judged:
            rules = self._rules_of(draft)
            yield from self._decision(draft, events[0].party)
            new = frozenset(
                event.subject for event, version in zip(events, draft.versions, strict=False) if version == 1
            )
            judgement = judge_recorded(draft, events, rules, self._heads(rules, events, new))
            self.tally.submissions += 1
            self.tally.derived += len(judgement.derived)
            yield from judgement.findings
        for place, event in enumerate(events):
            position = draft.first + place
            if judged:
                self.lags.take(event, draft.recorded_at)
                yield from notices(self._states.newest, event, position, draft)
            self._fold(draft, place, event)
        for place, line in enumerate(draft.derived, len(events)):
            self._fold(draft, place, self._derived(judgement, place - len(events), line, draft.first + place))

    def _refusal(self, draft: RecordedDraft) -> Iterator[Finding]:
        """Decide what was refused again, if the auditor has it."""
        refusal = refusal_in(draft)
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
        yield from judge_refusal(draft, refusal, submission, rules, heads)

    def _heads(
        self, rules: RulesState, events: Sequence[AnyEvent], new: frozenset[str]
    ) -> dict[str, StreamHead]:
        names = dict.fromkeys(name for event in events for name in reads_of(rules, event))
        return self._streams.heads(names, new)

    def _rules_of(self, draft: RecordedDraft) -> RulesState:
        """The rules that a draft was decided on; the oldest that are kept when it says older ones."""
        return self._states.at(draft.decision.position) or self._states.oldest

    def _decision(self, draft: RecordedDraft, party: str) -> Iterator[Finding]:
        """What is wrong with the decision itself: its rule book, and how old its knowledge was."""
        decision = draft.decision
        try:
            in_force = rule_book_on(self._rules_of(draft), draft.decided_at.date())
        except UnknownRuleBook as error:
            raise BrokenRecord(draft.first, f"{error}; take a newer release to audit from here on") from error
        if decision.ruleset != in_force:
            yield Finding(
                kind="rule_book_differs",
                position=draft.first,
                party=party,
                text=f"decided by the rule book {decision.ruleset}, while {in_force} was in force",
                expected=in_force,
                recorded=decision.ruleset,
            )
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

    def _fold(self, draft: RecordedDraft, place: int, event: AnyEvent) -> None:
        position = draft.first + place
        if event.type in CORRECTING:
            self._mends.append(position)
        self._states.fold(position, draft.recorded_at, event)
        self._streams.fold(position, draft.versions[place], event)

    def _derived(self, judgement: Judgement, number: int, line: bytes, position: int) -> AnyEvent:
        """The event of a derived line: as it was derived now, when nothing differs."""
        if judgement.derived and not judgement.findings:
            return judgement.derived[number]
        return event_of_line(line, position)


__all__ = ["Audit", "BrokenRecord", "Refusals", "Tally"]
