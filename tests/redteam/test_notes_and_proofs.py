"""Tricks with what is small: signature lines, the log's two keys, proof files, the policy in a bundle, bytes at the end
of a tile."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from bloc.policy import policy_of
from bloc.verifying.proofs import verify_bundle_folder, verify_proof
from contracts.identity.keys import SigningKey
from contracts.tlog.checkpoints import Checkpoint, cosign
from contracts.tlog.notes import COSIGNATURE_V1, Note, NoteKey, NoteSignature, sign_note
from contracts.tlog.policy import Policy, PolicyLog, PolicyWitness, write_policy
from contracts.tlog.proof_files import ProofFile
from contracts.verification.bundle_files import Bundle, write_bundle
from contracts.verification.report import FAULTY, MISUSED, NO_QUORUM, VERIFIED, Report
from services.ledger.store.tiles import inclusion_under
from tests.contracts.naive_tree import NaiveTree
from tests.ledger.drafting import LEDGER, ORIGIN, TARIFFS, key_of
from tests.redteam.auditing import Bench
from tests.redteam.judging import read_note
from tests.redteam.order_edits import FURTHER_KEYS
from tests.redteam.recording import LEDGER_2, LOG_KEYS
from tests.redteam.rewriting import Operator
from tests.redteam.scene import Scene, restamped
from tests.redteam.stamp_edits import time_of_a_draft
from tests.verification.checking import verified

LEDGER_3 = key_of("bloc.ledger/3")
MADE_UP = {member: key_of(f"{member} made up") for member in ("us", "eu", "jp")}


def note_by(body: bytes, *keys: SigningKey, bad: Sequence[SigningKey] = (), more: bytes = b"") -> bytes:
    """The checkpoint signed by some keys of the log; by the `bad` ones with a signature over something else."""
    lines = [sign_note(body, ORIGIN, key) for key in keys]
    lines += [sign_note(body + b"x\n", ORIGIN, key) for key in bad]
    return body + b"\n" + "".join(f"{line.line}\n" for line in lines).encode() + more


def cosignatures(note: bytes) -> bytes:
    """The lines of the witnesses in a note."""
    lines = [line for line in read_note(note)[0].signatures if line.name != ORIGIN]
    return "".join(f"{line.line}\n" for line in lines).encode()


def audited_with(bench: Bench, files: Mapping[str, bytes], note: bytes, by: Policy | None) -> Report:
    return verified({**files, "checkpoint": note}, by=by, older=[("kept", bench.recorded.kept)] if by else [])


@pytest.mark.parametrize(
    ("good", "bad", "with_policy", "without"),
    [
        (LOG_KEYS, (), VERIFIED, VERIFIED),
        ((LEDGER_2,), (), VERIFIED, VERIFIED),
        ((LEDGER_2, LEDGER_3), (), VERIFIED, VERIFIED),
        ((LEDGER,), (), FAULTY, FAULTY),
        ((LEDGER, LEDGER_3), (), FAULTY, FAULTY),
        ((LEDGER_3,), (), FAULTY, FAULTY),
        ((TARIFFS, *FURTHER_KEYS[:2]), (), FAULTY, FAULTY),
        ((LEDGER,), (LEDGER_2,), FAULTY, FAULTY),
        ((LEDGER_2, LEDGER_2), (), FAULTY, FAULTY),
        ((LEDGER_2,), (LEDGER_2,), FAULTY, FAULTY),
        # A reader without a policy knows one key for a size; the other line is a stranger's to him.
        ((LEDGER_2,), (LEDGER,), FAULTY, VERIFIED),
        ((LEDGER_2,), (LEDGER_3,), VERIFIED, VERIFIED),
    ],
)
async def test_in_an_overlap_the_key_that_the_record_names_must_have_signed(
    bench: Bench, good: Sequence[SigningKey], bad: Sequence[SigningKey], with_policy: int, without: int
) -> None:
    """Both keys of the log are in the policy; after the rotation the new one is needed, and the old one alone is a
    stolen key's work. No line of a known key may be wrong or come twice."""
    files = await bench.served(bench.cosigned)
    body = read_note(files["checkpoint"])[0].body
    note = note_by(body, *good, bad=bad, more=cosignatures(files["checkpoint"]))
    assert audited_with(bench, files, note, bench.recorded.policy).status == with_policy
    assert audited_with(bench, files, note, None).status == without


async def test_before_a_rotation_the_new_key_cannot_have_signed(bench: Bench) -> None:
    """A checkpoint of the old size under the new key alone was made afterwards."""
    files = await bench.served(bench.kept)
    body = read_note(files["checkpoint"])[0].body
    cosigned = cosignatures(files["checkpoint"])
    for keys, status in (((LEDGER_2,), FAULTY), ((LEDGER,), VERIFIED), (LOG_KEYS, VERIFIED)):
        assert (
            audited_with(bench, files, note_by(body, *keys, more=cosigned), bench.recorded.policy).status
            == status
        )


async def test_a_key_that_the_record_never_shows_is_not_the_logs_whatever_the_policy_says(
    bench: Bench,
) -> None:
    """The operator told the auditor of a third key by mail, and the auditor believed it: the record does not."""
    files = await bench.served(bench.cosigned)
    body = read_note(files["checkpoint"])[0].body
    policy = bench.recorded.policy
    told = replace(policy, logs=(*policy.logs, PolicyLog(NoteKey.of(ORIGIN, LEDGER_3.verifying))))
    report = audited_with(bench, files, note_by(body, LEDGER_3, more=cosignatures(files["checkpoint"])), told)
    assert report.status == FAULTY
    assert report.fault is not None
    assert "by the record, the key" in report.fault.reason


def unrotated(scene: Scene) -> list[bytes]:
    """The record as if the ledger had never changed its key."""
    about = (b"checkpoint_key.rotated", LEDGER_2.jwk.x.encode())
    gone = [one for one in scene.drafts if any(word in scene.events(one) for word in about)]
    left = [line for at, line in enumerate(scene.lines) if not any(at in one for one in gone)]
    return [line.entry for line in restamped(left)]


async def test_a_rotation_that_was_taken_out_of_the_record_is_missed_by_checkpoints_and_quorum(
    bench: Bench,
) -> None:
    """A thief of the old key goes on from before the rotation, as if it had never been. His record is in order and its
    key is the right one for it: what he lacks are the witnesses. Who believes the new key only refuses him at once."""
    scene = bench.scene("unrotated")
    edit = scene.edited(unrotated(scene), None)
    size = await bench.apply(edit, Operator.HASHES)
    assert size == bench.cosigned
    served = await bench.served(len(edit.entries))
    root = NaiveTree(list(edit.entries)).root(len(edit.entries))
    body = Checkpoint(ORIGIN, len(edit.entries), root).body
    files = {**served, "checkpoint": note_by(body, LEDGER)}
    assert edit.first > bench.kept
    assert bench.audited(files).status == NO_QUORUM
    policy = bench.recorded.policy
    new_only = replace(policy, logs=policy.logs[1:])
    assert verified(files, by=new_only).status == FAULTY
    newer = [("newer", bench.recorded.cosigned)]
    assert verified(files, by=policy, older=newer).status == FAULTY


@pytest.mark.parametrize("seed", range(10))
async def test_a_proof_under_another_checkpoint_proves_nothing(
    bench: Bench, tmp_path: Path, seed: int
) -> None:
    """Of another ledger, of a forged history without witnesses, of another position, or with the cosignatures of the
    true checkpoint under a forged one."""
    scene = bench.scene(f"proof-{seed}")
    at = scene.rng.randrange(bench.cosigned)
    note, checkpoint = read_note(bench.recorded.cosigned)
    proof = await inclusion_under(bench.connection, at, checkpoint)
    true = ProofFile(at, proof, bench.recorded.cosigned)
    entry = bench.recorded.entries[at]
    assert status_of(tmp_path, true, entry, bench) == VERIFIED
    foreign = replace(checkpoint, origin="other.example/ledger")
    edit = time_of_a_draft(scene)
    await bench.apply(edit, Operator.SIGNS)
    root = NaiveTree(list(edit.entries)).root(len(edit.entries))
    forged = Checkpoint(ORIGIN, len(edit.entries), root)
    changed = await inclusion_under(bench.connection, edit.first, forged)
    witnessed = tuple(line for line in note.signatures if line.name != ORIGIN)
    for proof_file, shown, status in (
        (replace(true, note=signed(foreign)), entry, FAULTY),
        (replace(true, note=signed(forged)), entry, FAULTY),
        (replace(true, index=(at + 1) % bench.cosigned), entry, FAULTY),
        (true, bench.recorded.entries[at - 1], FAULTY),
        (ProofFile(edit.first, changed, signed(forged)), edit.entries[edit.first], NO_QUORUM),
        (ProofFile(edit.first, changed, signed(forged, *witnessed)), edit.entries[edit.first], FAULTY),
    ):
        assert status_of(tmp_path, proof_file, shown, bench) == status


def signed(checkpoint: Checkpoint, *more: NoteSignature) -> bytes:
    """A checkpoint with the signatures of both keys of the log, and other lines."""
    lines = tuple(sign_note(checkpoint.body, checkpoint.origin, key) for key in LOG_KEYS)
    return Note(checkpoint.body, (*lines, *more)).encode()


def status_of(folder: Path, proof: ProofFile, entry: bytes, bench: Bench) -> int:
    """What `bloc verify` says to a proof and its entry."""
    file, beside = folder / "entry.tlog-proof", folder / "entry"
    file.write_bytes(proof.encode())
    beside.write_bytes(entry)
    return verify_proof(file, beside, bench.recorded.policy).status


async def test_a_bundle_with_a_policy_of_its_makers_own_convinces_only_who_has_none(
    bench: Bench, tmp_path: Path
) -> None:
    """Witnesses that the operator made up have cosigned a forged history, and the policy in the folder believes them.
    The reader's own does not; a reader without one is told whose word he takes."""
    edit = bench.scene("bundle").edited(
        [*bench.recorded.entries[:-1], bench.recorded.entries[-1] + b" "], None
    )
    tree = NaiveTree(list(edit.entries))
    checkpoint = Checkpoint(ORIGIN, len(edit.entries), tree.root(len(edit.entries)))
    named = [
        PolicyWitness(member, NoteKey.of(f"{member}.example/witness", key.verifying, COSIGNATURE_V1))
        for member, key in MADE_UP.items()
    ]
    lines = [
        cosign(checkpoint.body, f"{name}.example/witness", key, 1_800_000_000)
        for name, key in MADE_UP.items()
    ]
    positions = range(bench.scene("").drafts[0].stop)
    bundle = Bundle(
        position=0,
        entries={at: edit.entries[at] for at in positions},
        proofs={at: tuple(tree.inclusion(at, len(edit.entries))) for at in positions},
        note=note_by(checkpoint.body, LEDGER, more="".join(f"{line.line}\n" for line in lines).encode()),
        policy=write_policy(policy_of(ORIGIN, [LEDGER.verifying], named)).encode(),
    )
    for path, raw in write_bundle(bundle, b"Believe me.\n").items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    believed = verify_bundle_folder(tmp_path, None, None)
    assert believed.status == VERIFIED
    assert any("which its maker wrote" in line for line in believed.shows)
    mine = verify_bundle_folder(tmp_path, bench.recorded.policy, None)
    assert (mine.status, (mine.file or "").rpartition("/")[2]) == (NO_QUORUM, "checkpoint")


@pytest.mark.parametrize("more", [b"\x00", b"\x00\x00", b"\n", bytes(32), b"\xff\xff", b"\x00\x02{}"])
async def test_bytes_at_the_end_of_a_tile_or_a_bundle_are_a_fault(bench: Bench, more: bytes) -> None:
    """Whoever reads to the end of the last entry and no further would not see them. Full and partial, hashes and
    entries; also cut off instead of added."""
    files = await bench.served(bench.cosigned)
    for path in files:
        first = 256 if "001" in path else 0
        for raw in (files[path] + more, files[path][: -len(more)], more + files[path]):
            report = bench.audited({**files, path: raw})
            assert report.status == FAULTY, path
            assert report.fault is not None
            if path != "checkpoint":
                assert (report.fault.field, report.fault.position) == (path, first)


async def test_an_own_checkpoint_that_was_not_signed_by_the_log_is_wrong_use(bench: Bench) -> None:
    """An operator slips a forged "older checkpoint" among the auditor's own: it must not accuse an honest record."""
    files = await bench.served(bench.cosigned)
    body = Checkpoint(ORIGIN, bench.kept, bytes(32)).body
    for note in (note_by(body, key_of("nobody")), b"", note_by(body, LEDGER, bad=(LEDGER_2,))):
        report = verified(files, by=bench.recorded.policy, older=[("kept", note)])
        assert (report.status, report.fault) == (MISUSED, None)
    # One that the log did sign accuses it, with or without witnesses: that is what its signature is for.
    assert verified(files, by=bench.recorded.policy, older=[("kept", note_by(body, LEDGER))]).status == FAULTY
