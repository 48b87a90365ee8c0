"""A record read from its first entry, and then its declarations of some days reckoned with and without a hypothesis.

Rules are folded on the way; declarations are kept as they were read, most of them on disk, because what is known about
their days is only known at the end. There each item is assessed twice, on its terms in force and on the day that
governs it: on all that is recorded, and on that with the hypothesis. Beside both stands what was recorded. Where items
claim quotas, the record is gone through a second time, because who is granted what depends on the order.
"""

from collections.abc import Iterator
from datetime import date

from msgspec import UNSET

from contracts.entry import Stamp
from contracts.streams import kind_of
from services.tariffs.domain.assessment.declared import DeclarationState, ItemState
from services.tariffs.domain.assessment.exact import ZERO, Decimal
from services.tariffs.domain.assessment.importer import Importer, importer_on
from services.tariffs.domain.assessment.parts import QuotaLeft, as_drawn
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.auditing.recorded_drafts import BrokenRecord, event_of_line
from services.tariffs.domain.auditing.streams import Kept, NoShelf, Shelf, Streams, head_of
from services.tariffs.domain.evolve import evolve, moved_to
from services.tariffs.domain.period import Period, written_day
from services.tariffs.domain.reserve.streams import ON_DEMAND_KINDS
from services.tariffs.domain.state import RulesState, empty_rules

from .drawing import Draws
from .reckoning import reckon
from .sums import Outcome, Simulated

_PASSED_OVER = (ON_DEMAND_KINDS - {"declaration"}) | {"refusal"}
"""Kinds of streams that no duty is assessed on, or that follow from declarations."""

_CLAIM = b'"quota":"'
"""In the line of an event about a declaration: an item claims a quota."""
_CHANGES = (b'"type":"bloc.declaration.amended.v1"', b'"type":"bloc.declaration.invalidated.v1"')
"""In the line of one that may draw or give back without it."""


class Simulation:
    """Takes every entry from the first one on. Raises BrokenRecord when it cannot go on."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.claims_quotas = False
        """Whether items claim quotas: then `draw` takes every entry once more before anything is reckoned."""
        self._rules = empty_rules()
        self._position: int = -1
        self._recorded_at: str = ""
        self._streams = Streams(shelf or NoShelf())

    @property
    def rules(self) -> RulesState:
        """The rules after the last entry."""
        return moved_to(self._rules, self._position)

    @property
    def recorded_on(self) -> date:
        """The day (UTC) of the last entry: on it a hypothesis would be recorded."""
        return written_day(self._recorded_at) if self._recorded_at else date.min

    def take(self, stamp: Stamp, event: bytes) -> None:
        """Take the next entry."""
        if stamp.position != self._position + 1:
            raise BrokenRecord(self._position + 1, f"entry {stamp.position} stands here")
        self._position, self._recorded_at = stamp.position, stamp.recorded_at
        kind = kind_of(stamp.stream)
        if kind == "declaration":
            self.claims_quotas = self.claims_quotas or _CLAIM in event
            self._streams.fold_later(stamp.position, stamp.version, stamp.stream, event)
        elif kind not in _PASSED_OVER:
            self._rules = evolve(
                self._rules, stamp.position, stamp.recorded_at, event_of_line(event, stamp.position)
            )

    def draw(self, stamp: Stamp, event: bytes, draws: tuple[Draws, ...]) -> None:
        """Take an entry a second time, for what is drawn on quotas under several rules."""
        if kind_of(stamp.stream) != "declaration":
            return
        if _CLAIM not in event and not any(change in event for change in _CHANGES):
            return
        state = self._streams.heads((stamp.stream,))[stamp.stream].state
        assert isinstance(state, DeclarationState)
        recorded = event_of_line(event, stamp.position)
        for each in draws:
            each.take(recorded, state.accepted_at)

    def outcome(self, supposed: RulesState, first: date, end: date, draws: tuple[Draws, Draws]) -> Outcome:
        """Reckon all declarations whose governing day lies from `first` to before `end`.

        `supposed` are the rules with the hypothesis; `draws` on quotas are those without and with it.
        """
        found = Outcome()
        period = _Period(self.rules, supposed, first, end, draws)
        for stream, kept in self._streams.each_unread():
            if not period.may_hold(kept):
                continue
            head = head_of(kept, stream)
            assert head is not None  # only what was recorded is kept
            assert isinstance(head.state, DeclarationState)
            number = 0
            for one in period.reckoned(stream, head.state):
                number += 1
                found.add(one)
            found.declarations += number > 0
        return found


class _Period:
    """The days that are asked about, and the two worlds."""

    def __init__(
        self, rules: RulesState, supposed: RulesState, first: date, end: date, draws: tuple[Draws, Draws]
    ) -> None:
        self._without, self._with = rules, supposed
        self._days = Period(first, end)
        self._draws = draws

    def reckoned(self, stream: str, state: DeclarationState) -> Iterator[Simulated]:
        """The items of a declaration that stands, if its governing day is one of those."""
        if state.importer is None or state.is_invalidated or not self._days.may_contain(state.accepted_at):
            return
        member = stream.split("/")[1]
        importers = tuple(
            importer_on(rules, member, state.accepted_at, rules.position)
            for rules in (self._without, self._with)
        )
        day = _day_of(importers, state.accepted_at)
        if not self._days.contains(day):
            return
        for number, item in sorted(state.items.items()):
            yield self._item(stream, state, importers, day, number, item)

    def _item(
        self,
        stream: str,
        state: DeclarationState,
        importers: tuple[Importer | NotKnown, ...],
        day: date,
        number: int,
        held: ItemState,
    ) -> Simulated:
        assert state.importer is not None  # a declaration with items was accepted
        item = held.item
        without, supposed = (
            reckon(rules, importer, item, state.currency, _left(draws, stream, number))
            for rules, importer, draws in zip(
                (self._without, self._with), importers, self._draws, strict=True
            )
        )
        return Simulated(
            stream=stream,
            item_no=number,
            importer=(state.importer.scheme, state.importer.id),
            line="none" if item.line is UNSET else item.line,
            day=day.isoformat(),
            currency=state.currency,
            recorded=ZERO if held.duty is None else Decimal(held.duty.total),
            without=without,
            supposed=supposed,
        )

    def may_hold(self, kept: Kept) -> bool:
        """Whether a declaration can lie in the period: a look at the day in its first line, where that is unread."""
        if kept.head is not None or not kept.waiting:
            return True
        return self._days.may_hold(kept.waiting[0][2])


def _left(draws: Draws, stream: str, number: int) -> QuotaLeft | None:
    return as_drawn(draws.shares_of(stream).get(number, UNSET))


def _day_of(importers: tuple[Importer | NotKnown, ...], accepted_at: str) -> date:
    """The governing day; by the clock that the acceptance was written with, when no terms of the member are known."""
    for importer in importers:
        if not isinstance(importer, NotKnown):
            return importer.day
    return written_day(accepted_at)
