"""docs/restore.md where it cannot be tried here: its commands for Docker name what compose has, and the alarms that it
explains are those that the ledger gives."""

import re
import subprocess

import pytest

from services.ledger.domain.signing import REFUSAL_KINDS
from tests.deploy.compose_file import PROJECT, read_compose
from tests.restore.house import PAGE

TEXT = (PROJECT / PAGE).read_text("utf-8")
BLOCKS: list[str] = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
COMPOSE = read_compose()
LEDGER = PROJECT / "services" / "ledger"
_SERVICE = re.compile(
    r"docker compose (?:run|exec|stop|start|up)"
    r"""(?: +(?:-e \S+="\$\([^)]*\)"|-v "[^"]*"|--entrypoint \S+|-\S+))* +([a-z][a-z-]*)"""
)
_ELSEWHERE = {"broken", "key_missing", "key_revoked"}
"""Reasons not to sign that have nothing to do with what was lost."""


def test_every_block_is_a_shell_script() -> None:
    """bash reads it without complaint."""
    for block in BLOCKS:
        subprocess.run(["bash", "-n", "-c", block], check=True)


def test_what_is_typed_with_docker_names_what_compose_has() -> None:
    """Services, and volumes with the name of the project before theirs."""
    named = {service for block in BLOCKS for service in _SERVICE.findall(block.replace("\\\n", ""))}
    assert {"postgres", "nats", "ledger", "nats-setup", "nats-volume"} <= named <= set(COMPOSE.services)
    volumes = set(re.findall(r"\bbloc_([a-z]+)\b(?=[` ])", TEXT)) - {"ledger"}
    mounted = {mount.partition(":")[0] for service in COMPOSE.services.values() for mount in service.volumes}
    assert {"postgres", "nats", "checkpoints"} <= volumes <= mounted


def test_every_reason_not_to_sign_after_a_loss_is_explained() -> None:
    """And none that does not exist."""
    explained = set(re.findall(r"`((?:database|store|clock|recomputed)_[a-z]+)`", TEXT))
    assert explained == set(REFUSAL_KINDS) - _ELSEWHERE


@pytest.mark.parametrize("words", re.findall(r"^\| stopped: [^|]*?`([^`|]+)`", TEXT, re.MULTILINE))
def test_every_reason_to_stop_is_in_the_words_of_the_ledger(words: str) -> None:
    """An operator finds on the page what readiness says."""
    said = re.sub(r'"\s+f?"', "", "".join(file.read_text("utf-8") for file in LEDGER.rglob("*.py")))
    pattern = re.escape(words).replace("…", r"\{[^}]*\}")
    assert re.search(pattern, said), words
