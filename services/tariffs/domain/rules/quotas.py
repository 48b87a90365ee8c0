"""Quotas: periods of an order number follow one another, and measures hang on quotas that are there.

What an item may draw is found while its duty is computed (QUO-6), as for all rules of declarations.
"""

from collections.abc import Iterator
from datetime import date

from msgspec import UNSET

from contracts.events import (
    MeasureAmended,
    MeasureCreated,
    QuotaAmended,
    QuotaBlocked,
    QuotaOpened,
    QuotaUnblocked,
)
from contracts.trade import BLOC
from contracts.values import Quantity
from services.tariffs.domain.histories.timeline import timeline
from services.tariffs.domain.measures import territory_of_name
from services.tariffs.domain.quotas.periods import opened_as, territory_of_quota
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.rules.acts import fault_of
from services.tariffs.domain.state import RulesState

QUO_1 = Rule(
    id="QUO-1",
    title="An order number is of one territory",
    text="All periods and blockings of an order number, and all measures that name it, are of its territory; a quota "
    "of the whole bloc may be named by measures of any member.",
    source="House rule: one balance cannot be kept by two authorities",
    since=FIRST_RULE_BOOK,
)
QUO_2 = Rule(
    id="QUO-2",
    title="Periods of a quota follow one another",
    text="A period of an order number begins when the newest one recorded has ended, or later.",
    source="TARIC, business rule QD2 (no overlap of quota definitions)",
    since=FIRST_RULE_BOOK,
)
QUO_3 = Rule(
    id="QUO-3",
    title="A quota has a volume",
    text="The volume of a quota is more than zero.",
    source="Implementing Regulation (EU) 2015/2447, article 49: a quota is a predetermined volume",
    since=FIRST_RULE_BOOK,
)
QUO_4 = Rule(
    id="QUO-4",
    title="What is open is blocked, what is blocked is unblocked",
    text="A quota is blocked from a day on which a period is open and not blocked, and unblocked on one on which it is "
    "blocked.",
    source="TARIC, quota blocking periods (business rule QBP1)",
    since=FIRST_RULE_BOOK,
)
QUO_5 = Rule(
    id="QUO-5",
    title="A measure names a quota that is opened",
    text="The order number that a measure names has been opened, for one period at least.",
    source="TARIC, business rule ON9 (the order number of a measure exists)",
    since=FIRST_RULE_BOOK,
)
QUO_6 = Rule(
    id="QUO-6",
    title="A claimed quota is for the goods",
    text="A measure within the order number that an item claims is in force on the day of acceptance, for its goods "
    "and their origin.",
    source="Implementing Regulation (EU) 2015/2447, article 50: what does not qualify is not requested",
    since=FIRST_RULE_BOOK,
)
QUO_7 = Rule(
    id="QUO-7",
    title="A volume is amended within its period",
    text="The volume of an opened period is amended, to another one, from a day of that period on, and no earlier "
    "than it was amended before.",
    source="TARIC, quota definitions; that a volume is amended in one direction of time is a house rule",
    since=FIRST_RULE_BOOK,
)
RULES = (QUO_1, QUO_2, QUO_3, QUO_4, QUO_5, QUO_6, QUO_7)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Quota rules that an event breaks."""
    match submitted.event.data:
        case QuotaOpened() as data:
            yield from _own(rules, submitted, data.order_number, data.territory)
            yield from _opened(rules, submitted, data)
        case QuotaAmended() as data:
            yield from _own(rules, submitted, data.order_number, data.territory)
            yield from _amended(rules, submitted, data)
            yield from _has_volume(submitted, data.volume)
        case QuotaBlocked() | QuotaUnblocked() as data:
            yield from _own(rules, submitted, data.order_number, data.territory)
            fault = fault_of(rules, rules.quotas.get(data.order_number, ()), submitted.event)
            if fault is not None:
                yield submitted.breaks(
                    QUO_4, "$.data.effective_from", f"quota {data.order_number} {fault.because}"
                )
        case MeasureCreated() | MeasureAmended() as data:
            yield from _named(rules, submitted, data)
        case _:
            return


def _own(rules: RulesState, submitted: Submitted, order_number: str, territory: str) -> Iterator[Violation]:
    owner = territory_of_quota(rules, order_number)
    if owner is not None and owner != territory:
        yield submitted.breaks(QUO_1, "$.data.territory", f"{order_number} is an order number of {owner}")


def _opened(rules: RulesState, submitted: Submitted, data: QuotaOpened) -> Iterator[Violation]:
    history = rules.quotas.get(data.order_number, ())
    last = timeline(history, history[-1].position).last if history else None
    if last is not None and last.end is not None and data.effective_from < last.end:
        yield submitted.breaks(
            QUO_2,
            "$.data.effective_from",
            f"{data.order_number} has a period from {last.start} to {last.end} ({last.act.where}); begin then or later",
        )
    yield from _has_volume(submitted, data.volume)


def _has_volume(submitted: Submitted, volume: Quantity) -> Iterator[Violation]:
    if not volume.number:
        yield submitted.breaks(QUO_3, "$.data.volume.value", f"the volume is {volume.value}")


def _amended(rules: RulesState, submitted: Submitted, data: QuotaAmended) -> Iterator[Violation]:
    history = rules.quotas.get(data.order_number, ())
    lived = timeline(history, history[-1].position).terms if history else ()
    span = next((one for one in lived if one.start == data.period_from), None)
    if span is None:
        because = f"no period of {data.order_number} from {data.period_from} is recorded"
        yield submitted.breaks(QUO_7, "$.data.period_from", because)
        return
    path = "$.data.effective_from"
    if not span.contains(data.effective_from):
        because = f"the period is from {span.start} to before {span.end}"
        yield submitted.breaks(QUO_7, path, because)
    newest = opened_as(rules, data.order_number, span.act, date.max, rules.position)
    if newest.amended is not None and data.effective_from < newest.amended.data.effective_from:
        because = (
            f"its volume was amended from {newest.amended.data.effective_from} on ({newest.amended.where})"
        )
        yield submitted.breaks(QUO_7, path, because)
    elif newest.volume.kilograms == data.volume.kilograms:
        because = f"{data.volume.value} {data.volume.unit} is its volume already"
        yield submitted.breaks(QUO_7, "$.data.volume", because)


def _named(
    rules: RulesState, submitted: Submitted, data: MeasureCreated | MeasureAmended
) -> Iterator[Violation]:
    if data.quota is UNSET:
        return
    order_number, territory = data.quota.order_number, territory_of_name(data.measure)
    owner = territory_of_quota(rules, order_number)
    path = "$.data.quota.order_number"
    if owner is None:
        yield submitted.breaks(
            QUO_5, path, f"no period of {order_number} is recorded; open it first (bloc.quota.opened.v1)"
        )
    elif owner not in (territory, BLOC):
        yield submitted.breaks(
            QUO_1, path, f"{order_number} is an order number of {owner}, not of {territory}"
        )
