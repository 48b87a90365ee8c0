"""What the ledger says after a commit, over core NATS: receipts to who asked, and a wake-up to who reads.

Said only when the transaction has committed, and said once: a receipt that is lost is asked for by
`GET /receipts/{digest}`, and a reader that missed a wake-up polls. So a NATS that is away harms nobody here.
"""

from collections.abc import Sequence

import structlog
from msgspec import Struct, json
from nats.aio.client import Client

from contracts.entry import recorded_at_text
from contracts.limits import RECEIPTS_PER_MESSAGE_MAX
from contracts.receipt import Receipt, encode_receipts
from contracts.subjects import COMMITTED, RECEIPTS_SUBJECTS
from services.ledger.connection import AWAY
from services.ledger.domain.state import LedgerState
from services.ledger.metrics import Metrics

_RECEIPTS_PREFIX = RECEIPTS_SUBJECTS.removesuffix(">")
_log = structlog.get_logger(__name__)


class Committed(Struct, frozen=True):
    """The wake-up: how far the ledger is now."""

    size: int
    sequence: int
    recorded_at: str


async def announce(
    client: Client, receipts: Sequence[Receipt], replies: Sequence[str], after: LedgerState, metrics: Metrics
) -> None:
    """Send the receipts of a batch, one message for each reply subject, and the wake-up.

    `replies` has the reply subject of each receipt, "" where nobody waits.
    """
    waiting: dict[str, list[Receipt]] = {}
    for receipt, reply in zip(receipts, replies, strict=True):
        if reply.startswith(_RECEIPTS_PREFIX):
            waiting.setdefault(reply, []).append(receipt)
    committed = Committed(after.size, after.cursor, recorded_at_text(after.recorded_at_ns))
    try:
        for reply, answers in waiting.items():
            for first in range(0, len(answers), RECEIPTS_PER_MESSAGE_MAX):
                await client.publish(
                    reply, encode_receipts(answers[first : first + RECEIPTS_PER_MESSAGE_MAX])
                )
        await client.publish(COMMITTED, json.encode(committed))
    except AWAY as error:
        metrics.unsent(len(receipts))
        _log.warning("receipts_not_sent", receipts=len(receipts), reason=repr(error))
