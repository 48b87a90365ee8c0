"""Chapter: a base duty suspended for two months (E13, illustrative): the measure stays, the suspension masks it."""

from bloc.demo.chapters import customs
from bloc.demo.telling import Chapter, DutyExpected, act, four_eyes

MEASURE = "ec.base.760110"
LINE = "aluminum.unwrought_metal.not_alloyed"
DAYS = (
    ("2026-07-31", "the last day before", "13750.00", ("13750.00",)),
    ("2026-08-15", "within", "0.00", ()),
    ("2026-10-01", "the first day after", "13750.00", ("13750.00",)),
)


def chapter() -> Chapter:
    """The whole chapter."""
    suspended = {
        "measure": MEASURE,
        "effective_from": "2026-08-01",
        "effective_to": "2026-10-01",
        "legal_basis": act("ec.demo.2026", "2"),
        "illustrative": True,
    }
    law = (("bloc.measure.suspended.v1", suspended),)
    goods = customs.item("7601100000", LINE, "CN", ("100", "t"), "250000.00", "USD")
    return Chapter(
        title="A suspension",
        sentence="Ecuador suspends its duty of 5.5 % on aluminium in August and September.",
        posts=(
            *four_eyes("ec.aluminium-2026", "ec.trade", "ec.council", "Suspend the duty on aluminium", law),
            *(customs.declared("EC", f"DEMO-E13-{day}", f"{day}T10:00:00-05:00", goods) for day, *_ in DAYS),
        ),
        duties=tuple(
            DutyExpected("E13", f"{day}: {when}", "EC", f"DEMO-E13-{day}", total, lines)
            for day, when, total, lines in DAYS
        ),
    )
