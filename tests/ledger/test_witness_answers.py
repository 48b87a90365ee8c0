"""What a witness said is judged before it is believed: statuses, sizes, signatures; and what goes to it next."""

import pytest

from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.notes import Note
from services.ledger.published import SignedCheckpoint
from services.ledger.witnessing.answers import Cosigned, Elsewhere, Failure, Kind, Response, read_answer
from services.ledger.witnessing.choosing import choose
from tests.ledger.witnesses import COSIGNED_AT, SIZE, Witness

OURS = Witness("us")
OTHER = Witness("eu")
CHECKPOINT = Checkpoint("bloc.example/ledger", 100, bytes(range(32)))
LINE = OURS.cosign(CHECKPOINT)
OTHER_LINE = OTHER.cosign(CHECKPOINT)


def heard(
    status: int, body: bytes, media_type: str = SIZE, *, old_size: int = 60
) -> Cosigned | Elsewhere | Failure:
    answered = Response(status, media_type, body)
    return read_answer(answered, witness=OURS.key, checkpoint=CHECKPOINT, old_size=old_size)


def test_a_cosignature_is_taken_with_its_time_and_others_are_passed_over():
    """Lines of keys that were not asked count for nothing, in front or behind."""
    for body in (LINE, OTHER_LINE + LINE, LINE + OTHER_LINE):
        found = heard(200, body)
        assert isinstance(found, Cosigned)
        assert (found.signature.line.encode() + b"\n", found.time_seconds) == (LINE, COSIGNED_AT)


def test_another_size_is_where_to_start_again():
    """Behind, at the start, or at the very size (an answer was lost): go on from there."""
    assert [heard(409, b"%d\n" % size) for size in (0, 17, 100)] == [
        Elsewhere(0),
        Elsewhere(17),
        Elsewhere(100),
    ]


@pytest.mark.parametrize(
    ("status", "body", "media_type", "old_size", "kind"),
    [
        (409, b"101\n", SIZE, 60, "ahead"),
        (409, b"100\n", SIZE, 100, "inconsistent"),
        (409, b"another root\n", "text/plain", 100, "inconsistent"),
        (422, b"fork\n", "text/plain", 60, "inconsistent"),
        (409, b"60\n", SIZE, 60, "garbled"),
        (409, b"17\n", "text/plain", 60, "garbled"),
        (409, b"17", SIZE, 60, "garbled"),
        (409, b"017\n", SIZE, 60, "garbled"),
        (409, b"-1\n", SIZE, 60, "garbled"),
        (409, b"9999999999999999999\n", SIZE, 60, "garbled"),
        (409, b"9" * 15_000, SIZE, 60, "garbled"),
        (200, b"", "text/plain", 60, "garbled"),
        (200, b"\xff\x00", "text/plain", 60, "garbled"),
        (200, LINE[:-1], "text/plain", 60, "garbled"),
        (200, b"<html>\n", "text/html", 60, "garbled"),
        (200, OTHER_LINE, "text/plain", 60, "garbled"),
        (200, LINE * 2, "text/plain", 60, "forged"),
        (400, b"", "text/plain", 60, "refused"),
        (403, b"", "text/plain", 60, "refused"),
        (404, b"", "text/plain", 60, "refused"),
        (301, b"", "text/plain", 60, "refused"),
        (204, b"", "text/plain", 60, "refused"),
        (429, b"", "text/plain", 60, "away"),
        (500, b"", "text/plain", 60, "away"),
        (503, b"", "text/plain", 60, "away"),
    ],
)
def test_every_other_answer_is_a_failure_with_its_kind(
    status: int, body: bytes, media_type: str, old_size: int, kind: Kind
):
    """Each kind has an alarm of its own; equal size with another root is never a reason to start again."""
    found = heard(status, body, media_type, old_size=old_size)
    assert isinstance(found, Failure)
    assert (found.kind, len(found.reason) < 500) == (kind, True)


def test_a_cosignature_of_something_else_is_a_forgery():
    """One flipped bit anywhere in its own signature, its time included."""
    name, coded = LINE.rsplit(b" ", 1)
    other = Checkpoint(CHECKPOINT.origin, 100, bytes(32))
    assert getattr(heard(200, OURS.cosign(other)), "kind", None) == "forged"
    for place in (8, 20, 60, 90):
        swapped = b"B" if coded[place : place + 1] != b"B" else b"C"
        found = heard(200, name + b" " + coded[:place] + swapped + coded[place + 1 :])
        assert getattr(found, "kind", None) == "forged", place


def signed(size: int) -> SignedCheckpoint:
    checkpoint = Checkpoint(CHECKPOINT.origin, size, bytes(32))
    return SignedCheckpoint(checkpoint, Note(checkpoint.body, ()), 0)


def chosen(newest: int, others: list[int], *, cosigned: int, settled: int) -> int | None:
    found = choose(signed(newest), [signed(size) for size in others], cosigned=cosigned, settled=settled)
    return None if found is None else found.checkpoint.size


def test_the_newest_goes_out_unless_others_are_at_one_that_lacks_its_quorum():
    """A witness that is free joins the others: passing each other for ever, none would reach a quorum."""
    assert choose(None, (), cosigned=0, settled=0) is None
    assert chosen(50, [], cosigned=50, settled=50) is None
    assert chosen(50, [], cosigned=0, settled=0) == 50
    assert chosen(50, [40, 30], cosigned=20, settled=0) == 40
    assert chosen(50, [40], cosigned=40, settled=0) == 50
    assert chosen(50, [40], cosigned=20, settled=40) == 50
    assert chosen(50, [50, 40], cosigned=20, settled=45) == 50


def test_two_slow_witnesses_that_began_at_different_times_meet():
    """A checkpoint each second, two seconds for an answer, both needed: without joining they never agree."""
    at = {"us": 0, "eu": 0}
    done = {"us": {0}, "eu": {0}}
    free = {"us": 1, "eu": 2}
    settled = 0
    for second in range(1, 20):
        for name, other in (("us", "eu"), ("eu", "us")):
            if free[name] == second:
                done[name].add(at[name])
                settled = max(done["us"] & done["eu"])
                size = chosen(second, [at[other]], cosigned=max(done[name]), settled=settled)
                assert size is not None
                at[name], free[name] = size, second + 2
        assert settled >= second - 5
