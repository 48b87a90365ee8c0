"""Drafts on their way: decided, handed to the publisher, and not answered by the ledger yet.

Each draft names the subject that its receipt shall go to (one per running instance of this service), and the
ledger sends one message per batch with all receipts for that subject. Core NATS may lose a message: a draft
that has waited too long while the ledger has passed its place in the stream is asked for over HTTP. A draft that
the ledger passed without knowing it (a stream that was made again) is decided again like any conflict.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from msgspec import Struct

from contracts.limits import RECEIPT_LATE_SECONDS
from contracts.receipt import Receipt, decode_receipts
from services.tariffs.intake.outcomes import Refused
from services.tariffs.outside.ledger import LedgerAway
from services.tariffs.outside.nats import NatsAway

log = structlog.get_logger(__name__)


class Flight(Struct, eq=False):
    """One draft under way. `receipt` raises NatsAway when it could not be published."""

    digest: str
    """Of the authored body, or of the body that the draft refuses."""
    party: str
    chains: Mapping[str, int]
    """Stream → number of the chain of heads that the draft was decided on."""
    refuses: Refused | None
    receipt: asyncio.Future[Receipt]
    since: float
    """Monotonic seconds."""
    sequence: int = 0
    """In JetStream; 0 until it is published."""
    on_published: Callable[[], None] | None = None
    """Told once JetStream has the draft."""

    def published(self, sequence: int) -> None:
        """JetStream has the draft."""
        self.sequence = sequence
        if self.on_published is not None:
            self.on_published()

    def failed(self, away: NatsAway) -> None:
        """Whether JetStream has the draft is not known."""
        if not self.receipt.done():
            self.receipt.set_exception(away)


class Flights:
    """All drafts under way, by digest: a digest has at most one at a time."""

    def __init__(
        self,
        *,
        ledger_sequence: Callable[[], Awaitable[int]],
        ledger_receipt: Callable[[str, int], Awaitable[Receipt | None]],
    ) -> None:
        self._ledger_sequence = ledger_sequence
        self._ledger_receipt = ledger_receipt
        self._flights: dict[str, Flight] = {}

    def begin(
        self, digest: str, party: str, chains: Mapping[str, int], refuses: Refused | None = None
    ) -> Flight:
        """Announce a draft before it is published, so that no receipt can come too early."""
        loop = asyncio.get_running_loop()
        flight = Flight(digest, party, chains, refuses, loop.create_future(), loop.time())
        self._flights[digest] = flight
        return flight

    def end(self, flight: Flight) -> None:
        """Nobody waits for this receipt any more."""
        if self._flights.get(flight.digest) is flight:
            del self._flights[flight.digest]

    def arrive(self, payload: bytes) -> None:
        """One message of receipts from the ledger."""
        for receipt in decode_receipts(payload):
            self._resolve(receipt)

    def _resolve(self, receipt: Receipt) -> None:
        flight = self._flights.get(receipt.submission)
        if flight is None:
            return
        if receipt.sequence < flight.sequence and not receipt.is_recorded:
            return  # of an earlier attempt with the same bytes; ours is still on its way
        del self._flights[receipt.submission]
        if not flight.receipt.done():
            flight.receipt.set_result(receipt)

    async def all_landed(self, party: str) -> None:
        """Wait until the ledger has answered every draft of this party that is under way now."""
        waiting = [flight.receipt for flight in self._flights.values() if flight.party == party]
        if waiting:
            await asyncio.wait(waiting)

    async def run(self) -> None:
        """Ask for late receipts until cancelled."""
        while True:
            await asyncio.sleep(RECEIPT_LATE_SECONDS)
            try:
                await self._ask_for_late_ones()
            except LedgerAway as away:
                log.info("receipts_wait_for_ledger", waiting=len(self._flights), reason=str(away))

    async def _ask_for_late_ones(self) -> None:
        before = asyncio.get_running_loop().time() - RECEIPT_LATE_SECONDS
        late = [flight for flight in self._flights.values() if flight.sequence and flight.since < before]
        if not late:
            return
        consumed = await self._ledger_sequence()
        for flight in late:
            if flight.sequence > consumed or flight.receipt.done():
                continue
            receipt = await self._ledger_receipt(flight.digest, flight.sequence)
            if receipt is None:
                log.error("draft_lost", submission=flight.digest, sequence=flight.sequence, consumed=consumed)
                receipt = Receipt(outcome="conflict", submission=flight.digest, sequence=flight.sequence)
            log.info("receipt_was_late", submission=flight.digest, outcome=receipt.outcome)
            self._resolve(receipt)

    def __len__(self) -> int:
        return len(self._flights)
