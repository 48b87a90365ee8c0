"""An id is given once: what the record holds under it is what its author said, and nothing else ever is.

Whether an id is recorded stands in no state of the rules, since there is one for every event. So `decide` is told
(`World.reused`), and says nothing else of such a submission: it cannot be recorded, whatever it says. It is kept as a
refusal, so that who gives one id two meanings, or has lost his key to somebody who does, is found out.
"""

from collections.abc import Iterable, Mapping

from contracts.envelope import AnyEvent
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Violation

IDS_1 = Rule(
    id="IDS-1",
    title="An id is given once",
    text="An id that a party gave to a recorded event is never given to another: a retry has the same bytes.",
    source="CloudEvents 1.0, section 3.1.1: `source` and `id` together are unique for each distinct event",
    since=FIRST_RULE_BOOK,
)
RULES = (IDS_1,)


def violations(events: Iterable[AnyEvent], reused: Mapping[str, int]) -> tuple[Violation, ...]:
    """Of each event whose id is recorded with other bytes already, at the position that `reused` gives. What else may
    be wrong with such a submission matters to nobody."""
    return tuple(_violation(event, reused[event.id]) for event in events if event.id in reused)


def _violation(event: AnyEvent, recorded: int) -> Violation:
    detail = f"{event.id} is recorded at position {recorded} with other bytes; give a new event a new id"
    return Violation(IDS_1, event.id, "$.id", detail, recorded)
