"""A witness of compose gets its empty store while the ledger is empty, and never again."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bloc.founding import found
from bloc.member_witnesses import ensure_witness
from bloc.stack import Stack
from bloc.witness.making import STORE_FILE
from bloc.witness.store import Store
from tests.deploy.compose_file import PROJECT


@pytest.fixture
async def empty(work_folder: Path) -> AsyncIterator[Stack]:
    """A bloc that is not founded yet."""
    async with Stack(work_folder / "unfounded", founded=False) as stack:
        yield stack


def run(stack: Stack, source: Path, place: Path, **environment: str) -> str:
    """The script as the container runs it; what it says."""
    done = subprocess.run(
        [sys.executable, PROJECT / "deploy" / "witness_store.py", f"{stack.ledger_url}/head", source, place],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return done.stdout


async def test_a_store_is_made_before_the_founding_only(empty: Stack, tmp_path: Path) -> None:
    """A second run keeps what is there; and once there are entries, a lost store is not replaced in silence."""
    key = ensure_witness(tmp_path / "us", "us")
    source, first, lost = tmp_path / "us" / STORE_FILE, tmp_path / "first", tmp_path / "lost"
    assert "with nothing in it" in run(empty, source, first)
    assert isinstance(Store.open(first, key), Store)
    first.write_bytes(b"what it remembers")
    assert "is there" in run(empty, source, first)
    assert first.read_bytes() == b"what it remembers"
    async with empty.client() as bloc:
        await found(bloc, empty.keys)
    assert "entries already: not made" in run(empty, source, lost)
    assert not lost.exists()
    assert "with nothing in it" in run(empty, source, lost, NEVER_COSIGNED="1")
    assert lost.stat().st_mode & 0o777 == 0o600
