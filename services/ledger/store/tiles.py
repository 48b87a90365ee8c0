"""Reading the tree: the hashes that a plan asks for, and tiles and entry bundles as they are served.

One query each, whatever is asked. Level 0 stands beside the entries (`entries.leaf`), the levels above in
`nodes`; both are read by ranges of their primary keys and put together into one piece by Postgres, because a row
of Python for each of 256 hashes would cost more than reading them. Nothing is cached: Postgres and every proxy
on the way already do that.
"""

from collections.abc import Sequence

from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.proofs import verify_consistency, verify_inclusion
from contracts.tlog.tiles import ENTRIES, TILE_WIDTH, Tile
from contracts.tlog.tree import HASH_BYTES
from services.ledger.domain.proving import (
    Span,
    leaf_in,
    plan_consistency,
    plan_inclusion,
    plan_root,
    prove,
)
from services.ledger.store.connecting import AnyConnection, Pool
from services.ledger.store.loading import CorruptRecordError

# One index range scan for each span; the order of the index spares the sort.
_HASHES = """
SELECT CASE asked.level
    WHEN 0 THEN (SELECT string_agg(e.leaf, ''::bytea ORDER BY e.position) FROM ledger.entries AS e
                 WHERE e.position >= asked.first AND e.position < asked.until)
    ELSE (SELECT string_agg(n.hash, ''::bytea ORDER BY n.index) FROM ledger.nodes AS n
          WHERE n.level = asked.level AND n.index >= asked.first AND n.index < asked.until)
    END AS hashes
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS asked (level, first, until, number)
ORDER BY asked.number
"""
# Big-endian uint16: int2send would refuse lengths above 32,767, so it is the lower half of an int4.
_BUNDLE = """
SELECT count(*) AS width,
       string_agg(substring(int4send(octet_length(e.entry)) FROM 3) || e.entry, ''::bytea ORDER BY e.position)
           AS bundle
FROM ledger.entries AS e
WHERE e.position >= $1 AND e.position < $2
"""

Source = AnyConnection | Pool
"""A connection, or a pool that lends one."""


async def inclusion_under(source: Source, index: int, checkpoint: Checkpoint) -> tuple[bytes, ...]:
    """The inclusion proof of a leaf under a checkpoint, found to lead to its root before it is given away.

    Raises CorruptRecordError when it does not: then a stored hash is not what was signed.
    """
    plan = plan_inclusion(index, checkpoint.size)
    read = await read_spans(source, plan.spans)
    proof = prove(plan, read)
    fault = verify_inclusion(leaf_in(index, plan, read), index, checkpoint.size, proof, checkpoint.root)
    if fault is not None:
        raise _not_as_signed(checkpoint)
    return proof


async def consistency(source: Source, old: int, new: int) -> tuple[bytes, ...]:
    """The consistency proof between the trees of `old` and `new` entries (RFC 9162 2.1.4.1)."""
    plan = plan_consistency(old, new)
    return prove(plan, await read_spans(source, plan.spans))


async def consistency_under(source: Source, old: int, checkpoint: Checkpoint) -> tuple[bytes, ...]:
    """The consistency proof from the tree of `old` entries to a checkpoint, found to lead to its root.

    Raises CorruptRecordError when it does not: a witness would take it for a fork of the log.
    """
    plan, old_tree = plan_consistency(old, checkpoint.size), plan_root(old)
    read = await read_spans(source, (*plan.spans, *old_tree.spans))
    proof = prove(plan, read[: len(plan.spans)])
    (old_root,) = prove(old_tree, read[len(plan.spans) :])
    if verify_consistency(old, old_root, checkpoint.size, checkpoint.root, proof) is not None:
        raise _not_as_signed(checkpoint)
    return proof


async def root_at(source: Source, size: int) -> bytes:
    """The root of the tree of `size` entries, from the stored hashes."""
    plan = plan_root(size)
    (root,) = prove(plan, await read_spans(source, plan.spans))
    return root


def _not_as_signed(checkpoint: Checkpoint) -> CorruptRecordError:
    return CorruptRecordError(
        f"what is stored of the tree does not lead to the root that was signed for {checkpoint.size} entries: run "
        "`bloc ledger rebuild-tiles`, which names what is wrong"
    )


async def read_tile(source: Source, tile: Tile) -> bytes:
    """A tile as it is served: its hashes side by side; or, of level ENTRIES, an entry bundle.

    Raises CorruptRecordError when something is missing: whoever asks knows a tree that has this tile.
    """
    first = tile.index * TILE_WIDTH
    if tile.level == ENTRIES:
        return await _read_bundle(source, first, tile.width)
    (hashes,) = await read_spans(source, [Span(tile.level, first, tile.width)])
    return hashes


async def _read_bundle(source: Source, first: int, width: int) -> bytes:
    row = await source.fetchrow(_BUNDLE, first, first + width)
    if row is None or row["width"] != width:
        raise CorruptRecordError(f"entries are missing at positions {first} to {first + width - 1}")
    bundle: bytes = row["bundle"]
    return bundle


async def read_spans(source: Source, spans: Sequence[Span]) -> Sequence[bytes]:
    """The stored hashes of each span, in one piece each.

    Raises CorruptRecordError when some are missing: whoever asks knows that the entries are there.
    """
    if not spans:
        return ()
    rows = await source.fetch(
        _HASHES,
        [span.level for span in spans],
        [span.first for span in spans],
        [span.end for span in spans],
    )
    for span, row in zip(spans, rows, strict=True):
        if row["hashes"] is None or len(row["hashes"]) != span.count * HASH_BYTES:
            raise CorruptRecordError(
                f"hashes {span.first} to {span.end - 1} of tile level {span.level} are not all there: run "
                "`bloc ledger rebuild-tiles`"
            )
    return [row["hashes"] for row in rows]
