"""What an honest witness says to a history that was written anew and signed with the log's own keys.

The pure judge of `bloc witness`, holding the checkpoint that it cosigned last, is shown the forged one with the proof
that the forger's own ledger gives. (Real witnesses over HTTP have it shown in test_forged_history.)
"""

import time

from bloc.witness.domain.accusing import Verdict, check_accusation
from bloc.witness.domain.judging import Cosigned, MayCosign, Presented, Refusal, judge, read_request
from contracts.tlog.add_checkpoint import AddCheckpoint
from contracts.tlog.checkpoints import Checkpoint, parse_signed_checkpoint
from contracts.tlog.notes import Note, NoteKey
from services.ledger.store.tiles import consistency
from tests.ledger.drafting import ORIGIN
from tests.redteam.auditing import Bench
from tests.redteam.recording import LOG_KEYS
from tests.redteam.scene import Edit

LOG = tuple(NoteKey.of(ORIGIN, key.verifying) for key in LOG_KEYS)


def read_note(raw: bytes) -> tuple[Note, Checkpoint]:
    """A checkpoint that is one."""
    read = parse_signed_checkpoint(raw)
    assert isinstance(read, tuple), read
    return read


async def judged(bench: Bench, edit: Edit, forged: bytes) -> None:
    """Show the forged checkpoint to the third witness, who colludes with nobody."""
    own = bench.recorded.witnesses[2].entry.key
    note, held = read_note(bench.recorded.cosigned)
    line = next(one.line for one in note.signatures if one.name == own.name)
    kept = Cosigned(held, bench.recorded.cosigned, line, int(time.time()) - 60)
    checkpoint = read_note(forged)[1]
    proof = ()
    if checkpoint.size > held.size:
        proof = await consistency(bench.connection, held.size, checkpoint.size)
    request = read_request(AddCheckpoint(held.size, proof, forged).encode(), {ORIGIN: LOG}, own)
    if checkpoint.size < held.size:
        assert isinstance(request, Refusal), "a witness never goes back"
        return
    assert isinstance(request, Presented), request
    same = kept if checkpoint.size == held.size else None
    answer = judge(request, kept, same, int(time.time()))
    if edit.first >= held.size:
        # It continues what was cosigned: behind that, an honest witness cannot know what was there before.
        assert isinstance(answer, MayCosign | Cosigned), answer
        return
    assert isinstance(answer, Refusal), answer
    assert answer.accusation is not None
    verdict = check_accusation(answer.accusation, LOG)
    assert verdict == Verdict(proven=True, reason=getattr(verdict, "reason", "")), verdict
