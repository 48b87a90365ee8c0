-- What a witness has cosigned. The newest row of a log is its state: one that was lost or put back from a copy would
-- let the witness cosign two histories, so the triggers refuse what would take it back, whoever asks.

CREATE TABLE witness (
    vkey TEXT NOT NULL,      -- whose store this is: a key and a store belong together for life
    made_at INTEGER NOT NULL -- POSIX seconds
) STRICT;

CREATE TABLE cosigned (
    origin TEXT NOT NULL,
    size INTEGER NOT NULL CHECK (size >= 0),
    root BLOB NOT NULL CHECK (length(root) = 32),
    note BLOB NOT NULL,      -- the checkpoint with the lines of the log and our cosignature
    line TEXT NOT NULL,      -- our cosignature
    time INTEGER NOT NULL,   -- of the cosignature, POSIX seconds
    PRIMARY KEY (origin, size)
) STRICT, WITHOUT ROWID;

CREATE TABLE retired (
    reason TEXT NOT NULL,    -- why this key must never sign again
    at INTEGER NOT NULL      -- POSIX seconds
) STRICT;

CREATE TRIGGER retired_stays BEFORE DELETE ON retired
BEGIN SELECT raise(ABORT, 'a witness that was retired stays retired'); END;

CREATE TRIGGER cosigned_grows BEFORE INSERT ON cosigned
WHEN EXISTS (
    SELECT 1 FROM cosigned AS held
    WHERE held.origin = new.origin AND (held.size > new.size OR held.time > new.time)
)
BEGIN SELECT raise(ABORT, 'a witness never goes back'); END;

CREATE TRIGGER cosigned_stays BEFORE UPDATE ON cosigned
WHEN new.origin <> old.origin OR new.size <> old.size OR new.root <> old.root OR new.time < old.time
    OR EXISTS (SELECT 1 FROM cosigned AS held WHERE held.origin = old.origin AND held.size > old.size)
BEGIN SELECT raise(ABORT, 'a witness never cosigns two trees of one size'); END;

CREATE TRIGGER cosigned_newest_is_kept BEFORE DELETE ON cosigned
WHEN NOT EXISTS (SELECT 1 FROM cosigned AS held WHERE held.origin = old.origin AND held.size > old.size)
BEGIN SELECT raise(ABORT, 'what a witness holds is never forgotten'); END;

CREATE TRIGGER witness_is_one BEFORE INSERT ON witness
WHEN EXISTS (SELECT 1 FROM witness)
BEGIN SELECT raise(ABORT, 'a store belongs to one key'); END;

CREATE TRIGGER witness_stays BEFORE UPDATE ON witness
BEGIN SELECT raise(ABORT, 'a store belongs to one key'); END;

CREATE TRIGGER witness_is_kept BEFORE DELETE ON witness
BEGIN SELECT raise(ABORT, 'a store belongs to one key'); END;
