"""`bloc ledger adopt-checkpoint`: an operator decides which checkpoint was the last one that the log signed.

For a ledger whose folder outside the database is lost, torn or an older copy, and whose witnesses cannot be asked.
What is adopted is the newest checkpoint in the database, or a note that a witness or partner has kept; whichever it
is, a key of this log must have signed it, and it must not contradict the record. Going back is never possible: a log
that has forgotten a later checkpoint could sign another history, and would be found out by whoever kept it.
"""

import asyncio
import os
import time
from pathlib import Path

import asyncpg
from msgspec import Struct

from bloc.commands.bootstrap import database_trouble
from bloc.surroundings import settings_from
from bloc.trouble import Trouble
from contracts.identity.keys import SigningKey, VerifyingKey
from contracts.tlog.notes import NoteFault
from services.ledger.checkpoint_store import CheckpointStore
from services.ledger.domain.signing import SignedCheckpoint, fault_of_signature, own_lines, read_signed
from services.ledger.store.checkpoints import newest_checkpoint
from services.ledger.store.connecting import Connection
from services.ledger.store.loading import load_ring
from services.ledger.store.rechecking import read_ends
from services.ledger.store.tiles import root_at

_ASK = "Ask the witnesses and partners for their newest checkpoint, and give it with --note."


class AdoptSettings(Struct, frozen=True):
    """As the ledger has them. Its keys are needed only for a note that was signed with one which the database, put
    back to an earlier day, does not know yet."""

    database_url: str
    checkpoint_store: Path
    origin: str
    checkpoint_key: str = ""
    next_checkpoint_key: str = ""

    @property
    def keys(self) -> tuple[VerifyingKey, ...]:
        """The public keys of those that are given. Raises KeyFault."""
        pems = (self.checkpoint_key, self.next_checkpoint_key)
        return tuple(SigningKey.from_pem(pem).verifying for pem in pems if pem)


def adopt_checkpoint(*, note: Path | None = None) -> None:
    """Write the last signed checkpoint into the folder BLOC_CHECKPOINT_STORE, after that was lost.

    Reads BLOC_DATABASE_URL, BLOC_CHECKPOINT_STORE, BLOC_ORIGIN and, where given, the keys, as the ledger does. Ask
    the witnesses first whether they know of a later checkpoint than the database: what was signed must never be
    forgotten.

    Parameters
    ----------
    note
        A file with a signed checkpoint that somebody has kept; the newest one in the database when left out.
    """
    settings = settings_from(os.environ, AdoptSettings)
    with database_trouble("BLOC_DATABASE_URL"):
        adopted = asyncio.run(adopt(settings, note))
    checkpoint = adopted.checkpoint
    print(
        f"The last checkpoint of {checkpoint.origin} is now that of {checkpoint.size} entries; "
        "the ledger goes on from it by itself."
    )


async def adopt(settings: AdoptSettings, note: Path | None) -> SignedCheckpoint:
    """Choose, verify, write. Raises Trouble when that would contradict what is known."""
    store = CheckpointStore(settings.checkpoint_store, settings.origin)
    connection = await asyncpg.connect(settings.database_url)
    try:
        chosen = await _chosen(connection, settings, note)
    finally:
        await connection.close()
    # A signer that refuses for want of this very file holds the folder all the same: the write is atomic.
    kept = store.read()
    if isinstance(kept, SignedCheckpoint) and kept.checkpoint.size >= chosen.checkpoint.size:
        raise Trouble(
            f"There is nothing to adopt: {store.path} holds a checkpoint of {kept.checkpoint.size} entries.",
            "If the ledger refuses to sign, its readiness says why.",
        )
    try:
        settings.checkpoint_store.mkdir(mode=0o700, parents=True, exist_ok=True)
        if kept is not None:
            store.set_aside(f"checkpoint.replaced-{int(time.time())}")
        store.write(chosen)
    except OSError as error:
        raise Trouble(
            f"{settings.checkpoint_store} cannot be written: {error}.", "Give the right to write."
        ) from error
    return chosen


async def _chosen(connection: Connection, settings: AdoptSettings, note: Path | None) -> SignedCheckpoint:
    """The checkpoint to adopt, signed by a key of this log and no older than what the database knows."""
    ring, origin = await load_ring(connection), settings.origin
    keys = (*settings.keys, *(key.verifying for key in ring.checkpoint_keys))
    row = await newest_checkpoint(connection)
    if note is not None:
        chosen = _verified(_read(note), time.time_ns(), origin, keys, str(note))
    elif row is not None:
        chosen = _verified(row.note, row.signed_at_ns, origin, keys, "the newest checkpoint in the database")
    else:
        raise Trouble("There is nothing to adopt: the database has no checkpoint.", _ASK)
    checkpoint = chosen.checkpoint
    if row is not None and checkpoint.size < row.size:
        raise Trouble(
            f"{note} is of {checkpoint.size} entries, and the database has a checkpoint of {row.size}.", _ASK
        )
    sealed, _ = await read_ends(connection)
    if checkpoint.size <= sealed and await root_at(connection, checkpoint.size) != checkpoint.root:
        raise Trouble(
            f"The database has another root of {checkpoint.size} entries than the one that was signed.",
            "Somebody has changed the record, or it is another ledger's: restore a verified backup.",
        )
    return chosen


def _read(note: Path) -> bytes:
    try:
        return note.read_bytes()
    except OSError as error:
        raise Trouble(f"{note} cannot be read: {error.strerror}.", "Name a file that is there.") from error


def _verified(
    raw: bytes, signed_at_ns: int, origin: str, keys: tuple[VerifyingKey, ...], what: str
) -> SignedCheckpoint:
    signed = read_signed(raw, signed_at_ns, origin)
    fault = signed if isinstance(signed, NoteFault) else fault_of_signature(signed, keys)
    if isinstance(signed, NoteFault) or fault is not None:
        raise Trouble(f"{what} cannot be adopted: {'' if fault is None else fault.reason}.", _ASK)
    return own_lines(signed, keys)
