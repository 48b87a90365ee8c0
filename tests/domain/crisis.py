"""Facts about an emergency, in the words of facts.py: it is declared, releases are ordered, it ends.

The story is that of E22: 380 t of NdPr oxide are left in the reserve when licences are withheld.
"""

from typing import Any

from contracts.envelope import Event
from tests.domain.facts import SECRETARIAT, act, event


def declared(name: str = "2026-ndpr", by: str = SECRETARIAT, **more: Any) -> Event[Any]:
    """An emergency of NdPr is declared from 6 October 2026 on."""
    data = {
        "emergency": name,
        "minerals": ["ndpr"],
        "trigger": "Export licences are withheld",
        "effective_from": "2026-10-06",
        "legal_basis": act(),
    }
    return event(by, "bloc.emergency.declared.v1", data | more)


def ended(day: str = "2026-12-15", name: str = "2026-ndpr", **more: Any) -> Event[Any]:
    """It is ended: the day is the first one without it."""
    data = {
        "emergency": name,
        "effective_from": day,
        "reason": "Licences are granted again",
        "legal_basis": act(),
    }
    return event(SECRETARIAT, "bloc.emergency.ended.v1", data | more)
