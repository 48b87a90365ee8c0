-- ledger.checkpoints: what the log has signed (C2SP tlog-checkpoint): one for a size, so that it cannot sign two roots
-- of one size. `note` is the signed note with the log's own signature lines only; those of witnesses are in
-- ledger.cosignatures. The newest one is also kept outside the database.
CREATE TABLE ledger.checkpoints (
    size       bigint      NOT NULL CHECK (size > 0),
    root       bytea       NOT NULL CHECK (octet_length(root) = 32),
    note       bytea       NOT NULL,
    signed_at  timestamptz NOT NULL,
    PRIMARY KEY (size)
);
