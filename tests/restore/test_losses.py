"""More is lost than the database, or something else is put back than was lost: the ledger finds out what it can, waits
or stops with the reason, and signs nothing that anybody could hold against it."""

import shutil
from pathlib import Path

import asyncpg

from bloc.side_by_side import all_of
from tests.flow.audit import audit
from tests.flow.scene import PORT
from tests.flow.telling import declared
from tests.restore.copies import Copy, copy_of, roots_at, signed_roots
from tests.restore.house import WITNESSES, House, comes_true


async def recorded_and_cosigned(house: House) -> tuple[Copy, Path]:
    """Something new is recorded and cosigned; a copy of the record, and a partner's copy of the checkpoint."""
    scene = house.scene
    for _ in range(3):
        assert (await scene.say(PORT, *(declared(scene.name("new")) for _ in range(3)))).status == 201
    note = house.folder / "before-the-loss"
    note.write_bytes(await house.cosigned(await house.size()))
    return await copy_of(house.stack), note


async def is_what_it_was(house: House, before: Copy, note: Path) -> None:
    """The record begins with the copy, goes on, and verifies against the checkpoint; nobody was told otherwise."""
    scene, stack = house.scene, house.stack
    await scene.takes_submissions()
    assert (await scene.say(PORT, declared(scene.name("on")))).status == 201
    await house.cosigned(await house.size())
    record = await audit(stack)
    assert await copy_of(stack, before.size, before.sequence) == before
    signed = await signed_roots(stack)
    assert roots_at(record, signed) == signed
    assert await house.accusations() == []
    assert (await house.verified(note)).status == 0


async def signs_nothing(house: House, before: Copy) -> None:
    """What is shown and kept is a beginning of what was signed."""
    signed = await signed_roots(house.stack)
    assert max(signed) < before.size
    shown = await house.checkpoint() or b""
    assert int(shown.split(b"\n")[1]) in signed


async def test_a_checkpoint_lost_with_the_database_is_known_to_the_witnesses(house: House) -> None:
    """The ledger, which is never stopped, asks them and catches up with what they have cosigned: nobody types
    anything but what brings the database back."""
    await house.back_up()
    before, note = await recorded_and_cosigned(house)
    await house.lose_database(and_ledger=False)
    house.kept_file.unlink()
    await house.put_database_back()

    async def caught_up() -> bool:
        return house.kept_file.exists() and await house.is_ready() and await house.size() >= before.size

    await comes_true(caught_up)
    assert house.kept.checkpoint.size >= before.size
    await is_what_it_was(house, before, note)


async def test_without_witnesses_an_operator_decides_what_was_signed_last(house: House) -> None:
    """Recording goes on, nothing is signed, readiness names the command; typed with a partner's copy it is over."""
    scene, stack = house.scene, house.stack
    await house.back_up()
    before, note = await recorded_and_cosigned(house)
    await all_of(*(stack.kill(witness) for witness in WITNESSES))
    await house.lose_database()
    house.kept_file.unlink()
    await house.put_database_back()
    async with house.ledger_starting():
        await house.says("store_missing", "no quorum of witnesses answers", "bloc ledger adopt-checkpoint")
        assert (await scene.say(PORT, declared(scene.name("unsigned")))).status == 201
        assert await house.size() == before.size + 2
        await signs_nothing(house, before)
        said = await house.types("The checkpoint is lost")
        assert f"is now that of {before.size} entries" in said
        await comes_true(house.is_ready)
    await all_of(*(stack.start(witness) for witness in WITNESSES))
    await is_what_it_was(house, before, note)


async def test_a_machine_put_back_as_a_whole_is_found_out_by_the_witnesses(house: House) -> None:
    """Database, drafts and checkpoint of one moment: the drafts cannot give what the witnesses have seen, so nothing
    takes the place of the missing; with a newer copy of the drafts the record becomes what it was."""
    scene, stack = house.scene, house.stack
    await house.back_up()
    nats, newest = stack.data / "nats", house.folder / "newest"
    older = house.kept_file.read_bytes()
    await stack.stop("nats")
    await house.types("A copy of NATS")
    await stack.start("nats")
    await scene.takes_submissions()
    copied = await house.size()
    before, note = await recorded_and_cosigned(house)
    await house.lose_database()
    house.kept_file.write_bytes(older)
    await stack.stop("nats")
    shutil.copytree(nats, newest)
    await house.types("Drafts and database are lost")
    await stack.start("nats")
    await house.put_database_back()
    async with house.ledger_starting():
        said = await house.says("drafts are missing", f"a checkpoint of {before.size} entries was signed")
        assert f"gives {copied} with release" in said
        assert f"and {before.size - 1}. Put back a newer copy" in said
        assert house.kept.checkpoint.size == before.size
        await signs_nothing(house, before)
        size = await house.size()
        assert size <= copied
        late = await scene.say(PORT, declared(scene.name("late")), wait=1)
        assert late.status in (202, 503), late
        assert await house.size() == size
        assert await copy_of(stack, size) == await copy_of(stack)
    await stack.stop("nats")
    shutil.rmtree(nats)
    newest.rename(nats)
    await stack.start("nats")
    await stack.start("ledger")
    await is_what_it_was(house, before, note)


async def test_a_backup_that_was_edited_is_stopped_before_it_reaches_what_was_signed(house: House) -> None:
    """The time of the last draft was changed in it, so all that follows comes out later than it was: readiness names
    the positions between which the records differ; the right backup, in one file, becomes what it was."""
    await house.back_up_as_one_file()
    before, note = await recorded_and_cosigned(house)
    await house.lose_database()
    await house.put_one_file_back()
    agreed = max(await signed_roots(house.stack))
    await edit(
        house,
        "UPDATE ledger.outcomes SET recorded_at = now() WHERE sequence = (SELECT max(sequence) FROM ledger.outcomes)",
    )
    async with house.ledger_starting():
        said = await house.says("records other entries than those that were signed")
        assert f"the checkpoint of {before.size} has the root {before.root.hex()}" in said
        assert f"lies between the positions {agreed} and {before.size - 1}. Nothing was committed" in said
        assert await house.size() < before.size
        await signs_nothing(house, before)
    await house.lose_database()
    await house.put_one_file_back()
    await house.stack.start("ledger")
    await is_what_it_was(house, before, note)


async def edit(house: House, statement: str) -> None:
    """What somebody with superuser rights can do to a backup."""
    superuser = await asyncpg.connect(
        house.stack.database_url("postgres"), server_settings={"bloc.migration": "nobody will notice"}
    )
    try:
        for line in (
            "ALTER TABLE ledger.outcomes DISABLE TRIGGER refuse_change",
            statement,
            "ALTER TABLE ledger.outcomes ENABLE ALWAYS TRIGGER refuse_change",
        ):
            await superuser.execute(line)
    finally:
        await superuser.close()
