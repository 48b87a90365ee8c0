"""Decide a submission: accept it with all that follows from it, or refuse it with every rule that it breaks."""

from datetime import datetime
from typing import Any

from contracts.envelope import Event
from services.tariffs.domain.state import RulesState
from services.tariffs.domain.world import Decided, Submission, World


def reads_of(rules: RulesState, event: Event[Any]) -> tuple[str, ...]:
    """Names of the on-demand streams that must be in `World.streams` before a submission with this event is decided."""
    raise NotImplementedError


def decide(world: World, submission: Submission, *, now: datetime) -> Decided:
    """Decide a submission on the rules and streams of `world`. `now` is aware, UTC: the day that is judged."""
    raise NotImplementedError
