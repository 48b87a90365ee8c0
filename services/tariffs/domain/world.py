"""What a decision is taken on, and what comes out of it: values only, no way to reach anything outside.

The shell loads streams and publishes drafts; deciding sees neither. `World` is all it may read, so `expects` can
say of every draft exactly which versions it was decided on.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from contracts.envelope import Event
from services.tariffs.domain.reserve.streams import StreamState
from services.tariffs.domain.rule import Violation
from services.tariffs.domain.state import RulesState


class StreamHead(Struct, frozen=True, gc=False):
    """A stream that is loaded on demand (declaration, balance of a quota, stock, purchase commitment, reserve) at a
    version."""

    version: int
    state: StreamState


class World(Struct, frozen=True, gc=False):
    """The rules at a position, and the streams that `reads_of` named. A stream not in it is taken as new. `reused`: ids
    of the submission that are recorded with other bytes, and where."""

    rules: RulesState
    streams: Mapping[str, StreamHead]
    reused: Mapping[str, int] = {}


class Submission(Struct, frozen=True, gc=False):
    """What a party posted, decoded: `kid` signed it, `digest` is the SHA-256 (hex) of the exact body."""

    party: str
    kid: str
    digest: str
    events: tuple[Event[Any], ...]


class Accepted(Struct, frozen=True):
    """No rule is broken. `derived_body` is the second part of the draft, LF-joined, empty when nothing follows."""

    derived: tuple[Event[Any], ...]
    derived_body: bytes
    expects: dict[str, int]
    ruleset: str
    """The rule book that decided."""
    streams: Mapping[str, StreamHead]
    """The on-demand streams as they will be once the draft is recorded."""


class Refused(Struct, frozen=True):
    """Rules are broken, in order of precedence. `recordable` is False on an empty ledger: nothing may precede the
    founding, so such a refusal is answered and not recorded."""

    violations: tuple[Violation, ...]
    expects: dict[str, int]
    ruleset: str
    refusal: Event[Any]
    recordable: bool


class VersionConflict(Struct, frozen=True):
    """The author's own check (`expectedversion`) failed: not a broken rule, so it is answered (409), not recorded."""

    event_id: str
    stream: str
    expected: int
    actual: int


class TooLarge(Struct, frozen=True):
    """What would be derived does not fit a draft (413): post fewer items at a time."""

    what: str
    size_bytes: int
    limit_bytes: int


Decided = Accepted | Refused | VersionConflict | TooLarge
