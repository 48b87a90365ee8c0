"""Credentials of the machinery alone get nothing into the record, and nothing out of it."""

import asyncio
from time import time_ns

import asyncpg
import pytest

from contracts.decision import Decision, expects_digest, sign_decision
from contracts.draft import Draft, Part, encode_draft
from contracts.entry import recorded_at_text
from contracts.identity.keys import SigningKey
from tests.flow.audit import audit, outcome_at
from tests.flow.partner import ORIGIN, Partner, digest_of
from tests.flow.sabotage import draft_at, publish_as_tariffs
from tests.flow.scene import PORT, VAULT, Scene
from tests.flow.telling import declared, lot

COLUMN_OF = {
    "entries": "position",
    "entries_0": "position",
    "ids": "source",
    "key_versions": "key",
    "outcomes": "sequence",
    "seals": "size",
    "attachments": "digest",
    "incarnations": "incarnation",
}
"""Tables that hold rows once a bloc has refused something, with a column of each."""
ROLES = ("ledger_app", "tariffs_app", "auditor", "bloc_owner", "postgres")
REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.RestrictViolationError)


async def _connect(scene: Scene, role: str) -> "asyncpg.Connection[asyncpg.Record]":
    """Connect as a role that has taken off the safety catch of reading only."""
    return await asyncpg.connect(
        scene.stack.database_url(role), server_settings={"default_transaction_read_only": "off"}
    )


async def _outcome_of(scene: Scene, payload: bytes) -> str:
    """Put a draft into the stream past the tariffs service; what the ledger made of it."""
    sequence = await publish_as_tariffs(scene.stack, f"bloc.drafts.{PORT}", payload)
    async with asyncio.timeout(15):
        while (outcome := await outcome_at(scene.stack, sequence)) is None:  # noqa: ASYNC110 # it tells nobody
            await asyncio.sleep(0.02)
    return outcome


def _draft(body: bytes, signature: str, decision: str = "", decider: Partner | None = None) -> bytes:
    """A draft in the form in which tariffs makes them, with any decision."""
    expects = {f"party/{PORT}": 2, "declaration/US/x": 0}
    if decider is not None:
        made = Decision((digest_of(body),), expects_digest(expects), 0, recorded_at_text(time_ns()), "2026.1")
        decision = sign_decision(SigningKey(decider.key), made, audience=ORIGIN)
    return encode_draft(Draft((Part(body, signature),), expects, decision))


async def test_a_message_that_is_no_draft_is_consumed_and_recorded_as_nothing(scene: Scene) -> None:
    """Rubbish in the stream has an outcome, no entry, and does not stop the ledger."""
    size = (await scene.head())["size"]
    assert await _outcome_of(scene, b"\xff rubbish") == "malformed"
    assert (await scene.head())["size"] == size


async def test_a_decision_by_anybody_else_is_forged(scene: Scene) -> None:
    """A truly signed declaration gets past the rules only with a decision of the tariffs service's own key."""
    size = (await scene.head())["size"]
    body = scene[PORT].body(declared("x"))
    for thief in (scene[PORT], Partner("bloc.tariffs")):
        assert await _outcome_of(scene, _draft(body, scene[PORT].sign(body), decider=thief)) == "forged"
    assert (await scene.head())["size"] == size


async def test_a_decision_about_another_submission_is_forged(scene: Scene) -> None:
    """Decisions stand in the record for all to read; none of them can be put on other bytes."""
    said = await scene.say(PORT, declared(scene.name("true")))
    decision = (await scene.entry(said.document["first_position"]))["stamp"]["decision"]
    body = scene[PORT].body(declared("x"))
    assert await _outcome_of(scene, _draft(body, scene[PORT].sign(body), decision)) == "forged"


async def test_a_draft_that_is_played_again_is_a_duplicate(scene: Scene) -> None:
    """The very bytes of a recorded draft, put into the stream once more, record nothing."""
    said = await scene.say(PORT, declared(scene.name("again")))
    size = (await scene.head())["size"]
    payload = await draft_at(scene.stack, said.document["sequence"])
    assert await _outcome_of(scene, payload) == "duplicate"
    assert (await scene.head())["size"] == size


async def test_a_draft_with_one_byte_changed_is_not_recorded(scene: Scene) -> None:
    """Author's line, derived line, signature or decision: whatever is touched, nothing of the draft is recorded."""
    said = await scene.say(PORT, declared(scene.name("touched")))
    size = (await scene.head())["size"]
    payload = await draft_at(scene.stack, said.document["sequence"])
    for place in range(20, len(payload), len(payload) // 8):
        touched = payload[:place] + bytes([payload[place] ^ 1]) + payload[place + 1 :]
        assert await _outcome_of(scene, touched) not in ("recorded", "partly_recorded"), place
    assert (await scene.head())["size"] == size


@pytest.mark.parametrize("role", ROLES)
async def test_nobody_changes_what_a_running_bloc_has_recorded(scene: Scene, role: str) -> None:
    """No UPDATE, DELETE, TRUNCATE, DROP or disabled trigger on any table, as any role, the superuser included."""
    refused = await scene.say(VAULT, lot(f"{'x' * 60}", quantity=0))
    assert refused.status == 422
    before = await audit(scene.stack)
    connection = await _connect(scene, role)
    try:
        for table, column in COLUMN_OF.items():
            for statement in (
                f"UPDATE ledger.{table} SET {column} = {column}",
                f"DELETE FROM ledger.{table}",
                f"TRUNCATE ledger.{table} CASCADE",
                f"DROP TABLE ledger.{table} CASCADE",
                f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL",
                f"ALTER TABLE ledger.{table} RENAME TO gone",
            ):
                with pytest.raises(REFUSED):
                    await connection.execute(statement)
    finally:
        await connection.close()
    assert (await audit(scene.stack)).entries == before.entries


async def test_the_auditor_reads_and_does_nothing_else(scene: Scene) -> None:
    """Not even one row more, and not as the ledger either."""
    connection = await _connect(scene, "auditor")
    try:
        for statement in (
            "INSERT INTO ledger.incarnations VALUES ('x', 1)",
            "SELECT ledger.make_partitions(3)",
            "SET ROLE ledger_app",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_the_deciding_service_cannot_even_read_the_record_in_the_database(scene: Scene) -> None:
    """tariffs reads over HTTP like everybody: its role sees nothing of the ledger's schema."""
    connection = await _connect(scene, "tariffs_app")
    try:
        for statement in (
            "SELECT * FROM ledger.entries",
            "INSERT INTO ledger.ids VALUES ('x', gen_random_uuid(), 0)",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()
