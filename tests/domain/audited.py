"""Auditing a record that a test made, and a record of some trade to plant faults in."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from contracts.entry import split_served
from contracts.envelope import Event
from services.tariffs.domain.auditing.audit import Audit
from services.tariffs.domain.auditing.findings import Finding
from services.tariffs.domain.world import Accepted
from tests.domain import facts
from tests.domain.given import NOON
from tests.domain.ledgered import Record, founded_record
from tests.domain.members import joined
from tests.domain.trade import base, declaration


def audited(record: Record, first: int = 0, last: int | None = None) -> list[Finding]:
    """When the record is audited: what is found."""
    return taken(Audit(refused=record.refused, first=first, last=last), record)


def audit_of(record: Record) -> Audit:
    """When the record is audited: the audit at its end, which can be asked about all of it."""
    audit = Audit(refused=record.refused)
    taken(audit, record)
    return audit


def taken(audit: Audit, record: Record) -> list[Finding]:
    """What an audit finds that takes the whole record."""
    found = [finding for line in record.lines() for finding in audit.take(*split_served(line))]
    assert audit.is_whole
    return found


def faults(found: Iterable[Finding]) -> list[str]:
    """The kinds of fault among findings, in order."""
    return [finding.kind for finding in found if finding.is_fault]


def trading_record() -> Record:
    """A bloc in which the US have acceded, with a base duty of 3.7 % and a floor of 110 USD/kg."""
    record = founded_record()
    record.post(*joined("US"))
    record.post(base())
    record.post(facts.floor())
    return record


def accepted(record: Record, *events: Event[Any], now: datetime = NOON) -> Accepted:
    """What the service would derive."""
    decided = record.decide(*events, now=now)
    assert isinstance(decided, Accepted), decided
    return decided


JULY = datetime(2026, 7, 2, 12, 0, tzinfo=UTC)
"""After the declarations of trade.py were accepted."""


def assessed(record: Record, **more: Any) -> tuple[Event[Any], Event[Any]]:
    """A declaration, and the assessment that the service derives from it."""
    declared = declaration(**more)
    (assessment,) = accepted(record, declared, now=JULY).derived
    return declared, assessment
