-- ledger.entries: the facts. One row is one entry; `entry` holds the very bytes that were hashed and are served.
--
-- `position` is dense (0, 1, 2 …) and given by the ledger's one writer, never by a sequence: a sequence gives
-- its numbers before commit, and a reader that follows `position > last` would skip late commits.
-- The other columns repeat what stands inside `entry`, for finding rows only; nothing is ever computed from them
-- that a reader outside could not compute from the bytes. bytea, not jsonb: jsonb reorders keys and drops
-- duplicates, and a signature over bytes that are gone proves nothing.
-- Partitioned from the first day, 1,000,000 positions to a partition (ledger.make_partitions makes them):
-- a table that has grown cannot be partitioned without rewriting it, and this one may never be rewritten.
CREATE TABLE ledger.entries (
    position    bigint                   NOT NULL CHECK (position >= 0),
    recorded_at timestamptz              NOT NULL,
    stream      text        COLLATE "C"  NOT NULL CHECK (stream <> ''),
    -- Four bytes: no stream gets 2,147,483,647 events in this world, and every row carries it.
    -- squawk-ignore prefer-bigint-over-int
    version     integer                  NOT NULL CHECK (version > 0),
    type        text        COLLATE "C"  NOT NULL CHECK (type <> ''),
    party       text        COLLATE "C"  NOT NULL CHECK (party <> ''),
    leaf        bytea                    NOT NULL CHECK (octet_length(leaf) = 32),
    entry       bytea                    NOT NULL CHECK (octet_length(entry) <= 65535),
    PRIMARY KEY (position)
) PARTITION BY RANGE (position);

-- What a party has posted, by type: GET /entries?party=&type=, and the gap check of facts.
CREATE INDEX entries_party_type ON ledger.entries (party, type, position);
