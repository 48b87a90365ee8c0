"""Two where one was meant: a second ledger on the same database, and keys that end while drafts are on their way."""

from pathlib import Path

from tests.flow.audit import audit
from tests.flow.beside import another_ledger, another_tariffs
from tests.flow.partner import SECRETARIAT, Partner
from tests.flow.scene import CUSTOMS_TYPES, PORT, Scene
from tests.flow.telling import declared, mandated, registered, revoked
from tests.flow.traffic import Traffic


async def test_two_ledgers_write_one_record(mortal_scene: Scene, tmp_path: Path) -> None:
    """The same drafts reach both; whoever is second finds them recorded. One is killed, the other goes on."""
    scene = mortal_scene
    async with another_ledger(scene.stack, tmp_path) as second:
        async with Traffic(scene, in_flight=12) as traffic:
            await traffic.more_receipts(60)
            await second.kill()
            await traffic.more_receipts(30)
            await second.start()
            await traffic.more_receipts(30)
            await scene.stack.kill("ledger")
            waiting = scene[PORT].body(declared(scene.name("taken")))
            # tariffs reads at the first one's address; the draft is recorded by the second all the same.
            assert (await scene.post(waiting, scene[PORT], wait=20)).status in (201, 202)
            await scene.stack.start("ledger")
            await traffic.more_receipts(30)
        await traffic.settle()
        await scene.comes_to(waiting, "recorded")
        record = await audit(scene.stack)
        traffic.check(record)
        assert record.lines.count(waiting) == 1


async def test_a_service_that_died_is_replaced_by_another(mortal_scene: Scene, tmp_path: Path) -> None:
    """What one tariffs process took in and left unanswered, another one answers when it is posted there."""
    scene = mortal_scene
    async with another_tariffs(scene.stack, tmp_path) as second:
        body = scene[PORT].body(declared(scene.name("handed")))
        await scene.stack.kill("ledger")
        assert (await scene.post(body, scene[PORT], wait=0)).status == 202
        await scene.stack.kill("tariffs")
        await scene.stack.start("ledger")
        said = await scene.post(body, scene[PORT], tariffs_url=second.url, wait=20)
        assert said.status in (200, 201), said
        await scene.stack.start("tariffs")
        again = await scene.post(body, scene[PORT])
        assert (again.status, again.document["first_position"]) == (200, said.document["first_position"])


async def _broker(scene: Scene) -> Partner:
    """A customs broker with one key and a mandate."""
    broker = Partner("us.broker-" + scene.name("x").replace("x-", ""))
    introduced = await scene.say(
        SECRETARIAT, registered(broker), mandated(broker.party, "customs", CUSTOMS_TYPES, "US")
    )
    assert introduced.status == 201, introduced
    return broker


async def test_a_key_revoked_while_the_ledger_was_away_signs_nothing_after_it(mortal_scene: Scene) -> None:
    """Three drafts wait in JetStream: one signed before the revocation, the revocation, one signed after it. When the
    ledger is back the first is recorded and the last is not, whatever tariffs knew when it decided them."""
    scene = mortal_scene
    broker = await _broker(scene)
    before, after = (broker.body(declared(scene.name(when))) for when in ("before", "after"))
    revocation = scene[SECRETARIAT].body(revoked(broker))
    await scene.stack.kill("ledger")
    for body, signer in ((before, broker), (revocation, scene[SECRETARIAT]), (after, broker)):
        said = await scene.post(body, signer, wait=0)
        assert said.status == 202, said
    await scene.stack.start("ledger")
    await scene.comes_to(before, "recorded")
    await scene.comes_to(revocation, "recorded")
    late = await scene.post(after, broker)
    assert (late.status, late.slug) == (401, "key_not_valid"), late
    record = await audit(scene.stack)
    assert (record.lines.count(before), record.lines.count(after)) == (1, 0)
