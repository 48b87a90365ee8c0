"""Publishing the hash of the state, at intervals: the service posts it like any party, through its own hallway.

So it is signed, judged by the rules, recorded or refused like everything else, and a replay anywhere can be compared
with it. Hashing (hashing.py) is of a state that is a value: the fold goes on meanwhile. Nothing depends on a hash
being published; if it fails, that is said and tried again at the next interval.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from msgspec import Struct
from uuid_utils import uuid7

from contracts.decoding import encode_event
from contracts.envelope import Event, source_of
from contracts.events import StateHashPublished
from contracts.identity.jws import sign_detached
from contracts.identity.keys import SigningKey
from contracts.limits import STATE_HASH_LOOK_SECONDS, WAIT_SECONDS_MAX
from contracts.streams import stream_of
from services.tariffs.domain.replay.document import StateHash
from services.tariffs.domain.replay.whole_state import WholeState
from services.tariffs.domain.state import RulesState
from services.tariffs.following.follower import Follower
from services.tariffs.following.hashing import LiveHash
from services.tariffs.following.snapshot import Snapshots
from services.tariffs.intake.hallway import Hallway

log = structlog.get_logger(__name__)

_TYPE = "bloc.state_hash.published.v1"
_RECORDED = (200, 201)


class Interval(Struct, frozen=True):
    """A hash is due after so many entries, or after so many seconds in which anything was recorded."""

    entries: int
    seconds: int


def is_due(rules: RulesState, interval: Interval, now: datetime) -> bool:
    """Whether the hash of this state should be published now, by what the record says of the last one."""
    if rules.charter is None:
        return False
    last = rules.state_hashes[-1] if rules.state_hashes else None
    hashed, since = (last.data.known_position, last) if last is not None else (-1, rules.charter)
    if rules.position - hashed >= interval.entries:
        return True
    waited = now - datetime.fromisoformat(since.recorded_at)
    return rules.position > since.position and waited >= timedelta(seconds=interval.seconds)


class StateHashes:
    """Publishes; a state whose hash was recorded becomes the snapshot of the next start."""

    def __init__(
        self,
        *,
        key: SigningKey,
        origin: str,
        follower: Follower,
        hallway: Hallway,
        interval: Interval,
        clock: Callable[[], datetime],
        live_hash: LiveHash,
        snapshots: Snapshots | None = None,
    ) -> None:
        self._key = key
        self._origin = origin
        self._follower = follower
        self._hallway = hallway
        self._interval = interval
        self._clock = clock
        self._snapshots = snapshots
        self._live_hash = live_hash

    async def run(self) -> None:
        """Publish whenever a hash is due, until cancelled."""
        look_seconds = min(STATE_HASH_LOOK_SECONDS, self._interval.seconds)
        pause_seconds = look_seconds
        while True:
            await asyncio.sleep(pause_seconds)
            pause_seconds = look_seconds
            ready = self._follower.away is None and self._hallway.not_ready() is None
            if ready and is_due(self._follower.rules, self._interval, self._clock()):
                # It stays due while it is not recorded, and what is refused is recorded as well: not again at once.
                pause_seconds = look_seconds if await self._published() else self._interval.seconds

    async def _published(self) -> bool:
        """Publish; whatever goes wrong with it, submissions are decided all the same."""
        try:
            return await self.publish() is not None
        except Exception:
            log.exception("state_hash_failed", position=self._follower.position)
            return False

    async def publish(self) -> StateHash | None:
        """Hash the state as it is, and post it; None when it was not recorded."""
        state = self._follower.state
        length_bytes = 0 if self._snapshots is None else self._snapshots.length_bytes
        found = await self._live_hash.of(state)
        body = self._body(state, found)
        signature = sign_detached(
            self._key, body, audience=self._origin, issued_at=int(self._clock().timestamp())
        )
        answer = await self._hallway.submit(body, signature, wait_s=WAIT_SECONDS_MAX, dry_run=False)
        if answer.status not in _RECORDED:
            said = answer.body[:300].decode(errors="replace")
            log.warning("state_hash_not_recorded", position=found.position, status=answer.status, said=said)
            return None
        log.info("state_hash_published", position=found.position, state_hash=found.root, things=found.things)
        self._save(state, found, length_bytes)
        return found

    def _save(self, state: WholeState, found: StateHash, length_bytes: int) -> None:
        """Keep the state for the next start, if its hash was seen recorded."""
        published = (
            entry.position
            for entry in self._follower.rules.state_hashes
            if (entry.data.known_position, entry.data.state_hash) == (found.position, found.root)
        )
        published_at = next(published, None)
        if self._snapshots is not None and published_at is not None:
            self._snapshots.save(state, found, length_bytes=length_bytes, published_at=published_at)

    def _body(self, state: WholeState, found: StateHash) -> bytes:
        party = state.rules.ring.party_of_role("tariffs")
        assert party is not None  # not_ready() says so otherwise
        data = StateHashPublished(
            known_position=found.position, format=found.format, things=found.things, state_hash=found.root
        )
        now = self._clock().astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
        return encode_event(
            Event("1.0", str(uuid7()), source_of(party), _TYPE, stream_of(_TYPE, data), f"{now}Z", data)
        )
