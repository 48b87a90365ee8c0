"""A ledger that the NATS server sends away, as after a change of passwords: the client library gives up for good."""

from tests.gate import gate_to
from tests.ledger.drafting import Drafter
from tests.ledger.running import Place, Tariffs, ledger_at

REVOKED = b"-ERR 'User Authentication Revoked'\r\n"


async def test_a_ledger_that_was_sent_away_comes_back_and_records(
    place: Place, tariffs: Tariffs, drafter: Drafter
) -> None:
    """Up and deaf it would help nobody: it connects anew and goes on behind what it has recorded."""
    async with gate_to(place.nats.url("ledger")) as gate, ledger_at(place, nats_url=gate.url):
        await tariffs.record(drafter.bloc())
        gate.send_away(REVOKED)
        receipts = await tariffs.record(drafter.declarations("R1"))
    assert receipts[0].outcome == "recorded"
    assert gate.passed == 2
