"""Our ledger before a witness, and our tiles before a verifier, that nobody here wrote."""

import asyncio
import time
from pathlib import Path

import pytest

from contracts.tlog.notes import NoteKey
from contracts.tlog.policy import Policy, PolicyGroup, PolicyLog, PolicyWitness, check_note, write_policy
from tests.flow.documents import blocks, run_shell, with_addresses
from tests.ledger.drafting import LEDGER, ORIGIN, Drafter
from tests.ledger.running import Place, RunningLedger, Tariffs, ledger_at, tariffs_at
from tests.rivals.witness import IndependentWitness, run

PATIENCE_SECONDS = 20
LOG = NoteKey.of(ORIGIN, LEDGER.verifying)


async def cosigned_at(running: RunningLedger, size: int) -> bytes:
    """The cosigned checkpoint as it is served, once it is at this size."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await running.get("/checkpoint/cosigned")
            if answer.status_code == 200 and int(answer.text.split("\n")[1]) >= size:
                return answer.content
            await asyncio.sleep(0.05)


async def declare(tariffs: Tariffs, drafter: Drafter, count: int) -> None:
    """Record `count` declarations and the assessments on them: 2 entries each."""
    await tariffs.record(*(drafter.declarations(f"D-{drafter.number()}") for _ in range(count)))


@pytest.fixture
async def witness(programs: Path, tmp_path: Path) -> IndependentWitness:
    return IndependentWitness(programs, tmp_path)


async def test_a_witness_of_others_cosigns_our_checkpoints_and_a_verifier_of_others_accepts_them(
    witness: IndependentWitness, programs: Path, place: Place, tmp_path: Path
):
    """Over full and partial tiles, over a death of the witness; it keeps no evidence against us, and the verifier
    finds the entry, the quorum and that the later tree continues the earlier one."""
    key = await witness.prepare(LOG)
    policy = Policy(
        (PolicyLog(LOG),),
        (PolicyWitness("aics", key, witness.url),),
        (PolicyGroup("members", 1, ("aics",)),),
        "members",
    )
    await witness.start()
    drafter = Drafter(now_ns=time.time_ns())
    try:
        async with tariffs_at(place) as tariffs, ledger_at(place, policy=write_policy(policy)) as running:
            await tariffs.record(drafter.bloc())
            older = await cosigned_at(running, running.head.size)
            await witness.kill()
            await declare(tariffs, drafter, 150)
            await witness.start()
            newer = await cosigned_at(running, running.head.size)
            for note in (older, newer):
                accepted = check_note(policy, note)
                assert getattr(accepted, "quorum", accepted) is True
            await audited_by_others(programs, running.url, policy, tmp_path)
            known = await witness.status()
            assert (known["size"], known["evidence"]) == (running.head.size, 0)
            assert await witness.evidence() == []
            await verified_by_others(
                programs, running.url, key, tmp_path, older, (await place.entries())[270]
            )
    finally:
        await witness.kill()


async def verified_by_others(
    programs: Path, url: str, witness: NoteKey, folder: Path, older: bytes, entry: bytes
) -> None:
    """`aics-tlog` reads tiles from the ledger: the entry at 270, the quorum, and the continuation of `older`."""
    (folder / "older").write_bytes(older)
    (folder / "entry").write_bytes(entry)
    (folder / "other").write_bytes(entry + b" ")
    trust = ("--log-key", LOG.vkey, "--witness-key", witness.vkey, "--quorum", "1", "--tiles", url)
    program = programs / "aics-tlog"
    await run(program, "verify-consistency", *trust, "--old-checkpoint", str(folder / "older"))
    await run(program, "verify-inclusion", *trust, "--index", "270", "--leaf", str(folder / "entry"))
    await run(
        program, "verify-inclusion", *trust, "--index", "270", "--leaf", str(folder / "other"), status=1
    )
    await run(
        program, "verify-inclusion", *trust, "--index", "271", "--leaf", str(folder / "entry"), status=1
    )


async def audited_by_others(programs: Path, url: str, policy: Policy, folder: Path) -> None:
    """docs/verifying.md as it stands: what curl downloads, `aics-tlog` audits to the last tile. One bit in the middle
    of a full tile, which no root needs, and it is refused."""
    page, others = "docs/verifying.md", "With software that nobody here wrote"
    (folder / "policy").write_text(write_policy(policy))
    (download,), (audit,) = blocks(page, "sh", "All files with curl"), blocks(page, "py", others)
    await asyncio.to_thread(run_shell, with_addresses(download, "", url), folder)
    program = f"import os; os.chdir({str(folder)!r})\n{audit}"
    assert "1 cosignatures" in await run(programs / "python", "-c", program)
    tile = bytearray((folder / "tile/0/000").read_bytes())
    tile[5000] ^= 1
    (folder / "tile/0/000").write_bytes(tile)
    await run(programs / "python", "-c", program, status=1)
