"""Entries in order, put together to the drafts in which they were recorded: the unit that is decided.

The stamps say which entries belong together, and the first of a draft carries the decision. They are taken at their
word: that they are true (digests, signatures, versions) is what the verification of the record shows. What cannot be
put together or read at all ends the audit, because everything behind it would be decided on a wrong state.
"""

from datetime import UTC, datetime
from functools import lru_cache

from msgspec import UNSET, Struct, json

from contracts.decision import Decision, DecisionFault, read_decision
from contracts.decoding import decode_payload
from contracts.entry import Stamp
from contracts.envelope import AnyEvent, Header
from contracts.identity.jws import SignatureFault, parse_detached
from contracts.malformed import UNREADABLE

_HEADERS = json.Decoder(Header)


class BrokenRecord(ValueError):
    """The record cannot be audited from this entry on; the text says why, and `position` where."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"position {position}: {reason}")
        self.position = position
        self.reason = reason


class RecordedDraft(Struct, frozen=True, gc=False):
    """One draft as it stands in the record: what its author signed, and what was derived from it.

    `authored` and `derived` are the exact event lines, in order of position from `first` on; a refusal has no
    authored lines. `streams` and `versions` are the stamped ones of all of them, `signature` the author's (empty in a
    refusal), `token` the decision, `digest` the SHA-256 (hex) of the author's body. Signature and decision are read
    when somebody asks, as most readers of a record do not.
    """

    first: int
    recorded_at: str
    authored: tuple[bytes, ...]
    derived: tuple[bytes, ...]
    streams: tuple[str, ...]
    versions: tuple[int, ...]
    digest: str
    signature: str
    token: str

    @property
    def kid(self) -> str:
        """The key that signed. Raises BrokenRecord."""
        detached = parse_detached(self.signature)
        if isinstance(detached, SignatureFault):
            raise BrokenRecord(self.first, f"its signature cannot be read: {detached.reason}")
        return detached.kid

    @property
    def decision(self) -> Decision:
        """What was decided, whoever's ledger it is for: that is compared when the record is verified."""
        found = _decision(self.token)
        if isinstance(found, DecisionFault):
            raise BrokenRecord(self.first, found.reason)
        if found.position >= self.first:
            raise BrokenRecord(self.first, f"it was decided on position {found.position}, which came later")
        return found

    @property
    def decided_at(self) -> datetime:
        """The moment of deciding, aware."""
        return moment_of(self.first, self.decision.time)


def moment_of(position: int, text: str) -> datetime:
    """An instant of the record (RFC 3339, UTC). Raises BrokenRecord when it is none."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BrokenRecord(position, f"{text} is no instant: {error}") from error


class DraftReader:
    """Collects entries until a draft is whole. Feed it every entry from the first one on."""

    def __init__(self) -> None:
        self.position = -1
        """Position of the last entry taken."""
        self._stamps: list[Stamp] = []
        self._lines: list[bytes] = []

    @property
    def is_between_drafts(self) -> bool:
        """Whether nothing is waiting for the rest of its draft."""
        return not self._stamps

    def take(self, stamp: Stamp, event: bytes) -> RecordedDraft | None:
        """Take the next entry; give the draft that it completes. Raises BrokenRecord."""
        if stamp.position != self.position + 1:
            raise BrokenRecord(self.position + 1, f"entry {stamp.position} stands here")
        self.position = stamp.position
        before = self._stamps[-1] if self._stamps else None
        if not _follows(stamp, before):
            raise BrokenRecord(stamp.position, "this entry does not continue the draft before it")
        self._stamps.append(stamp)
        self._lines.append(event)
        if stamp.part_no < stamp.parts - 1 or stamp.line < stamp.lines - 1:
            return None
        stamps, lines = self._stamps, self._lines
        self._stamps, self._lines = [], []
        return _draft_of(stamps, lines)


def _follows(stamp: Stamp, before: Stamp | None) -> bool:
    """Whether a stamp is the one that is due after `before` (None: a draft begins)."""
    if before is None:
        return stamp.part_no == 0 and stamp.line == 0 and stamp.decision is not UNSET
    if stamp.draft != before.draft:
        return False
    if before.line < before.lines - 1:
        return (stamp.part_no, stamp.line) == (before.part_no, before.line + 1)
    return (stamp.part_no, stamp.line) == (before.part_no + 1, 0)


def _draft_of(stamps: list[Stamp], lines: list[bytes]) -> RecordedDraft:
    lead = stamps[0]
    signature, token = lead.signature, lead.decision
    authored = 0 if signature is UNSET else lead.lines
    return RecordedDraft(
        first=lead.position,
        recorded_at=lead.recorded_at,
        authored=tuple(lines[:authored]),
        derived=tuple(lines[authored:]),
        streams=tuple([stamp.stream for stamp in stamps]),
        versions=tuple([stamp.version for stamp in stamps]),
        digest=lead.part,
        signature="" if signature is UNSET else signature,
        token="" if token is UNSET else token,
    )


@lru_cache(maxsize=4)
def _decision(token: str) -> Decision | DecisionFault:
    """Asked some times in a row for one draft."""
    return read_decision(token)


def event_of_line(line: bytes, position: int) -> AnyEvent:
    """The typed event of a recorded line. Raises BrokenRecord when this release cannot read it."""
    try:
        header = _HEADERS.decode(line)
        data = decode_payload(header.type, header.data)
    except KeyError as error:
        raise BrokenRecord(position, f"{error} is no event type of this release; take a newer one") from error
    except UNREADABLE as error:
        raise BrokenRecord(position, f"its event cannot be read: {error}") from error
    return header.with_data(data)
