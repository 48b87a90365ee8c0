"""The record taken apart, for whoever wants to change it: stamps, events, parts, drafts, and what an edit is.

An `Edit` is a list of entries that should not be, and what is known of it: from where on it differs from the record,
and whether anybody can tell by the entries alone. All of that is said by whoever makes the edit, from what he did,
never from what the verifier answers.
"""

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from hashlib import sha256
from random import Random

from msgspec import UNSET, Struct
from msgspec.structs import replace

from contracts.decision import Decision, DecisionToken, parse_decision, sign_decision
from contracts.entry import Stamp, encode_stamp, split_entry
from contracts.identity.jws import Detached, parse_detached
from contracts.identity.keys import SigningKey
from tests.ledger.drafting import ORIGIN, TARIFFS
from tests.redteam.recording import TARIFFS_2

ABOUT_KEYS = re.compile(rb'"type":"bloc\.(founded|key\.registered|checkpoint_key\.rotated)\.v1"')
"""What later entries rest on: to take one out shows, other than by a checkpoint."""


class Edit(Struct, frozen=True):
    """What an operator made of the record. `first`: the first position at which it differs. `evident`: the positions
    one of which must be named because the entries contradict themselves there; None when they are in order."""

    entries: tuple[bytes, ...]
    first: int
    evident: range | None


class Line(Struct, frozen=True):
    """One entry, taken apart."""

    stamp: Stamp
    event: bytes

    @property
    def entry(self) -> bytes:
        """The bytes."""
        return encode_stamp(self.stamp) + b"\n" + self.event

    def with_stamp(self, **changes: object) -> "Line":
        """Another stamp over the same event."""
        return Line(replace(self.stamp, **changes), self.event)


class Scene:
    """A record in order, with a random source of its own (`rng`): where an edit takes place is chosen with that."""

    def __init__(self, entries: Sequence[bytes], rng: Random) -> None:
        self.lines = tuple(Line(*split_entry(entry)) for entry in entries)
        self.rng = rng
        self.size = len(entries)

    @cached_property
    def drafts(self) -> tuple[range, ...]:
        """The positions of each draft."""
        return self._ranges(lambda stamp: stamp.line == stamp.part_no == 0)

    @cached_property
    def parts(self) -> tuple[range, ...]:
        """The positions of each part."""
        return self._ranges(lambda stamp: stamp.line == 0)

    @cached_property
    def plain(self) -> tuple[range, ...]:
        """The drafts on which no other one rests: declarations, refusals, revocations."""
        return tuple(one for one in self.drafts if not ABOUT_KEYS.search(self.events(one)))

    def _ranges(self, begins: Callable[[Stamp], bool]) -> tuple[range, ...]:
        starts = [at for at, line in enumerate(self.lines) if begins(line.stamp)]
        return tuple(range(start, end) for start, end in zip(starts, [*starts[1:], self.size], strict=True))

    def events(self, positions: range) -> bytes:
        """The events at these positions, joined."""
        return b"\n".join(self.lines[position].event for position in positions)

    def draft_of(self, position: int) -> range:
        """The draft that an entry belongs to."""
        return next(one for one in self.drafts if position in one)

    def part_of(self, position: int) -> range:
        """The part that an entry belongs to."""
        return next(one for one in self.parts if position in one)

    def position(self) -> int:
        """Any position."""
        return self.rng.randrange(self.size)

    def position_in_company(self) -> int:
        """The position of an entry whose draft has others."""
        return self.rng.choice([at for draft in self.drafts if len(draft) > 1 for at in draft])

    def derived_parts(self) -> list[range]:
        """The parts that tariffs derived from a submission."""
        return [part for part in self.parts if self.lines[part.start].stamp.part_no == 1]

    def edit(self, changed: dict[int, Line], evident: range | None) -> Edit:
        """The record with some entries replaced."""
        entries = [changed.get(at, line).entry for at, line in enumerate(self.lines)]
        return self.edited(entries, evident)

    def edited(self, entries: Sequence[bytes], evident: range | None) -> Edit:
        """Another list of entries; where it begins to differ is looked for."""
        pairs = zip(entries, (line.entry for line in self.lines), strict=False)
        same = min(len(entries), self.size)
        first = next((at for at, (one, other) in enumerate(pairs) if one != other), same)
        assert first < max(len(entries), self.size), "nothing was edited"
        return Edit(tuple(entries), first, evident)


def numbered(lines: Sequence[Line]) -> list[Line]:
    """Lines stamped with their positions anew."""
    return [line.with_stamp(position=position) for position, line in enumerate(lines)]


def restamped(lines: Sequence[Line]) -> list[Line]:
    """Lines with positions and versions that count without a gap, as if nothing had been taken out or put in."""
    versions: dict[str, int] = {}
    counted: list[Line] = []
    for line in numbered(lines):
        version = versions[line.stamp.stream] = versions.get(line.stamp.stream, 0) + 1
        counted.append(line.with_stamp(version=version))
    return counted


def resequenced(drafts: Sequence[Sequence[Line]], like: Sequence[Line]) -> list[Line]:
    """Drafts in another order with the times and sequences that the drafts of `like` had, in their order: a new one
    at the end has its own, a millisecond later."""
    leads = [line.stamp for line in like if line.stamp.line == line.stamp.part_no == 0]
    out: list[Line] = []
    incarnation, _, last = leads[-1].draft.partition(":")
    for number, draft in enumerate(drafts):
        beyond = number - len(leads) + 1
        lead = leads[min(number, len(leads) - 1)]
        name = f"{incarnation}:{int(last) + beyond}" if beyond > 0 else lead.draft
        out += [line.with_stamp(recorded_at=lead.recorded_at, draft=name) for line in draft]
    return restamped(out)


def digest_over(lines: Sequence[Line]) -> str:
    """The digest of the body that these lines of one part make."""
    body = b"\n".join(line.event for line in lines) + b"\n" * lines[0].stamp.eol
    return sha256(body).hexdigest()


def with_digest(lines: Sequence[Line]) -> list[Line]:
    """Lines of one part whose stamps have the digest of their events."""
    digest = digest_over(lines)
    return [line.with_stamp(part=digest) for line in lines]


def decided_anew(draft: Sequence[Line], **changes: object) -> list[Line]:
    """A draft under a decision that fits it, made with the key of the tariffs service that decided before."""
    decision = replace(decision_of(draft[0].stamp), **changes)
    digests = tuple(line.stamp.part for line in draft if line.stamp.line == 0)
    token = sign_decision(decider_of(draft[0].stamp), replace(decision, parts=digests), audience=ORIGIN)
    return [draft[0].with_stamp(decision=token), *draft[1:]]


def decision_of(stamp: Stamp) -> Decision:
    """What was decided."""
    token = parse_decision(stamp.decision or "", audience=ORIGIN)
    assert isinstance(token, DecisionToken), token
    decision = token.decision()
    assert isinstance(decision, Decision)
    return decision


def decider_of(stamp: Stamp) -> SigningKey:
    """The key that decided, which the operator holds."""
    return next(key for key in (TARIFFS, TARIFFS_2) if key.kid == _decider_kid(stamp))


def _decider_kid(stamp: Stamp) -> str:
    return getattr(parse_decision(stamp.decision or "", audience=ORIGIN), "kid", "")


def kids_of(lead: Stamp) -> set[str]:
    """The keys under a draft: of its author and its decision."""
    signed = UNSET if lead.signature is UNSET else parse_detached(lead.signature)
    author = {signed.kid} if isinstance(signed, Detached) else set[str]()
    return author | {_decider_kid(lead)}
