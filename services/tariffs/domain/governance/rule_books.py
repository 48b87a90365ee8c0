"""Which rule book decides on a day: that of the founding, then those that the bloc activated.

The newest one that is in effect decides; there is no way back to an older one, so the order in which activations
were recorded does not matter. A rule book that this release does not have cannot decide anything here: guessing
with an older one would give answers that another instance of the service does not give.
"""

from datetime import date

from msgspec import Struct

from services.tariffs.domain.newer import NewerReleaseNeeded
from services.tariffs.domain.rule import RULESET, RULESETS
from services.tariffs.domain.state import Recorded, RulesState


class UnknownRuleBook(NewerReleaseNeeded):
    """The record is judged by a rule book that this release does not have. Nothing may be decided with it."""


class Activated(Struct, frozen=True):
    """A rule book and the first day (UTC) on which it decides; `by` is the founding or the activation."""

    ruleset: str
    since: date
    by: Recorded


def activated(rules: RulesState, position: int) -> tuple[Activated, ...]:
    """The rule books that were put in force up to `position`, the founding's first."""
    books: list[Activated] = []
    charter = rules.charter
    if charter is not None and charter.position <= position:
        books.append(Activated(charter.data.ruleset, charter.data.founded_on, charter))
    books += (
        Activated(entry.data.ruleset, entry.data.effective_from, entry)
        for entry in rules.rulesets
        if entry.position <= position
    )
    return tuple(books)


def check_known(rules: RulesState) -> None:
    """Raise UnknownRuleBook when the bloc was founded under, or activated for any day, a book that is none of ours."""
    for book in activated(rules, rules.position):
        if book.ruleset not in RULESETS:
            raise UnknownRuleBook(
                f"position {book.by.position} puts rule book {book.ruleset} in force from {book.since} on, and this "
                f"release has {', '.join(RULESETS)}: run a newer release"
            )


def rule_book_on(rules: RulesState, day: date, position: int | None = None) -> str:
    """The rule book that decides what is submitted on a day (UTC), as known at `position` (left out: by now).

    Before the founding it is the oldest; the founding names its own. Raises UnknownRuleBook.
    """
    books = activated(rules, rules.position if position is None else position)
    in_effect = [book for book in books[1:] if book.since <= day]
    named = [book.ruleset for book in (*books[:1], *in_effect)]
    unknown = [name for name in named if name not in RULESETS]
    if unknown:
        raise UnknownRuleBook(
            f"rule book {unknown[0]} is in force, and this release has {', '.join(RULESETS)}: run a newer release"
        )
    return max(named, key=RULESETS.index, default=RULESET)
