-- ledger.seals: one row for each batch of entries: the tree grew from prev_size to size and its root became `root`.
-- prev_size is unique, so that a fork cannot even be stored: a second writer that continued from the same size
-- fails here, whatever else went wrong. `frontier` is the compact range of the tree (RFC 6962), from which the
-- next batch is sealed without reading old leaves; `sequence` the last draft of the batch.
CREATE TABLE ledger.seals (
    size      bigint  NOT NULL CHECK (size > prev_size),
    prev_size bigint  NOT NULL CHECK (prev_size >= 0) UNIQUE,
    root      bytea   NOT NULL CHECK (octet_length(root) = 32),
    frontier  bytea   NOT NULL,
    sequence  bigint  NOT NULL CHECK (sequence > 0),
    PRIMARY KEY (size)
);
