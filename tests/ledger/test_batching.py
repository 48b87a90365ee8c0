"""The ledger is a function of the draft stream: batches and redeliveries leave no trace in the entries."""

import itertools
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.entry import split_entry
from services.ledger.domain.reading import DraftMessage
from tests.ledger import drafting
from tests.ledger.activating import activation
from tests.ledger.drafting import CUSTOMS, SECOND_NS, STORY_NS, Drafter, key_of
from tests.ledger.record import INCARNATION, Record

SECOND_KEY = key_of("us.customs.second")


def story() -> list[DraftMessage]:
    """Twenty drafts of every outcome, stamped by a clock that once goes back."""
    drafter = Drafter()
    founding, first = drafter.bloc(), drafter.declarations("ABC-1", "ABC-2")
    line = drafting.declared("ABC-3", drafter.number())
    bodies = [
        b"no draft",
        founding,
        first,
        activation(drafter),
        first,
        drafter.registration("us.customs", SECOND_KEY),
        drafter.declarations("ABC-4", key=SECOND_KEY),
        drafter.draft([line], key=CUSTOMS, party="us.customs"),
        drafter.draft([line, drafting.declared("ABC-5", drafter.number())], key=CUSTOMS, party="us.customs"),
        drafter.declarations("ABC-1", expects={"party/us.customs": 2, "declaration/US/ABC-1": 0}),
        drafter.declarations("ABC-6", decider=CUSTOMS),
        drafter.declarations("ABC-7", decided_ns=STORY_NS - 90 * SECOND_NS),
        drafter.refusal(drafting.declared("ABC-8", drafter.number()), party="us.customs", key=CUSTOMS),
        drafter.declarations("ABC-9", "ABC-10", "ABC-11"),
        drafter.revocation("us.customs", SECOND_KEY),
        drafter.declarations("ABC-12", key=SECOND_KEY),
        founding,
        first,
    ]
    steps_ns = [0, 5, 1_500, 2_000, 900, *(3_000 + 7 * n for n in range(len(bodies)))]
    return [DraftMessage(n + 1, STORY_NS + steps_ns[n], body) for n, body in enumerate(bodies)]


STORY = story()


def recorded(batches: Sequence[Sequence[DraftMessage]], *, overlapping: bool = False) -> Record:
    record = Record(overlapping=overlapping)
    for batch in batches:
        record.fold(batch)
    return record


SMALL = Drafter()
FOUNDING, DRAFT = SMALL.bloc(), SMALL.declarations("ABC-1")
ONE_BY_ONE = recorded([[message] for message in STORY])


def test_the_story_has_every_outcome() -> None:
    """Or the property below would say less than it seems to."""
    outcomes = {receipt.outcome for batch in ONE_BY_ONE.batches for receipt in batch.receipts}
    assert outcomes == {
        "recorded",
        "duplicate",
        "partly_recorded",
        "conflict",
        "key_not_valid",
        "malformed",
        "forged",
        "stale",
    }


@settings(max_examples=40)
@given(cuts=st.sets(st.integers(1, len(STORY) - 1)), overlapping=st.booleans(), data=st.data())
def test_any_batching_and_any_redelivery_give_the_same_bytes(
    cuts: set[int], overlapping: bool, data: st.DataObject
) -> None:
    """Cut anywhere, sealed ahead of the commit or not, with earlier drafts delivered again before any batch:
    the same entries, state and root."""
    borders = [0, *sorted(cuts), len(STORY)]
    batches: list[list[DraftMessage]] = []
    for start, end in itertools.pairwise(borders):
        again = data.draw(st.integers(0, start))
        batches.append(STORY[again:end])
    record = recorded(batches, overlapping=overlapping)
    assert record.entries == ONE_BY_ONE.entries
    assert record.leaves == ONE_BY_ONE.leaves
    assert record.state == ONE_BY_ONE.state
    outcomes = [row for batch in record.batches for row in batch.outcomes]
    assert outcomes == [row for batch in ONE_BY_ONE.batches for row in batch.outcomes]


@settings(max_examples=300)
@given(data=st.data())
def test_a_draft_with_one_byte_changed_is_never_recorded(data: st.DataObject) -> None:
    """Nor does it stop the ledger: whatever the bytes, there is an outcome."""
    body = bytearray(DRAFT)
    at = data.draw(st.integers(0, len(body) - 1))
    body[at] ^= data.draw(st.integers(1, 255))
    drafts = [DraftMessage(1, STORY_NS, FOUNDING), DraftMessage(2, STORY_NS, bytes(body))]
    (_, receipt) = Record().fold(drafts)
    assert receipt.outcome in ("malformed", "forged", "key_not_valid")


def test_positions_are_dense_and_stamps_name_their_draft() -> None:
    """Position by position, each stamp says from which draft it came."""
    stamps = [split_entry(entry)[0] for entry in ONE_BY_ONE.entries]
    assert [stamp.position for stamp in stamps] == list(range(ONE_BY_ONE.state.size))
    assert {stamp.draft.partition(":")[0] for stamp in stamps} == {INCARNATION}
    times = [stamp.recorded_at for stamp in stamps]
    assert times == sorted(times)


def test_versions_count_one_by_one_on_every_key() -> None:
    """Streams and the guard alike: 1, 2, 3 … without a gap."""
    versions: dict[str, list[int]] = {}
    for batch in ONE_BY_ONE.batches:
        for key, version, _ in batch.rows.key_versions:
            versions.setdefault(key, []).append(version)
    assert versions["rules"] == [1, 2, 3, 4]
    assert all(counted == list(range(1, len(counted) + 1)) for counted in versions.values())
