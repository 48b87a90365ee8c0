-- ledger.incarnations: the draft streams that this ledger has consumed, by the id that `bloc nats setup` gave each.
-- A stream that was made again has another id; one that this table does not expect stops the ledger instead of
-- letting it read somebody else's drafts from sequence 1.
CREATE TABLE ledger.incarnations (
    incarnation    text    COLLATE "C"  NOT NULL CHECK (incarnation <> ''),
    first_sequence bigint               NOT NULL CHECK (first_sequence > 0),
    PRIMARY KEY (incarnation)
);
