"""`bloc found` under compose runs at every start, and must be harmless at all but the first."""

import asyncio
from pathlib import Path

import pytest

from bloc.commands.found import found
from bloc.stack import Stack


async def test_founding_again_posts_nothing_and_needs_no_key(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a founded ledger it says so, records no refusal, and makes no key in the empty folder."""
    monkeypatch.setenv("BLOC_LEDGER_URL", stack.ledger_url)
    async with stack.client() as bloc:
        before = (await bloc.head())["size"]
        await asyncio.to_thread(found, keys=tmp_path / "keys", url=stack.tariffs_url, origin=stack.origin)
        assert (await bloc.head())["size"] == before
    assert "founded already" in capsys.readouterr().out
    assert not (tmp_path / "keys").exists()
