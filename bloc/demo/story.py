"""The story of 2026, chapter by chapter, in the order in which it is told.

Chapters are made one at a time, when their turn comes: a rule book is activated on the day on which that is recorded.
"""

from collections.abc import Iterator

from bloc.demo.chapters import (
    acts,
    catalogue,
    correction,
    currencies,
    declarations,
    emergency,
    ferro_alloys,
    floors,
    graphite,
    measures,
    members,
    reserve,
    rule_book,
    small_differences,
    stacking,
    suspension,
    undertaking,
)
from bloc.demo.play import Stage
from bloc.demo.stage import introductions
from bloc.demo.telling import Chapter

REAL = (
    "the ministerial and who came, the list of minerals, the safeguard on ferro-alloys, the graphite case and its "
    "rates, the duty against dumped silicon, the duties of E01, E02 and E15, the rates of exchange, the capital of the "
    "reserve"
)
ILLUSTRATIVE = (
    "the bloc itself, its accessions and floors, other duties, order numbers and volumes of quotas, who approves, the "
    "terms of the reserve, the price undertaking, every shipment"
)


def chapters(stage: Stage) -> Iterator[Chapter]:
    """All chapters."""
    yield introductions(stage)
    yield members.chapter()
    yield catalogue.chapter()
    yield acts.chapter()
    yield measures.chapter()
    yield floors.chapter()
    yield rule_book.chapter()
    yield ferro_alloys.chapter()
    yield graphite.chapter()
    yield correction.chapter()
    yield declarations.chapter()
    yield currencies.chapter()
    yield suspension.chapter()
    yield stacking.chapter()
    yield small_differences.chapter()
    yield reserve.chapter()
    yield emergency.chapter()
    yield undertaking.chapter()
