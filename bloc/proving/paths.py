"""Inclusion proofs of some entries under one checkpoint, from the tiles that any ledger serves (C2SP tlog-tiles).

Asking the ledger for each proof would give each under the checkpoint that is newest just then; a bundle has one.
Tiles never change, so a handful of them, from the ledger or from any copy, prove all entries of a bundle at once.
"""

from collections.abc import Iterable, Mapping

from contracts.tlog.tiles import TILE_WIDTH, Tile, width_at
from services.ledger.domain.proving import Plan, Span, plan_inclusion, prove


def tiles_for(positions: Iterable[int], size: int) -> tuple[Tile, ...]:
    """The tiles that prove the entries at these positions in the tree of `size` entries."""
    wanted = {
        (span.level, number // TILE_WIDTH)
        for plan in _plans(positions, size).values()
        for span in plan.spans
        for number in range(span.first, span.end)
    }
    return tuple(Tile(level, index, width_at(level, index, size)) for level, index in sorted(wanted))


def proofs_from(
    positions: Iterable[int], size: int, tiles: Mapping[Tile, tuple[bytes, ...]]
) -> dict[int, tuple[bytes, ...]]:
    """The proofs, hashes from leaf to root, by position. `tiles` holds the hashes of all of `tiles_for`."""
    hashes = {(tile.level, tile.index): read for tile, read in tiles.items()}
    return {
        position: prove(plan, [_cut(span, hashes) for span in plan.spans])
        for position, plan in _plans(positions, size).items()
    }


def _plans(positions: Iterable[int], size: int) -> dict[int, Plan]:
    return {position: plan_inclusion(position, size) for position in positions}


def _cut(span: Span, hashes: Mapping[tuple[int, int], tuple[bytes, ...]]) -> bytes:
    """The hashes of a span, which may reach over the edge of a tile."""
    return b"".join(
        hashes[span.level, number // TILE_WIDTH][number % TILE_WIDTH]
        for number in range(span.first, span.end)
    )
