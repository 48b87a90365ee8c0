"""`bloc reassess` on a running bloc: E12 and E16 in small, from the correction to the refund; and a fact told late."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bloc.commands.reassess import reassess
from contracts.entry import event_of, receive_entry
from tests.tariffs.events import ACT, declaration, event, measure, usd
from tests.tariffs.partners import Partners, recorded

NAME, PREFIX = "reassess.282739", "282739"
REFERENCE = "CL-REASSESS-1"


async def prepared(chile: Partners, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """6 % paid on 1 000.00, and a correction that makes it 4 %; the key of customs in a file."""
    wrong = await recorded(chile, "cl.trade", terms := measure(NAME, prefix=PREFIX))
    goods = {"line": "none", "commodity_code": "28273900"}
    await recorded(chile, "cl.customs", declaration(REFERENCE, **goods))
    common = {"member": "CL", "reference": REFERENCE}
    settled = event(
        "cl.customs", "duty.settled", **common, amount=usd("60.00"), settled_at="2026-07-01T12:00:00Z"
    )
    await recorded(chile, "cl.customs", settled)
    said = json.loads(terms)
    right = said["data"] | {"duty": [{"op": "+", "kind": "ad_valorem", "percent": "4"}]}
    position = wrong.document["first_position"]
    target = {"position": position, "type": said["type"], "source": said["source"], "id": said["id"]}
    corrected = event(
        "cl.trade",
        "event.corrected",
        stream=said["subject"],
        target=target,
        corrected=right,
        reason="Printed as 4 %",
        legal_basis=ACT,
    )
    await recorded(chile, "cl.trade", corrected)
    prepare(chile, folder, monkeypatch)


def prepare(chile: Partners, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The key of customs in a file, and where the bloc is."""
    (folder / "cl.customs.pem").write_bytes(chile.keys["cl.customs"].to_pem())
    monkeypatch.setenv("BLOC_TARIFFS_URL", chile.stack.tariffs_url)
    monkeypatch.setenv("BLOC_LEDGER_URL", chile.stack.ledger_url)
    monkeypatch.setenv("BLOC_ORIGIN", chile.origin)


async def ordered(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    post: bool,
    source: str = "",
    beyond: str = "",
    reference: str = REFERENCE,
) -> list[dict[str, Any]]:
    """What the command says, as JSON; only the declaration of this test."""
    capsys.readouterr()
    customs: dict[str, Any] = {"member": "CL", "key": "cl.customs", "keys": folder, **ACT}
    customs |= {"source": source, "beyond_article": beyond}
    await asyncio.to_thread(reassess, **customs, post=post, json=True)
    orders = json.loads(capsys.readouterr().out)["orders"]
    return [one for one in orders if one["reference"] == reference]


async def test_what_is_corrected_later_is_found_ordered_and_not_found_again(
    chile: Partners, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """A dry run records nothing and says 20.00; posted, the refund is open; a third run has nothing to order. A record
    from before still says 20.00, and orders nothing."""
    await prepared(chile, tmp_path, monkeypatch)
    path = f"/declarations/CL/{REFERENCE}"
    (tried,) = await ordered(tmp_path, capsys, post=False)
    assert (tried["delta"], tried["opens"], tried["position"]) == ("-20.00", "refund R1 of 20.00", None)
    assert (await chile.get(path)).document["declaration"]["status"] == "settled"
    before = tmp_path / "before.ndjson"
    before.write_bytes(await entries_of(chile))
    (posted,) = await ordered(tmp_path, capsys, post=True, beyond="103(2)")
    assert posted["delta"] == "-20.00"
    line = (await entries_of(chile)).splitlines()[int(posted["position"])]
    order = event_of(receive_entry(line))
    assert json.loads(order)["data"]["beyond_limitation"] == ACT | {"article": "103(2)"}
    view = (await chile.get(path, min_position=posted["position"] + 2)).document["declaration"]
    assert (view["status"], view["account"]["to_refund"]) == ("refund_due", "20.00")
    assert await ordered(tmp_path, capsys, post=True) == []
    (since,) = await ordered(tmp_path, capsys, post=True, source=str(before))
    assert (since["found"], since["delta"], since["opens"], since["position"]) == ("-20.00", "0.00", "", None)


async def test_what_is_told_late_is_found_and_ordered_as_well(
    chile: Partners, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """A duty ended on the first of June and this is said later: it corrects nothing, and 60.00 fall away."""
    late = "CL-REASSESS-2"
    await recorded(chile, "cl.trade", measure("reassess.282741", prefix="282741"))
    await recorded(chile, "cl.customs", declaration(late, line="none", commodity_code="28274100"))
    ended = {"measure": "cl.reassess.282741", "effective_from": "2026-06-01", "legal_basis": ACT}
    await recorded(chile, "cl.trade", event("cl.trade", "measure.terminated", **ended))
    prepare(chile, tmp_path, monkeypatch)
    (posted,) = await ordered(tmp_path, capsys, post=True, reference=late)
    assert (posted["found"], posted["delta"]) == ("-60.00", "-60.00")
    assert posted["opens_nothing"].startswith("the duty is not settled")
    assert await ordered(tmp_path, capsys, post=True, reference=late) == []


async def entries_of(chile: Partners) -> bytes:
    """All that is recorded, as `bloc entries` exports it."""
    url = f"{chile.stack.ledger_url}/entries"
    answer = await chile.http.get(url, headers={"Accept": "application/x-ndjson"})
    return answer.raise_for_status().content
