"""Which checkpoint goes to a witness next: the newest one, unless others are at one that still lacks its quorum.

If every witness always took the newest, slow ones could pass each other for ever: each cosigns every third
checkpoint, no checkpoint gets two of them, and nothing ever meets its quorum. Waiting for each other would let a
dead witness hold up the living. So a witness that is free joins the others where they are, and only then goes on:
with k slow witnesses that live, a quorum of k is met within two of their answers.
"""

from collections.abc import Iterable

from services.ledger.published import SignedCheckpoint


def choose(
    newest: SignedCheckpoint | None, others: Iterable[SignedCheckpoint], *, cosigned: int, settled: int
) -> SignedCheckpoint | None:
    """The next checkpoint for a witness whose last cosignature is for size `cosigned`; None when there is none.

    `others`: what each other witness has cosigned last, or is being asked about. `settled`: the newest size whose
    quorum is met; joining others below it would help nobody.
    """
    if newest is None or newest.checkpoint.size <= cosigned:
        return None
    above = max(cosigned, settled)
    joined = [other for other in others if above < other.checkpoint.size < newest.checkpoint.size]
    return max(joined, key=lambda other: other.checkpoint.size, default=newest)
