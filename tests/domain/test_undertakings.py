"""What a price undertaking exempts from, condition by condition, and what becomes of it years later."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.entry import split_served
from contracts.envelope import Event
from contracts.events import DeclarationItem, DutyAssessed
from services.tariffs.domain.assessment.prose import explain
from services.tariffs.domain.assessment.touched import mended_after
from services.tariffs.domain.auditing.audit import Audit
from tests.domain import facts, legal_acts
from tests.domain.audited import JULY, audit_of, audited, faults
from tests.domain.customs import amended, done, ordered, settled
from tests.domain.facts import goods, measure, percent
from tests.domain.given import Bloc, accepted, refused
from tests.domain.ledgered import Record, founded_record
from tests.domain.members import joined
from tests.domain.mending import annulled, corrected
from tests.domain.quotas import declared
from tests.domain.trade import assess
from tests.domain.undertakings import (
    ACT,
    CAP,
    DUTY,
    NAME,
    OTHER_COMPANY,
    capped_bloc,
    invalidated,
    minimum,
    remedy,
    revised,
    sold,
    undertaken,
    undertaken_bloc,
    withdrawn,
)

OURS: dict[str, Any] = {"by": "eu.customs", "member": "EU", "reference": "26DE0001"}


def told(derived: list[Event[Any]]) -> list[str]:
    """The types of derived events, without bloc. and version."""
    return [one.type.removeprefix("bloc.").removesuffix(".v1") for one in derived]


def dumped_record() -> Record:
    """The EU with the duty and the undertaking, as a record that can be audited."""
    record = founded_record()
    terms: dict[str, Any] = {"territories": ["DE", "FR"], "legal_tz": "Europe/Brussels", "currency": "EUR"}
    record.post(*joined("EU", **terms))
    for party, role in (("eu.remedies", "investigating_authority"), ("eu.customs", "customs")):
        record.post(facts.key_registered(party), facts.mandate_granted(party, role, ("EU",)))
    free = measure("eu.base.720221", goods=goods("720221"), duty=[percent("0")], by="eu.trade")
    for fact in (free, remedy(), undertaken()):
        record.post(fact)
    return record


def duty(bloc: Bloc, day: str = "2026-06-10", **more: Any) -> DutyAssessed:
    """The assessment of 100 t for which the undertaking is claimed."""
    data = accepted(bloc.decide(declared(sold(**more), day=day))).derived[0].data
    assert isinstance(data, DutyAssessed)
    return data


def conditions(assessed: DutyAssessed) -> dict[str, bool]:
    """What the trace says of each condition."""
    return {
        step.input["condition"]: step.applies is True
        for step in assessed.trace
        if step.step == "undertaking" and isinstance(step.input, dict)
    }


def test_what_keeps_to_the_minimum_price_is_exempt() -> None:
    """At the minimum nothing is owed; the trace names each condition and says why the duty does not apply."""
    assessed = duty(undertaken_bloc())
    assert assessed.total == "0.00"
    assert conditions(assessed) == dict.fromkeys(("in_force", "company", "invoice", "model", "price"), True)
    (step,) = [step for step in assessed.trace if step.measure == "eu.ad.fesi"]
    assert (step.applies, str(step.because).split("; ")[-1]) == (False, f"exempt by undertaking {NAME}")


def test_who_claims_nothing_owes_the_duty() -> None:
    """An undertaking that is not claimed exempts from nothing."""
    assert duty(undertaken_bloc(), undertaking=None).total == DUTY


@pytest.mark.parametrize(
    ("unmet", "more", "total"),
    [
        ("company", {"exporter": OTHER_COMPANY}, DUTY),
        ("model", {"undertaking": {"undertaking": NAME, "model": "fesi_45"}}, DUTY),
        ("model", {"commodity_code": "7202290000"}, None),
        ("price", {"value": "129999.99"}, "40560.00"),
    ],
)
def test_one_condition_that_is_not_met_costs_the_exemption(
    unmet: str, more: dict[str, Any], total: str | None
) -> None:
    """The duty is owed, the declaration is accepted, and the trace says which condition was not met."""
    assessed = duty(undertaken_bloc(), **more)
    assert [name for name, is_met in conditions(assessed).items() if not is_met] == [unmet]
    assert total is None or assessed.total == total


def test_the_value_that_the_minimum_reads_is_declared() -> None:
    """It is never replaced by another (DEC-8); where something else is wrong already, it is not asked for."""
    bloc = undertaken_bloc()
    assert refused(bloc.decide(declared(sold(free_at_frontier_value=None)))) == ["DEC-8"]
    accepted(bloc.decide(declared(sold(free_at_frontier_value=None, exporter=OTHER_COMPANY))))


def test_a_minimum_may_be_on_the_price_of_the_invoice() -> None:
    """Then the invoice is compared, whatever the value at the frontier is."""
    bloc = undertaken_bloc(minimums=[minimum(price_basis="declared_price")])
    assert duty(bloc, free_at_frontier_value=None).total == "0.00"


def test_terms_hold_from_their_day_and_withdrawal_takes_effect_from_its_own() -> None:
    """Amended from July to 1 400 EUR/t; withdrawn from June: the day before stays exempt, the day itself does not."""
    bloc = undertaken_bloc().record(revised(effective_from="2026-06-12", minimums=[minimum("1400")]))
    assert [duty(bloc, day).total for day in ("2026-06-11", "2026-06-12")] == ["0.00", DUTY]
    bloc = undertaken_bloc().record(withdrawn("2026-06-10"))
    assert duty(bloc, "2026-06-09").total == "0.00"
    assessed = duty(bloc, "2026-06-10")
    assert (assessed.total, conditions(assessed)) == (DUTY, {"in_force": False})


def test_an_undertaking_ends_with_its_act() -> None:
    """The decision that accepted it is repealed: from that day nothing is exempt."""
    act = ACT["act"]
    bloc = undertaken_bloc().record(legal_acts.adopted(act))
    assert duty(bloc).total == "0.00"
    bloc.record(legal_acts.said("repealed", act, "2026-06-10"))
    assert (duty(bloc, "2026-06-09").total, duty(bloc).total) == ("0.00", DUTY)


def test_the_volume_cap_splits_the_item_that_crosses_it() -> None:
    """60 t of 100 t are exempt; the other 40 t owe 31.2 % of 52 000.00, and the next 100 t owe all of it."""
    bloc = capped_bloc()
    derived = done(bloc, declared(sold(quota=CAP)))
    assert told(derived) == ["duty.assessed", "quota.drawn", "quota.exhausted"]
    assert (derived[0].data.total, derived[1].data.drawn.value) == ("16224.00", "60000")
    after = done(bloc, declared(sold(quota=CAP), reference="26DE0002"))
    assert (after[0].data.total, after[1].data.drawn.value) == (DUTY, "0")


def test_a_cap_that_is_not_claimed_or_not_earned_is_not_drawn() -> None:
    """Without the order number there is no exemption; below the minimum price there is none to draw for."""
    bloc = capped_bloc()
    unclaimed = duty(bloc)
    assert (unclaimed.total, conditions(unclaimed)["cap"]) == (DUTY, False)
    below = done(bloc, declared(sold(value="120000.00", quota=CAP)))
    assert told(below) == ["duty.assessed"]
    assert below[0].data.total == "37440.00"
    assert [step.result for step in below[0].data.trace if step.step == "quota"] == ["nothing is drawn"]


def test_an_amended_item_that_is_below_the_minimum_gives_back_the_cap() -> None:
    """What it drew goes to whoever asks next."""
    bloc = capped_bloc()
    done(bloc, declared(sold(quota=CAP)))
    derived = done(bloc, amended(sold(value="120000.00", quota=CAP), **OURS))
    assert told(derived) == ["duty.reassessed", "quota.returned"]
    assert (derived[0].data.total, derived[1].data.quantity.value) == ("37440.00", "60000")


def test_an_invalidated_invoice_takes_the_exemption_from_whoever_used_it() -> None:
    """Settled at nothing; then its invoice turns out false, and the additional duty is opened, with the reason."""
    bloc = undertaken_bloc()
    done(bloc, declared(sold()), settled({"amount": "0.00", "currency": "EUR"}, **OURS))
    before = bloc.position
    bloc.record(invalidated())
    derived = done(bloc, ordered(**OURS))
    assert told(derived) == ["duty.reassessed", "additional_duty.opened"]
    assert (derived[0].data.total, derived[0].data.because) == (
        DUTY,
        (bloc.rules.undertakings[NAME][-1].position,),
    )
    assert derived[1].data.amount.amount == DUTY
    assert before + 1 in {
        mend.position for mends in mended_after(bloc.rules, before).values() for mend in mends
    }


def test_what_was_drawn_of_the_cap_stays_drawn_when_the_invoice_falls() -> None:
    """Reassessing takes nothing from others and gives nothing back: the goods did come in."""
    bloc = capped_bloc()
    done(bloc, declared(sold(quota=CAP)))
    bloc.record(invalidated())
    derived = done(bloc, ordered(**OURS))
    assert told(derived) == ["duty.reassessed"]
    assert (derived[0].data.total, derived[0].data.quota.drawn.value) == (DUTY, "60000")


def test_an_invalidation_that_was_mended_is_found_as_well() -> None:
    """The number was a slip: the correction moves the loss of the exemption from one invoice to the other."""
    bloc = undertaken_bloc()
    said = invalidated("ER-0418")
    bloc.record(said)
    at = bloc.position
    assert (duty(bloc).total, duty(bloc, invoice="ER-0418").total) == ("0.00", DUTY)
    bloc.record(corrected(bloc, said, at, invoice="ER-0417"))
    assert (duty(bloc).total, duty(bloc, invoice="ER-0418").total) == (DUTY, "0.00")
    assert set(mended_after(bloc.rules, at)) >= {at, at - 1}
    bloc.record(annulled(bloc, said, at))
    assert (duty(bloc).total, duty(bloc, invoice="ER-0418").total) == ("0.00", "0.00")


def test_the_audit_finds_exactly_the_declarations_that_used_the_invoice() -> None:
    """Two invoices, one of them invalidated years later: one additional duty, and nothing about the other."""
    record = dumped_record()
    record.post(declared(sold(), reference="A"), now=JULY)
    record.post(declared(sold(invoice="ER-0500"), reference="B"), now=JULY)
    record.post(invalidated(), now=JULY)
    (due,) = audit_of(record).aftermath()
    assert (due.stream, due.due) == ("declaration/EU/A", Decimal(DUTY))
    assert faults(audited(record)) == []


def test_a_withdrawal_back_to_a_breach_touches_what_was_sold_since() -> None:
    """Breached from 5 June, said in July: the goods of 10 June owe 40 560.00, those of 1 June owe nothing, and a
    withdrawal for the days to come touches nobody."""
    record = dumped_record()
    record.post(declared(sold(), reference="A", day="2026-06-10"), now=JULY)
    record.post(declared(sold(), reference="B", day="2026-06-01"), now=JULY)
    prospective = record.copied()
    for told, start in ((record, "2026-06-05"), (prospective, "2026-08-01")):
        told.post(withdrawn(start), now=JULY)
    dues: list[dict[str, Decimal | None]] = []
    for told in (record, prospective):
        audit = Audit(refused=told.refused)
        for line in told.lines():
            list(audit.take(*split_served(line)))
        dues.append({due.stream: due.due for due in audit.aftermath()})
        assert faults(audited(told)) == []
    assert dues == [{"declaration/EU/A": Decimal(DUTY), "declaration/EU/B": Decimal("0.00")}, {}]


def test_the_conditions_are_read_aloud() -> None:
    """One sentence each, with the decision that the undertaking rests on."""
    bloc = undertaken_bloc()
    claimed = msgspec.convert(
        {name: field for name, field in sold().items() if field is not None}, DeclarationItem
    )
    found = assess(bloc, claimed, "2026-06-10T10:00:00+02:00", member="EU")
    sentences = explain(bloc.rules, claimed, found)
    (first, *_, price) = [one for one in sentences if NAME in one and "condition" in one]
    assert first.startswith(
        f"The condition of undertaking {NAME} that it is in force is met: in force from 2026-03-01"
    )
    assert first.endswith(f"(eu.fesi.undertakings, article 2, position {bloc.position}).")
    assert (
        "the price is at or above the minimum is met: at or above the minimum: max(0, 1300 EUR/t x 100 t"
        in price
    )


@settings(max_examples=60)
@given(cents=st.integers(min_value=12_900_000, max_value=13_100_000))
def test_a_cent_decides_and_nothing_is_rounded(cents: int) -> None:
    """Exempt exactly from the minimum on: 1 300 EUR/t x 100 t."""
    value = f"{cents // 100}.{cents % 100:02d}"
    assessed = duty(BLOC, value=value)
    assert (assessed.total == "0.00") == (cents >= 13_000_000)


BLOC = undertaken_bloc()
"""Shared by the examples: deciding changes nothing."""
