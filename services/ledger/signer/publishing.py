"""From the rows of what was signed to what is published: at a start, and beside another process that signs.

Only a note that one of the log's keys has signed is shown; a row that says something else is for the signer to
refuse over, not for readers to find.
"""

from collections.abc import Iterable

from contracts.identity.keys import VerifyingKey
from contracts.limits import CHECKPOINTS_FILLED_MAX, CHECKPOINTS_LOOKED_THROUGH_MAX
from contracts.tlog.notes import NoteFault, parse_signature_line
from services.ledger.domain.signing import SignedCheckpoint, fault_of_signature, read_signed
from services.ledger.published import Published
from services.ledger.store.checkpoints import StoredCheckpoint, cosigned_below, newest_checkpoint
from services.ledger.store.connecting import AnyConnection


async def fill(
    published: Published, source: AnyConnection, *, origin: str, keys: Iterable[VerifyingKey]
) -> None:
    """Publish the newest recorded checkpoint, and the newest whose cosignatures meet the quorum, if it is one of the
    newest CHECKPOINTS_LOOKED_THROUGH_MAX that anybody cosigned: nothing is signed while they are looked through."""
    known = tuple(keys)
    newest = await newest_checkpoint(source)
    if newest is None:
        return
    if (signed := _verified(newest, origin, known)) is not None:
        published.move_signed(signed)
    below = newest.size + 1
    met = -1 if published.cosigned is None else published.cosigned.checkpoint.size
    for _ in range(0, CHECKPOINTS_LOOKED_THROUGH_MAX, CHECKPOINTS_FILLED_MAX):
        if below <= met + 1:
            return
        rows = await cosigned_below(source, below, CHECKPOINTS_FILLED_MAX)
        for row in rows:
            _publish(published, row, origin, known)
        if not rows or published.cosigned is not None:
            return
        below = rows[-1].size


def _publish(
    published: Published, row: StoredCheckpoint, origin: str, keys: tuple[VerifyingKey, ...]
) -> None:
    signed = _verified(row, origin, keys)
    if signed is None:
        return
    published.move_signed(signed)
    for line in row.lines:
        cosignature = parse_signature_line(line)
        if not isinstance(cosignature, NoteFault):
            published.add_cosignature(row.size, cosignature)


def _verified(row: StoredCheckpoint, origin: str, keys: tuple[VerifyingKey, ...]) -> SignedCheckpoint | None:
    """The checkpoint of a row, when the log signed it."""
    signed = read_signed(row.note, row.signed_at_ns, origin)
    if isinstance(signed, NoteFault) or signed.checkpoint.size != row.size:
        return None
    return signed if fault_of_signature(signed, keys) is None else None
