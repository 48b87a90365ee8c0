-- ledger.attachments: refused submissions, body and signature, kept by the digest of the body and served to their
-- author alone. The refusal at `position` names the digest; the refused words themselves are no part of the record.
-- The key has the position too: the same bytes may be refused again later for another reason.
CREATE TABLE ledger.attachments (
    digest    bytea               NOT NULL CHECK (octet_length(digest) = 32),
    position  bigint              NOT NULL CHECK (position >= 0),
    party     text   COLLATE "C"  NOT NULL CHECK (party <> ''),
    body      bytea               NOT NULL,
    signature text   COLLATE "C"  NOT NULL,
    PRIMARY KEY (digest, position)
);
