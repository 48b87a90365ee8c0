"""A history that was written anew and signed with the log's own keys, before the real witnesses of the record.

They run as processes, each with its own key and store, and have cosigned the true history. What they refuse they keep,
and what they keep convicts the log before anybody who knows its public keys, without believing the witness.
"""

from pathlib import Path

import httpx
import pytest

from bloc.witness.domain.accusing import Accusation, Verdict, check_accusation, read_accusation
from bloc.witness.service import ACCUSATIONS
from contracts.tlog.add_checkpoint import AddCheckpoint
from contracts.tlog.policy import Accepted, check_note
from contracts.verification.report import FAULTY, NO_QUORUM
from services.ledger.store.tiles import consistency
from tests.redteam.auditing import Bench, Knowing
from tests.redteam.judging import LOG, read_note
from tests.redteam.kinds import KINDS, Kind, Leaves
from tests.redteam.rewriting import Operator

SILENT = [kind for kind in KINDS if kind.leaves is Leaves.NOTHING and "cut" not in kind.name]
OK, CONFLICT, INCONSISTENT = 200, 409, 422


async def submitted(bench: Bench, note: bytes) -> list[int]:
    """What each witness says to a checkpoint, shown with the proof that the database gives; a witness that has another
    size is asked again from there, as the protocol wants it."""
    said: list[int] = []
    size = read_note(note)[1].size
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:
        for witness in bench.recorded.witnesses:
            url = f"{witness.entry.url}/add-checkpoint"
            held = bench.cosigned
            for _ in range(2):
                proof = await consistency(bench.connection, held, size)
                answer = await client.post(url, content=AddCheckpoint(held, proof, note).encode())
                if answer.status_code != CONFLICT:
                    break
                held = int(answer.text)
            said.append(answer.status_code)  # pyright: ignore[reportPossiblyUnboundVariable] # asked at least once
    return said


def accusations(bench: Bench) -> list[dict[str, Accusation]]:
    """What each witness has kept, by file."""
    folder = bench.recorded.witnesses[0].server.log.parent
    kept: list[dict[str, Accusation]] = []
    for witness in bench.recorded.witnesses:
        files = sorted((folder / witness.entry.name / ACCUSATIONS).glob("*.json"))
        kept.append({path.name: read_as_it_lies(path) for path in files})
    return kept


def read_as_it_lies(path: Path) -> Accusation:
    read = read_accusation(path.read_bytes())
    assert isinstance(read, Accusation), read
    return read


@pytest.mark.parametrize("kind", SILENT, ids=lambda kind: kind.name)
async def test_a_history_signed_again_gets_no_quorum_and_convicts_the_log(bench: Bench, kind: Kind) -> None:
    """In order in itself, every hash right, every signature of the log true: three witnesses refuse it, each keeps a
    file that proves two histories, and the auditor finds the missing quorum with or without an older checkpoint."""
    before = accusations(bench)
    edit = kind.edit(bench.scene(f"{kind.name}-forged"))
    for seed in range(1, 200):
        if edit.first < bench.cosigned <= len(edit.entries) and edit.evident is None:
            break
        edit = kind.edit(bench.scene(f"{kind.name}-forged-{seed}"))
    size = await bench.apply(edit, Operator.SIGNS)
    files = await bench.served(size)
    assert await submitted(bench, files["checkpoint"]) == [INCONSISTENT] * 3
    for old, new in zip(before, accusations(bench), strict=True):
        (added,) = new.keys() - old.keys()
        assert new[added].second.startswith(files["checkpoint"].decode().partition("\n\n")[0])
        verdict = check_accusation(new[added], LOG)
        assert isinstance(verdict, Verdict), verdict
        assert verdict.proven, verdict
    alone = bench.audited(files, Knowing(checkpoint=False))
    assert (alone.status, alone.fault, alone.quorum) == (NO_QUORUM, None, False)
    assert bench.audited(files).status == (FAULTY if edit.first < bench.kept else NO_QUORUM)


async def test_what_honest_witnesses_have_cosigned_they_go_on_from(bench: Bench) -> None:
    """Refusing a forgery costs the true history nothing: the newest true checkpoint is cosigned by all three."""
    assert await submitted(bench, bench.recorded.signed) == [OK] * 3


async def test_a_tail_that_no_witness_saw_can_be_replaced_and_only_a_receipt_tells(bench: Bench) -> None:
    """Said plainly: behind the last cosigned size the word of the log is all that there is. What it gave to an asker,
    a proof under a checkpoint that it signed, is what convicts it."""
    draft = next(one for one in bench.scene("").drafts if one.start >= bench.cosigned)
    entries = [*bench.recorded.entries[: draft.start]]
    edit = bench.scene("tail").edited(entries, None)
    size = await bench.apply(edit, Operator.COLLUDES)
    files = await bench.served(size)
    accepted = check_note(bench.recorded.policy, files["checkpoint"])
    assert isinstance(accepted, Accepted)
    assert accepted.quorum
    assert bench.audited(files).status == 0
    fault = bench.audited(files, Knowing(receipt=True)).fault
    assert fault is not None
    assert (fault.field, fault.size) == ("receipt", bench.signed)
