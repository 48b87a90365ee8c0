"""Everything that can become of a submission, as values. `answers.py` turns each into a status and a body."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from contracts.envelope import Event
from contracts.identity.jws import SignatureFault
from contracts.malformed import Malformed
from contracts.receipt import KnownLine, Receipt
from services.tariffs.domain.rule import Violation
from services.tariffs.domain.world import TooLarge, VersionConflict


class Recorded(Struct, frozen=True):
    """It stands in the ledger: since now, or (`before`) since an earlier post of the same bytes or ids."""

    receipt: Receipt
    before: bool = False


class Waiting(Struct, frozen=True):
    """Decided and handed to JetStream; the ledger has not answered yet."""

    digest: str


class WouldRecord(Struct, frozen=True):
    """A dry run that found nothing wrong: what would be derived, and on which key versions."""

    digest: str
    derived: tuple[Event[Any], ...]
    expects: Mapping[str, int]
    position: int


class Refused(Struct, frozen=True):
    """Rules are broken, all of them in order of precedence. `position`: of the recorded refusal, if recorded."""

    digest: str
    violations: tuple[Violation, ...]
    lines: Mapping[str, int]
    """Event id → line of the body, from 0."""
    position: int | None = None


class BadSignature(Struct, frozen=True):
    """Unsigned, unreadable, for elsewhere (`fault`), or not over the bytes that arrived (None)."""

    fault: SignatureFault | None
    digest: str
    length: int


class UnknownKey(Struct, frozen=True):
    """Nobody registered the key."""

    kid: str
    digest: str
    length: int


class KeyNotValid(Struct, frozen=True):
    """The key exists and may not sign this; `reason` continues a sentence that begins with the key."""

    kid: str
    reason: str
    digest: str
    length: int


class PartlyRecorded(Struct, frozen=True):
    """Some lines are recorded, so nothing of this body was."""

    lines: tuple[KnownLine, ...]


class LostRaces(Struct, frozen=True):
    """Others were faster, as often as we tried."""

    reason: str


class OverBudget(Struct, frozen=True):
    """The party has used up a budget: of `what`, for the next `retry_after` seconds."""

    what: str
    retry_after: int


class Unavailable(Struct, frozen=True):
    """Not decided, or perhaps not published: something behind us is away, or too much is waiting."""

    reason: str


class Outdated(Struct, frozen=True):
    """Not decided: it rests on an entry that only a newer release understands."""

    reason: str


class BrokenInvariant(Struct, frozen=True):
    """The ledger judged our own draft malformed or forged: our fault, never the author's."""

    incident: str


Outcome = (
    Recorded
    | Waiting
    | WouldRecord
    | Refused
    | Malformed
    | BadSignature
    | UnknownKey
    | KeyNotValid
    | PartlyRecorded
    | VersionConflict
    | LostRaces
    | TooLarge
    | OverBudget
    | Unavailable
    | Outdated
    | BrokenInvariant
)
