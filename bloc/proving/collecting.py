"""Which entries a proof bundle needs: the entry's draft, and the drafts that registered the keys behind it.

A pure plan, asked again and again: from what was read so far it says what to read next, until nothing is wanted. A
draft is needed whole, because signature and decision cover whole parts. A key is looked for on the stream of its
party; one that is not registered there is the founding's. Revocations of the keys, mandates of whoever registered
one as deputy of the secretariat, and rotations of the checkpoint key come along, each with its draft, and with what
that needs in turn. The way always leads back to the founding, so it ends.
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import UNSET, DecodeError, Struct, json

from contracts.admissions import ADMISSION_ACTIVATED
from contracts.decision import DECIDING_ROLE, DecisionFault, parse_decision
from contracts.decoding import decode_header
from contracts.entry import Stamp
from contracts.envelope import Header
from contracts.identity.jws import SignatureFault, parse_detached
from contracts.identity.keyring import (
    CHECKPOINT_KEY_ROTATED,
    KEY_REGISTERED,
    KEY_REVOKED,
    LEDGER_ROLE,
    KeyRing,
)
from contracts.identity.keys import KeyFault, thumbprint
from contracts.malformed import Malformed
from contracts.streams import party_stream
from contracts.values import Jwk
from contracts.verification.fault import Fault
from contracts.verification.opening import fault_of_lead, open_entry

_MANDATES = ("bloc.mandate.granted.v1", "bloc.mandate.revoked.v1")
_JUDGED = (KEY_REGISTERED, KEY_REVOKED, CHECKPOINT_KEY_ROTATED, ADMISSION_ACTIVATED, *_MANDATES)
"""Types of which verification asks whether their author could issue them."""


class Collected(Struct, frozen=True):
    """What was read so far: entries by position; whole streams `party/…`, as positions in order."""

    entries: Mapping[int, bytes] = {}
    streams: Mapping[str, tuple[int, ...]] = {}


class Wanted(Struct, frozen=True):
    """What to read next, as ranges of positions and names of streams; nothing when the bundle is complete."""

    positions: tuple[range, ...] = ()
    streams: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether all that is needed was read."""
        return not self.positions and not self.streams


class Complete(Struct, frozen=True):
    """The positions of all entries that belong into the bundle, ascending."""

    positions: tuple[int, ...]


class _Missing(Exception):
    """Something has to be read first. Inner control flow only: `plan` turns it into an answer."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self.wanted = wanted


class _Broken(Exception):
    """An entry is not what a ledger could have recorded. Inner control flow only, as above."""

    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault


class _KeyData(Struct):
    """The members of key events that say which key they are about."""

    kid: str = ""
    jwk: Jwk | None = None


class Maker(Struct, frozen=True):
    """Whose key, by its thumbprint, signs what is made of the entries: its registration is needed as well."""

    party: str
    kid: str


def plan(
    positions: Sequence[int], size: int, collected: Collected, maker: Maker | None = None
) -> Complete | Wanted | Fault:
    """Say what is still to be read to prove the entries at `positions` in the tree of `size` entries, or all that
    belongs to the proof."""
    try:
        return Complete(_Plan(size, collected).closure(positions, maker))
    except _Missing as missing:
        return missing.wanted
    except _Broken as broken:
        return broken.fault


class _Plan:
    """One pass over what was collected. Lives for one call of `plan`."""

    def __init__(self, size: int, collected: Collected) -> None:
        self.size = size
        self.collected = collected
        self.ring = KeyRing()

    def closure(self, positions: Sequence[int], maker: Maker | None) -> tuple[int, ...]:
        """Positions of all entries needed. Drafts are looked at in the order in which they turn out to be needed."""
        found: set[int] = set()
        founding = self.draft_of(0)
        header = self.header(0)
        self.ring = self.ring.evolve(0, header.type, bytes(header.data))
        waiting = [0, *positions, *self.rotations()]
        if maker is not None:
            waiting += self.about_key(maker.party, maker.kid)
        while waiting:
            position = waiting.pop()
            if position in found:
                continue
            draft = self.draft_of(position)
            found.update(draft)
            if draft != founding:
                waiting += self.needs(draft)
        return tuple(sorted(found))

    def needs(self, draft: range) -> Iterator[int]:
        """Positions of entries that this draft rests on: its signers' keys, and who may say what it says of keys."""
        lead, header = self.stamp(draft.start), self.header(draft.start)
        if lead.signature is not UNSET:
            signature = parse_detached(lead.signature)
            if isinstance(signature, SignatureFault):
                raise _Broken(Fault(draft.start, "signature", signature.reason))
            yield from self.about_key(header.party, signature.kid)
        decision = parse_decision(lead.decision or "", audience=self.origin)
        if isinstance(decision, DecisionFault):
            raise _Broken(Fault(draft.start, "decision", decision.reason))
        yield from self.about_key(self.ring.party_of_role(DECIDING_ROLE) or "", decision.kid)
        for position in draft:
            yield from self.about_event(self.header(position))

    def about_event(self, header: Header) -> Iterator[int]:
        """What an event about keys, or about rules of admission, rests on: the key that it names, and the mandates of a
        deputy who issued it."""
        if header.type not in _JUDGED:
            return
        party = header.subject.partition("/")[2]
        if header.type in (KEY_REVOKED, CHECKPOINT_KEY_ROTATED):
            yield from self.about_key(party, _kid_of(header))
        if header.party not in (party, self.ring.secretariat):
            mandates = self.stream(header.party)
            yield from (position for position in mandates if self.header(position).type in _MANDATES)

    def about_key(self, party: str, kid: str) -> Iterator[int]:
        """The registration of a key, and its revocations."""
        for position in self.stream(party):
            header = self.header(position)
            if header.type in (KEY_REGISTERED, KEY_REVOKED) and _kid_of(header) == kid:
                yield position

    def rotations(self) -> Iterator[int]:
        """Where the checkpoint key was rotated."""
        for position in self.stream(self.ring.party_of_role(LEDGER_ROLE) or ""):
            if self.header(position).type == CHECKPOINT_KEY_ROTATED:
                yield position

    def draft_of(self, position: int) -> range:
        """The positions of the draft that holds the entry at `position`."""
        stamp = self.stamp(position)
        first = position - stamp.line
        for _ in range(stamp.part_no):
            first -= 1 + self.stamp(first - 1).line
        end = first
        for _ in range(self.stamp(first).parts):
            end += self.stamp(end).lines
        draft = range(first, end)
        if position not in draft or end > self.size:
            raise _Broken(Fault(position, "stamp.line", f"it belongs to no draft below {self.size}"))
        if not all(one in self.collected.entries for one in draft):
            raise _Missing(Wanted(positions=(draft,)))
        return draft

    @property
    def origin(self) -> str:
        """The ledger's origin, as the founding names it."""
        try:
            return json.decode(bytes(self.header(0).data), type=_Origin).origin
        except DecodeError as error:
            raise _Broken(Fault(0, "event.data", f"it is no founding: {error}")) from error

    def stream(self, party: str) -> tuple[int, ...]:
        """The entries of a party's stream that the tree holds."""
        name = party_stream(party)
        if name not in self.collected.streams:
            raise _Missing(Wanted(streams=(name,)))
        return tuple(position for position in self.collected.streams[name] if position < self.size)

    def stamp(self, position: int) -> Stamp:
        """The stamp of an entry."""
        return self.opened(position)[0]

    def header(self, position: int) -> Header:
        """The envelope of an entry's event."""
        header = decode_header(self.opened(position)[1])
        if isinstance(header, Malformed):
            raise _Broken(Fault(position, f"event{header.path[1:]}", header.reason))
        return header

    def opened(self, position: int) -> tuple[Stamp, bytes]:
        """Stamp and event of an entry that was read."""
        if not 0 <= position < self.size:
            raise _Broken(Fault(position, "stamp", f"the stamps lead out of the tree of {self.size} entries"))
        if position not in self.collected.entries:
            raise _Missing(Wanted(positions=(range(position, position + 1),)))
        opened = open_entry(self.collected.entries[position], position)
        if isinstance(opened, Fault):
            raise _Broken(opened)
        if fault := fault_of_lead(opened[0]):
            raise _Broken(fault)
        return opened


class _Origin(Struct):
    origin: str


def _kid_of(header: Header) -> str:
    """The key that an event names or brings, "" when it is about none."""
    try:
        data = json.decode(bytes(header.data), type=_KeyData)
        return data.kid if data.jwk is None else thumbprint(data.jwk)
    except (DecodeError, KeyFault):
        return ""
