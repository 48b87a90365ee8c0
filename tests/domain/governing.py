"""Facts of governance for tests: rule books put in force."""

from typing import Any

from contracts.envelope import Event
from tests.domain.facts import SECRETARIAT, act, event


def ruleset_activated(ruleset: str, by: str = SECRETARIAT, **more: Any) -> Event[Any]:
    """A rule book is put in force."""
    data = {"ruleset": ruleset, "effective_from": "2026-07-01", "legal_basis": act("9")}
    return event(by, "bloc.ruleset.activated.v1", data | more)
