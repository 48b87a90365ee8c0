"""Given, when, then for the rules: a bloc of which facts are recorded, and which is asked what it thinks of more.

`Bloc.record` folds facts without asking any rule (they are given); `Bloc.broken` says which rules an event would
break; `Bloc.decide` decides a whole submission as the service does. Facts are written with facts.py.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, Self

from contracts.envelope import Event
from contracts.identity.keys import SigningKey
from contracts.streams import kind_of
from services.tariffs.domain.decide import decide, reads_of
from services.tariffs.domain.evolve import evolve
from services.tariffs.domain.governance.rule_books import rule_book_on
from services.tariffs.domain.reserve.streams import ON_DEMAND_KINDS, empty_stream, evolve_stream
from services.tariffs.domain.rule import Submitted, Violation
from services.tariffs.domain.rulebook import violations
from services.tariffs.domain.state import RulesState, empty_rules
from services.tariffs.domain.world import Accepted, Decided, Refused, StreamHead, Submission, World
from tests.domain import facts
from tests.domain.listed import catalogue

TODAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
"""The moment at which submissions are decided unless a test says otherwise."""


def instant(moment: datetime) -> str:
    """A moment as the ledger writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest_of(events: Iterable[Event[Any]]) -> str:
    """A digest that stands for the body of a submission."""
    return hashlib.sha256("\n".join(event.id for event in events).encode()).hexdigest()


class Bloc:
    """What is recorded so far. Positions follow the order of recording, one for each fact."""

    def __init__(self) -> None:
        self.rules: RulesState = empty_rules()
        self.streams: dict[str, StreamHead] = {}

    @property
    def position(self) -> int:
        """Position of the newest fact, -1 when there is none."""
        return self.rules.position

    def record(self, *events: Event[Any], at: datetime = NOON) -> Self:
        """Given these facts, in this order."""
        for event in events:
            position = self.rules.position + 1
            self.rules = evolve(self.rules, position, instant(at), event)
            stream = event.subject
            if kind_of(stream) in ON_DEMAND_KINDS:
                head = self.streams.get(stream) or StreamHead(0, empty_stream(stream))
                self.streams[stream] = StreamHead(
                    head.version + 1, evolve_stream(head.state, position, event)
                )
        return self

    def violations(
        self, event: Event[Any], *, on: date = TODAY, kid: str = "", by: str = ""
    ) -> list[Violation]:
        """When the event is submitted on a day: the violations, in order of precedence.

        `by` and `kid` are the signing party and key; left out, the author signs with his own key.
        """
        party = by or event.party
        ruleset = rule_book_on(self.rules, on)
        submitted = Submitted(event, party, kid or facts.key_of(party).kid, on, ruleset)
        return list(violations(self.rules, submitted))

    def broken(self, event: Event[Any], *, on: date = TODAY, kid: str = "", by: str = "") -> list[str]:
        """As `violations`, ids of the rules only."""
        return [violation.rule.id for violation in self.violations(event, on=on, kid=kid, by=by)]

    def decide(self, *events: Event[Any], now: datetime = NOON, key: SigningKey | None = None) -> Decided:
        """When the author of the first event submits these events together."""
        party = events[0].party
        submission = Submission(party, (key or facts.key_of(party)).kid, digest_of(events), events)
        return decide(World(self.rules, self.streams_for(events)), submission, now=now)

    def streams_for(self, events: Iterable[Event[Any]]) -> dict[str, StreamHead]:
        """The on-demand streams that the events read, as far as they exist."""
        own = {stream: head.state for stream, head in self.streams.items()}
        names = {name for event in events for name in reads_of(self.rules, event, own.get(event.subject))}
        return {name: self.streams[name] for name in names if name in self.streams}


def accepted(decided: Decided) -> Accepted:
    """Then it is accepted."""
    assert isinstance(decided, Accepted), decided
    return decided


def refusal_of(decided: Decided) -> Refused:
    """Then it is refused."""
    assert isinstance(decided, Refused), decided
    return decided


def refused(decided: Decided) -> list[str]:
    """Then it is refused, for these rules in order of precedence."""
    return [violation.rule.id for violation in refusal_of(decided).violations]


def breaks(bloc: Bloc, *events: Event[Any], now: datetime = NOON) -> list[tuple[str, str]]:
    """Then a submission of these events is refused: for which rules, and where in the events."""
    refusal = refusal_of(bloc.decide(*events, now=now))
    return [(violation.rule.id, violation.path) for violation in refusal.violations]


def founded_bloc() -> Bloc:
    """A bloc with its partners, their mandates, two minerals and four lines of the catalogue."""
    bloc = Bloc().record(facts.founded())
    for party, role, territories in facts.PARTNERS:
        bloc.record(facts.key_registered(party), facts.mandate_granted(party, role, territories))
    return bloc.record(*catalogue())
