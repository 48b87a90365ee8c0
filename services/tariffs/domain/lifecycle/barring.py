"""What time bars: a demand or a refund that comes later than the years that the member's terms allow.

The years run from the day on which customs accepted the declaration, when the debt was incurred, and end with that
date (Regulation (EEC, Euratom) No 1182/71, article 3(2)(c)). The day of the act is that of the member's own clock. A
later act says what allows it, such as a debt that follows from an act open to criminal proceedings (UCC Art. 103(2)).
"""

from msgspec import UNSET

from contracts.envelope import Event
from contracts.events.lifecycle import DeclarationAmended, ReassessmentOrdered
from services.tariffs.domain.anniversaries import anniversary
from services.tariffs.domain.assessment.importer import Importer, governing_date, legal_zone

from .striking import Struck


def barred_since(
    importer: Importer, event: Event[DeclarationAmended] | Event[ReassessmentOrdered], struck: Struck
) -> str | None:
    """Say since when the demand or the refund that an act opens is barred; None when it is not, or opens nothing."""
    data = event.data
    limitation = importer.terms.limitation
    if not struck.opens or limitation is UNSET or data.beyond_limitation is not UNSET:
        return None
    moment = data.amended_at if isinstance(data, DeclarationAmended) else data.ordered_at
    zone = legal_zone(importer.terms.legal_tz)
    assert zone is not None  # the day of acceptance was reckoned by it
    day = governing_date(moment, zone)
    demands = struck.opens > 0
    years = limitation.demand_years if demands else limitation.refund_years
    last = anniversary(importer.day, years)
    if day is None or day <= last:
        return None
    what = "additional duty is demanded" if demands else "duty is refunded"
    return (
        f"{what} within {years} years of acceptance, up to {last}; if the law allows it all the same, name the article "
        "in beyond_limitation"
    )
