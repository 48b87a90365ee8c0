"""Chapter: a floor recorded two dollars too high, and what that cost one importer (E12).

The floor of the metal was decided at 110 USD/kg and recorded at 112. A declaration is assessed and paid on what is
known; then the secretariat corrects the entry, with four eyes. The old answer stays what it was at its K, the new one
is another, and the importer gets the difference back.
"""

from bloc.demo.cast import SECRETARIAT
from bloc.demo.chapters import customs
from bloc.demo.chapters.floors import METAL, RIGHT, floor
from bloc.demo.telling import (
    Chapter,
    DutyExpected,
    Events,
    RefundExpected,
    TargetOf,
    act,
    four_eyes,
    usd,
)

REFERENCE = "DEMO-E12"
PROPOSAL = "bloc.floor-of-the-metal"


def corrected() -> Events:
    """The complete payload that the entry should have had."""
    stream = f"floor/{METAL}"
    return (
        (
            "bloc.event.corrected.v1",
            {
                "stream": stream,
                "target": TargetOf(stream, "bloc.price_floor.set.v1"),
                "corrected": floor(METAL, RIGHT, "2026-05-01", "3"),
                "reason": "Article 3 says 110, not 112",
                "legal_basis": act("bloc.council.decision.2026-3", "3"),
                "illustrative": True,
            },
        ),
    )


def chapter() -> Chapter:
    """The whole chapter."""
    goods = customs.item("2805300000", METAL, "CN", ("8000", "kg"), "800000.00", "USD")
    basis = customs.illustrative_customs_law("EC")
    return Chapter(
        title="A slip, corrected",
        sentence="The floor of the metal was decided at 110 and recorded at 112: corrected, reassessed, refunded.",
        posts=(
            customs.declared("EC", REFERENCE, "2026-05-20T10:00:00-05:00", goods),
            customs.settled("EC", REFERENCE, usd("96000.00"), "2026-05-27T10:00:00-05:00"),
            *four_eyes(PROPOSAL, SECRETARIAT, "bloc.council", "Article 3 says 110", corrected()),
            customs.reassessment_ordered(
                "EC", REFERENCE, "2026-06-16T10:00:00-05:00", "The floor was corrected to 110 USD/kg", basis
            ),
            customs.refund_paid("EC", REFERENCE, usd("16000.00"), "2026-06-30T10:00:00-05:00"),
        ),
        duties=(DutyExpected("E12", "8 t at 100/kg", "EC", REFERENCE, "96000.00", ("0.00", "96000.00")),),
        refunds=(
            RefundExpected("E12", "the floor is 110", "EC", REFERENCE, "96000.00", "80000.00", "16000.00"),
        ),
    )
