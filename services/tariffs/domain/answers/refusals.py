"""A refusal as an answer: which rules a submission broke, in plain words, and where its body is (question 23).

A refusal is a fact of the record, so everybody may read it; the body that was refused is its author's alone, and is
named by its digest. What was never decided (bytes that are no events, a signature that does not hold) was answered and
not recorded: nobody can be held to what anybody could have sent in his name.
"""

from collections.abc import Sequence

from msgspec import Struct

from contracts.events import SubmissionRefused
from contracts.events.intake import BrokenRule
from services.tariffs.domain.state import Recorded


class RefusalView(Struct, frozen=True):
    """What was refused and why; `body` is the path of this service at which its author reads it."""

    position: int
    recorded_at: str
    submission: str
    ruleset: str
    known_position: int
    broken: tuple[BrokenRule, ...]
    body: str


def refusal_views(entries: Sequence[Recorded]) -> tuple[RefusalView, ...]:
    """The refusals among entries of a stream `refusal/<party>`, in order."""
    return tuple(view for entry in entries if (view := refusal_view(entry)) is not None)


def refusal_view(entry: Recorded) -> RefusalView | None:
    """The refusal that an entry is; None when it is another event."""
    refused = entry.data
    if not isinstance(refused, SubmissionRefused):
        return None
    return RefusalView(
        position=entry.position,
        recorded_at=entry.recorded_at,
        submission=refused.submission,
        ruleset=refused.ruleset,
        known_position=refused.known_position,
        broken=refused.broken,
        body=f"/submissions/{refused.submission}/body",
    )
