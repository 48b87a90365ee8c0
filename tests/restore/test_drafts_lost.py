"""The message server is lost and the database is not: `bloc up` counts drafts on from the record, by itself."""

import os
from pathlib import Path

from bloc.stack import Stack
from tests.flow.audit import audit
from tests.flow.partner import SECRETARIAT, Partner
from tests.flow.scene import Scene
from tests.flow.telling import listed
from tests.restore.house import DATA, House


async def test_streams_that_were_lost_begin_where_the_record_ends(work_folder: Path) -> None:
    """What was accepted and not recorded is gone, and its author posts it again; nothing is recorded twice."""
    folder = work_folder / "upstairs"
    folder.mkdir(mode=0o711)
    own = {name: value for name, value in os.environ.items() if not name.startswith("BLOC_")}
    said: list[str] = []
    async with Stack(folder / DATA, environment=own) as stack:
        house = House(
            folder, Scene(stack, {SECRETARIAT: Partner.from_folder(stack.keys_folder, SECRETARIAT)})
        )
        assert (await house.scene.say(SECRETARIAT, listed("ndpr"))).status == 201
        await stack.stop("ledger")
        waiting = house.scene[SECRETARIAT].body(listed("dy"))
        assert (await house.scene.post(waiting, house.scene[SECRETARIAT], wait=0)).status == 202
        await house.scene.close()
    await house.types("NATS is lost")
    async with Stack(folder / DATA, environment=own, say=said.append) as stack:
        assert "The drafts were lost: what was accepted and is not recorded has to be posted again" in said
        scene = Scene(stack, house.scene.partners)
        again = await scene.post(waiting, scene[SECRETARIAT])
        assert again.status == 201, again
        record = await audit(stack)
        assert (record.lines.count(waiting), len(record.of_type("bloc.mineral.listed.v1"))) == (1, 2)
        await scene.close()
