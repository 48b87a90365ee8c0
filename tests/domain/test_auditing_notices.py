"""What an audit points out without calling it a fault: late facts and their lag, raises before publication, "none"."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.envelope import Event
from services.tariffs.domain.auditing.findings import Finding
from services.tariffs.domain.auditing.lags import Lag
from tests.domain import facts, mending
from tests.domain.audited import audit_of, audited, faults
from tests.domain.facts import goods, measure, origins, percent
from tests.domain.ledgered import Record, founded_record
from tests.domain.members import joined
from tests.domain.trade import base, declaration, item_data

MAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
"""When facts are recorded here, unless a test says otherwise."""
JULY = datetime(2026, 7, 2, 12, 0, tzinfo=UTC)


def record_of(*events: Event[Any], now: datetime = MAY) -> Record:
    """A founded record of 4 May with these submissions, which must be accepted."""
    record = founded_record(now)
    for event in events:
        record.post(event, now=now)
    return record


def noticed(record: Record, kind: str) -> list[Finding]:
    """The notices of a kind; there must be no faults."""
    found = audited(record)
    assert faults(found) == []
    return [finding for finding in found if finding.kind == kind]


def test_a_floor_that_was_recorded_after_it_took_effect_is_late() -> None:
    """E12: a floor in force from 1 May and recorded on 4 May is three days late."""
    record = record_of(facts.floor())
    (late,) = [found for found in noticed(record, "late_fact") if found.position == record.next - 1]
    assert (late.expected, late.recorded) == ("2026-05-01", "2026-05-04")
    assert "recorded 3 days later" in late.text


def test_a_fact_recorded_on_its_first_day_is_not_late() -> None:
    """The day of taking effect is in time."""
    record = record_of(facts.floor(effective_from="2026-05-04"))
    assert record.next - 1 not in [found.position for found in noticed(record, "late_fact")]


def test_lags_are_summed_up_by_issuer() -> None:
    """Question 24: from effective over published to recorded, for each issuer, in days."""
    record = record_of(
        base(effective_from="2026-05-01", published_on="2026-04-20"),
        base(code="280530", effective_from="2026-05-10"),
    )
    assert audit_of(record).lags.by_issuer()["us.trade"] == Lag(
        facts=2,
        late=1,
        late_days=3,
        late_days_max=3,
        published=1,
        publication_days=14,
        publication_days_max=14,
    )


# --- GATT 1994, article X:2 ----------------------------------------------------------------------------------


def test_a_duty_raised_before_its_publication_is_noticed() -> None:
    """A duty from 1 May that was published on 3 May was enforced two days too early."""
    (found,) = noticed(
        record_of(base(effective_from="2026-05-01", published_on="2026-05-03")), "raised_before_publication"
    )
    assert found.rule == "GATT 1994, article X:2"
    assert "a new duty from 2026-05-01, 2 days before its publication" in found.text


def test_an_act_that_names_no_day_of_publication_is_published_by_the_record() -> None:
    """Without a day of publication, the record is the first place where anybody could read it."""
    (found,) = noticed(record_of(base(effective_from="2026-05-01")), "raised_before_publication")
    assert found.expected == "2026-05-04"


@pytest.mark.parametrize(
    ("event", "raises"),
    [
        (base(effective_from="2026-05-01", published_on="2026-05-01"), False),
        (measure(kind="preference", name="us.preference.284690", effective_from="2026-05-01"), False),
        (facts.floor(effective_from="2026-05-01"), True),
        (facts.floor(effective_from="2026-05-01", published_on="2026-04-01"), False),
    ],
)
def test_what_begins_raises_unless_it_lowers(event: Event[Any], raises: bool) -> None:
    """Preferences lower duties; what was published in time is no matter."""
    assert bool(noticed(record_of(event), "raised_before_publication")) is raises


STANDING = base(effective_from="2026-01-01", published_on="2025-12-01")
PREFERENCE = measure(
    kind="preference",
    name="us.preference.284690",
    origins=origins("AU"),
    duty=[percent("1")],
    effective_from="2026-01-01",
    published_on="2025-12-01",
)


@pytest.mark.parametrize(
    ("given", "event", "what"),
    [
        (STANDING, facts.measure_act("amended", "2026-05-01"), ""),
        (STANDING, facts.measure_act("amended", "2026-05-01", duty=[percent("4")]), "a higher duty"),
        (STANDING, facts.measure_act("amended", "2026-05-01", duty=[percent("3.7")]), ""),
        (
            STANDING,
            facts.measure_act("amended", "2026-05-01", goods=goods("284690", "280530"), duty=[percent("1")]),
            "other goods",
        ),
        (STANDING, facts.measure_act("suspended", "2026-05-01"), ""),
        (STANDING, facts.measure_act("terminated", "2026-05-01"), ""),
        (PREFERENCE, facts.measure_act("suspended", "2026-05-01", "us.preference.284690"), "no longer holds"),
        (
            PREFERENCE,
            facts.measure_act("terminated", "2026-05-01", "us.preference.284690"),
            "no longer holds",
        ),
        (facts.floor(published_on="2026-05-01"), facts.floor("112.00", "revised"), "a floor of 112.00"),
        (facts.floor(published_on="2026-05-01"), facts.floor("108.00", "revised"), ""),
    ],
)
def test_an_act_raises_when_what_it_says_is_higher(given: Event[Any], event: Event[Any], what: str) -> None:
    """Terms are compared with those before; pausing or ending what lowers a duty raises it."""
    found = noticed(record_of(given, event), "raised_before_publication")
    assert [what in one.text for one in found] == ([True] if what else [])


def usd_per_kg(amount: str) -> dict[str, str]:
    """A price."""
    return {"amount": amount, "currency": "USD", "per": "kg"}


def test_a_correction_raises_when_the_corrected_terms_are_higher() -> None:
    """E12 the other way round: 110 is corrected to 108, which harms nobody, and then to 112 for days gone by."""
    original = facts.floor(published_on="2026-05-01")
    record = record_of(original)
    position = record.next - 1
    record.post(mending.corrected(record.bloc, original, position, price=usd_per_kg("108.00")), now=JULY)
    assert noticed(record, "raised_before_publication") == []
    record.post(mending.corrected(record.bloc, original, position, price=usd_per_kg("112.00")), now=JULY)
    (found,) = noticed(record, "raised_before_publication")
    assert "a floor of 112.00, which was 108.00" in found.text


# --- lines that items do not name ------------------------------------------------------------------------------


def test_none_as_a_line_is_listed_where_the_catalogue_has_lines() -> None:
    """Invariant 20: the catalogue has NdPr oxide under 2846 90, and the item says it is none of its lines."""
    record = record_of(*joined("US"), base())
    record.post(declaration(item_data(line="none")), now=JULY)
    (found,) = noticed(record, "line_none")
    assert found.path == "$.data.items[0].line"
    assert facts.OXIDE in found.text


def test_none_as_a_line_is_nothing_special_elsewhere() -> None:
    """Where the catalogue has no line, an item may well say that it is of none."""
    record = record_of(*joined("US"), base(code="360690"))
    record.post(declaration(item_data(line="none", commodity_code="3606900000")), now=JULY)
    assert noticed(record, "line_none") == []
