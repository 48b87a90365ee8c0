"""Drafts through a real JetStream into a real Postgres, and the receipts back."""

import pytest

from contracts.entry import split_entry
from contracts.receipt import Receipt
from contracts.tlog.tree import Frontier, leaf_hash
from tests.ledger.drafting import Drafter
from tests.ledger.running import Place, Tariffs, ledger_at

pytestmark = pytest.mark.usefixtures("ledger")


async def test_a_draft_is_recorded_and_its_receipt_comes_back(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """Founded, then a declaration with its assessment: positions 0 to 3, sealed."""
    founding, declared = await tariffs.record(drafter.bloc(), drafter.declarations("ABC-1234567-8"))
    assert (founding.outcome, founding.first_position, founding.count) == ("recorded", 0, 2)
    assert (declared.outcome, declared.first_position, declared.count) == ("recorded", 2, 2)
    entries = await place.entries()
    assert [split_entry(entry)[0].position for entry in entries] == [0, 1, 2, 3]
    assert await place.root() == Frontier().append(map(leaf_hash, entries)).root()


async def test_receipts_of_one_batch_come_in_one_message(tariffs: Tariffs, drafter: Drafter) -> None:
    """Two hundred drafts published together are not two hundred messages back."""
    bodies = [drafter.bloc(), *(drafter.declarations(f"ABC-{n}") for n in range(200))]
    receipts: list[Receipt] = await tariffs.record(*bodies)
    assert {receipt.outcome for receipt in receipts} == {"recorded"}
    assert tariffs.messages < 20


@pytest.mark.parametrize(
    "headers", [{"Status": "404", "Description": "No Messages"}, {"Status": "409"}, {"Status": "100"}]
)
async def test_a_message_that_poses_as_a_word_of_the_server_is_a_malformed_draft(
    tariffs: Tariffs, drafter: Drafter, headers: dict[str, str]
) -> None:
    """Whoever stole the right to publish gets nothing recorded with it, and does not stop the ledger."""
    await tariffs.record(drafter.bloc())
    sequence = await tariffs.publish_oddly(b"", headers)
    assert (await tariffs.receipt(sequence)).outcome == "malformed"
    (receipt,) = await tariffs.record(drafter.declarations("ABC-1"))
    assert receipt.outcome == "recorded"


async def test_a_restart_right_after_an_odd_message_goes_on(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """The draft at the cursor is compared with what was consumed, whatever its headers say."""
    await tariffs.record(drafter.bloc())
    sequence = await tariffs.publish_oddly(b"", {"Status": "404"})
    await tariffs.receipt(sequence)
    async with ledger_at(place) as second:
        assert second.head.cursor == sequence
