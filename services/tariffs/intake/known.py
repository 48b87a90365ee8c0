"""Whether a submission is recorded already, asked before it is refused.

A partner who did not get the receipt posts the same events again, and the rules would refuse them: the lot is
there already. Such a refusal would not be true. So before refusing, what this party has under way is waited for,
then the ledger is asked for the digest and for the ids. How known lines are judged is exactly how the ledger
judges them on admission: same bytes in one part, a duplicate; other bytes, an id reused; only some, partly
recorded. Who reuses an id is refused, on the record.
"""

import msgspec
from msgspec import Struct

from contracts.entry import Stamp, receive_entry, split_entry
from contracts.envelope import source_of
from contracts.events import BrokenRule, SubmissionRefused
from contracts.receipt import KnownLine, Receipt
from services.tariffs.domain.rule import Violation
from services.tariffs.following.recorded import event_in
from services.tariffs.intake.drafting import Signed
from services.tariffs.intake.flights import Flights
from services.tariffs.intake.outcomes import PartlyRecorded, Recorded
from services.tariffs.outside.ledger import LedgerClient


class EarlierRefusal(Struct, frozen=True):
    """The newest recorded refusal of the very same bytes."""

    position: int
    broken: tuple[BrokenRule, ...]

    def is_for(self, violations: tuple[Violation, ...]) -> bool:
        """Whether the same rules were broken by the same events at the same places."""
        then = [(broken.rule, broken.event, broken.path) for broken in self.broken]
        now = [(found.rule.id, found.event_id, found.path) for found in violations]
        return then == now[: len(then)]


class NotKnown(Struct, frozen=True):
    """Nothing of the submission is recorded; perhaps it was refused before, and perhaps ids of its lines are recorded
    with other bytes (`reused`)."""

    earlier: EarlierRefusal | None = None
    reused: tuple[KnownLine, ...] = ()


class KnownSubmissions:
    """Asks the ledger; raises LedgerAway."""

    def __init__(self, ledger: LedgerClient, flights: Flights) -> None:
        self._ledger = ledger
        self._flights = flights

    async def look_up(self, signed: Signed) -> Recorded | PartlyRecorded | NotKnown:
        """What the ledger holds of these bytes and of these ids."""
        await self._flights.all_landed(signed.submission.party)
        receipt = await self._ledger.receipt(signed.submission.digest)
        earlier: EarlierRefusal | None = None
        if receipt is not None and receipt.is_recorded and receipt.first_position is not msgspec.UNSET:
            earlier = await self._refusal_at(receipt.first_position, signed.submission.digest)
            if earlier is None:
                return Recorded(receipt, before=True)
        found = await self._by_ids(signed)
        return NotKnown(earlier, found) if isinstance(found, tuple) else found

    async def _refusal_at(self, position: int, digest: str) -> EarlierRefusal | None:
        event = event_in(await self._ledger.entry(position))
        if isinstance(event.data, SubmissionRefused) and event.data.submission == digest:
            return EarlierRefusal(position, event.data.broken)
        return None

    async def _by_ids(self, signed: Signed) -> Recorded | PartlyRecorded | tuple[KnownLine, ...]:
        """What its ids tell; the lines whose ids are recorded with other bytes, none when no id is recorded."""
        submission = signed.submission
        ids = [event.id for event in submission.events]
        positions = await self._ledger.positions_of(source_of(submission.party), ids)
        lines = tuple(
            KnownLine(line, positions[event_id]) for line, event_id in enumerate(ids) if event_id in positions
        )
        if not lines:
            return ()
        entries = [split_entry(receive_entry(await self._ledger.entry(known.position))) for known in lines]
        bodies = signed.body.split(b"\n")
        pairs = zip(lines, entries, strict=True)
        if reused := tuple(known for known, (_, event) in pairs if bodies[known.line] != event):
            return reused
        stamps = [stamp for stamp, _ in entries]
        if len(lines) < len(ids) or len({(stamp.draft, stamp.part) for stamp in stamps}) > 1:
            return PartlyRecorded(lines)
        return Recorded(_receipt_of(submission.digest, stamps), before=True)


def _receipt_of(digest: str, stamps: list[Stamp]) -> Receipt:
    """The receipt for events that were recorded as (a piece of) another body."""
    first = stamps[0]
    return Receipt(
        outcome="duplicate",
        submission=digest,
        sequence=int(first.draft.rpartition(":")[2]),
        first_position=first.position,
        count=len(stamps),
        recorded_at=first.recorded_at,
    )
