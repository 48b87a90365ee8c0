-- ledger.cosignatures: who else has signed a checkpoint (C2SP tlog-cosignature): the first cosignature of each witness
-- for each size. `witness` is the name of its key, `line` the signature line of the note without its line end, `time`
-- the seconds since 1970 that the witness put under its signature.
CREATE TABLE ledger.cosignatures (
    size     bigint NOT NULL CHECK (size > 0),
    witness  text   COLLATE "C" NOT NULL,
    line     text   COLLATE "C" NOT NULL,
    time     bigint NOT NULL,
    PRIMARY KEY (size, witness)
);
