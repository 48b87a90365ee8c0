"""A line of the catalogue gets other codes, in the words of facts.py."""

from typing import Any

import msgspec

from contracts.envelope import Event
from tests.domain.facts import OXIDE, SECRETARIAT, act, event
from tests.domain.listed import line


def reclassified(name: str = OXIDE, /, hs6: str = "284691", **more: Any) -> Event[Any]:
    """A line has another code: NdPr oxide in the (here invented) edition of 2028, from that year on."""
    defined = msgspec.to_builtins(line(name, hs6).data)
    data = {
        "hs_edition": "HS2028",
        "was": {"hs_edition": "HS2022", "hs6": "284690"},
        "correlation": "part",
        "effective_from": "2028-01-01",
        "confidence": "C",
        "legal_basis": act("2846"),
        "illustrative": True,
    }
    return event(SECRETARIAT, "bloc.stage_line.reclassified.v1", defined | data | more)
