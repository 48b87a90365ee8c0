"""Heads: what is decided but not recorded yet counts for the next decision, until it turns out otherwise."""

import asyncio

from services.tariffs.domain.reserve.streams import empty_stream
from services.tariffs.domain.world import StreamHead
from services.tariffs.intake.heads import Heads

STOCK = "stock/vault/ndpr.oxide_compound.oxide_99"


def head(version: int, stream: str = STOCK) -> StreamHead:
    return StreamHead(version, empty_stream(stream))


class Ledger:
    """The recorded versions of streams, and how often they were asked for."""

    def __init__(self) -> None:
        self.version = 5
        self.loads = 0
        self.open = asyncio.Event()
        self.open.set()

    async def load(self, stream: str) -> StreamHead:
        await self.open.wait()
        self.loads += 1
        return head(self.version, stream)


async def loaded(ledger: Ledger, *, streams_max: int = 10) -> Heads:
    heads = Heads(ledger.load, streams_max=streams_max)
    await heads.load(STOCK)
    return heads


async def test_many_who_need_a_stream_share_one_load():
    """Sixty-four askers of one stream cost one read of the ledger."""
    ledger = Ledger()
    ledger.open.clear()
    heads = Heads(ledger.load, streams_max=10)
    askers = [asyncio.create_task(heads.load(STOCK)) for _ in range(64)]
    await asyncio.sleep(0)
    ledger.open.set()
    await asyncio.gather(*askers)
    assert ledger.loads == 1
    assert heads.read([STOCK])[STOCK].version == 5


async def test_the_next_decision_stands_on_the_one_before():
    """A head that was advanced is what the next one reads, although nothing is recorded."""
    heads = await loaded(Ledger())
    heads.advance({STOCK: head(6)})
    heads.advance({STOCK: head(7)})
    assert heads.read([STOCK])[STOCK].version == 7


async def test_a_draft_that_failed_takes_the_chain_behind_it_along():
    """What was decided on something that did not happen is forgotten and loaded again."""
    heads = await loaded(Ledger())
    first = heads.advance({STOCK: head(6)})
    heads.advance({STOCK: head(7)})
    heads.settled(first, recorded=False)
    assert heads.missing([STOCK]) == [STOCK]


async def test_a_late_failure_of_an_old_chain_leaves_the_new_chain_alone():
    """The second draft of a broken chain fails too, when its successor has long begun anew."""
    ledger = Ledger()
    heads = await loaded(ledger)
    first, second = heads.advance({STOCK: head(6)}), heads.advance({STOCK: head(7)})
    heads.settled(first, recorded=False)
    heads.settled(second, recorded=False)
    await heads.load(STOCK)
    third = heads.advance({STOCK: head(6)})
    assert third != first
    heads.settled(third, recorded=True)
    assert heads.read([STOCK])[STOCK].version == 6


async def test_loading_again_waits_for_drafts_that_are_still_under_way():
    """They may yet be recorded; a chain begun before that would conflict with them."""
    ledger = Ledger()
    heads = await loaded(ledger)
    first, second = heads.advance({STOCK: head(6)}), heads.advance({STOCK: head(7)})
    heads.settled(first, recorded=False)
    again = asyncio.create_task(heads.load(STOCK))
    await asyncio.sleep(0.01)
    assert not again.done()
    heads.settled(second, recorded=False)
    await again
    assert ledger.loads == 2


async def test_an_entry_of_another_writer_makes_us_forget():
    """Version 8 recorded while we know 5: somebody else was there. Our own entries change nothing."""
    heads = await loaded(Ledger())
    heads.advance({STOCK: head(6)})
    heads.seen(STOCK, 6)
    assert heads.missing([STOCK]) == []
    heads.seen(STOCK, 8)
    assert heads.missing([STOCK]) == [STOCK]


async def test_a_new_declaration_needs_no_reading():
    """A stream that was never seen is taken to be new; one that is known is left as it is."""
    heads = await loaded(Ledger())
    heads.assume_empty("declaration/US/ABC-1234567-8")
    heads.assume_empty(STOCK)
    read = heads.read(["declaration/US/ABC-1234567-8", STOCK])
    assert [known.version for known in read.values()] == [0, 5]


async def test_memory_is_bounded_and_streams_under_way_are_kept():
    """The stream unused for longest goes first, unless a draft on it waits for its receipt, or it is being read."""
    heads = await loaded(Ledger(), streams_max=2)
    heads.advance({STOCK: head(6)})
    declarations = [f"declaration/US/{number}" for number in range(3)]
    for stream in declarations:
        heads.assume_empty(stream)
    heads.read([declarations[0]])
    assert heads.missing([STOCK, *declarations]) == declarations[1:]
    assert len(heads) == 2


async def test_a_stream_with_too_many_drafts_under_way_is_named():
    """A hot key takes so many drafts at once and no more."""
    heads = await loaded(Ledger())
    first = heads.advance({STOCK: head(6)})
    assert heads.crowded(["declaration/US/1", STOCK], 2) is None
    heads.advance({STOCK: head(7)})
    assert heads.crowded(["declaration/US/1", STOCK], 2) == STOCK
    heads.settled(first, recorded=True)
    assert heads.crowded([STOCK], 2) is None
