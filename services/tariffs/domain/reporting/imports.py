"""Every item of every declaration of a record as it stands at the end: the material of all reports.

An amendment, a reassessment or an invalidation may come years after the declaration, so no item can be judged when
its first entry passes. Lines of declarations are therefore put aside unread, by stream; rules are folded on the way;
and when the record has ended, each declaration is read once, whole.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import UNSET, Struct

from contracts.entry import Stamp
from contracts.events.declarations import DeclarationAccepted, DeclarationItem
from contracts.events.duties import AssessedDuty
from contracts.events.lifecycle import DeclarationAmended, DeclarationInvalidated, DutySettled
from contracts.streams import kind_of
from contracts.values import Identifier
from services.tariffs.domain.auditing.recorded_drafts import BrokenRecord, event_of_line
from services.tariffs.domain.auditing.streams import NoShelf, Shelf, Streams
from services.tariffs.domain.evolve import evolve, moved_to
from services.tariffs.domain.period import Period
from services.tariffs.domain.state import RulesState, empty_rules

_UNREAD = frozenset(("quota_balance", "refusal", "stock", "purchase_commitment", "reserve"))
"""Kinds of stream that say nothing about rules or items."""


class Import(Struct, frozen=True):
    """An item as it stands: the terms in force, the assessment that stands, and what it was before amendments."""

    member: str
    reference: str
    importer: Identifier
    accepted_at: str
    item: DeclarationItem
    duty: AssessedDuty
    position: int
    """Position of the assessment."""
    is_settled: bool
    """Whether the duty of its declaration was paid."""
    first: DeclarationItem
    """The terms that were accepted first; `item` itself when nothing was amended."""
    amended_at: int | None = None
    """Position of the last amendment of the item."""

    @property
    def name(self) -> str:
        """Where to find it: `US/ABC-1234567-8#1`."""
        return f"{self.member}/{self.reference}#{self.item.item_no}"

    @property
    def importer_name(self) -> str:
        """The importer by scheme and id."""
        return f"{self.importer.scheme}:{self.importer.id}"

    @property
    def exporter_name(self) -> str:
        """The exporter by scheme and id; empty where none is named."""
        exporter = self.item.exporter
        return "" if exporter is UNSET else f"{exporter.scheme}:{exporter.id}"

    @property
    def day(self) -> date:
        """The day that governs, by the member's clock."""
        return self.duty.governing_date


class Imports:
    """Takes every entry from the first one on; then gives the rules and all items. Raises BrokenRecord."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.rules: RulesState = empty_rules()
        self._lines = Streams(shelf or NoShelf())

    @property
    def position(self) -> int:
        """Position of the last entry: K of every answer."""
        return self.rules.position

    def take(self, stamp: Stamp, event: bytes) -> None:
        """Take the next entry."""
        if stamp.position != self.rules.position + 1:
            raise BrokenRecord(self.rules.position + 1, f"entry {stamp.position} stands here")
        kind = kind_of(stamp.stream)
        if kind == "declaration":
            self._lines.fold_later(stamp.position, stamp.version, stamp.stream, event)
        elif kind not in _UNREAD:
            read = event_of_line(event, stamp.position)
            self.rules = evolve(self.rules, stamp.position, stamp.recorded_at, read)
            return
        self.rules = moved_to(self.rules, stamp.position)

    def each(self, period: Period | None = None) -> Iterator[Import]:
        """Every item that stands and is assessed, accepted within a period, declaration by declaration."""
        days = period or Period()
        for _, kept in self._lines.each_unread():
            if days.may_hold(kept.waiting[0][2]):
                yield from (one for one in items_of(kept.waiting) if days.contains(one.day))


class _Item(Struct):
    first: DeclarationItem
    item: DeclarationItem
    duty: AssessedDuty | None = None
    position: int = -1
    amended_at: int | None = None


def items_of(lines: Sequence[tuple[int, int, bytes]]) -> list[Import]:
    """The items of one declaration, from its entries in order; none of one that is void or not assessed."""
    head: DeclarationAccepted | None = None
    items: dict[int, _Item] = {}
    is_settled = False
    for position, _, line in lines:
        data = event_of_line(line, position).data
        if isinstance(data, DeclarationAccepted):
            head = head or data
            items.update((item.item_no, _Item(item, item)) for item in data.items)
        elif isinstance(data, AssessedDuty) and data.item_no in items:
            items[data.item_no].duty, items[data.item_no].position = data, position
        elif isinstance(data, DeclarationAmended):
            _amend(items, data, position)
        elif isinstance(data, DutySettled) and data.additional_duty is UNSET:
            is_settled = True
        elif isinstance(data, DeclarationInvalidated):
            return []
    if head is None:
        return []
    return [
        Import(
            member=head.member,
            reference=head.reference,
            importer=head.importer,
            accepted_at=head.accepted_at,
            item=one.item,
            duty=one.duty,
            position=one.position,
            is_settled=is_settled,
            first=one.first,
            amended_at=one.amended_at,
        )
        for one in items.values()
        if one.duty is not None
    ]


def _amend(items: dict[int, _Item], data: DeclarationAmended, position: int) -> None:
    for item in data.items:
        before = items.get(item.item_no) or _Item(item, item)
        before.item, before.amended_at = item, position
        items[item.item_no] = before
