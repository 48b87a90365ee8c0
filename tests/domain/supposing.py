"""Simulating a record that a test made: what it would have owed if these events had been known."""

from datetime import date
from typing import Any

from contracts.entry import split_served
from contracts.envelope import Event
from services.tariffs.domain.simulating.drawing import Draws
from services.tariffs.domain.simulating.hypothesis import NotSupposed, Supposed, suppose
from services.tariffs.domain.simulating.simulate import Simulation
from services.tariffs.domain.simulating.sums import Outcome, Simulated, Sum
from tests.domain import facts, mending
from tests.domain.ledgered import Record, founded_record
from tests.domain.members import joined
from tests.domain.quotas import beyond, opened, within


def read(record: Record) -> Simulation:
    """Given a record that was read to its end."""
    simulation = Simulation()
    for line in record.lines():
        simulation.take(*split_served(line))
    return simulation


def judged(record: Record, *events: Event[Any]) -> Supposed | NotSupposed:
    """When these events are supposed."""
    simulation = read(record)
    return suppose(simulation.rules, events, simulation.recorded_on)


def simulated(record: Record, *events: Event[Any], first: date = date.min, end: date = date.max) -> Outcome:
    """When the declarations of some days are reckoned with these events; they must be lawful."""
    simulation = read(record)
    supposed = suppose(simulation.rules, events, simulation.recorded_on)
    assert isinstance(supposed, Supposed), supposed
    draws = (Draws(simulation.rules), Draws(supposed.rules))
    if simulation.claims_quotas:
        for line in record.lines():
            simulation.draw(*split_served(line), draws)
    return simulation.outcome(supposed.rules, first, end, draws)


def total(outcome: Outcome, currency: str = "USD") -> Sum:
    """All of one currency."""
    return outcome.summed(lambda cell: (cell.currency,)).get((currency,), Sum())


def duties(outcome: Outcome) -> dict[str, tuple[str, str, str]]:
    """By reference of the declarations whose duty changes: recorded, without, and with the hypothesis."""
    return {one.stream.split("/")[2]: _three(one) for one in outcome.largest()}


def _three(one: Simulated) -> tuple[str, str, str]:
    return str(one.recorded), str(one.without.duty), str(one.supposed.duty)


EUROPEAN: dict[str, Any] = {"territories": ["DE", "FR"], "legal_tz": "Europe/Brussels", "currency": "EUR"}


def silicon_record() -> tuple[Record, Event[Any], int]:
    """The safeguard on ferro-silicon with a quota of 180 t, and where its opening stands."""
    record = founded_record()
    record.post(*joined("EU", **EUROPEAN))
    for party, role in (("eu.remedies", "investigating_authority"), ("eu.customs", "customs")):
        record.post(facts.key_registered(party), facts.mandate_granted(party, role, ("EU",)))
    free = facts.measure(
        "eu.base.720221", goods=facts.goods("720221"), duty=[facts.percent("0")], by="eu.trade"
    )
    record.post(free)
    opening = opened()
    record.post(opening)
    position = record.next - 1
    record.post(within())
    record.post(beyond())
    return record, opening, position


def volume(record: Record, opening: Event[Any], position: int, tonnes: str) -> Event[Any]:
    """The quota had been opened for so many tonnes."""
    return mending.corrected(record.bloc, opening, position, volume={"value": tonnes, "unit": "t"})
