"""Chapter: rule book 2026.3 is put in force, from today on (no rule book reaches back, RUL-2); and version 2 of the
rules of admission, from the next draft on.

What was recorded before is judged by 2026.1 for ever. From here on acts, measures, floors, emergencies and
corrections need four eyes, and no measure is without its act; and every draft shows the rules that it was decided on.
"""

from datetime import UTC, datetime

from bloc.demo.cast import SECRETARIAT
from bloc.demo.telling import Chapter, Post, act
from contracts.admissions import ADMISSION_ACTIVATED, ADMISSION_STATING

RULE_BOOK = "2026.3"


def chapter() -> Chapter:
    """The whole chapter; to be told on the day on which it is written, as all of them are."""
    activated = {
        "ruleset": RULE_BOOK,
        "effective_from": datetime.now(UTC).date().isoformat(),
        "legal_basis": act("bloc.council.decision.2026-4", "1"),
        "illustrative": True,
    }
    shown = {
        "version": ADMISSION_STATING,
        "legal_basis": act("bloc.council.decision.2026-4", "2"),
        "illustrative": True,
    }
    posted = (("bloc.ruleset.activated.v1", activated), (ADMISSION_ACTIVATED, shown))
    return Chapter(
        title="A stricter rule book",
        sentence=f"Rule book {RULE_BOOK} is activated: from here on, whoever makes law needs a second pair of "
        "eyes. And with version 2 of the rules of admission the record shows what each decision was taken on.",
        posts=(Post(SECRETARIAT, posted),),
    )
