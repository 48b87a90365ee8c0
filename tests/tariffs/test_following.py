"""The follower folds what it is served, densely and in order, and reads no more of an entry than it needs."""

import asyncio
import gc
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from contracts.entry import PartStamper, build_entry, serve_entry
from contracts.events import DeclarationAccepted
from contracts.examples import example_of
from services.tariffs.domain.governance.rule_books import UnknownRuleBook
from services.tariffs.domain.newer import NewerReleaseNeeded
from services.tariffs.following import follower as follower_module
from services.tariffs.following.follower import Follower
from services.tariffs.following.recorded import BrokenHistory, event_in, place_of
from services.tariffs.outside.ledger import Head, LedgerAway, LedgerClient
from tests.tariffs.events import declaration

RECORDED_AT = "2026-07-01T12:00:00.000001Z"


def served(position: int, stream: str, version: int, event: bytes) -> bytes:
    """An entry as the ledger serves it."""
    stamper = PartStamper(
        recorded_at=RECORDED_AT, draft="i:1", part="0" * 64, part_no=0, parts=1, lines=1, eol=False
    )
    return serve_entry(build_entry(stamper.line(position, stream, version, 0), event))


def follower(seen: dict[str, int] | None = None) -> Follower:
    heard = {} if seen is None else seen
    return Follower(LedgerClient("http://127.0.0.1:9"), seen=heard.__setitem__)


MINERAL = served(0, "mineral/ndpr", 1, example_of("bloc.mineral.listed.v1"))
DECLARATION = served(1, "declaration/CL/X-1", 1, declaration("X-1"))
LINE = served(2, "line/ndpr.oxide_compound.oxide_99", 1, example_of("bloc.stage_line.defined.v1"))


async def test_rules_are_folded_and_the_rest_only_counted():
    """A declaration moves the position, its stream is announced, and the catalogue knows nothing of it."""
    seen: dict[str, int] = {}
    following = follower(seen)
    following.fold([MINERAL, DECLARATION, LINE])
    assert following.position == 2
    assert set(following.rules.lines) == {"ndpr.oxide_compound.oxide_99"}
    assert following.rules.version_of("rules") == 2
    assert seen == {"declaration/CL/X-1": 1}


async def test_a_declaration_is_not_even_decoded():
    """What stands behind the stamp of an entry that says nothing about rules is never read."""
    following = follower()
    broken = DECLARATION.replace(b'"specversion"', b'"nonsense"', 1)
    following.fold([MINERAL, broken])
    assert following.position == 1


@pytest.mark.parametrize(
    "event",
    [
        b'{"type":"bloc.declaration.accepted.v1","data":{}}',
        b'{"data":{"note":"\\"type\\":\\"bloc.duty.assessed.v1\\""},"type" : "bloc.declaration.accepted.v1"}',
        b'{"subject":"type","type":\t"bloc.declaration.accepted.v1"}',
    ],
)
async def test_a_declaration_is_counted_under_its_type_however_it_was_written(event: bytes):
    """Members stand in any order, with blanks, and texts may say `type` as well."""
    following = follower()
    following.fold([MINERAL, served(1, "declaration/CL/X-1", 1, event)])
    assert following.state.totals == {("CL", "declaration.accepted", "", ""): (1, Decimal())}


async def test_rules_are_set_aside_from_the_search_for_garbage(monkeypatch: pytest.MonkeyPatch):
    """Once caught up, every so many entries about rules: what came before is not looked through again."""
    monkeypatch.setattr(follower_module, "RULES_SET_ASIDE", 2)
    following = follower()
    following.fold([MINERAL])
    following.caught_up = True
    before = gc.get_freeze_count()
    following.fold([DECLARATION])
    assert gc.get_freeze_count() == before
    following.fold([LINE])
    assert gc.get_freeze_count() > before
    gc.unfreeze()


async def test_a_gap_stops_everything():
    """Positions are dense: the entry after 0 is 1, or something was lost."""
    following = follower()
    with pytest.raises(BrokenHistory, match="entry 2 came after entry 0"):
        following.fold([MINERAL, LINE])


async def test_a_rule_book_that_this_release_does_not_have_stops_everything():
    """As soon as it is activated, whichever its first day is: the newer release beside us would decide otherwise."""
    following = follower()
    activation = example_of("bloc.ruleset.activated.v1")
    following.fold([MINERAL, served(1, "bloc/rulesets", 1, activation)])
    later = activation.replace(b'"2026.2"', b'"2031.4"')
    with pytest.raises(UnknownRuleBook, match="position 2 puts rule book 2031"):
        following.fold([served(2, "bloc/rulesets", 2, later)])


async def test_those_who_wait_are_told_when_their_position_is_folded():
    """Reading one's own writes: the waiter for 1 is told, the waiter for 2 not yet."""
    following = follower()
    one, two = following.reach(1), following.reach(2)
    waiting = [asyncio.create_task(one), asyncio.create_task(two)]
    await asyncio.sleep(0)
    following.fold([MINERAL, DECLARATION])
    await asyncio.sleep(0)
    assert [task.done() for task in waiting] == [True, False]
    following.fold([LINE])
    await asyncio.gather(*waiting)


async def test_an_entry_keeps_its_bytes_and_its_place():
    """Place and event are what was recorded."""
    place = place_of(DECLARATION)
    assert (place.position, place.recorded_at, place.stream, place.version) == (
        1,
        RECORDED_AT,
        "declaration/CL/X-1",
        1,
    )
    data = event_in(DECLARATION).data
    assert isinstance(data, DeclarationAccepted)
    assert data.reference == "X-1"


async def test_what_is_no_entry_is_not_folded():
    """A page of HTML from a proxy is not history."""
    with pytest.raises(BrokenHistory, match="no served entry"):
        place_of(b"<html>")


class ScriptedLedger(LedgerClient):
    """A ledger that serves one entry, goes away, and comes back with what `again` holds at its position."""

    def __init__(self, *again: bytes | None) -> None:
        super().__init__("http://127.0.0.1:9")
        self._again = list(again)
        self._reads = 0

    async def head(self) -> Head:
        return Head(size=1, sequence=1)

    async def entries(self, after: int) -> AsyncIterator[bytes]:
        self._reads += 1
        if self._reads == 2:
            raise LedgerAway("it was stopped")
        for line in (MINERAL, DECLARATION)[after + 1 : self._reads]:
            yield line + b"\n"

    async def entry_if_there(self, position: int) -> bytes | None:
        assert position == 0
        return self._again.pop(0)


async def test_a_ledger_that_comes_back_with_another_history_stops_everything():
    """The entry at our position has other bytes: nothing that was folded may stand on it."""
    following = Follower(ScriptedLedger(MINERAL.replace(b"NdPr", b"Cu", 1)), seen=lambda _, __: None)
    following.wake()
    with pytest.raises(BrokenHistory, match="another entry 0"):
        async with asyncio.timeout(5):
            await following.run()


async def test_a_ledger_that_was_restored_is_waited_for():
    """Restored from a backup it is behind us; once it has caught up to the same bytes, following goes on."""
    following = Follower(ScriptedLedger(None, MINERAL), seen=lambda _, __: None)
    running = asyncio.create_task(following.run())
    async with asyncio.timeout(5):
        await following.reach(1)
    running.cancel()


async def test_an_answer_about_the_head_may_be_overtaken():
    """The head was read at one entry; a second one is folded before the answer arrives. That is no restored ledger."""
    ledger = ScriptedLedger()
    following = Follower(ledger, seen=lambda _, __: None)
    following.fold([MINERAL])

    async def slow_head() -> Head:
        following.fold([DECLARATION])
        return Head(size=1, sequence=1)

    ledger.head = slow_head
    await following.reach_head()
    assert following.position == 1


async def test_a_ledger_that_is_behind_what_it_had_recorded_is_away():
    """Nothing is decided on a ledger that was restored and has not caught up."""
    following = Follower(ScriptedLedger(), seen=lambda _, __: None)
    following.fold([MINERAL, DECLARATION])
    with pytest.raises(LedgerAway, match="has 1 entries, and had recorded 2"):
        await following.reach_head()


async def test_those_who_stop_waiting_leave_nothing_behind():
    """A thousand readers ask for what is never recorded while the ledger is away; then none of them is remembered."""
    following = follower()
    asked = [asyncio.wait_for(following.reach(7), 0.01) for _ in range(1_000)]
    said = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(one) for one in said} == {TimeoutError}
    assert following.waiting == 0


async def test_those_who_wait_hear_at_once_that_only_a_newer_release_goes_on():
    """Those who came before the end of following, and those who come after; nobody waits for his timeout."""

    class Newer(ScriptedLedger):
        async def entries(self, after: int) -> AsyncIterator[bytes]:
            assert after == -1
            yield MINERAL.replace(b"bloc.mineral.listed.v1", b"bloc.mineral.renamed.v1") + b"\n"

    following = Follower(Newer(), seen=lambda _, __: None)
    waiting = asyncio.create_task(following.reach(7))
    await asyncio.sleep(0)
    await following.run()
    for one in (waiting, following.reach(7)):
        with pytest.raises(NewerReleaseNeeded, match=r"mineral\.renamed"):
            await asyncio.wait_for(one, 1)
