"""The judge alone: which check comes first, and what a refusal says of the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloc.witness.domain.accusing import Verdict, check_accusation
from bloc.witness.domain.judging import (
    Cosigned,
    Logs,
    MayCosign,
    Presented,
    Refusal,
    WentBack,
    judge,
    read_request,
)
from contracts.identity.keys import SigningKey
from contracts.limits import WITNESS_REPEAT_SECONDS
from contracts.tlog.add_checkpoint import AddCheckpoint
from contracts.tlog.checkpoints import cosign
from contracts.tlog.notes import COSIGNATURE_V1, Note, NoteKey, parse_note, sign_note
from tests.witness.growing import GrowingLog

LOG = GrowingLog("bloc.example/ledger")
LOGS: Logs = {LOG.origin: LOG.note_keys}
STRANGER = SigningKey.from_seed(b"stranger" * 4)
OWN_KEY = SigningKey.from_seed(b"witness_" * 4)
OWN = NoteKey.of("us.example/witness", OWN_KEY.verifying, COSIGNATURE_V1)
NOW = 1_767_225_600


def held_at(log: GrowingLog, size: int, time: int = NOW) -> Cosigned:
    return Cosigned(log.checkpoint(size), log.note(size), "— line", time)


def presented(raw: bytes) -> Presented:
    read = read_request(raw, LOGS, OWN)
    assert isinstance(read, Presented), read
    return read


def status_of(raw: bytes, held: Cosigned | None, now: int = NOW) -> int:
    """The status that a request gets from a witness that holds this and nothing else."""
    read = read_request(raw, LOGS, OWN)
    if isinstance(read, Refusal):
        return read.status
    same = held if held is not None and held.checkpoint.size == read.checkpoint.size else None
    decision = judge(read, held, same, now)
    assert not isinstance(decision, WentBack)
    return decision.status if isinstance(decision, Refusal) else 200


def unsigned(size: int) -> bytes:
    """A checkpoint of the log that somebody else signed in its name."""
    body = LOG.checkpoint(size).body
    return Note(body, (sign_note(body, LOG.origin, STRANGER),)).encode()


def falsely_signed(size: int) -> bytes:
    """A checkpoint with the key id of the log over a signature for another size."""
    body, other = LOG.checkpoint(size).body, sign_note(LOG.checkpoint(size + 1).body, LOG.origin, LOG.keys[0])
    return Note(body, (other,)).encode()


PRECEDENCE = (
    ("nothing to read", b"old x\n\n" + LOG.note(8), 400),
    ("another log, whoever signed", AddCheckpoint(9, (), GrowingLog("else.example").note(8)).encode(), 404),
    ("an old size too large, but not signed", AddCheckpoint(9, (), unsigned(8)).encode(), 403),
    ("an old size too large, falsely signed", AddCheckpoint(9, (), falsely_signed(8)).encode(), 403),
    ("an old size too large, and not what is held", LOG.request(9, 8, ()), 400),
    ("not what is held, with a proof that fails", LOG.request(3, 8, ()), 409),
    ("not what is held, of the size that is held, forged", LOG.forked(0).request(3, 5), 409),
    ("a proof that fails", LOG.request(5, 8, ()), 422),
    ("the same size, another root", LOG.forked(0).request(5, 5), 422),
    ("the same size, with a proof", LOG.request(5, 5, (b"x" * 32,)), 422),
    ("everything right", LOG.request(5, 8), 200),
    ("the same again", LOG.request(5, 5), 200),
)


@pytest.mark.parametrize(("raw", "status"), [case[1:] for case in PRECEDENCE], ids=[c[0] for c in PRECEDENCE])
def test_the_first_wrong_thing_gives_the_status(raw: bytes, status: int) -> None:
    """Form, origin, signature, old size against new, old size against held, proof: in the order of tlog-witness."""
    assert status_of(raw, held_at(LOG, 5)) == status


def test_a_new_log_begins_anywhere_without_a_proof() -> None:
    """Old size 0 needs no proof and takes none."""
    assert status_of(LOG.request(0, 70), None) == 200
    assert status_of(LOG.request(0, 0), None) == 200
    assert status_of(LOG.request(0, 70, (b"x" * 32,)), None) == 422
    assert status_of(LOG.request(7, 70), None) == 409


def test_an_empty_tree_has_one_root_only() -> None:
    """A signed size 0 with another root than that of nothing is 422."""
    body = b"bloc.example/ledger\n0\n" + b"A" * 43 + b"=\n"
    note = Note(body, (sign_note(body, LOG.origin, LOG.keys[0]),)).encode()
    assert status_of(AddCheckpoint(0, (), note).encode(), None) == 422


def test_one_line_of_a_known_key_that_does_not_verify_voids_the_note() -> None:
    """Even beside a good signature of another key of the same log."""
    second = SigningKey.from_seed(b"second__" * 4)
    both = LOG.signed_with(LOG.keys[0], second)
    note = parse_note(both.note(8))
    assert isinstance(note, Note)
    broken = Note(note.body, (note.signatures[0], sign_note(b"another text\n", LOG.origin, second)))
    logs = {LOG.origin: both.note_keys}
    good = read_request(AddCheckpoint(0, (), note.encode()).encode(), logs, OWN)
    bad = read_request(AddCheckpoint(0, (), broken.encode()).encode(), logs, OWN)
    assert isinstance(good, Presented)
    assert isinstance(bad, Refusal)
    assert bad.status == 403
    # The witness that does not know the second key passes its line over, and does not keep it either.
    old = read_request(AddCheckpoint(0, (), broken.encode()).encode(), LOGS, OWN)
    assert isinstance(old, Presented)
    assert old.note.signatures == note.signatures[:1]


def test_a_clock_that_went_back_cosigns_nothing() -> None:
    """503 after all other checks: they need no clock."""
    held = held_at(LOG, 5, NOW + 1)
    assert status_of(LOG.request(5, 8), held) == 503
    assert status_of(LOG.request(5, 5), held) == 503
    assert status_of(LOG.request(5, 8, ()), held) == 422
    assert status_of(LOG.request(5, 8), held, NOW + 1) == 200


def test_a_repeated_question_gets_the_stored_answer_for_a_while() -> None:
    """No new signature and no write within WITNESS_REPEAT_SECONDS; then a fresh one."""
    held = held_at(LOG, 5)
    again = presented(LOG.request(5, 5))
    assert judge(again, held, held, NOW + WITNESS_REPEAT_SECONDS - 1) is held
    assert judge(again, held, held, NOW + WITNESS_REPEAT_SECONDS) == MayCosign(NOW + WITNESS_REPEAT_SECONDS)


def accused(held: Cosigned, raw: bytes, same_size: Cosigned | None = None) -> tuple[str, bool] | None:
    """Kind of the accusation that a request leaves, and whether the log's key alone proves it."""
    decision = judge(presented(raw), held, same_size, NOW)
    assert isinstance(decision, Refusal)
    if decision.accusation is None:
        return None
    verdict = check_accusation(decision.accusation, LOG.note_keys)
    assert isinstance(verdict, Verdict), verdict
    assert verdict.proven == decision.accusation.is_proven
    return decision.accusation.kind, verdict.proven


def test_two_roots_of_one_size_convict_the_log() -> None:
    """Also when the request was answered 409 because the witness has long gone on."""
    forged = LOG.forked(2)
    five, eight = held_at(LOG, 5), held_at(LOG, 8)
    assert accused(five, forged.request(5, 5), five) == ("two_roots", True)
    assert accused(eight, forged.request(0, 5), five) == ("two_roots", True)
    assert accused(eight, LOG.request(0, 5), five) is None


def test_the_proof_of_a_rewritten_log_convicts_it() -> None:
    """It leads to the signed root, and on the way to another past than was signed."""
    assert accused(held_at(LOG, 5), LOG.forked(2).request(5, 8)) == ("other_past", True)


def test_where_the_proof_does_not_hold_the_old_root_it_stays_a_question() -> None:
    """From a complete tree (a power of two) the proof says nothing of the past, so nothing is proven by it."""
    assert accused(held_at(LOG, 4), LOG.forked(2).request(4, 8)) == ("unproven", False)


def test_a_stranger_cannot_convict_an_honest_log() -> None:
    """Garbage beside an honest checkpoint leaves a question, never a conviction."""
    garbage = tuple(bytes((number,)) * 32 for number in range(4))
    assert accused(held_at(LOG, 5), LOG.request(5, 8, garbage)) == ("unproven", False)
    assert accused(held_at(LOG, 5), LOG.request(5, 8, ())) == ("unproven", False)


@given(st.data())
def test_every_fork_is_refused_and_no_honest_step_is(data: st.DataObject) -> None:
    """Whatever the sizes: what extends the held tree is cosigned, what does not is 422 and leaves an accusation."""
    old = data.draw(st.integers(1, 40), "held")
    new = data.draw(st.integers(old, 60), "new")
    forked_at = data.draw(st.integers(0, old - 1), "forked at")
    assert status_of(LOG.request(old, new), held_at(LOG, old)) == 200
    held = held_at(LOG, old)
    raw = LOG.forked(forked_at).request(old, new)
    assert status_of(raw, held) == 422
    found = accused(held, raw, held if old == new else None)
    assert found is not None
    complete = old & (old - 1) == 0
    assert found[1] is (old == new or not complete)


@given(st.binary(max_size=200), st.integers(0, 400))
def test_whatever_is_sent_is_answered(noise: bytes, at: int) -> None:
    """Noise, and a good request with noise in it, never raise."""
    good = LOG.request(5, 8)
    for raw in (noise, good[:at] + noise + good[at:], good[:at] + noise + good[at + len(noise) :]):
        answer = read_request(raw, LOGS, OWN)
        assert isinstance(answer, Presented) or answer.status in (400, 403, 404)


def test_a_witness_key_cannot_pass_for_a_log_key() -> None:
    """The key of the log is known by name, id and kind."""
    key = NoteKey.of(LOG.origin, LOG.keys[0].verifying, 4)
    assert key.key_id != LOG.note_keys[0].key_id
    read = read_request(LOG.request(0, 5), {LOG.origin: (key,)}, OWN)
    assert isinstance(read, Refusal)
    assert read.status == 403


def judged_with_own_line(log: GrowingLog, size: int, held: Cosigned | None, same: Cosigned | None) -> object:
    """What the judge says of a checkpoint that carries this witness's own cosignature."""
    note = parse_note(log.note(size))
    assert isinstance(note, Note)
    shown = note.with_lines([cosign(note.body, OWN.name, OWN_KEY, NOW)]).encode()
    return judge(presented(AddCheckpoint(5, log.proof(5, size), shown).encode()), held, same, NOW)


def test_a_cosignature_of_its_own_that_it_does_not_remember_ends_a_witness() -> None:
    """Only a store that was put back from a copy can have forgotten: larger than what is held, or another root."""
    five, eight = held_at(LOG, 5), held_at(LOG, 8)
    assert isinstance(judged_with_own_line(LOG, 8, five, None), WentBack)
    assert isinstance(judged_with_own_line(LOG, 8, None, None), WentBack)
    assert isinstance(judged_with_own_line(LOG.forked(0), 8, eight, eight), WentBack)
    assert isinstance(judged_with_own_line(LOG, 8, eight, eight), Refusal)
    # A note that was forgotten because it is old is none that was lost.
    assert isinstance(judged_with_own_line(LOG, 6, eight, None), Refusal)


def test_a_line_in_its_name_that_it_did_not_make_changes_nothing() -> None:
    """Whoever could retire a witness by writing its name would."""
    note = parse_note(LOG.note(8))
    assert isinstance(note, Note)
    other = cosign(LOG.checkpoint(9).body, OWN.name, OWN_KEY, NOW)
    raw = AddCheckpoint(5, LOG.proof(5, 8), note.with_lines([other]).encode()).encode()
    assert judge(presented(raw), held_at(LOG, 5), None, NOW) == MayCosign(NOW)
