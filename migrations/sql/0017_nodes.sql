-- ledger.nodes: the Merkle tree above the leaves (RFC 6962), one row for each complete subtree of 256^level entries:
-- `hash` is the root of the entries [index * 256^level, (index + 1) * 256^level). Level 0 is the column `leaf` of
-- ledger.entries. So the tile (level, index) of C2SP tlog-tiles is simply the hashes index * 256 … index * 256 + 255
-- of its level, full or partial, and no tile is stored twice. One row per 256 entries, in the transaction that
-- records the last of them; derivable from the entries at any time.
CREATE TABLE ledger.nodes (
    level  bigint   NOT NULL CHECK (level BETWEEN 1 AND 7),
    index  bigint   NOT NULL CHECK (index >= 0),
    hash   bytea    NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (level, index)
);
