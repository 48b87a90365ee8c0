"""The rules by which an act on a thing follows from those before it: of every family whose entries can be mended.

A corrected payload is judged by them as if it had been posted in the place of its target (corrections.py).
"""

from collections.abc import Iterable, Sequence

from services.tariffs.domain.rules import (
    amounts,
    areas,
    catalogue,
    commitments,
    days,
    emergencies,
    exchange_rates,
    legal_acts,
    measures,
    membership,
    prices,
    quotas,
    undertakings,
)
from services.tariffs.domain.state import Recorded

FAMILIES = (
    *(days, amounts, membership, commitments, catalogue, legal_acts, areas, measures, prices),
    *(exchange_rates, emergencies, quotas, undertakings),
)
"""In order of precedence."""


def concerned(field: str, changed: Sequence[Recorded], entries: Sequence[Recorded]) -> Iterable[Recorded]:
    """Of the entries of a thing (filed in this field of the state), those that may no longer follow after a change.

    `changed` are entries as they read before and after. A series has thousands of prices or rates, and each is
    judged by those beside it alone. Of everything else, any entry may rest on any earlier one.
    """
    if field == "reference_prices":
        return prices.beside(changed, entries)
    return exchange_rates.beside(changed, entries) if field == "exchange_rates" else entries
