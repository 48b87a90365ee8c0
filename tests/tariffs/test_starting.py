"""Starting the service: wrong settings are all named at once, and a wrong identity decides nothing."""

import signal
from pathlib import Path

import pytest

from bloc.embedded.ports import chosen_port
from bloc.stack import Stack
from contracts.identity.keys import SigningKey
from services.serving.listening import fault_of_open_reads, is_loopback
from services.tariffs.domain.state import empty_rules
from services.tariffs.intake.standing import Standing
from services.tariffs.settings import Settings
from tests.tariffs.instances import ended, readiness, settings_on, started


async def test_all_missing_settings_are_named_at_once():
    """Five variables are missing, five are named; the status is 2."""
    status, said = await ended(await started({}))
    assert status == 2
    for name in ("NATS_URL", "LEDGER_URL", "ORIGIN", "TRUST_ANCHOR", "TARIFFS_KEY"):
        assert f"BLOC_{name}" in said


async def test_an_open_address_must_be_meant(stack: Stack):
    """Everybody could read everything: refused, with the variable that allows it."""
    key = stack.keys_folder / "bloc.tariffs.pem"
    status, said = await ended(await started(settings_on(stack, key, 8080, BLOC_TARIFFS_HOST="0.0.0.0")))
    assert status == 2
    assert "BLOC_ALLOW_OPEN_READS=1" in said


async def test_a_second_instance_shares_the_work_and_stops_on_sigterm(stack: Stack):
    """It becomes ready beside the first, and ends with status 0."""
    port = chosen_port(0, "--port")
    process = await started(settings_on(stack, stack.keys_folder / "bloc.tariffs.pem", port))
    assert await readiness(port, 200) == "ready"
    process.send_signal(signal.SIGTERM)
    assert (await ended(process))[0] == 0


async def test_a_service_with_a_strange_key_never_becomes_ready(stack: Stack, tmp_path: Path):
    """It says which key and whose it should be, instead of signing decisions that count as forged."""
    key = tmp_path / "strange.pem"
    key.write_bytes(SigningKey.generate().to_pem())
    port = chosen_port(0, "--port")
    process = await started(settings_on(stack, key, port))
    assert "no live key of bloc.tariffs" in await readiness(port, 503, "no live key")
    process.send_signal(signal.SIGTERM)
    assert (await ended(process))[0] == 0


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("bloc.example", False)],
)
def test_only_loopback_addresses_are_closed(host: str, local: bool):
    """A name that could be anything counts as open."""
    assert is_loopback(host) is local
    assert (fault_of_open_reads("BLOC_TARIFFS_HOST", host, allowed=False) == "") is local
    assert fault_of_open_reads("BLOC_TARIFFS_HOST", host, allowed=True) == ""


def test_a_key_that_is_none_is_named_among_the_faults():
    """Told by its variable and without its value, together with whatever else is wrong."""
    faults = Settings("n", "l", "o", "t", "no key", tariffs_host="0.0.0.0").faults()
    assert [fault.split(" ")[0] for fault in faults] == ["BLOC_TARIFFS_HOST", "BLOC_TARIFFS_KEY"]
    assert "no key" not in faults[1]


def test_on_an_empty_ledger_every_identity_may_stand():
    """Nothing is founded yet that a key could be compared with."""
    standing = Standing(origin="o", trust_anchor="t", kid="k")
    assert standing.fault(empty_rules()) is None
