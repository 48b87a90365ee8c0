"""A simulation over a history: read once, or twice where items claim quotas, and never further than the first time.

The record is taken at its word, as replay takes it: whether its bytes are genuine is for `bloc verify`, and whether it
was decided rightly for `bloc audit`.
"""

from datetime import date

import msgspec
from msgspec import Struct

from bloc.history.bounds import until
from bloc.history.faults import Broken
from bloc.history.shelf import DiskShelf
from bloc.history.sources import History, Progress, counted, dense
from contracts.entry import CorruptEntry, split_served
from contracts.envelope import AnyEvent
from services.tariffs.domain.auditing.recorded_drafts import BrokenRecord
from services.tariffs.domain.governance.rule_books import UnknownRuleBook
from services.tariffs.domain.simulating.drawing import Draws
from services.tariffs.domain.simulating.hypothesis import NotSupposed, Supposed, suppose
from services.tariffs.domain.simulating.simulate import Simulation
from services.tariffs.domain.simulating.sums import Outcome


class Question(Struct, frozen=True):
    """What is supposed, and for which governing days: from `first` to before `end`."""

    events: tuple[AnyEvent, ...]
    first: date
    end: date


class Answer(Struct, frozen=True):
    """The answer: what it was found on, how the hypothesis was taken, and what it comes to."""

    source: str
    position: int
    recorded_on: date
    supposed: Supposed
    outcome: Outcome


class NotLawful(Struct, frozen=True):
    """The hypothesis breaks rules on the record as it stands at `position`; nothing was reckoned."""

    source: str
    position: int
    refusal: NotSupposed


def run(history: History, question: Question, progress: Progress) -> Answer | NotLawful:
    """Simulate. Raises Broken and Unreadable (Trouble)."""
    try:
        with DiskShelf() as shelf:
            return _run(history, question, Simulation(shelf), progress)
    except (BrokenRecord, CorruptEntry, UnknownRuleBook, msgspec.DecodeError) as error:
        raise Broken(history.name, str(error)) from error


def _run(
    history: History, question: Question, simulation: Simulation, progress: Progress
) -> Answer | NotLawful:
    for lines in counted(dense(history), progress):
        for line in lines:
            simulation.take(*split_served(line))
    rules, recorded_on = simulation.rules, simulation.recorded_on
    if rules.charter is None:
        raise Broken(history.name, "nothing is recorded in it")
    supposed = suppose(rules, question.events, recorded_on)
    if isinstance(supposed, NotSupposed):
        return NotLawful(history.name, rules.position, supposed)
    draws = (Draws(rules), Draws(supposed.rules))
    if simulation.claims_quotas:
        for lines in until(dense(history), rules.position):
            for line in lines:
                simulation.draw(*split_served(line), draws)
    outcome = simulation.outcome(supposed.rules, question.first, question.end, draws)
    return Answer(history.name, rules.position, recorded_on, supposed, outcome)
