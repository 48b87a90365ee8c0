"""A stack with three witnesses: what they cosign, and what happens to a bloc whose witnesses end, or forget."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bloc.authoring import author_event, submission_body
from bloc.given_settings import ORIGIN
from bloc.member_witnesses import ensure_witness, member_witnesses
from bloc.policy import MEMBERS, members_of, policy_of, write_policy_file
from bloc.stack import Stack
from bloc.trouble import Trouble
from bloc.witness.making import KEY_FILE, STORE_FILE
from bloc.witness.store import Store
from contracts.identity.keys import SigningKey
from contracts.tlog.notes import COSIGNATURE_V1, NoteKey
from contracts.tlog.policy import Accepted, Policy, PolicyWitness, check_note, parse_policy, write_policy
from tests.flow.partner import SECRETARIAT
from tests.flow.telling import listed

PATIENCE_SECONDS = 15


@pytest.fixture(scope="module")
async def witnessed(work_folder: Path) -> AsyncIterator[Stack]:
    """A founded bloc with three witnesses."""
    async with Stack(work_folder / "witnessed", witnesses=3) as stack:
        yield stack


def policy_in(stack: Stack) -> Policy:
    policy = parse_policy(stack.policy_file.read_text())
    assert isinstance(policy, Policy)
    return policy


async def cosigned(stack: Stack, size: int, witnesses: int) -> Accepted:
    """A checkpoint of at least so many entries that so many witnesses have cosigned, accepted by the policy."""
    async with httpx.AsyncClient(base_url=stack.ledger_url) as client, asyncio.timeout(PATIENCE_SECONDS):
        while True:
            accepted = check_note(policy_in(stack), (await client.get("/checkpoint")).content)
            if (
                isinstance(accepted, Accepted)
                and accepted.checkpoint.size >= size
                and len(accepted.witnesses) >= witnesses
            ):
                return accepted
            await asyncio.sleep(0.05)


async def record(stack: Stack, mineral: str) -> int:
    """Record one more event; the size of the ledger then."""
    _, _, data = listed(mineral)
    async with stack.client() as bloc:
        body = submission_body([author_event(SECRETARIAT, "bloc.mineral.listed.v1", data)])
        answer = await bloc.post(stack.keys.secretariat, body)
        assert answer.recorded, answer
        return int(answer.document["first_position"]) + 1


async def test_three_witnesses_cosign_and_two_are_enough(witnessed: Stack) -> None:
    """All three sign the founding; with one killed the quorum is met, with two it is not, and recording goes on."""
    assert (await cosigned(witnessed, 1, 3)).quorum
    await witnessed.kill("witness-jp")
    with_two = await cosigned(witnessed, await record(witnessed, "gallium"), 2)
    assert (with_two.witnesses, with_two.quorum) == (("us", "eu"), True)
    await witnessed.kill("witness-eu")
    with_one = await cosigned(witnessed, await record(witnessed, "germanium"), 1)
    assert (with_one.witnesses, with_one.quorum) == (("us",), False)
    for name in ("witness-jp", "witness-eu"):
        assert witnessed.has_ended(name)
        await witnessed.start(name)
    assert (await cosigned(witnessed, with_one.checkpoint.size, 2)).quorum


async def test_a_killed_ledger_goes_on_with_its_witnesses(witnessed: Stack) -> None:
    """What was signed last was kept outside the database, and the witnesses follow from where they were."""
    size = await record(witnessed, "indium")
    await cosigned(witnessed, size, 2)
    await witnessed.kill("ledger")
    await witnessed.start("ledger")
    assert (await cosigned(witnessed, await record(witnessed, "tellurium"), 3)).quorum


async def test_a_witness_keeps_its_key_and_does_not_start_without_its_memory(tmp_path: Path) -> None:
    """Started again it has the same key at a new address; when its store is lost it says why it must not sign."""
    policy, folder = tmp_path / "policy", tmp_path / "witnesses"
    (first,) = member_witnesses(1, folder, tmp_path, policy)
    write_policy_file(policy, policy_of(ORIGIN, [SigningKey.generate().verifying], [first.entry]))
    await first.server.start()
    await first.server.stop()
    (folder / "us" / STORE_FILE).rename(tmp_path / "elsewhere")
    (second,) = member_witnesses(1, folder, tmp_path, policy)
    assert (second.entry.name, second.entry.key) == (first.entry.name, first.entry.key)
    with pytest.raises(Trouble, match="this key must never sign again"):
        await second.server.start()


async def test_a_witness_that_was_half_made_is_made_anew(tmp_path: Path) -> None:
    """The key is made last: what lies there without one never signed anything."""
    ensure_witness(tmp_path, "us")
    (tmp_path / KEY_FILE).unlink()
    assert isinstance(Store.open(tmp_path / STORE_FILE, ensure_witness(tmp_path, "us")), Store)
    assert (tmp_path / KEY_FILE).exists()


@pytest.mark.parametrize(("count", "needed"), [(0, 0), (1, 1), (2, 2), (3, 2), (5, 3), (len(MEMBERS), 4)])
def test_the_quorum_is_a_majority(count: int, needed: int) -> None:
    """So that no two checkpoints of one size can both have it while most witnesses are honest."""
    keys = [
        NoteKey.of(f"{name}.example/witness", SigningKey.generate().verifying, COSIGNATURE_V1)
        for name in MEMBERS
    ]
    witnesses = [PolicyWitness(name, key) for name, key in zip(members_of(count), keys, strict=False)]
    policy = policy_of(ORIGIN, [SigningKey.generate().verifying], witnesses)
    assert parse_policy(write_policy(policy)) == policy
    assert policy.satisfied_by(keys[:needed])
    assert needed == 0 or not policy.satisfied_by(keys[: needed - 1])


def test_more_witnesses_than_members_are_refused() -> None:
    """The option is named."""
    with pytest.raises(Trouble, match="--witnesses"):
        members_of(len(MEMBERS) + 1)
