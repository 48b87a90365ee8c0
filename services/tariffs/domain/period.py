"""Days of acceptance that a question is about, and a cheap look at whether a declaration can lie among them.

Which day governs a declaration depends on its member's clock, and reading a declaration costs much more than looking
at the date in it. So the date as it was written is looked at first, with room for the clocks of the whole Earth, and
only what may lie in the period is read. The look never decides that something does.
"""

from datetime import date, timedelta

from msgspec import Struct

CLOCKS_APART = timedelta(days=2)
"""The days that two clocks on Earth show for one instant differ by less."""

_ACCEPTED_AT = b'"accepted_at":"'
"""In the line of an acceptance; within a string its quotes were escaped."""
_DAY_CHARACTERS = len("2026-06-15")


class Period(Struct, frozen=True):
    """Days from `start` to before `end` (half-open); None leaves a side open."""

    start: date | None = None
    end: date | None = None

    def contains(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def may_contain(self, accepted_at: str) -> bool:
        """Whether the day of an instant (RFC 3339) can lie in the period in any time zone."""
        day = written_day(accepted_at)
        return (self.start is None or self.start - day <= CLOCKS_APART) and (
            self.end is None or day - self.end <= CLOCKS_APART
        )

    def may_hold(self, line: bytes) -> bool:
        """Whether a declaration, whose first recorded line this is, can lie in the period; the line stays unread."""
        place = line.find(_ACCEPTED_AT)
        begin = place + len(_ACCEPTED_AT)
        try:
            return place < 0 or self.may_contain(line[begin : begin + _DAY_CHARACTERS].decode())
        except ValueError:
            return True  # no day: whoever reads the whole line says what it is


def written_day(instant: str) -> date:
    """The day of an instant by the clock that it was written with."""
    return date.fromisoformat(instant[:_DAY_CHARACTERS])
