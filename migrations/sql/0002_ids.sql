-- ledger.ids: which (source, id) is recorded where. Uniqueness of event ids lives here and not in a unique index
-- of ledger.entries, because a unique key of a partitioned table must contain the partition key.
CREATE TABLE ledger.ids (
    source   text    COLLATE "C"  NOT NULL,
    id       uuid                 NOT NULL,
    position bigint               NOT NULL CHECK (position >= 0),
    PRIMARY KEY (source, id)
);
