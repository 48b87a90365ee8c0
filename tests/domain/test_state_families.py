"""The state document knows every kind of thing that the rules hold."""

from msgspec.structs import fields

from services.tariffs.domain.replay.families import HISTORIES, INDEXES, NOT_WRITTEN, STREAMS
from services.tariffs.domain.replay.whole_state import COUNTED_KINDS
from services.tariffs.domain.reserve.streams import ON_DEMAND_KINDS
from services.tariffs.domain.state import RulesState

WRITTEN_BY_HAND = {"charter", "rulesets", "admissions", "state_hashes", "reserves"}


def test_every_field_of_the_rules_is_written_or_said_not_to_be():
    """A new field of RulesState takes its row in domain/replay/families.py: histories in HISTORIES, places to look
    in INDEXES. Without it the hash of the state would not see that kind of rule."""
    named = {field.name for field in fields(RulesState)}
    assert named - (set(HISTORIES) | NOT_WRITTEN | INDEXES | WRITTEN_BY_HAND) == set()


def test_every_kind_of_stream_is_written_or_counted():
    """A new kind that is loaded on demand is either kept whole, with a writer in STREAMS, or counted."""
    assert set(STREAMS) | COUNTED_KINDS == ON_DEMAND_KINDS
