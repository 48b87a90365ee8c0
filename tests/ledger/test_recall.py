"""What a ledger hears from its witnesses at a start, before it records or signs: nothing on a machine that was put
back to an earlier day, folder and database alike, would tell it that more was signed."""

from collections.abc import AsyncIterator

import pytest

from contracts.tlog.add_checkpoint import AddCheckpoint
from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.policy import Policy, PolicyGroup, PolicyWitness, write_policy
from services.ledger.domain.signing import SignedCheckpoint
from services.ledger.signer.memory import recall
from tests.ledger.drafting import LEDGER, ORIGIN
from tests.ledger.signing import SIGNED_NS, Desk, until
from tests.ledger.test_lost_folder import LOG, signed
from tests.witness.running import RunningWitness

NOWHERE = "http://127.0.0.1:9"
KEYS = (LEDGER.verifying,)


@pytest.fixture(scope="module")
async def witness(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningWitness]:
    """A witness that has cosigned a checkpoint of 324 entries."""
    folder = tmp_path_factory.mktemp("witness")
    async with RunningWitness(folder, (), BLOC_WITNESS_POLICY=write_policy(Policy(logs=(LOG,)))) as running:
        yield running


async def show(witness: RunningWitness, desk: Desk) -> SignedCheckpoint:
    """Let the witness cosign what the log signs after five batches; again is as good as once."""
    seen = signed(desk, 4)
    answer = await witness.post(AddCheckpoint(0, (), seen.note.encode()).encode())
    assert answer.status_code in (200, 409), answer.text
    return seen


def policy_of(witness: RunningWitness, *, quorum: int) -> Policy:
    """Both the witness and one that is away (2), or the witness alone (1)."""
    members = (PolicyWitness("us", witness.key, witness.url), PolicyWitness("eu", LOG.key, NOWHERE))
    needed = ("us", "eu")[:quorum]
    return Policy((LOG,), members, (PolicyGroup("members", quorum, needed),), "members")


async def recalled(desk: Desk, policy: Policy) -> Checkpoint | None:
    """Ask at a start; gives what is kept then."""
    await recall(desk.store, origin=ORIGIN, policy=policy, keys=KEYS, now_ns=SIGNED_NS)
    kept = desk.store.read()
    assert kept is None or isinstance(kept, SignedCheckpoint)
    return None if kept is None else kept.checkpoint


async def test_a_folder_that_was_put_back_is_brought_up_to_what_a_witness_has(
    desk: Desk, witness: RunningWitness
) -> None:
    """One witness is enough, since the log itself has signed what it shows; and the clock here says when at the
    latest, whatever the witness has put down."""
    desk.keep(signed(desk, 2).checkpoint)
    seen = await show(witness, desk)
    assert await recalled(desk, policy_of(witness, quorum=2)) == seen.checkpoint
    kept = desk.store.read()
    assert isinstance(kept, SignedCheckpoint)
    assert (kept.note, kept.signed_at_ns) == (seen.note, SIGNED_NS)


async def test_a_folder_that_is_newer_stays_as_it_is(desk: Desk, witness: RunningWitness) -> None:
    """A witness may have missed the last checkpoints, or answer nothing."""
    await show(witness, desk)
    kept = desk.keep(signed(desk, 5).checkpoint)
    assert await recalled(desk, policy_of(witness, quorum=1)) == kept.checkpoint
    away = Policy((LOG,), (PolicyWitness("us", witness.key, NOWHERE),), (), "us")
    assert await recalled(desk, away) == kept.checkpoint


async def test_a_folder_that_is_lost_is_replaced_by_a_quorum_only(
    desk: Desk, witness: RunningWitness
) -> None:
    """What one of two shows need not be the newest that was signed."""
    seen = await show(witness, desk)
    assert await recalled(desk, policy_of(witness, quorum=2)) is None
    assert await recalled(desk, policy_of(witness, quorum=1)) == seen.checkpoint


async def test_a_log_that_lost_its_folder_and_all_its_checkpoints_is_told_from_a_new_one(
    desk: Desk, witness: RunningWitness
) -> None:
    """The database was filled again from nothing; a witness remembers the log, so it begins nothing new."""
    await show(witness, desk)
    kind, reason = await desk.refused(policy=policy_of(witness, quorum=2))
    assert kind == "store_missing"
    assert "a witness has cosigned a checkpoint of 324, and no quorum of witnesses answers (eu" in reason
    kind, reason = await desk.refused(policy=policy_of(witness, quorum=1))
    assert (kind, "a checkpoint of 324 was signed" in reason) == ("database_behind", True)
    await desk.commit(*desk.record.batches[3:])
    async with desk.signer(policy=policy_of(witness, quorum=1)) as published:
        await until(lambda: published.size == 344, published)
    assert [size for size, _ in await desk.checkpoints()] == [324, 344]
