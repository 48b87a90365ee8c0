-- ledger.key_versions: every version of every key (a stream or a guard) and the position that made it.
-- Two writers cannot both make version 7 of one key: the primary key says so even if the writer's lock did not.
-- It is also the index by stream: GET /streams/{stream} reads positions here, then entries by position.
CREATE TABLE ledger.key_versions (
    key      text    COLLATE "C"  NOT NULL CHECK (key <> ''),
    -- Four bytes, as in ledger.entries.
    -- squawk-ignore prefer-bigint-over-int
    version  integer              NOT NULL CHECK (version > 0),
    position bigint               NOT NULL CHECK (position >= 0),
    PRIMARY KEY (key, version)
);
