"""Rule books: which may be activated, and from when on."""

from collections.abc import Iterator

from contracts.events import RulesetActivated
from services.tariffs.domain.governance.rule_books import activated
from services.tariffs.domain.rule import FIRST_RULE_BOOK, RULESETS, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

RUL_1 = Rule(
    id="RUL-1",
    title="A rule book is known before it decides",
    text="Only a rule book that the deciding release has is activated.",
    source="House rule: an answer can be checked only with the rule book that gave it",
    since=FIRST_RULE_BOOK,
)
RUL_2 = Rule(
    id="RUL-2",
    title="No rule book reaches back",
    text="A rule book decides from the day on which its activation is recorded or from a later day.",
    source="Vienna Convention on the Law of Treaties, article 28 (non-retroactivity)",
    since=FIRST_RULE_BOOK,
)
RUL_3 = Rule(
    id="RUL-3",
    title="Rule books go forward",
    text="A rule book is activated once, and only one that is newer than all that were put in force before.",
    source="House rule: a new rule book holds all rules, so there is no way back but a newer one",
    since=FIRST_RULE_BOOK,
)
RULES = (RUL_1, RUL_2, RUL_3)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rules about rule books that an event breaks."""
    data = submitted.event.data
    if not isinstance(data, RulesetActivated):
        return
    if data.effective_from < submitted.recorded_on:
        yield submitted.breaks(
            RUL_2,
            "$.data.effective_from",
            f"{data.effective_from} is over; today is {submitted.recorded_on} (UTC)",
        )
    if data.ruleset not in RULESETS:
        yield submitted.breaks(
            RUL_1, "$.data.ruleset", f"this release has {', '.join(RULESETS)}, not {data.ruleset}"
        )
        return
    for book in activated(rules, rules.position):
        if book.ruleset in RULESETS and RULESETS.index(data.ruleset) <= RULESETS.index(book.ruleset):
            yield submitted.breaks(
                RUL_3,
                "$.data.ruleset",
                f"rule book {book.ruleset} was put in force already ({book.by.where}); {data.ruleset} is not newer",
            )
            return
