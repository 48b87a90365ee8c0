"""Which period of an order number a day lies in, as known at K, and which balances a declaration reads.

Periods follow one another, so they are laid out by the arithmetic of all things that live through acts
(timeline.py): an opening begins, a blocking suspends, an unblocking resumes. Three answers: the period that is open,
known to be none (over, not begun, blocked), not known.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import msgspec
from msgspec import UNSET

from contracts.decimals import EXACT
from contracts.events.declarations import DeclarationItem
from contracts.events.quotas import QuotaAmended, QuotaOpened
from contracts.values import Quantity
from services.tariffs.domain.assessment.exact import ZERO, written_down
from services.tariffs.domain.assessment.importer import importer_on
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.histories.remembered import answer_of
from services.tariffs.domain.histories.timeline import InForce, NoneInForce, known_at, known_entries
from services.tariffs.domain.histories.timeline import NotKnown as NothingRecorded
from services.tariffs.domain.state import Recorded, RulesState


class Period(msgspec.Struct, frozen=True):
    """A period that is open on the day asked about; `act` is the entry that opened it, `amended` the one that gave it
    another volume, None while it has the first one."""

    order_number: str
    act: Recorded
    amended: Recorded | None = None

    @property
    def terms(self) -> QuotaOpened:
        """Days, and the first volume, as opened, corrected if they were."""
        terms: QuotaOpened = self.act.data
        return terms

    @property
    def volume(self) -> Quantity:
        """The volume on the day asked about."""
        volume: Quantity = (self.amended or self.act).data.volume
        return volume

    @property
    def says_so(self) -> int:
        """Position of the entry that gives the volume."""
        return (self.amended or self.act).says_so

    @property
    def stream(self) -> str:
        """The stream that its drawings are on."""
        return balance_stream(self.order_number, self.terms.effective_from)

    def left(self, held: Decimal) -> Decimal:
        """Kilograms left of the volume when `held` are drawn; 0 when an amendment or a correction made it less.

        Down to what a quantity can be written in, so that a quota in pounds is exhausted as well.
        """
        return written_down(max(ZERO, EXACT.subtract(self.volume.kilograms, held)))


def balance_stream(order_number: str, period_from: date) -> str:
    """The stream of a period."""
    return f"quota_balance/{order_number}/{period_from}"


def period_on(
    rules: RulesState, order_number: str, day: date, position: int
) -> Period | NoneInForce | NothingRecorded:
    """The period that is open on V = `day` as known at K = `position`; else why none is, or that nothing is known."""
    answer = answer_of(rules, rules.quotas.get(order_number), day, position)
    if not isinstance(answer, InForce):
        return answer
    return opened_as(rules, order_number, answer.act, day, position)


def opened_as(rules: RulesState, order_number: str, act: Recorded, day: date, position: int) -> Period:
    """The period that `act` opened, with the volume that it has on V = `day` as known at K: that of the amendment that
    begins last by then, the newer one of two that begin together."""
    amended: Recorded | None = None
    for entry in known_at(rules.quotas[order_number], position):
        data = entry.data
        if not isinstance(data, QuotaAmended) or data.period_from != act.data.effective_from:
            continue
        if data.effective_from <= day and (
            amended is None or data.effective_from >= amended.data.effective_from
        ):
            amended = entry
    return Period(order_number, act, amended)


def territory_of_quota(rules: RulesState, order_number: str) -> str | None:
    """The territory of an order number: that of its first opening; None when it was never opened."""
    for entry in known_entries(rules.quotas, order_number):
        if isinstance(entry.data, QuotaOpened):
            return entry.data.territory
    return None


def balances_read(
    rules: RulesState, member: str, accepted_at: str, items: Iterable[DeclarationItem], position: int
) -> tuple[str, ...]:
    """The streams of the periods that the items claim, on the day of acceptance and as known at K.

    Whoever decides on one of them is to load it first. An order number without an open period reads none.
    """
    claimed = dict.fromkeys(item.quota for item in items if item.quota is not UNSET)
    if not claimed:
        return ()
    importer = importer_on(rules, member, accepted_at, position)
    if isinstance(importer, NotKnown):
        return ()
    periods = (period_on(rules, number, importer.day, position) for number in claimed)
    return tuple(period.stream for period in periods if isinstance(period, Period))
