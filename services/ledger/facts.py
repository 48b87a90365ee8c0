"""Facts on NATS: every committed entry, once and in order, for readers who want to be told.

A follower of committed rows, and never part of the commit. Its cursor is the last message of the stream FACTS
itself, and every batch names the sequence that it expects to follow; so after a crash, or with a second ledger
running, the stream stays complete and without doubles. Each fact carries its position and the previous position
of its party and type, so that a reader of one subject sees a gap.
"""

import asyncio
from collections.abc import Sequence
from time import perf_counter
from uuid import uuid4

import structlog
from msgspec import Struct, json
from nats.aio.client import Client

from contracts.batch import PublishRefused, batch_headers, read_publish_ack
from contracts.entry import serve_entry
from contracts.limits import (
    FACTS_BATCH_MAX,
    FACTS_PAUSE_FACTOR,
    FOLLOW_POLL_SECONDS,
    PUBLISH_ACK_SECONDS_MAX,
    RECONNECT_WAIT_SECONDS,
)
from contracts.subjects import (
    EXPECTED_LAST_SEQUENCE_HEADER,
    FACTS,
    POSITION_HEADER,
    PREVIOUS_HEADER,
    direct_get_subject,
    facts_subject,
    stream_info_subject,
)
from services.ledger import connection
from services.ledger.head import Head
from services.ledger.metrics import Metrics
from services.ledger.store import connecting
from services.ledger.store.connecting import Pool
from services.ledger.store.facts import Fact, PartyType, facts_after, last_positions

_log = structlog.get_logger(__name__)


class FactsRefusedError(Exception):
    """The stream FACTS is missing, or somebody else has written to it: read its end again."""


class _State(Struct):
    last_seq: int = 0
    messages: int = 0


class _Info(Struct):
    state: _State | None = None


class FactsFollower:
    """Brings the stream FACTS up to the head, and keeps it there. `run` it as a task."""

    def __init__(self, client: Client, pool: Pool, head: Head, metrics: Metrics) -> None:
        self._client = client
        self._pool = pool
        self._head = head
        self._metrics = metrics
        self._sequence = 0
        self._position = -1
        self._previous: dict[PartyType, int] = {}

    async def run(self) -> None:
        """Follow until the service ends; whatever goes wrong, begin again from the end of the stream."""
        while not self._head.closing:
            try:
                await self._find_end()
                # At the end nobody waits for the head: asking again and again would hold up the last batch.
                while not self._head.closing:
                    began = perf_counter()
                    if not await self._announce_next():
                        await self._head.wait_for_size(self._position + 2, FOLLOW_POLL_SECONDS)
                    elif self._head.drafts_waiting:
                        # Recording goes first: a fact that is told later is still true.
                        await asyncio.sleep((perf_counter() - began) * FACTS_PAUSE_FACTOR)
            except (*connecting.AWAY, *connection.AWAY, FactsRefusedError) as error:
                _log.warning("facts_wait", reason=repr(error))
            except Exception:  # noqa: BLE001 # facts are told, not recorded: their trouble must not stop the record
                _log.exception("facts_fail")
            await asyncio.sleep(RECONNECT_WAIT_SECONDS)

    async def _find_end(self) -> None:
        """Where the stream ends: its last sequence, and the position in its last message."""
        answer = await self._client.request(stream_info_subject(FACTS), b"")
        state = json.decode(answer.data, type=_Info).state
        if state is None:
            raise FactsRefusedError(f"there is no stream {FACTS}; run `bloc nats setup`")
        self._sequence, self._position, self._previous = state.last_seq, -1, {}
        if state.messages:
            request = json.encode({"seq": state.last_seq})
            last = await self._client.request(direct_get_subject(FACTS), request)
            position = (last.headers or {}).get(POSITION_HEADER)
            if position is None:
                raise FactsRefusedError(f"the last message of {FACTS} is gone, or is no fact of this ledger")
            self._position = int(position)
        self._metrics.facts_position.set(self._position)

    async def _announce_next(self) -> bool:
        """Publish the next entries as one atomic batch; False when there are none."""
        facts = await facts_after(self._pool, self._position, FACTS_BATCH_MAX)
        if not facts:
            return False
        unknown = {(fact.party, fact.type) for fact in facts} - self._previous.keys()
        if unknown:
            pairs = sorted(unknown)
            self._previous.update(dict.fromkeys(pairs, -1))
            self._previous.update(await last_positions(self._pool, self._position, pairs))
        await self._publish(facts)
        self._sequence += len(facts)
        self._position = facts[-1].position
        self._metrics.facts_position.set(self._position)
        return True

    async def _publish(self, facts: Sequence[Fact]) -> None:
        batch: list[dict[str, str]] = batch_headers(len(facts), uuid4().hex) if len(facts) > 1 else [{}]
        batch[0][EXPECTED_LAST_SEQUENCE_HEADER] = str(self._sequence)
        answer = None
        for number, (fact, headers) in enumerate(zip(facts, batch, strict=True), 1):
            pair = (fact.party, fact.type)
            headers[POSITION_HEADER] = str(fact.position)
            headers[PREVIOUS_HEADER] = str(self._previous[pair])
            self._previous[pair] = fact.position
            subject, payload = facts_subject(*pair), serve_entry(fact.entry)
            if number == len(facts):
                answer = await self._client.request(
                    subject, payload, timeout=PUBLISH_ACK_SECONDS_MAX, headers=headers
                )
            else:
                await self._client.publish(subject, payload, headers=headers)
        refused = PublishRefused(0, "nothing was sent") if answer is None else read_publish_ack(answer.data)
        if isinstance(refused, PublishRefused):
            raise FactsRefusedError(f"{FACTS} takes no fact: {refused.description}")
