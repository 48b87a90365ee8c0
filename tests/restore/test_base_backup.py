"""A base backup of the database taken under load, and the loss of the database: the record becomes what it was."""

import asyncio
from collections.abc import Iterable

from contracts.tlog.checkpoints import Checkpoint
from contracts.tlog.policy import Accepted, check_note
from tests.flow.audit import audit
from tests.flow.partner import digest_of
from tests.flow.scene import COMMITMENT, PORT, VAULT, Scene
from tests.flow.telling import LOT_KILOGRAMS, declared, drawn, lot
from tests.flow.traffic import Traffic
from tests.restore.copies import copy_of, roots_at, signed_roots
from tests.restore.house import DATABASE, House, comes_true

RECEIPTS = 60
RECEIPTS_COMPARED = 40


async def receipt_of(house: House, digest: str) -> bytes:
    """What the ledger says of a submission."""
    answer = await house.http.get(f"{house.stack.ledger_url}/receipts/{digest}")
    assert answer.status_code == 200, answer.text
    return answer.content


async def receipts_of(house: House, digests: Iterable[str]) -> dict[str, bytes]:
    """The same of several, asked for at once."""
    asked = list(digests)
    answers = await asyncio.gather(*(receipt_of(house, digest) for digest in asked))
    return dict(zip(asked, answers, strict=True))


async def decides(scene: Scene) -> None:
    """A lot is received and drawn once; drawing it again breaks the rules. All is recorded, the refusal too."""
    last = scene.name("lot")
    assert (await scene.say(VAULT, lot(last))).status == 201
    assert (await scene.say(VAULT, drawn(scene.name("draw"), last, COMMITMENT))).status == 201
    refused = await scene.say(VAULT, drawn(scene.name("draw"), last, COMMITMENT, LOT_KILOGRAMS))
    assert (refused.status, "position" in refused.document) == (422, True), refused


async def waits_for_what_was_signed(house: House, signed: int) -> None:
    """The restored ledger cannot reach its drafts yet: it shows what it has, and signs nothing."""
    await house.refuses("database_behind")
    assert (await house.ready())[0] == 503
    sizes = set(await signed_roots(house.stack))
    assert max(sizes) < signed
    shown = await house.checkpoint() or b""
    assert int(shown.split(b"\n")[1]) in sizes
    size = await house.size()
    assert size < signed
    said = await house.scene.say(PORT, declared(house.scene.name("early")), wait=1)
    assert said.status in (202, 503), said
    assert await house.size() == size
    assert set(await signed_roots(house.stack)) == sizes
    assert house.kept.checkpoint.size == signed


async def goes_on(house: House, last: Checkpoint) -> None:
    """Witnesses cosign what follows, nobody accuses the log, a receipt proves itself, and each fact is told once."""
    scene = house.scene
    said = await scene.post(
        scene[PORT].body(declared(scene.name("next"))),
        scene[PORT],
        headers={"Prefer": "proof=cosigned, wait=20"},
    )
    assert (said.status, said.document["proof"]["quorum"]) == (201, True), said
    size = await house.size()
    accepted = check_note(house.policy, await house.cosigned(size))
    assert isinstance(accepted, Accepted), accepted
    assert accepted.checkpoint.size >= size > last.size
    assert await house.accusations() == []
    assert await house.alarms() <= {"ahead"}

    async def told() -> bool:
        return await house.facts() == size

    await comes_true(told)


async def test_a_database_lost_under_load_comes_back_byte_for_byte(house: House) -> None:
    """Backed up, lost and restored while partners go on posting: entries, outcomes, ids, versions, nodes and receipts
    are what they were and every checkpoint from before holds; the signer waits for that and goes on by itself, and so
    do the witnesses, the facts and the tariffs service."""
    scene, stack = house.scene, house.stack
    async with Traffic(scene) as traffic:
        await traffic.more_receipts(RECEIPTS)
        begun = await house.size()
        await house.back_up()
        backed_up = await house.size()
        assert backed_up > begun
        await traffic.more_receipts(RECEIPTS)
        await house.cosigned(backed_up + 1)
        await house.types("Checkpoints, kept elsewhere")
        before = await copy_of(stack)
        answered = [digest_of(sent.body) for sent in traffic.sent if sent.has_receipt]
        receipts = await receipts_of(house, answered[-RECEIPTS_COMPARED:])
        signed = await signed_roots(stack)
        await traffic.more_receipts(RECEIPTS // 3)
        await house.lose_database()
        last = house.kept.checkpoint
        await stack.stop("nats")
        await house.put_database_back()
        async with house.ledger_starting():
            await waits_for_what_was_signed(house, last.size)
            await stack.start("nats")
            await comes_true(house.is_ready)
        await traffic.more_receipts(RECEIPTS // 3)
    await traffic.settle()
    record = await audit(stack)
    traffic.check(record)
    assert await copy_of(stack, before.size, before.sequence) == before
    assert await receipts_of(house, receipts) == receipts
    await decides(scene)
    await goes_on(house, last)
    signed |= await signed_roots(stack)
    assert last.size in signed
    assert roots_at(await audit(stack), signed) == signed
    (kept,) = house.folder.glob("kept-*")
    kept.rename(house.folder / "before-the-loss")
    assert "VERIFIED" in await house.types(DATABASE, 2)
