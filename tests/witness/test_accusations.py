"""What a witness keeps of a log that contradicts itself, and that others can check it without trusting anybody."""

import json
from pathlib import Path

import msgspec
import pytest

from bloc.witness.accusation_files import AccusationFiles
from bloc.witness.domain.accusing import Accusation, Verdict, accuse, check_accusation, read_accusation
from bloc.witness.logs import Log
from contracts.identity.keys import SigningKey
from contracts.limits import ACCUSATIONS_KEPT_MAX, ACCUSATIONS_UNPROVEN_KEPT_MAX
from contracts.tlog.encoding import base64
from contracts.tlog.notes import NoteFault
from tests.witness.growing import GrowingLog
from tests.witness.running import RunningWitness

LOG = GrowingLog("bloc.example/ledger")
FORGED = LOG.forked(0)


async def kept_against(witness: RunningWitness, log: GrowingLog) -> list[Accusation]:
    answer = await witness.client.get("/accusations")
    said = json.loads(answer.content)["accusations"]
    return [msgspec.convert(one, Accusation) for one in said if one["origin"] == log.origin]


def files_against(witness: RunningWitness, log: GrowingLog) -> list[Accusation]:
    read = [read_accusation(path.read_bytes()) for path in (witness.folder / "accusations").glob("*.json")]
    return [one for one in read if isinstance(one, Accusation) and one.origin == log.origin]


async def test_a_rewritten_log_leaves_both_its_notes(witness: RunningWitness, log: GrowingLog) -> None:
    """History changed, everything hashed and signed again with the log's own key: refused, and convicted by it."""
    await witness.cosigned(log, 0, 11)
    rewritten = log.forked(3)
    refused = await witness.post(rewritten.request(11, 20))
    assert refused.status_code == 422
    (kept,) = await kept_against(witness, log)
    assert files_against(witness, log) == [kept]
    assert kept.kind == "other_past"
    assert kept.first.encode().startswith(log.note(11))
    assert kept.second.encode() == rewritten.note(20)
    verdict = check_accusation(kept, log.note_keys)
    assert isinstance(verdict, Verdict)
    assert verdict.proven


async def test_a_log_that_went_back_is_convicted_too(witness: RunningWitness, log: GrowingLog) -> None:
    """A smaller tree than the witness holds is 409, yet its root contradicts what was cosigned at that size."""
    for old, new in ((0, 6), (6, 9), (9, 14)):
        await witness.cosigned(log, old, new)
    answer = await witness.post(log.forked(5).request(0, 9))
    assert (answer.status_code, answer.content) == (409, b"14\n")
    (kept,) = await kept_against(witness, log)
    assert kept.kind == "two_roots"


async def test_accusations_survive_and_are_kept_once(work_folder: Path) -> None:
    """The same contradiction a hundred times is one file, and it is there after a kill."""
    log = GrowingLog("again.example/ledger")
    async with RunningWitness(work_folder / "again", (log,)) as witness:
        await witness.cosigned(log, 0, 5)
        for _ in range(100):
            await witness.post(log.forked(0).request(5, 5))
        await witness.service.kill()
        await witness.service.start()
        (kept,) = await kept_against(witness, log)
        assert files_against(witness, log) == [kept]


async def test_garbage_of_a_stranger_is_withdrawn_when_the_log_proves_itself(
    witness: RunningWitness, log: GrowingLog
) -> None:
    """Anybody can send an honest checkpoint with a wrong proof: unproven, and gone when the log shows its own."""
    await witness.cosigned(log, 0, 5)
    await witness.post(log.request(5, 9, (b"x" * 32,)))
    (kept,) = await kept_against(witness, log)
    verdict = check_accusation(kept, log.note_keys)
    assert isinstance(verdict, Verdict)
    assert not verdict.proven
    assert "ask the log" in verdict.reason
    await witness.cosigned(log, 5, 9)
    assert await kept_against(witness, log) == []
    assert files_against(witness, log) == []


async def test_an_accusation_that_cannot_be_removed_holds_no_cosignature_back(work_folder: Path) -> None:
    """The cosignature is kept before; the log of the witness names the file."""
    log = GrowingLog("stuck.example/ledger")
    async with RunningWitness(work_folder / "stuck", (log,)) as witness:
        await witness.cosigned(log, 0, 5)
        await witness.post(log.request(5, 9, (b"x" * 32,)))
        (kept,) = (witness.store_file.parent / "accusations").glob("unproven-*.json")
        kept.unlink()
        kept.mkdir()
        await witness.cosigned(log, 5, 9)


async def test_what_the_log_did_not_sign_accuses_nobody(witness: RunningWitness, log: GrowingLog) -> None:
    """403 leaves nothing behind."""
    await witness.cosigned(log, 0, 5)
    forger = SigningKey.from_seed(b"forger__" * 4)
    assert (await witness.post(log.forked(0).signed_with(forger).request(5, 5))).status_code == 403
    assert await kept_against(witness, log) == []


def accusation(old: int, new: int, tale: GrowingLog = FORGED) -> Accusation:
    found = accuse(
        LOG.note(old), LOG.checkpoint(old), tale.note(new), tale.checkpoint(new), tale.proof(old, new)
    )
    assert found is not None
    return found


def forgeries() -> list[tuple[str, Accusation]]:
    """Accusations against an honest log that somebody might make up."""
    replace = msgspec.structs.replace
    honest, other = accusation(5, 5), GrowingLog("other.example/ledger")
    second = LOG.note(9).decode()
    proof = tuple(base64(hashed) for hashed in LOG.proof(5, 9))
    return [
        ("one note twice", replace(honest, second=honest.first)),
        ("consistent notes", replace(honest, kind="other_past", second=second, proof=proof)),
        ("notes of another log", replace(honest, origin=other.origin)),
        ("a note of another log", replace(honest, second=other.note(5).decode())),
        ("not signed", replace(honest, second=honest.second.replace("\n5\n", "\n6\n"))),
        ("no note", replace(honest, first="")),
        ("a proof of no hash", replace(honest, second=second, proof=("AAAA",))),
    ]


@pytest.mark.parametrize("forged", [case[1] for case in forgeries()], ids=[case[0] for case in forgeries()])
def test_a_made_up_accusation_shows_nothing(forged: Accusation) -> None:
    """Neither its kind nor its origin is believed: only what the log signed counts."""
    assert isinstance(check_accusation(forged, LOG.note_keys), NoteFault)


def test_calling_it_proven_does_not_prove_it() -> None:
    """An unproven one with another label stays unproven."""
    honest = accuse(LOG.note(5), LOG.checkpoint(5), LOG.note(9), LOG.checkpoint(9), ())
    assert honest is not None
    labelled = msgspec.structs.replace(honest, kind="other_past")
    verdict = check_accusation(labelled, LOG.note_keys)
    assert isinstance(verdict, Verdict)
    assert not verdict.proven


def test_it_is_checked_with_the_keys_of_the_asker() -> None:
    """Other keys, or none, and it shows nothing: the witness's word is not taken for the log's key."""
    stranger = LOG.signed_with(SigningKey.from_seed(b"stranger" * 4)).note_keys
    for keys in (stranger, (), GrowingLog("other.example").note_keys):
        assert isinstance(check_accusation(accusation(5, 5), keys), NoteFault)


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b'{"kind":"guilty"}', b"\xff", b'{"first":"\\ud800"}'])
def test_what_is_no_accusation_is_said_to_be_none(raw: bytes) -> None:
    """A broken file is a fault, not a crash."""
    assert isinstance(read_accusation(raw), NoteFault)


def test_an_accusation_is_read_as_it_was_written() -> None:
    """JSON, indented for people, one final line feed."""
    for one in (accusation(5, 5), accusation(5, 9)):
        assert read_accusation(one.encode()) == one
        assert one.encode().endswith(b"}\n")


def test_the_folder_is_bounded(tmp_path: Path) -> None:
    """Proven ones: the first hundred of a log. Unproven ones: the newest hundred. A new start finds the same."""
    files = AccusationFiles(tmp_path, Log())
    more = 5
    for size in range(5, 5 + ACCUSATIONS_KEPT_MAX + more):
        assert files.keep(accusation(size, size)) is (size < 5 + ACCUSATIONS_KEPT_MAX)
        assert not files.keep(accusation(size, size))
    unproven = [
        msgspec.structs.replace(accusation(4, size), kind="unproven")
        for size in range(5, 5 + ACCUSATIONS_UNPROVEN_KEPT_MAX + more)
    ]
    assert all(files.keep(one) for one in unproven)
    kept = files.all()
    assert [one for one in kept if not one.is_proven] == unproven[more:]
    assert sum(one.is_proven for one in kept) == ACCUSATIONS_KEPT_MAX
    (tmp_path / "notes.json").write_text("not an accusation")
    assert {one.id for one in AccusationFiles(tmp_path, Log()).all()} == {one.id for one in kept}
