"""What docs/verifying.md shows, as it stands, against a running bloc with three witnesses; and the command's statuses.

Tiles that curl downloaded are verified by programs that nobody here wrote.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from msgspec import Struct

from bloc.authoring import author_event, submission_body
from bloc.stack import Stack
from contracts.tlog.policy import Accepted, Policy, check_note, parse_policy
from tests.command.typed import Done, surroundings_of, typed
from tests.flow.documents import blocks, run_python, run_shell, with_addresses
from tests.flow.partner import SECRETARIAT
from tests.flow.telling import listed

PAGE = "docs/verifying.md"
SUBMISSIONS = 100
PATIENCE_SECONDS = 30


class World(Struct, frozen=True):
    """A bloc of more than one tile, its policy, and a folder in which an auditor works."""

    stack: Stack
    policy: str
    size: int

    def folder(self, path: Path) -> Path:
        """The auditor's folder with his policy in it."""
        (path / "policy").write_text(self.policy)
        return path

    def shell(self, heading: str, number: int = 0) -> str:
        """A block of the page, for this bloc; `bloc` is the one of this environment."""
        script = with_addresses(blocks(PAGE, "sh", heading)[number], "", self.stack.ledger_url)
        return f'PATH="{Path(sys.executable).parent}:$PATH"\n{script}'

    def verify(self, *words: str | Path) -> Done:
        """`bloc verify`, typed."""
        return typed("verify", *words, environment=surroundings_of(BLOC_LEDGER_URL=self.stack.ledger_url))


@pytest.fixture(scope="module")
async def world(work_folder: Path) -> AsyncIterator[World]:
    """A bloc that has listed three hundred minerals, cosigned by all three witnesses."""
    async with Stack(work_folder / "verified", witnesses=3) as stack:
        await _record(stack)
        policy = stack.policy_file.read_text()
        yield World(stack, policy, await _cosigned(stack, policy))


async def _record(stack: Stack) -> None:
    """Three submissions of a hundred events each."""
    async with stack.client() as bloc:
        for round_number in range(3):
            events: list[bytes] = []
            for number in range(SUBMISSIONS):
                type_name, _, data = listed(f"mineral{round_number}_{number}")
                events.append(author_event(SECRETARIAT, type_name, data))
            answer = await bloc.post(stack.keys.secretariat, submission_body(events))
            assert answer.recorded, answer


async def _cosigned(stack: Stack, policy: str) -> int:
    """Wait until all is cosigned; the size."""
    believed = parse_policy(policy)
    assert isinstance(believed, Policy)
    async with httpx.AsyncClient(base_url=stack.ledger_url) as client, asyncio.timeout(PATIENCE_SECONDS):
        size = (await client.get("/head")).json()["size"]
        while True:
            accepted = check_note(believed, (await client.get("/checkpoint")).content)
            if (
                isinstance(accepted, Accepted)
                and accepted.checkpoint.size == size
                and len(accepted.witnesses) == 3
            ):
                return size
            await asyncio.sleep(0.05)


async def _run(script: str, folder: Path) -> str:
    return await asyncio.to_thread(run_shell, script, folder)


async def test_one_signature_is_checked_with_openssl_alone(world: World, tmp_path: Path) -> None:
    """The log's, and then a witness's; a body with one byte changed fails."""
    folder = world.folder(tmp_path)
    log, witness = (world.shell("One checkpoint with openssl", number) for number in range(2))
    shown = await _run(log + witness, folder)
    assert shown.count("Signature Verified Successfully") == 2
    body = (folder / "body").read_bytes()
    assert body.split(b"\n")[1] == str(world.size).encode()
    changed = log.replace("openssl pkeyutl", "sed -i 's/ledger/Ledger/' body\nopenssl pkeyutl")
    with pytest.raises(AssertionError, match="Signature Verification Failure"):
        await _run(changed, folder)


async def test_what_curl_downloads_verifies_here_and_elsewhere(world: World, tmp_path: Path) -> None:
    """All files of the log, by the page's awk and curl; bloc verify reads them, and so do tlog-scales and pymerkle."""
    folder = world.folder(tmp_path)
    await _run(world.shell("All files with curl"), folder)
    assert world.size > 256
    assert (folder / "tile/entries/000").is_file()
    done = await asyncio.to_thread(
        world.verify, folder, "--policy", folder / "policy", "--trust-anchor", world.stack.trust_anchor
    )
    assert done.status == 0, done
    assert f"VERIFIED: {world.size} entries" in done.out
    (program,) = blocks(PAGE, "python", "With software that nobody here wrote")
    shown = await asyncio.to_thread(run_python, program, folder)
    assert shown.startswith(f"bloc.example/ledger: {world.size} entries, root ")


async def test_a_download_with_one_changed_byte_is_refused_here_and_elsewhere(
    world: World, tmp_path: Path
) -> None:
    """By us with status 1 and the position; by the others with an exception."""
    folder = world.folder(tmp_path)
    await _run(world.shell("All files with curl"), folder)
    bundle = folder / "tile/entries/000"
    raw = bundle.read_bytes()
    (position,) = (n for n, entry in enumerate(_entries(raw)) if b'"mineral/mineral0_50"' in entry)
    at = raw.index(b"mineral0_50")
    bundle.write_bytes(raw[:at] + b"M" + raw[at + 1 :])
    done = await asyncio.to_thread(world.verify, folder, "--policy", folder / "policy", "--json")
    report = json.loads(done.out)
    assert (done.status, report["status"]) == (1, 1)
    assert (report["fault"]["position"], report["fault"]["field"]) == (position, "stamp.stream")
    (program,) = blocks(PAGE, "python", "With software that nobody here wrote")
    with pytest.raises(AssertionError, match="AssertionError"):
        await asyncio.to_thread(run_python, program, folder)


async def test_kept_checkpoints_are_compared_by_the_script_of_the_page(world: World, tmp_path: Path) -> None:
    """The first run keeps one, the second verifies with it, and keeps the next."""
    folder = world.folder(tmp_path)
    script = world.shell("What only your own memory shows")
    await _run(script, folder)
    (kept,) = (folder / "kept").iterdir()
    kept.rename(folder / "kept" / "first")
    assert "kept/first" in await _run(script, folder)


async def test_a_running_ledger_verifies_with_status_0(world: World, tmp_path: Path) -> None:
    """The address comes from the environment when none is typed."""
    folder = world.folder(tmp_path)
    done = await asyncio.to_thread(world.verify, "--policy", folder / "policy")
    assert done.status == 0, done
    assert "quorum met (us, eu, jp, last at 20" in done.out


async def test_a_policy_that_asks_for_other_witnesses_gives_status_4(world: World, tmp_path: Path) -> None:
    """Four of three cannot be had: two strangers are asked for."""
    lines = [line for line in world.policy.splitlines() if line.startswith("log ")]
    strangers = "witness w1 witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
    (tmp_path / "policy").write_text("\n".join([*lines, strangers, "quorum w1", ""]))
    done = await asyncio.to_thread(world.verify, "--policy", tmp_path / "policy")
    assert done.status == 4, done
    assert "NO QUORUM" in done.out


async def test_wrong_use_gives_status_2_and_a_next_step(world: World, tmp_path: Path) -> None:
    """A policy that is none, a folder that is not there, a checkpoint that is none, an option that is none."""
    folder = world.folder(tmp_path)
    (folder / "nonsense").write_bytes(b"\xff\x00")
    policy = ("--policy", folder / "policy")
    for words in (
        ("--policy", folder / "nonsense"),
        ("--policy", folder / "nowhere"),
        (folder / "nowhere", *policy),
        ("--checkpoint", folder / "nonsense", *policy),
        ("--nonsense",),
        (folder / "some.tlog-proof",),
    ):
        done = await asyncio.to_thread(world.verify, *words)
        assert done.status == 2, (words, done)
        assert done.err or "NOT VERIFIED" in done.out, done


async def test_a_ledger_that_is_away_gives_status_3(world: World, tmp_path: Path) -> None:
    """Nothing was verified, and nothing is at fault."""
    folder = world.folder(tmp_path)
    done = await asyncio.to_thread(world.verify, "http://127.0.0.1:9", "--policy", folder / "policy")
    assert done.status == 3, done
    assert "incomplete" in done.out


async def test_one_entry_is_kept_with_its_proof_by_the_commands_of_the_page(
    world: World, tmp_path: Path
) -> None:
    """Two requests, two files, and no third thing is needed."""
    folder = world.folder(tmp_path)
    fetch = world.shell("One entry with curl").partition("bloc verify")[0]
    await _run(fetch, folder)
    done = await asyncio.to_thread(world.verify, folder / "0.tlog-proof", "--policy", folder / "policy")
    assert done.status == 0, done


async def test_one_entry_with_its_proof_file_verifies(world: World, tmp_path: Path) -> None:
    """As served by the ledger; with another entry beside it, it is refused."""
    folder = world.folder(tmp_path)
    async with httpx.AsyncClient(base_url=world.stack.ledger_url) as client:
        proof = (await client.get("/entries/7/proof")).content
        entry = await client.get("/tile/entries/000")
    (folder / "7.tlog-proof").write_bytes(proof)
    entries = _entries(entry.content)
    words = (folder / "7.tlog-proof", "--policy", folder / "policy")
    for number, status in ((7, 0), (8, 1)):
        (folder / "7").write_bytes(entries[number])
        done = await asyncio.to_thread(world.verify, *words)
        assert done.status == status, done


def _entries(bundle: bytes) -> list[bytes]:
    entries: list[bytes] = []
    while bundle:
        length = int.from_bytes(bundle[:2], "big")
        entries.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return entries


async def test_a_trust_anchor_that_begins_with_a_hyphen_is_one(world: World, tmp_path: Path) -> None:
    """One thumbprint in 64 does, and it is no option."""
    folder = world.folder(tmp_path)
    done = await asyncio.to_thread(
        world.verify, "--policy", folder / "policy", "--trust-anchor", f"-{'A' * 42}"
    )
    assert (done.status, "the trust anchor is -AAA" in done.out) == (1, True), done
