"""The ledger as an operator runs it: a process with settings, signals and an exit status."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from bloc.embedded.ports import chosen_port
from bloc.embedded.services import PROJECT, Service
from contracts.entry import split_entry
from services.ledger.settings import Settings
from tests.ledger.drafting import ANCHOR, LEDGER, ORIGIN, Drafter
from tests.ledger.running import Place, Tariffs
from tests.ledger.witnesses import Witness

COMMAND = [sys.executable, "-m", "services.ledger"]


def settings_at(place: Place, port: int) -> dict[str, str]:
    return {
        "BLOC_DATABASE_URL": place.url(),
        "BLOC_NATS_URL": place.nats.url("ledger"),
        "BLOC_ORIGIN": ORIGIN,
        "BLOC_TRUST_ANCHOR": ANCHOR,
        "BLOC_LEDGER_PORT": str(port),
        "BLOC_CHECKPOINT_KEY": LEDGER.to_pem().decode(),
        "BLOC_CHECKPOINT_STORE": str(place.checkpoints),
    }


def service_at(place: Place, folder: Path) -> Service:
    port = chosen_port(0, "")
    service = Service("ledger", "services.ledger", f"http://127.0.0.1:{port}", folder)
    service.settings = settings_at(place, port)
    return service


def ended(settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("BLOC_")}
    return subprocess.run(
        COMMAND, env=own | settings, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )


async def test_wrong_settings_are_all_named_at_once(place: Place) -> None:
    """Exit status 2, a sentence for each, and no value repeated: it may be a secret."""
    done = await asyncio.to_thread(ended, {"BLOC_LEDGER_PORT": "port", "BLOC_NATS_URL": "nats://x:hunter2@y"})
    assert done.returncode == 2
    required = ("DATABASE_URL", "ORIGIN", "TRUST_ANCHOR", "CHECKPOINT_KEY", "CHECKPOINT_STORE")
    for name in (*required, "LEDGER_PORT"):
        assert f"BLOC_{name}" in done.stderr
    assert "hunter2" not in done.stderr
    opened = await asyncio.to_thread(ended, settings_at(place, 1) | {"BLOC_LEDGER_HOST": "0.0.0.0"})
    assert (opened.returncode, "BLOC_ALLOW_OPEN_READS" in opened.stderr) == (2, True)


async def test_a_key_or_policy_that_cannot_be_used_is_named(place: Place) -> None:
    """Both at once, with the line of the policy, and nothing of the key."""
    wrong = {"BLOC_NEXT_CHECKPOINT_KEY": "not a key", "BLOC_POLICY": "# ours\nquorum members"}
    done = await asyncio.to_thread(ended, settings_at(place, 1) | wrong)
    assert done.returncode == 2
    assert "BLOC_NEXT_CHECKPOINT_KEY cannot be used: this is no readable private key" in done.stderr
    assert "BLOC_POLICY cannot be used, line 2: members is not defined above." in done.stderr
    assert "not a key" not in done.stderr


def test_two_witnesses_under_one_key_name_are_refused() -> None:
    """Their cosignatures could not be told apart: the second would never count, and nobody would hear of it."""
    us, eu = Witness("us"), Witness("eu")
    renamed = replace(eu.key, name=us.key.name)
    named = f"witness us {us.key.vkey} {us.url}\nwitness eu {renamed.vkey} {eu.url}\nquorum us\n"
    settings = Settings(
        database_url="",
        nats_url="",
        origin=ORIGIN,
        trust_anchor=ANCHOR,
        checkpoint_key=LEDGER.to_pem().decode(),
        checkpoint_store=Path("checkpoints"),
        policy=named,
    )
    assert settings.faults() == [
        f"BLOC_POLICY cannot be used: two witness lines have keys named {us.key.name}."
    ]
    assert replace(settings, policy=named.replace(renamed.vkey, eu.key.vkey)).faults() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_when_it_is_told_to(
    place: Place, tariffs: Tariffs, drafter: Drafter, tmp_path: Path, number: signal.Signals
) -> None:
    """Exit status 0, after what was under way has been recorded."""
    service = service_at(place, tmp_path)
    own = {name: value for name, value in os.environ.items() if not name.startswith("BLOC_")}
    process = await asyncio.create_subprocess_exec(*COMMAND, env=own | dict(service.settings), cwd=PROJECT)
    await tariffs.record(drafter.bloc())
    process.send_signal(number)
    assert await asyncio.wait_for(process.wait(), 20) == 0


async def test_it_ends_with_its_parent(place: Place) -> None:
    """BLOC_PARENT_PID names a process that is not its parent: a second later it has stopped by itself."""
    settings = settings_at(place, chosen_port(0, "")) | {"BLOC_PARENT_PID": "1"}
    done = await asyncio.to_thread(ended, settings)
    assert done.returncode == 0


async def test_killed_under_load_it_loses_nothing(
    place: Place, tariffs: Tariffs, drafter: Drafter, tmp_path: Path
) -> None:
    """SIGKILL twice while drafts pour in: each is recorded once, positions are dense, receipts were true."""
    service = service_at(place, tmp_path)
    await service.start()
    await tariffs.record(drafter.bloc())
    for round_number in range(12):
        await tariffs.publish([drafter.declarations(f"ABC-{round_number}-{n}") for n in range(25)])
        if round_number in (3, 8):
            await service.kill()
            await service.start()
    async with httpx.AsyncClient(base_url=service.url, trust_env=False) as client, asyncio.timeout(20):
        while (await client.get("/head")).json()["sequence"] < 301:  # noqa: ASYNC110 # it is another process
            await asyncio.sleep(0.05)
    await service.stop()
    entries = await place.entries()
    assert [split_entry(entry)[0].position for entry in entries] == list(range(602))
    assert await place.outcomes() == [(number, "recorded") for number in range(1, 302)]
    for sequence, receipt in tariffs.receipts.items():
        stamp, _ = split_entry(entries[int(receipt.first_position or 0)])
        assert stamp.draft.endswith(f":{sequence}")
