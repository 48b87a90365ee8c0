"""Decide a submission: accept it with all that follows from it, or refuse it with every rule that it breaks.

Events are decided in order, each on a state that holds the earlier ones; what is derived is folded after all of
them, because that is the order in which the ledger will record the draft. An event that breaks a rule is folded
all the same, so that one fault does not accuse all the lines that build on it. Nothing here reads a clock or
reaches outside: the same world, submission and moment always give the same decision, byte for byte.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from msgspec import UNSET

from contracts.decoding import encode_event
from contracts.envelope import Event, source_of
from contracts.events import (
    BrokenRule,
    DeclarationAccepted,
    DeclarationAmended,
    DeclarationInvalidated,
    Payload,
    SubmissionRefused,
)
from contracts.limits import (
    DERIVED_BYTES_MAX,
    EVENT_BYTES_MAX,
    LONG_TEXT_CHARACTERS_MAX,
    REFUSAL_BROKEN_MAX,
)
from contracts.streams import RULES_GUARD, keys_of, party_stream, stream_of
from services.tariffs.domain.assessment.declarations import judge_declaration
from services.tariffs.domain.assessment.declared import DeclarationState
from services.tariffs.domain.derived_ids import derived_id
from services.tariffs.domain.evolve import FOLDED_TYPES, evolve
from services.tariffs.domain.governance.rule_books import rule_book_on
from services.tariffs.domain.judged import Derived
from services.tariffs.domain.lifecycle.judge import judge_lifecycle
from services.tariffs.domain.lifecycle.quotas import balances_touched
from services.tariffs.domain.quotas.balance import BalanceState
from services.tariffs.domain.quotas.drawing import Balances, after
from services.tariffs.domain.quotas.periods import balances_read
from services.tariffs.domain.reserve.judge import judge_reserve
from services.tariffs.domain.reserve.streams import (
    StreamState,
    empty_stream,
    evolve_stream,
    is_on_demand,
    reads_rules,
)
from services.tariffs.domain.reserve.streams import reads_of as stream_reads_of
from services.tariffs.domain.rule import Submitted, Violation
from services.tariffs.domain.rulebook import in_precedence, violations
from services.tariffs.domain.rules import ids
from services.tariffs.domain.state import RulesState
from services.tariffs.domain.world import (
    Accepted,
    Decided,
    Refused,
    StreamHead,
    Submission,
    TooLarge,
    VersionConflict,
    World,
)

TARIFFS_BEFORE_FOUNDING = "bloc.tariffs"
"""Who signs a refusal before the charter says so; it cannot be recorded then, only shown."""


class _Draft:
    """The state that a submission is decided on, moving with each event. Lives for one call of `decide`.

    `ruleset` is the rule book in force before the submission: one that it activates decides from the next one on.
    """

    def __init__(self, world: World, ruleset: str, recorded_on: date) -> None:
        self.world = world
        self.ruleset = ruleset
        self.recorded_on = recorded_on
        self.rules = world.rules
        self.position = world.rules.position
        self.heads: dict[str, StreamHead] = {}
        """On-demand streams that this draft advances, as they will be."""
        self.expects: dict[str, int] = {}
        self.drawn: Balances = {}
        """Balances of quotas as the events so far leave them; their drawings are folded after all events."""

    def head(self, stream: str) -> StreamHead:
        """An on-demand stream as it is at this point of the draft."""
        return self.heads.get(stream) or self.world.streams.get(stream) or StreamHead(0, empty_stream(stream))

    def own(self, event: Event[Any]) -> StreamState | None:
        """The state of an event's own stream, when it is one that is loaded on demand."""
        return self.head(event.subject).state if is_on_demand(event.subject) else None

    def version(self, stream: str) -> int:
        """Version of a stream at this point of the draft."""
        if is_on_demand(stream):
            return self.head(stream).version
        return self.rules.version_of(stream)

    def balances(self, reads: Sequence[str]) -> Balances:
        """What was drawn of quotas, with the drawings of this draft, whose order is that of its events."""
        if len(reads) == 1:  # a declaration alone, as nearly always
            return self.drawn
        known = {name: state for name in reads if isinstance(state := self.head(name).state, BalanceState)}
        return {**known, **self.drawn}

    def expect(self, keys: Iterable[str]) -> None:
        """Note keys that are read or advanced, at the version that the world has them."""
        for key in keys:
            if key in self.expects:
                continue
            if is_on_demand(key):
                seen = self.world.streams.get(key)
                self.expects[key] = seen.version if seen else 0
            else:
                self.expects[key] = self.world.rules.version_of(key)

    def fold(self, event: Event[Any]) -> None:
        """Move on by one event, as the ledger will record it if it does."""
        self.position += 1
        if event.type in FOLDED_TYPES:
            self.rules = evolve(self.rules, self.position, "", event)
        stream = event.subject
        if is_on_demand(stream):
            head = self.head(stream)
            state = evolve_stream(head.state, self.position, event)
            self.heads[stream] = StreamHead(head.version + 1, state)


def reads_of(rules: RulesState, event: Event[Any], own: StreamState | None = None) -> tuple[str, ...]:
    """Names of the on-demand streams that must be in `World.streams` before this event is decided.

    Which balance of a quota a claim is made on, only the rules can name; which ones a declaration holds of, only its
    own stream. So ask again with `own`, the state of the event's stream, once that is loaded.
    """
    data = event.data
    if isinstance(data, DeclarationAccepted):
        return (
            event.subject,
            *balances_read(rules, data.member, data.accepted_at, data.items, rules.position),
        )
    if isinstance(data, DeclarationAmended | DeclarationInvalidated) and isinstance(own, DeclarationState):
        return (event.subject, *balances_touched(rules, own, data))
    return stream_reads_of(event)


def decide(world: World, submission: Submission, *, now: datetime) -> Decided:
    """Decide a submission on the rules and streams of `world`.

    `now` is aware; its day in UTC is the recorded day that rules and mandates are judged on. Events have been
    decoded, and the signature verified, by the caller. Never raises for what a partner may post; raises
    UnknownRuleBook when the rule book in force is none of this release's.
    """
    moment = now.astimezone(UTC)
    recorded_at = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    draft = _Draft(world, rule_book_on(world.rules, moment.date()), moment.date())
    draft.expect((party_stream(submission.party),))
    if world.reused and (reused := ids.violations(submission.events, world.reused)):
        return _refused(draft, submission, reused, recorded_at)
    broken: list[Violation] = []
    derived: list[tuple[Event[Any], tuple[Derived, ...]]] = []
    for event in submission.events:
        conflict = _conflict(draft, event)
        if conflict is not None:
            return conflict
        own = draft.own(event)
        reads = reads_of(draft.rules, event, own)
        draft.expect(keys_of(event.type, event.subject))
        draft.expect(reads)
        submitted = Submitted(
            event, submission.party, submission.kid, draft.recorded_on, draft.ruleset, moment
        )
        found, judged = _judge(draft, submitted, own, reads, now)
        broken += found
        if judged:
            derived.append((event, judged))
        draft.fold(event)
    if broken:
        return _refused(draft, submission, in_precedence(broken, draft.ruleset), recorded_at)
    return _accepted(draft, derived, recorded_at)


def _conflict(draft: _Draft, event: Event[Any]) -> VersionConflict | None:
    """The author's own check, on the version that the stream has at this line of the submission."""
    if event.expectedversion is UNSET:
        return None
    actual = draft.version(event.subject)
    if event.expectedversion == actual:
        return None
    return VersionConflict(event.id, event.subject, event.expectedversion, actual)


def _judge(
    draft: _Draft, submitted: Submitted, own: StreamState | None, reads: tuple[str, ...], now: datetime
) -> tuple[tuple[Violation, ...], tuple[Derived, ...]]:
    """The rules that an event breaks, and what follows from it if it breaks none.

    Duty is assessed on the rules as committed, because an assessment names the position that it knows.
    """
    event = submitted.event
    found = violations(draft.rules, submitted)
    if not reads or draft.rules.charter is None:
        return found, ()
    if isinstance(own, DeclarationState):
        balances = draft.balances(reads)
        judge = judge_declaration if isinstance(event.data, DeclarationAccepted) else judge_lifecycle
        judged = judge(draft.world.rules, own, event, now=now, ruleset=draft.ruleset, balances=balances)
        if balances:
            draft.drawn = after(balances, judged.derived)
    else:
        states = {stream: draft.head(stream).state for stream in reads}
        if reads_rules(event, states):
            draft.expect((RULES_GUARD,))
        judged = judge_reserve(draft.rules, states, event)
    if not judged.violations:
        return found, judged.derived
    also = (one for one in judged.violations if one.rule.judges(draft.recorded_on, draft.ruleset))
    return (*found, *also), judged.derived


def _accepted(
    draft: _Draft, causes: list[tuple[Event[Any], tuple[Derived, ...]]], recorded_at: str
) -> Accepted | TooLarge:
    """Put what was derived into envelopes, in the order of its causes, and see that it fits a draft."""
    events: list[Event[Any]] = []
    lines: list[bytes] = []
    size_bytes = 0
    for cause, payloads in causes:
        for number, (type_name, data) in enumerate(payloads):
            event_id = derived_id(cause.id, cause.source, number)
            event = _derived(draft.world.rules, event_id, type_name, data, recorded_at)
            line = encode_event(event)
            size_bytes += len(line) + 1
            if len(line) > EVENT_BYTES_MAX:
                return TooLarge(f"the {type_name} derived from event {cause.id}", len(line), EVENT_BYTES_MAX)
            events.append(event)
            lines.append(line)
            draft.expect(keys_of(type_name, event.subject))
            draft.fold(event)
    if size_bytes > DERIVED_BYTES_MAX:
        return TooLarge("what is derived from the submission", size_bytes, DERIVED_BYTES_MAX)
    return Accepted(tuple(events), b"\n".join(lines), draft.expects, draft.ruleset, draft.heads)


def _derived(rules: RulesState, event_id: str, type_name: str, data: Payload, time: str) -> Event[Any]:
    """The envelope of an event that the tariffs service writes itself."""
    return Event(
        specversion="1.0",
        id=event_id,
        source=source_of(rules.ring.party_of_role("tariffs") or TARIFFS_BEFORE_FOUNDING),
        type=type_name,
        subject=stream_of(type_name, data),
        time=time,
        data=data,
    )


def _refused(
    draft: _Draft, submission: Submission, broken: tuple[Violation, ...], recorded_at: str
) -> Refused:
    """Make a refusal a fact: what was broken, on which position and rule book it was decided.

    It expects `rules` as well, so that a rule recorded meanwhile makes the service decide again. Its own stream
    is not expected: the order of a party's refusals decides nothing, and two of them need not conflict.
    """
    rules = draft.world.rules
    data = SubmissionRefused(
        submission=submission.digest,
        party=submission.party,
        broken=tuple(_broken_rule(violation) for violation in broken[:REFUSAL_BROKEN_MAX]),
        ruleset=draft.ruleset,
        known_position=max(rules.position, 0),
    )
    draft.expect((RULES_GUARD,))
    event_id = derived_id(submission.events[0].id, submission.digest, rules.position)
    refusal = _derived(rules, event_id, "bloc.submission.refused.v1", data, recorded_at)
    return Refused(broken, draft.expects, draft.ruleset, refusal, recordable=rules.charter is not None)


def _broken_rule(violation: Violation) -> BrokenRule:
    text = f"{violation.rule.text} Here: {violation.detail}."
    return BrokenRule(
        rule=violation.rule.id,
        text=text[:LONG_TEXT_CHARACTERS_MAX],
        event=violation.event_id,
        path=violation.path,
        recorded=UNSET if violation.recorded is None else violation.recorded,
    )
