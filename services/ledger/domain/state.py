"""What the ledger remembers between two drafts: a value, replaced and never changed in place.

Everything here can be computed again from what Postgres holds, so a crash or a lost race costs nothing but
reading it back. What grows with the record (ids, versions of keys) is not in here; `plan` says which of it a
batch needs and `knowledge` holds that much.
"""

from msgspec import Struct

from contracts.admissions import ADMISSION_FIRST
from contracts.identity.keyring import KeyRing
from contracts.tlog.tree import Frontier


class LedgerState(Struct, frozen=True):
    """The ledger between two drafts.

    `origin` and `anchor` (kid of the founding key) are configured; `incarnation` names the draft stream that
    is being read. `cursor` is the sequence of the last draft consumed, `size` the number of entries,
    `recorded_at_ns` the last time stamped, in nanoseconds since 1970 cut to microseconds. `frontier` lags
    behind `size` within a batch, and is brought up to it when the batch is sealed. `admission` is the version of the
    rules that the next draft is judged by.
    """

    origin: str
    anchor: str
    incarnation: str
    cursor: int = 0
    size: int = 0
    recorded_at_ns: int = 0
    frontier: Frontier = Frontier()
    ring: KeyRing = KeyRing()
    admission: int = ADMISSION_FIRST
