"""What docs/witness.md shows, run as it stands: only the address is another one."""

import asyncio
from pathlib import Path

from bloc.witness.settings import read_logs
from tests.flow.documents import blocks, run_shell
from tests.witness.growing import GrowingLog
from tests.witness.running import RunningWitness

PAGE = "docs/witness.md"


def test_the_policy_of_the_page_is_one() -> None:
    """A `log` line alone is enough for a witness."""
    (policy,) = blocks(PAGE, "text", "Without Docker")[:1]
    logs = read_logs(policy)
    assert not isinstance(logs, str), logs
    assert [*logs] == ["bloc.example/ledger"]


async def test_the_check_of_a_store_tells_a_good_one_from_an_old_one(
    work_folder: Path, tmp_path: Path
) -> None:
    """A store that knows its cosignature answers with one, or with a size that is not smaller; an old one retires."""
    log = GrowingLog("docs.example/ledger")
    (script,) = blocks(PAGE, "sh", "The one rule")
    fetch, _, check = script.partition(" > newest\n")
    assert "checkpoint/cosigned" in fetch
    newest = tmp_path / "newest"

    async with RunningWitness(work_folder / "docs", (log,)) as witness:

        async def checked() -> str:
            shown = f"url={witness.url}\n{check}"
            return await asyncio.to_thread(run_shell, shown, tmp_path)

        await witness.cosigned(log, 0, 5)
        copy = witness.store_file.read_bytes()
        await witness.cosigned(log, 5, 9)
        newest.write_bytes((await witness.client.get(f"/{log.hash}/checkpoint")).content)
        assert "— us.example/witness " in await checked()
        await witness.cosigned(log, 9, 12)
        assert (await checked()).endswith("12\n")
        await witness.service.stop()
        witness.store_file.write_bytes(copy)
        await witness.service.start()
        assert "retired" in await checked()
