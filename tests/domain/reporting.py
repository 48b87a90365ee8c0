"""Reports over a record that a test made: some trade of two members, and the report on it."""

from datetime import date
from typing import Any, Protocol, TypeVar

from contracts.entry import split_served
from contracts.envelope import Event
from services.tariffs.domain.period import Period
from services.tariffs.domain.reporting.imports import Import, Imports
from services.tariffs.domain.world import Accepted
from tests.domain import facts
from tests.domain.audited import JULY, trading_record
from tests.domain.ledgered import Record
from tests.domain.members import joined
from tests.domain.rates import rate
from tests.domain.trade import declaration, item_data

MAY = "2026-05-20T10:00:00-04:00"
JUNE = "2026-06-24T10:00:00-04:00"
MIDSUMMER = date(2026, 6, 24)

_R = TypeVar("_R", covariant=True)


class Reporting(Protocol[_R]):
    """Any report."""

    def take(self, one: Import) -> None:
        """Look at one item."""
        ...

    def result(self) -> _R:
        """What was found."""
        ...


def imports_of(record: Record, to: int | None = None) -> Imports:
    """When the record is read, up to a position."""
    imports = Imports()
    for line in record.lines()[: None if to is None else to + 1]:
        imports.take(*split_served(line))
    return imports


def reported(imports: Imports, report: Reporting[_R], period: Period | None = None) -> _R:
    """When a report takes every item of a period."""
    for one in imports.each(period):
        report.take(one)
    return report.result()


def imported(record: Record, reference: str, *items: dict[str, Any], **more: Any) -> Accepted:
    """A declaration is accepted and recorded."""
    return record.post(declaration(*items, reference=reference, **more), now=JULY)


def sold_by(exporter: str) -> dict[str, Any]:
    """The exporter of an item."""
    return {"exporter": {"scheme": "cn.uscc", "id": exporter}}


def us_record() -> Record:
    """The US with a base duty of 3.7 % and a floor of 110 USD/kg on NdPr oxide."""
    return trading_record()


def british(record: Record, duty: str = "5.5", **terms: Any) -> Record:
    """The United Kingdom joins, with its own base duty, in pounds at the rates of HMRC."""
    for party, role in (("gb.trade", "trade_ministry"), ("gb.customs", "customs")):
        record.post(facts.key_registered(party), facts.mandate_granted(party, role, ("GB",)))
    accession = {"legal_tz": "Europe/London", "currency": "GBP", "exchange_rate_rule": "gb.hmrc.monthly"}
    record.post(*joined("GB", **(accession | terms)))
    record.post(british_duty(duty))
    record.post(rate(by="bloc.prices"))
    return record


def british_duty(percent: str) -> Event[Any]:
    """The base duty of the United Kingdom on 2846 90."""
    return facts.measure("gb.base.284690", by="gb.trade", duty=[facts.percent(percent)])


def imported_by_gb(record: Record, reference: str, *items: dict[str, Any]) -> Accepted:
    """A British declaration on the same day."""
    return imported(
        record,
        reference,
        *(items or (item_data(),)),
        by="gb.customs",
        member="GB",
        accepted_at="2026-06-24T15:00:00+01:00",
    )
