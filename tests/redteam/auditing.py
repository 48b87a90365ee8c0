"""The auditor: reads what the ledger would serve, and runs the verification of `bloc verify` over it.

What is served comes from the functions that the ledger's own endpoints call, on the connection on which the edit was
made. A tile that these cannot give (the ledger would answer 500) is not there for him. He has his policy, the trust
anchor and one older cosigned checkpoint; the others whom he may ask have a little more, see `Knowing`.
"""

from collections.abc import Mapping
from itertools import chain
from random import Random

from msgspec import Struct

from contracts.identity.keys import SigningKey
from contracts.tlog.tiles import bundles_of, tiles_of
from contracts.verification.report import Report
from services.ledger.store.checkpoints import note_at
from services.ledger.store.connecting import Connection
from services.ledger.store.loading import CorruptRecordError
from services.ledger.store.tiles import read_tile
from tests.redteam.recording import Recorded, size_in
from tests.redteam.rewriting import Operator, rewrite_entries, rewrite_hashes, sign_again
from tests.redteam.scene import Edit, Scene
from tests.verification.checking import verified


class Bench:
    """The record on a connection with superuser rights, within a transaction: every edit is undone behind its audit."""

    def __init__(
        self, recorded: Recorded, connection: Connection, witness_keys: Mapping[str, SigningKey]
    ) -> None:
        self.recorded = recorded
        self.connection = connection
        self.kept = size_in(recorded.kept)
        self.cosigned = size_in(recorded.cosigned)
        self.signed = size_in(recorded.signed)
        self.seals: list[int] = []
        self.early: list[int] = []
        self.colluding = [
            (one.entry.key.name, witness_keys[one.entry.name]) for one in recorded.witnesses[:2]
        ]

    async def look(self) -> None:
        """Read at which sizes batches ended, and which checkpoints are older than the auditor's."""
        rows = await self.connection.fetch("SELECT size FROM ledger.seals ORDER BY size")
        self.seals = [row["size"] for row in rows]
        rows = await self.connection.fetch("SELECT size FROM ledger.checkpoints WHERE size < $1", self.kept)
        self.early = [row["size"] for row in rows]

    def scene(self, seed: str) -> Scene:
        """The record, to be edited as the seed says."""
        return Scene(self.recorded.entries, Random(seed))

    async def apply(self, edit: Edit, operator: Operator) -> int:
        """Make the edit; gives the size of the checkpoint that this operator shows then."""
        forged = operator in (Operator.SIGNS, Operator.COLLUDES)
        hashed = operator is not Operator.EDITS
        await rewrite_entries(self.connection, edit.entries, edit.first, hashed=hashed)
        if hashed:
            await rewrite_hashes(self.connection, edit.entries)
        if forged:
            colluding = self.colluding if operator is Operator.COLLUDES else ()
            await sign_again(self.connection, edit.entries, colluding)
            return len(edit.entries)
        return self.cosigned if edit.first < self.cosigned else self.signed

    async def served(self, size: int) -> dict[str, bytes]:
        """All that is served under the checkpoint of a size, by path."""
        note = await note_at(self.connection, size)
        files = {} if note is None else {"checkpoint": note}
        for tile in chain(tiles_of(size), bundles_of(size)):
            try:
                files[tile.path] = await read_tile(self.connection, tile)
            except CorruptRecordError:
                continue
        return files

    def audited(self, files: Mapping[str, bytes], knowing: "Knowing | None" = None) -> Report:
        """The auditor's report."""
        known = knowing or Knowing()
        recorded = self.recorded
        older = [("kept", recorded.kept)] if known.checkpoint else []
        if known.receipt:
            older.append(("receipt", recorded.signed))
        return verified(files, by=recorded.policy, older=older, copy=recorded.copy if known.copy else None)


class Knowing(Struct, frozen=True):
    """What an auditor has: his older cosigned `checkpoint`, the `copy` that he downloaded with it, a `receipt` with a
    proof under the newest checkpoint, which no witness had seen."""

    checkpoint: bool = True
    copy: bool = False
    receipt: bool = False
