"""The tree as static files: every tile and bundle of a checkpoint under the path where it is served, for a CDN.

The files are what `GET /tile/…` answers with, byte for byte, as both come from one function. The checkpoint is
written last, so that a reader of the folder never holds one whose tiles are not there yet; tiles of earlier exports
stay, and full ones that are there already are not written again.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from bloc.rebuilding.mending import Advance
from contracts.tlog.tiles import Tile, bundles_of, tiles_of
from services.ledger.store.checkpoints import StoredCheckpoint, cosigned_below, newest_checkpoint
from services.ledger.store.connecting import Connection
from services.ledger.store.tiles import read_tile

_CANDIDATES = 20
_PART = ".part"


async def best_checkpoint(connection: Connection) -> StoredCheckpoint | None:
    """The checkpoint to publish as a file: of the newest ones that any witness cosigned the one with the most
    cosignatures, the newest of these; without any, the newest that was signed. None when nothing was."""
    newest = await newest_checkpoint(connection)
    if newest is None:
        return None
    cosigned = await cosigned_below(connection, newest.size + 1, _CANDIDATES)
    return max(cosigned, key=lambda stored: (len(stored.lines), stored.size), default=newest)


async def write_files(
    connection: Connection, folder: Path, checkpoint: StoredCheckpoint, advance: Advance
) -> int:
    """Write the tiles and bundles of a checkpoint, then the checkpoint; gives how many files were new or changed."""
    written = 0
    total = sum(1 for _ in _files_of(checkpoint.size))
    for done, tile in enumerate(_files_of(checkpoint.size), 1):
        written += _write(folder / tile.path, await read_tile(connection, tile))
        advance(done, total)
    return written + _write(folder / "checkpoint", checkpoint.cosigned_note)


def _files_of(size: int) -> Iterator[Tile]:
    return chain(tiles_of(size), bundles_of(size))


def _write(path: Path, raw: bytes) -> bool:
    """Write a file so that it is there whole or not at all; False when it was there already."""
    if path.exists() and path.read_bytes() == raw:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + _PART)
    part.write_bytes(raw)
    part.replace(path)
    return True
