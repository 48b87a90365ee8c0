"""Every outcome of admission, one draft at a time."""

from typing import Any

import pytest
from msgspec import UNSET

from contracts.draft import Draft, Part, decode_draft, encode_draft
from contracts.entry import split_entry
from contracts.receipt import Receipt
from contracts.tlog.tree import Frontier
from tests.ledger import drafting
from tests.ledger.drafting import CUSTOMS, SECOND_NS, SECRETARIAT, STORY_NS, Drafter, key_of
from tests.ledger.record import Record

STRANGER = key_of("xx.stranger")


@pytest.fixture
def drafter() -> Drafter:
    return Drafter()


@pytest.fixture
def record(drafter: Drafter) -> Record:
    """A founded bloc in which US customs may sign: positions 0 and 1."""
    record = Record()
    assert record.take(drafter.bloc()).outcome == "recorded"
    return record


def reason_of(receipt: Receipt) -> str:
    assert receipt.reason is not UNSET
    return receipt.reason


def test_a_good_draft_is_recorded_with_its_derived_part(drafter: Drafter, record: Record) -> None:
    """Both parts are appended together; the receipt names first position, count and the authored entries."""
    receipt = record.take(drafter.declarations("ABC-1234567-8"))
    assert (receipt.outcome, receipt.first_position, receipt.count) == ("recorded", 2, 2)
    assert receipt.entries is not UNSET
    assert [(e.stream, e.version, e.position) for e in receipt.entries] == [
        ("declaration/US/ABC-1234567-8", 1, 2)
    ]
    (declaration, _), (assessment, _) = (split_entry(entry) for entry in record.entries[2:])
    assert (declaration.part_no, assessment.part_no, assessment.version) == (0, 1, 2)
    assert declaration.signature is not UNSET
    assert declaration.decision is not UNSET
    assert (assessment.signature, assessment.decision) == (UNSET, UNSET)


def test_leaves_and_root_are_those_of_the_entries(drafter: Drafter, record: Record) -> None:
    """The seal is the Merkle root over all entries so far."""
    record.take(drafter.declarations("ABC-1", "ABC-2"))
    seal = record.batches[-1].seal
    assert seal is not None
    assert seal.root == Frontier().append(record.leaves).root()
    assert (seal.prev_size, seal.size) == (2, 6)


def test_the_same_submission_again_is_a_duplicate(drafter: Drafter, record: Record) -> None:
    """The first receipt again: positions, count and time of the first time, and nothing new."""
    first = drafter.declarations("ABC-1")
    recorded = record.take(first)
    again = record.take(first, stamped_ns=STORY_NS + 5 * SECOND_NS)
    assert again.outcome == "duplicate"
    assert (again.first_position, again.count) == (recorded.first_position, recorded.count)
    assert again.recorded_at == recorded.recorded_at
    assert record.batches[-1].seal is None
    assert record.state.size == 4


def test_a_piece_of_a_recorded_submission_is_a_duplicate_of_that_piece(
    drafter: Drafter, record: Record
) -> None:
    """Two of three lines sent again, or all in another order: each with its own position."""
    lines = [drafting.declared(f"ABC-{n}", drafter.number()) for n in range(3)]
    record.take(drafter.draft(lines, key=CUSTOMS, party="us.customs"))
    for order in ([1, 2], [0, 2], [2, 0, 1]):
        body = drafter.draft([lines[n] for n in order], key=CUSTOMS, party="us.customs")
        again = record.take(body)
        positions = [2 + n for n in order]
        assert (again.outcome, again.first_position, again.count) == ("duplicate", min(positions), len(order))
        assert again.lines is not UNSET
        assert [(known.line, known.position) for known in again.lines] == list(enumerate(positions))


def test_known_and_new_lines_together_are_partly_recorded(drafter: Drafter, record: Record) -> None:
    """Nothing is recorded, and the receipt says which lines are known and where."""
    known = drafting.declared("ABC-1", drafter.number())
    new = drafting.declared("ABC-2", drafter.number())
    record.take(drafter.draft([known], key=CUSTOMS, party="us.customs"))
    receipt = record.take(drafter.draft([new, known], key=CUSTOMS, party="us.customs"))
    assert receipt.outcome == "partly_recorded"
    assert receipt.lines is not UNSET
    assert [(line.line, line.position) for line in receipt.lines] == [(1, 2)]
    assert record.state.size == 3


def test_lines_recorded_in_two_submissions_are_partly_recorded_as_one(
    drafter: Drafter, record: Record
) -> None:
    """All lines known, but not from one part: no first receipt can be given back."""
    lines = [drafting.declared(f"ABC-{n}", drafter.number()) for n in range(2)]
    for line in lines:
        record.take(drafter.draft([line], key=CUSTOMS, party="us.customs"))
    assert record.take(drafter.draft(lines, key=CUSTOMS, party="us.customs")).outcome == "partly_recorded"


def test_an_id_with_other_bytes_is_a_conflict(drafter: Drafter, record: Record) -> None:
    """The same id may never mean two things."""
    number = drafter.number()
    record.take(drafter.draft([drafting.declared("ABC-1", number)], key=CUSTOMS, party="us.customs"))
    other = drafter.draft([drafting.declared("ABC-2", number)], key=CUSTOMS, party="us.customs")
    receipt = record.take(other)
    assert receipt.outcome == "conflict"
    assert "other bytes" in reason_of(receipt)


def test_unmet_expectations_are_a_conflict(drafter: Drafter, record: Record) -> None:
    """A stream that has moved on since the decision: the key and both versions are named."""
    record.take(drafter.declarations("ABC-1"))
    expects = {"declaration/US/ABC-1": 0, "party/us.customs": 1}
    receipt = record.take(drafter.declarations("ABC-1", expects=expects))
    assert receipt.outcome == "conflict"
    assert "declaration/US/ABC-1 is at version 2" in reason_of(receipt)


def test_a_submission_must_expect_what_it_advances(drafter: Drafter, record: Record) -> None:
    """A draft decided on nothing could slip past every other one: it is malformed."""
    receipt = record.take(drafter.declarations("ABC-1", expects={"party/us.customs": 1}))
    assert receipt.outcome == "malformed"
    receipt = record.take(drafter.declarations("ABC-2", expects={"declaration/US/ABC-2": 0}))
    assert receipt.outcome == "malformed"
    assert "party/us.customs" in reason_of(receipt)


def test_a_forged_submission_is_not_recorded(drafter: Drafter, record: Record) -> None:
    """Another's body under a good signature."""
    draft = decode_draft(drafter.declarations("ABC-1"))
    assert isinstance(draft, Draft)
    other = Part(drafting.declared("ABC-9", 999), draft.parts[0].signature)
    forged = Draft((other, draft.parts[1]), {**draft.expects, "declaration/US/ABC-9": 0}, draft.decision)
    receipt = record.take(encode_draft(forged))
    assert (receipt.outcome, reason_of(receipt)) == (
        "forged",
        "the signature of the submission does not verify",
    )


def test_a_party_cannot_sign_for_another(drafter: Drafter, record: Record) -> None:
    """The secretariat's key under an event of US customs."""
    assert record.take(drafter.declarations("ABC-1", key=SECRETARIAT)).outcome == "forged"


def test_a_signature_for_another_ledger_is_forged(drafter: Drafter, record: Record) -> None:
    """`aud` binds a submission to one ledger."""
    receipt = record.take(drafter.declarations("ABC-1", audience="other.example/ledger"))
    assert receipt.outcome == "forged"
    assert "other.example/ledger" in reason_of(receipt)


@pytest.mark.parametrize(
    "wrong",
    [
        {"decider": CUSTOMS},
        {"decider": STRANGER},
        {"decision_audience": "other.example/ledger"},
        {"decided_parts": [b"{}"]},
    ],
)
def test_a_forged_decision_records_nothing(drafter: Drafter, record: Record, wrong: dict[str, Any]) -> None:
    """By a party that does not decide, by nobody, for another ledger, or about other parts."""
    assert record.take(drafter.declarations("ABC-1", **wrong)).outcome == "forged"


def test_other_expectations_than_decided_are_forged(drafter: Drafter, record: Record) -> None:
    """The decision covers the key versions: they cannot be mended on the way."""
    draft = decode_draft(drafter.declarations("ABC-1"))
    assert isinstance(draft, Draft)
    changed = Draft(draft.parts, {**draft.expects, "rules": 9}, draft.decision)
    assert record.take(encode_draft(changed)).outcome == "forged"


def test_a_derived_part_of_another_party_is_forged(drafter: Drafter, record: Record) -> None:
    """What is derived comes from the deciding service."""
    line = drafting.assessed("ABC-1", drafter.number()).replace(
        b"/parties/bloc.tariffs", b"/parties/us.customs"
    )
    assert record.take(drafter.declarations("ABC-1", derived=[line])).outcome == "forged"


def test_nobody_posts_what_only_tariffs_derives(drafter: Drafter, record: Record) -> None:
    """A derived type in an authored part, and an authored type in a derived one."""
    line = drafting.assessed("ABC-1", drafter.number()).replace(
        b"/parties/bloc.tariffs", b"/parties/us.customs"
    )
    assert record.take(drafter.draft([line], key=CUSTOMS, party="us.customs")).outcome == "malformed"
    smuggled = drafting.declared("ABC-2", drafter.number())
    assert record.take(drafter.declarations("ABC-3", derived=[smuggled])).outcome == "malformed"


@pytest.mark.parametrize(
    ("days", "outcome"), [(-7.01, "stale"), (-6.99, "recorded"), (0.003, "recorded"), (0.0036, "stale")]
)
def test_iat_must_lie_around_the_recorded_time(
    drafter: Drafter, record: Record, days: float, outcome: str
) -> None:
    """Five minutes ahead, seven days behind: a captured submission is worthless a year later."""
    issued_at = STORY_NS // SECOND_NS + int(days * 86_400)
    assert record.take(drafter.declarations("ABC-1", issued_at=issued_at)).outcome == outcome


@pytest.mark.parametrize(("seconds", "outcome"), [(60, "recorded"), (61, "stale"), (-61, "stale")])
def test_a_decision_is_stale_after_a_minute(
    drafter: Drafter, record: Record, seconds: int, outcome: str
) -> None:
    """Decided more than 60 s before JetStream stamped it: decide again."""
    stamped_ns = STORY_NS + seconds * SECOND_NS
    assert record.take(drafter.declarations("ABC-1"), stamped_ns=stamped_ns).outcome == outcome


def test_a_revoked_key_records_nothing_more(drafter: Drafter, record: Record) -> None:
    """Revoked meanwhile: the draft was decided before, and arrives after."""
    late = drafter.declarations("ABC-1")
    record.take(drafter.revocation("us.customs", CUSTOMS))
    receipt = record.take(late)
    assert receipt.outcome == "key_not_valid"
    assert "position 2" in reason_of(receipt)


def test_a_retry_by_a_key_revoked_since_is_still_a_duplicate(drafter: Drafter, record: Record) -> None:
    """What is recorded is recorded; the retry learns where."""
    body = drafter.declarations("ABC-1")
    record.take(body)
    record.take(drafter.revocation("us.customs", CUSTOMS))
    assert record.take(body).outcome == "duplicate"


def test_an_unregistered_key_records_nothing(drafter: Drafter, record: Record) -> None:
    """A key that nobody registered."""
    assert record.take(drafter.declarations("ABC-1", key=STRANGER)).outcome == "key_not_valid"


@pytest.mark.parametrize(("day", "outcome"), [("2026-07-01", "recorded"), ("2026-07-02", "key_not_valid")])
def test_a_key_counts_from_its_first_day(drafter: Drafter, record: Record, day: str, outcome: str) -> None:
    """`valid_from` is a day of UTC: that of the recorded time."""
    second = key_of("us.customs.second")
    record.take(drafter.registration("us.customs", second, valid_from=day))
    assert record.take(drafter.declarations("ABC-1", key=second)).outcome == outcome


def test_recorded_time_never_goes_back(drafter: Drafter, record: Record) -> None:
    """A stamp before the last one counts as the last one; nanoseconds are cut, not rounded."""
    later = record.take(drafter.declarations("ABC-1"), stamped_ns=STORY_NS + 1_999)
    earlier = record.take(drafter.declarations("ABC-2"), stamped_ns=STORY_NS - SECOND_NS)
    assert later.recorded_at == earlier.recorded_at == "2026-07-01T03:30:06.000001Z"


def test_the_final_line_end_is_remembered(drafter: Drafter, record: Record) -> None:
    """`eol` is 1, so that the signed body can be built again."""
    line = drafting.declared("ABC-1", drafter.number())
    record.take(drafter.draft([line], key=CUSTOMS, party="us.customs", eol=True))
    assert split_entry(record.entries[2])[0].eol == 1
