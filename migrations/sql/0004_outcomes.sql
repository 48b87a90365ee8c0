-- ledger.outcomes: one row for each draft taken from the draft stream, written in the transaction of its entries.
-- The greatest sequence is the ledger's cursor, so that cursor and entries can never disagree; JetStream acks
-- decide nothing. `digest` is that of the submission the receipt is about (null where no submission could be read
-- out of the draft), `detail` the receipt of every outcome that is not simply `recorded`.
CREATE TABLE ledger.outcomes (
    sequence       bigint                   NOT NULL CHECK (sequence > 0),
    digest         bytea                    CHECK (octet_length(digest) = 32),
    outcome        text        COLLATE "C"  NOT NULL CHECK (outcome IN (
        'recorded', 'duplicate', 'partly_recorded', 'conflict', 'key_not_valid', 'malformed', 'forged', 'stale')),
    first_position bigint                   CHECK (first_position >= 0),
    -- Four bytes: a draft has some hundreds of events at most.
    -- squawk-ignore prefer-bigint-over-int
    count          integer                  NOT NULL CHECK (count >= 0),
    recorded_at    timestamptz              NOT NULL,
    detail         text        COLLATE "C",
    PRIMARY KEY (sequence)
);

-- GET /receipts/{digest}: what became of a submission.
CREATE INDEX outcomes_digest ON ledger.outcomes (digest);
-- GET /positions?at=: up to where the draft stream was consumed at a time.
CREATE INDEX outcomes_recorded_at ON ledger.outcomes (recorded_at);
