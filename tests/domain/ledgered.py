"""A record as the ledger writes it, stamps and signed decisions included, made without a ledger: for audits.

`Record.post` decides and records as the services do; the other methods plant what honest services never record. What
is planted is signed by the tariffs service all the same, so that nothing but deciding again can find it.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from contracts.body import digest_of
from contracts.decision import Decision, expects_digest, sign_decision
from contracts.decoding import encode_event
from contracts.entry import Stamp, build_entry, serve_entry
from contracts.envelope import Event
from contracts.events import SubmissionRefused
from contracts.identity.jws import sign_detached
from contracts.identity.keys import SigningKey
from services.tariffs.domain.auditing.judging import RefusedBody
from services.tariffs.domain.decide import decide
from services.tariffs.domain.world import Accepted, Decided, Refused, Submission, World
from tests.domain import facts
from tests.domain.given import NOON, Bloc, instant
from tests.domain.listed import catalogue

TARIFFS = "bloc.tariffs"
NO_IDS: Mapping[str, int] = MappingProxyType({})


class Record:
    """Entries in order, and the bloc that they make."""

    def __init__(self) -> None:
        self.bloc = Bloc()
        self.entries: list[bytes] = []
        self.said: list[Event[Any]] = []
        """The events of the entries."""
        self.bodies: dict[str, RefusedBody] = {}
        self._drafts = 0
        self._versions: dict[str, int] = {}

    @property
    def next(self) -> int:
        """Position of the next entry."""
        return len(self.entries)

    def copied(self) -> "Record":
        """A record that goes on from here by itself."""
        other = Record()
        other.bloc.rules, other.bloc.streams = self.bloc.rules, dict(self.bloc.streams)
        other.entries, other.said, other.bodies = list(self.entries), list(self.said), dict(self.bodies)
        other._drafts, other._versions = self._drafts, dict(self._versions)
        return other

    def refused(self, refusal: SubmissionRefused) -> RefusedBody | None:
        """The body of a refusal, if it was kept."""
        return self.bodies.get(refusal.submission)

    def lines(self) -> list[bytes]:
        """Entries as the ledger serves them."""
        return [serve_entry(entry) for entry in self.entries]

    def post(
        self,
        *events: Event[Any],
        now: datetime = NOON,
        known: int | None = None,
        ruleset: str = facts.RULESET,
    ) -> Accepted:
        """Decide and record a submission; it must be accepted. `known`: a position that lies further back."""
        decided = self.decide(*events, now=now)
        assert isinstance(decided, Accepted), decided
        self.write(events, decided.derived, now=now, known=known, ruleset=ruleset)
        return decided

    def decide(
        self, *events: Event[Any], now: datetime = NOON, reused: Mapping[str, int] = NO_IDS
    ) -> Decided:
        """What the service decides on everything that is recorded; `reused`: ids that it has looked up."""
        party = events[0].party
        digest = digest_of(b"\n".join(map(encode_event, events)))
        submission = Submission(party, facts.key_of(party).kid, digest, events)
        return decide(World(self.bloc.rules, self.bloc.streams_for(events), reused), submission, now=now)

    def write(
        self,
        events: Iterable[Event[Any]],
        derived: Iterable[Event[Any]] = (),
        *,
        now: datetime = NOON,
        known: int | None = None,
        ruleset: str = facts.RULESET,
        key: SigningKey | None = None,
    ) -> None:
        """Record a draft whatever the rules say of it."""
        authored, follows = tuple(events), tuple(derived)
        body = b"\n".join(map(encode_event, authored))
        signer = key or facts.key_of(authored[0].party)
        signature = sign_detached(signer, body, audience=facts.ORIGIN, issued_at=int(now.timestamp()))
        self._append(authored, follows, signature, now=now, known=known, ruleset=ruleset)

    def refuse(
        self,
        *events: Event[Any],
        now: datetime = NOON,
        but: Callable[[Event[Any]], Event[Any]] | None = None,
        kept: bool = True,
        reused: Mapping[str, int] = NO_IDS,
    ) -> Event[Any]:
        """Record the refusal of a submission; `but` changes it first, `kept` says whether its body is at hand."""
        decided = self.decide(*events, now=now, reused=reused)
        assert isinstance(decided, Refused), decided
        if kept:
            self.keep(*events, now=now)
        refusal = decided.refusal if but is None else but(decided.refusal)
        self.write_refusal(refusal, now=now, ruleset=decided.ruleset)
        return decided.refusal

    def keep(self, *events: Event[Any], now: datetime = NOON) -> str:
        """Keep the body of a submission as a refused one; give its digest."""
        body = b"\n".join(map(encode_event, events))
        key = facts.key_of(events[0].party)
        signature = sign_detached(key, body, audience=facts.ORIGIN, issued_at=int(now.timestamp()))
        self.bodies[digest_of(body)] = RefusedBody(body, signature)
        return digest_of(body)

    def write_refusal(
        self, refusal: Event[Any], *, now: datetime = NOON, ruleset: str = facts.RULESET
    ) -> None:
        """Record a refusal whatever was refused."""
        self._append((), (refusal,), None, now=now, known=None, ruleset=ruleset)

    def _append(
        self,
        authored: tuple[Event[Any], ...],
        derived: tuple[Event[Any], ...],
        signature: str | None,
        *,
        now: datetime,
        known: int | None,
        ruleset: str,
    ) -> None:
        self._drafts += 1
        parts = [part for part in (authored, derived) if part]
        bodies = [b"\n".join(map(encode_event, part)) for part in parts]
        decision = Decision(
            parts=tuple(map(digest_of, bodies)),
            expects=expects_digest({}),
            position=self.next - 1 if known is None else known,
            time=instant(now),
            ruleset=ruleset,
        )
        token = sign_decision(facts.key_of(TARIFFS), decision, audience=facts.ORIGIN)
        for number, part in enumerate(parts):
            for line, event in enumerate(part):
                stamp = Stamp(
                    position=self.next,
                    recorded_at=instant(now),
                    stream=event.subject,
                    version=self._advanced(event.subject),
                    draft=f"test:{self._drafts}",
                    part=digest_of(bodies[number]),
                    part_no=number,
                    parts=len(parts),
                    line=line,
                    lines=len(part),
                    eol=0,
                )
                if line == 0 and number == 0:
                    stamp = replace(stamp, decision=token)
                    stamp = stamp if signature is None else replace(stamp, signature=signature)
                self.entries.append(build_entry(stamp, encode_event(event)))
        self.said += (*authored, *derived)
        self.bloc.record(*authored, *derived, at=now)

    def _advanced(self, stream: str) -> int:
        self._versions[stream] = self._versions.get(stream, 0) + 1
        return self._versions[stream]


def founded_record(now: datetime = NOON) -> Record:
    """The founding, partners, mandates and catalogue of `given.founded_bloc`, each posted and recorded."""
    record = Record()
    record.post(facts.founded(), now=now)
    for party, role, territories in facts.PARTNERS:
        record.post(facts.key_registered(party), facts.mandate_granted(party, role, territories), now=now)
    record.post(*catalogue(), now=now)
    return record
