"""Receipts that prove themselves: `Prefer: proof=cosigned`, with three member witnesses beside the ledger."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bloc.stack import Stack
from contracts.entry import receive_entry
from contracts.tlog.policy import Policy, parse_policy
from contracts.tlog.proof_files import ProofFile, parse_proof_file, verify_proof_file
from tests.flow.scene import PORT, Said, Scene, set_scene
from tests.flow.telling import declared

COSIGNED = "proof=cosigned"


@pytest.fixture(scope="module")
async def witnessed(work_folder: Path) -> AsyncIterator[Scene]:
    """A bloc with three witnesses, two of which make the quorum."""
    async with Stack(work_folder / "witnessed", witnesses=3) as stack:
        scene = await set_scene(stack)
        yield scene
        await scene.close()


async def post(scene: Scene, body: bytes, prefer: str) -> Said:
    return await scene.post(body, scene[PORT], headers={"Prefer": prefer})


def proof_in(said: Said) -> dict[str, Any]:
    """The member `proof` of a receipt, which says that it was wished for."""
    assert said.headers["preference-applied"] == COSIGNED
    return said.document["proof"]


async def verified(scene: Scene, proof: dict[str, Any]) -> list[int]:
    """Check every proof as an auditor would, with the policy and the entry's bytes; gives their positions."""
    policy = parse_policy(scene.stack.policy_file.read_text("utf-8"))
    assert isinstance(policy, Policy)
    for proven in proof["entries"]:
        position = proven["position"]
        file = parse_proof_file(proven["tlog_proof"].encode())
        assert isinstance(file, ProofFile)
        assert file.index == position
        served = await scene.http.get(f"{scene.stack.ledger_url}/entries/{position}")
        accepted = verify_proof_file(file, receive_entry(served.content), policy)
        assert getattr(accepted, "quorum", accepted) is True
    return [proven["position"] for proven in proof["entries"]]


async def test_a_receipt_brings_the_proofs_of_all_that_it_names(witnessed: Scene) -> None:
    """The declaration and the duty that was derived from it, under a checkpoint that two members cosigned."""
    said = await post(witnessed, witnessed[PORT].body(declared(witnessed.name("proven"))), COSIGNED)
    first = said.document["first_position"]
    assert said.status == 201
    assert (proof_in(said)["quorum"], proof_in(said)["cosignatures"] >= 2) == (True, True)
    assert await verified(witnessed, proof_in(said)) == [first, first + 1]
    linked = await witnessed.http.get(witnessed.stack.ledger_url + said.document["proof_path"])
    assert linked.text.startswith("c2sp.org/tlog-proof@v1\n")


async def test_the_same_comes_over_nats(witnessed: Scene) -> None:
    """The same header goes in, the same member and the same header come out."""
    body = witnessed[PORT].body(declared(witnessed.name("nats")))
    said = await witnessed.ask(PORT, body, witnessed[PORT].sign(body), prefer=f"wait=10, {COSIGNED}")
    assert said.status == 201
    assert len(await verified(witnessed, proof_in(said))) == 2


async def test_a_large_submission_brings_the_first_sixteen(witnessed: Scene) -> None:
    """Twelve declarations make 24 entries; the rest is read by position."""
    told = [declared(witnessed.name("many")) for _ in range(12)]
    said = await post(witnessed, witnessed[PORT].body(*told), f"{COSIGNED}, wait=10")
    first = said.document["first_position"]
    assert said.document["count"] == 24
    assert await verified(witnessed, proof_in(said)) == list(range(first, first + 16))


async def test_one_dead_witness_is_not_missed_and_two_leave_a_receipt_without_proof(witnessed: Scene) -> None:
    """Recorded all the same; once they are back, posting the same file again brings the proof, without waiting."""
    stack = witnessed.stack
    await stack.kill("witness-us")
    said = await post(witnessed, witnessed[PORT].body(declared(witnessed.name("one-dead"))), COSIGNED)
    assert proof_in(said)["cosignatures"] == 2
    await stack.kill("witness-eu")
    body = witnessed[PORT].body(declared(witnessed.name("two-dead")))
    said = await post(witnessed, body, f"{COSIGNED}, wait=1")
    assert (said.status, "proof" in said.document, "preference-applied" in said.headers) == (
        201,
        False,
        False,
    )
    assert said.document["proof_path"] == f"/entries/{said.document['first_position']}/proof"
    for name in ("witness-us", "witness-eu"):
        await stack.start(name)
    again = await post(witnessed, body, f"{COSIGNED}, wait=20")
    assert again.status == 200
    assert len(await verified(witnessed, proof_in(again))) == 2
    at_once = await post(witnessed, body, f"{COSIGNED}, wait=0")
    assert proof_in(at_once)["quorum"] is True


async def test_without_the_wish_nothing_is_waited_for(witnessed: Scene) -> None:
    """A receipt names the path of its proof, and carries none; so does what the status address says."""
    body = witnessed[PORT].body(declared(witnessed.name("plain")))
    said = await post(witnessed, body, "wait=15")
    assert "proof" not in said.document
    assert (await witnessed.fate(body)).document["proof_path"] == said.document["proof_path"]
