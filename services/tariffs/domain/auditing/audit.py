"""A whole record decided again, draft by draft in order: findings come out as they are made, and nothing is kept.

Memory is that of the rules, of some recent states of them, and of the streams that were used lately; it does not grow
with the declarations. Where only a stretch is asked for, the drafts before it are folded and not judged.
"""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from contracts.entry import Stamp
from contracts.envelope import AnyEvent
from contracts.limits import STALE_SECONDS_MAX
from services.tariffs.domain.decide import reads_of
from services.tariffs.domain.rule_books import UnknownRuleBook, rule_book_on
from services.tariffs.domain.state import RulesState

from .findings import Finding
from .judging import Judgement, RefusedBody, judge_recorded, judge_refusal, read_refused, refusal_in
from .lags import Lags
from .noticing import notices
from .recorded_drafts import BrokenRecord, DraftReader, RecordedDraft, event_of_line
from .rule_states import RuleStates
from .streams import NoShelf, Shelf, Streams

Refusals = Callable[[str], RefusedBody | None]
"""Gives the refused body of a digest (SHA-256, hex), None when the auditor does not have it."""


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
        self, *, refused: Refusals, shelf: Shelf | None = None, first: int = 0, last: int | None = None
    ) -> None:
        """Judge the drafts that begin between the positions `first` and `last` (None: to the end)."""
        self.tally = Tally()
        self.lags = Lags()
        self._refused = refused
        self._first = first
        self._last = last
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

    def take(self, stamp: Stamp, event: bytes) -> Iterator[Finding]:
        """Take the next entry; when it ends a draft, give what is found in it."""
        self.tally.entries += 1
        draft = self._reader.take(stamp, event)
        if draft is not None:
            yield from self._draft(draft)

    def _draft(self, draft: RecordedDraft) -> Iterator[Finding]:
        judged = self._first <= draft.first and (self._last is None or draft.first <= self._last)
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
        body = self._refused(refusal.submission)
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

    def _heads(self, rules: RulesState, events: Sequence[AnyEvent], new: frozenset[str]):
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
        self._states.fold(position, draft.recorded_at, event)
        self._streams.fold(position, draft.versions[place], event)

    def _derived(self, judgement: Judgement, number: int, line: bytes, position: int) -> AnyEvent:
        """The event of a derived line: as it was derived now, when nothing differs."""
        if judgement.derived and not judgement.findings:
            return judgement.derived[number]
        return event_of_line(line, position)


__all__ = ["Audit", "BrokenRecord", "Refusals", "Tally"]
