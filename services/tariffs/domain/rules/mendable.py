"""The rules by which an act on a thing follows from those before it: of every family whose entries can be mended.

A corrected payload is judged by them as if it had been posted in the place of its target (corrections.py).
"""

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

FAMILIES = (
    *(days, amounts, membership, commitments, catalogue, legal_acts, areas, measures, prices),
    *(exchange_rates, emergencies, quotas, undertakings),
)
"""In order of precedence."""
