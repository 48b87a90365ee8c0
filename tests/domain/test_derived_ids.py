"""Ids of derived events: a function of their cause, valid UUIDv7 in the order of their causes, never twice the same."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.tariffs.domain.derived_ids import derived_id

CAUSE = "019f1a10-0003-7d10-a5b6-2c9e8f71d403"


def test_a_derived_id_is_a_uuid_of_version_7_at_the_time_of_its_cause():
    """RFC 9562: 48 bits of time, version 7, variant 10; the time is the cause's, so ids sort with their causes."""
    derived = UUID(derived_id(CAUSE, "/parties/us.customs", 0))
    assert (derived.version, derived.variant) == (7, "specified in RFC 4122")
    assert derived.bytes[:6] == UUID(CAUSE).bytes[:6]


def test_the_known_id_of_the_first_event_derived_from_e06():
    """Recorded ids must come out the same in every release, or a decision made again would record them twice."""
    assert derived_id(CAUSE, "/parties/us.customs", 0) == "019f1a10-0003-7b95-bd8f-d80b6913b3c9"


@given(st.sets(st.tuples(st.uuids(), st.sampled_from(["us.customs", "eu.customs"]), st.integers(0, 99))))
def test_causes_authors_and_numbers_are_told_apart(causes: set[tuple[UUID, str, int]]):
    """Two authors may use the same id for their events; what is derived from each must not collide."""
    ids = {derived_id(str(cause), author, number) for cause, author, number in causes}
    assert len(ids) == len(causes)
