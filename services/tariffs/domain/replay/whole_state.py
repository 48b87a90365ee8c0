"""Everything that the entries up to a position come to: the rules, the streams that are few enough, and totals.

Deciding needs only the rules in memory and loads the rest on demand; a replay wants all of it. Reserves, stocks and
commitments are kept whole, since they are bounded by what is stored and traded under one name.
Declarations and what they draw on quotas are not: there are too many of them, and what an auditor compares about
them is their sums.
"""

from immutables import Map
from msgspec import Struct

from services.tariffs.domain.replay.totals import Totals
from services.tariffs.domain.reserve.streams import StreamState
from services.tariffs.domain.state import RulesState

DECLARATION, QUOTA_BALANCE = "declaration", "quota_balance"
COUNTED_KINDS = frozenset((DECLARATION, QUOTA_BALANCE))
"""Kinds of stream of which only totals are kept: they have an entry or more for each item declared."""


class WholeState(Struct, frozen=True):
    """The state after the entry at `rules.position`: a value, which the fold goes on from without changing it."""

    rules: RulesState
    streams: Map[str, StreamState]
    """Streams that decisions load on demand, all but those that are counted only."""
    totals: Totals

    @property
    def position(self) -> int:
        """Position of the last entry folded, -1 before the first."""
        return self.rules.position
