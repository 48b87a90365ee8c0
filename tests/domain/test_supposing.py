"""A hypothesis is judged by the rule book like a submission, but for what one simulates in order to get."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from contracts import examples
from contracts.decoding import decode_event
from contracts.envelope import Event
from contracts.malformed import Malformed
from services.tariffs.domain.simulating.hypothesis import NotSupposed, Supposed, is_supposable
from tests.domain import facts
from tests.domain.audited import JULY, trading_record
from tests.domain.governing import ruleset_activated, submitted
from tests.domain.ledgered import Record
from tests.domain.legal_acts import adopted
from tests.domain.listed import catalogue
from tests.domain.supposing import judged, simulated, total
from tests.domain.trade import base, declaration

EXAMPLES = Path(examples.__file__).parent


def refused(record: Record, *events: Event[Any]) -> list[str]:
    """The rules for which a hypothesis is refused, in order of precedence."""
    found = judged(record, *events)
    assert isinstance(found, NotSupposed), found
    return [violation.rule.id for violation in found.violations]


def taken(record: Record, *events: Event[Any]) -> Supposed:
    """A hypothesis that is taken."""
    found = judged(record, *events)
    assert isinstance(found, Supposed), found
    return found


def test_mnd_1_nobody_supposes_what_he_may_not_issue() -> None:
    """A floor in the name of a ministry is refused: it could never be posted."""
    assert refused(trading_record(), facts.floor("120.00", "revised", by="us.trade")) == ["MND-1"]


def test_a_mandate_can_be_supposed_with_what_it_is_for() -> None:
    """Whoever lacks a mandate supposes that first."""
    granted = facts.mandate_granted(
        "eu.trade", "trade_ministry", ("US",), mandate="eu.trade.abroad", effective_from="2026-06-01"
    )
    other = base(code="280530", by="eu.trade")
    assert refused(trading_record(), other) == ["MND-1"]
    assert taken(trading_record(), granted, other).relaxed == ()


def test_msr_6_a_hypothesis_overlaps_nothing() -> None:
    """A second base duty on the same goods is refused, as the first one still stands."""
    assert refused(trading_record(), base(name="us.base.again")) == ["MSR-6"]
    ended = facts.measure_act("terminated", "2026-06-01")
    taken(trading_record(), ended, base(name="us.base.again", effective_from="2026-06-01"))


def test_flr_4_the_way_back_leads_through_a_correction() -> None:
    """Terms that begin before the newest ones are refused: the recorded step is corrected instead."""
    record = trading_record()
    record.post(facts.floor("115.00", "revised", effective_from="2026-06-15"))
    assert refused(record, facts.floor("120.00", "revised", effective_from="2026-06-01")) == ["FLR-4"]


def test_events_are_judged_on_those_before_them() -> None:
    """All that is broken is told, each with its event."""
    first, second = facts.floor("120.00", "revised"), facts.floor_act("resumed", "2026-06-01")
    found = judged(trading_record(), first, second)
    assert isinstance(found, NotSupposed)
    assert [(one.rule.id, one.event_id) for one in found.violations] == [("FLR-3", second.id)]


def test_prp_8_four_eyes_are_not_asked_for_and_that_is_said() -> None:
    """Under the second rule book a revision needs a proposal; a hypothesis does not, nor does it hide that."""
    record = trading_record()
    record.post(ruleset_activated("2026.2", effective_from="2026-06-15"))
    # 2026.2 also asks for a recorded act, which is law and no procedure: the hypothesis adopts it.
    revised = facts.floor("120.00", "revised")
    assert refused(record, revised) == ["ACT-9"]
    adopts = adopted("bloc.council.decision.2026-3")
    found = taken(record, adopts, revised)
    assert [(one.rule.id, one.event_id) for one in found.relaxed] == [
        ("PRP-8", adopts.id),
        ("PRP-8", revised.id),
    ]


def test_the_record_is_left_as_it_was() -> None:
    """The hypothesis stands behind the last entry, in a state of its own."""
    record = trading_record()
    found = taken(record, facts.floor("120.00", "revised"))
    assert (found.first, found.rules.position) == (record.next, record.next)
    assert len(found.rules.floors[facts.OXIDE]) == len(record.bloc.rules.floors[facts.OXIDE]) + 1


@pytest.mark.parametrize(
    "event",
    [declaration(), submitted(facts.floor()), facts.key_registered("us.trade"), ruleset_activated("2026.2")],
    ids=lambda event: event.type,
)
def test_what_no_duty_is_assessed_on_is_not_supposed(event: Event[Any]) -> None:
    """Supposing it would change nothing, silently."""
    assert not is_supposable(event)


def test_what_duty_is_assessed_on_can_be_supposed() -> None:
    """Measures, floors, the catalogue, mandates and acts."""
    events = (base(), facts.floor(), *catalogue(), facts.mandate_granted("us.trade", "trade_ministry"))
    assert all(map(is_supposable, events))


def test_every_published_example_is_taken_or_refused() -> None:
    """Whatever is supposed on a record, the answer is a reckoning or a list of rules, and nothing raises."""
    record = trading_record()
    record.post(declaration(), now=JULY)
    for file in sorted(EXAMPLES.glob("*.json")):
        event = decode_event(msgspec.json.encode(msgspec.json.decode(file.read_bytes())))
        assert not isinstance(event, Malformed), file.name
        if not is_supposable(event):
            continue
        found = judged(record, event)
        if isinstance(found, NotSupposed):
            assert found.violations, file.name
        else:
            assert total(simulated(record, event)).items == 1, file.name
