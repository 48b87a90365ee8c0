"""How much one party may ask for: token buckets, one for submissions and one for refusals.

A refusal is a recorded fact, so a party that sends nonsense in a loop would fill the ledger; beyond its budget
it is answered 429, counted and not recorded. Submissions have a budget too, so that one party cannot take the
service from the others. Buckets live in memory and start full: a restart forgives, which is cheaper than
keeping them and harms nobody. The clock comes in as an argument (monotonic seconds).
"""

import math
from collections import OrderedDict


class Budget:
    """Token buckets by party: `burst` tokens at most, `per_second` new ones a second.

    Holds at most `parties_max` buckets; the one unused for longest is forgotten first (it would be full again).
    """

    def __init__(self, *, burst: int, per_second: float, parties_max: int) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._parties_max = parties_max
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # party -> (tokens, at)

    def take(self, party: str, now: float) -> int:
        """Take one token. 0: granted. Otherwise the whole seconds until one is there (`Retry-After`)."""
        tokens, at = self._buckets.pop(party, (self._burst, now))
        tokens = min(self._burst, tokens + (now - at) * self._per_second)
        granted = tokens >= 1.0
        self._buckets[party] = (tokens - 1.0 if granted else tokens, now)
        if len(self._buckets) > self._parties_max:
            self._buckets.popitem(last=False)
        if granted:
            return 0
        return max(1, math.ceil((1.0 - tokens) / self._per_second))
