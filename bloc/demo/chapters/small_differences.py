"""Chapter: differences that are too small to be paid back (E28): below 20 dollars, by the law of the United States.

19 CFR 159.6 is real; the shipments are not. Both are cobalt below its floor, so a dollar more in the value is a dollar
less in the duty.
"""

from typing import Any

from bloc.demo.chapters import customs
from bloc.demo.chapters.floors import COBALT
from bloc.demo.telling import Chapter, DutyExpected, Post, RefundExpected, usd

DECLARED, DUTY = "716502.35", "83497.65"
SMALL, ENOUGH = "DEMO-E28-1640", "DEMO-E28-2000"
AMENDED = ((SMALL, "716518.75", "83481.25", None), (ENOUGH, "716522.35", "83477.65", "20.00"))
"""Reference, value as amended, duty on that, and what is paid back of the difference of 16.40 or 20.00."""
EXPLANATION = {None: "16.40 is disregarded", "20.00": "20.00 is not"}


def _goods(value: str) -> dict[str, Any]:
    return customs.item("8105209000", COBALT, "CN", ("20000", "kg"), value, "USD")


def _told(reference: str, value: str, refund: str | None) -> tuple[Post, ...]:
    basis = customs.illustrative_customs_law("US")
    posts = (
        customs.declared("US", reference, "2026-07-10T10:00:00-04:00", _goods(DECLARED)),
        customs.settled("US", reference, usd(DUTY), "2026-07-15T10:00:00-04:00"),
        customs.amended("US", reference, "2026-07-20T10:00:00-04:00", _goods(value), basis),
    )
    if refund is None:
        return posts
    return (*posts, customs.refund_paid("US", reference, usd(refund), "2026-08-03T10:00:00-04:00"))


def chapter() -> Chapter:
    """The whole chapter."""
    return Chapter(
        title="Small differences",
        sentence="Two invoices turn out higher by a few dollars: one difference is paid back, one is too small.",
        posts=tuple(
            post for reference, value, _, refund in AMENDED for post in _told(reference, value, refund)
        ),
        duties=tuple(
            DutyExpected("E28", "as declared first", "US", reference, DUTY, ("0.00", DUTY))
            for reference, *_ in AMENDED
        ),
        refunds=tuple(
            RefundExpected("E28", EXPLANATION[refund], "US", reference, DUTY, again, refund)
            for reference, _, again, refund in AMENDED
        ),
    )
