"""Rules DEC-1 to DEC-11: what makes a declaration impossible to record, and what does not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.events import DutyAssessed, PriceUndercutDetected
from tests.domain.facts import GALLIUM, METAL, OXIDE, floor, goods, measure, origins, percent
from tests.domain.given import Bloc, accepted, breaks
from tests.domain.listed import line
from tests.domain.members import joined, withdrawn
from tests.domain.trade import base, claimed, declaration, floored, item_data, mass, preference, specific, usd

JULY = datetime(2026, 7, 2, 12, 0, tzinfo=UTC)


def refusal(bloc: Bloc, *items: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """The rules that a declaration with these items breaks, with the paths."""
    return breaks(bloc, declaration(*items, **more), now=JULY)


def test_a_declaration_brings_its_assessments() -> None:
    """Two items give two assessments in the same draft, in order, each on the declaration's own stream."""
    cause = declaration(item_data(), item_data(item_no=2, line="none"))
    derived = accepted(floored().decide(cause, now=JULY)).derived
    assert [event.data.item_no for event in derived if isinstance(event.data, DutyAssessed)] == [1, 2]
    assert {event.subject for event in derived} == {"declaration/US/ABC-1234567-8"}
    assert {event.party for event in derived} == {"bloc.tariffs"}


def test_goods_of_the_bloc_below_the_floor_bring_an_alert() -> None:
    """E10 as an event: no floor duty, and an alert of 51 USD/kg behind the assessment."""
    bloc = floored(base(), preference()).record(*joined("AU", "2026-07-01", territories=["AU"]))
    cause = declaration(item_data(origin="AU", **claimed()), accepted_at="2026-07-01T09:00:00-04:00")
    assessed, alert = accepted(bloc.decide(cause, now=JULY)).derived
    assert assessed.data.total == "0.00"
    assert isinstance(alert.data, PriceUndercutDetected)
    assert (alert.data.gap.amount, alert.data.gap_per_unit.amount) == ("612000.00", "51.00")


def test_dec_1_the_importer_is_a_member() -> None:
    """Before an accession, and after a withdrawal, no rules apply, so nothing can be assessed."""
    early = {"accepted_at": "2026-04-30T23:59:59-04:00"}
    assert refusal(floored(), **early) == [("DEC-1", "$.data.accepted_at")]
    gone = floored().record(withdrawn("US", "2026-06-30"))
    assert refusal(gone) == [("DEC-1", "$.data.accepted_at")]


def test_dec_1_the_day_is_that_of_the_legal_time_zone() -> None:
    """An hour after midnight UTC on 1 May it is still April in New York: not yet a member there."""
    assert refusal(floored(), accepted_at="2026-05-01T01:00:00Z") == [("DEC-1", "$.data.accepted_at")]
    accepted(floored().decide(declaration(accepted_at="2026-05-01T05:00:00Z"), now=JULY))


def test_dec_2_acceptance_is_not_in_the_future() -> None:
    """Five minutes ahead are forgiven, six are not."""
    accepted(floored().decide(declaration(accepted_at="2026-07-02T12:05:00Z"), now=JULY))
    assert refusal(floored(), accepted_at="2026-07-02T12:06:00Z") == [("DEC-2", "$.data.accepted_at")]


def test_dec_3_further_events_are_of_the_same_declaration() -> None:
    """A second event with another importer, or another moment of acceptance, is of another declaration."""
    bloc = floored().record(declaration())
    other = {"importer": {"scheme": "us.irs", "id": "98-7654321"}, "accepted_at": "2026-06-30T23:00:00-04:00"}
    assert refusal(bloc, item_data(item_no=2), **other) == [
        ("DEC-3", "$.data.importer"),
        ("DEC-3", "$.data.accepted_at"),
    ]


def test_dec_4_item_numbers_go_on() -> None:
    """A declaration of more than 100 items goes on in further events, even in the same submission."""
    first = declaration(*(item_data(item_no=number) for number in range(1, 101)))
    second = declaration(item_data(item_no=101))
    derived = accepted(floored().decide(first, second, now=JULY)).derived
    assert [event.data.item_no for event in derived] == list(range(1, 102))
    again = floored().record(first)
    assert refusal(again, item_data(item_no=100)) == [("DEC-4", "$.data.items[0].item_no")]


def test_dec_5_a_catalogued_code_names_its_line() -> None:
    """2846 90 is shared by fifteen minerals: the item says which, or "none"; 2847 is in no line."""
    assert refusal(floored(), item_data(line=None)) == [("DEC-5", "$.data.items[0].line")]
    accepted(floored().decide(declaration(item_data(line="none")), now=JULY))
    free = item_data(line=None, commodity_code="284700")
    accepted(floored().decide(declaration(free), now=JULY))


def test_dec_5_asks_for_no_line_before_the_line_begins() -> None:
    """A line that is defined from 1 August asks nothing of a declaration of June."""
    bloc = floored().record(line("gallium.oxide_compound.oxide_4n", "282590", effective_from="2026-08-01"))
    accepted(bloc.decide(declaration(item_data(line=None, commodity_code="2825909000")), now=JULY))


@pytest.mark.parametrize("named", [METAL, GALLIUM, "ndpr.oxide_compound.oxide_95"])
def test_dec_6_the_line_is_under_the_code(named: str) -> None:
    """A line of another code, or of no catalogue, is refused: it would carry another floor."""
    assert refusal(floored(), item_data(line=named)) == [("DEC-6", "$.data.items[0].line")]


def test_dec_7_a_short_code_slips_past_no_finer_measure() -> None:
    """With a measure on 2846 90 40 00 only, six digits do not tell whether it applies; ten do."""
    finer = measure("us.ad.2846904000", kind="anti_dumping", by="us.remedies", goods=goods("2846904000"))
    bloc = floored().record(finer)
    assert refusal(bloc, item_data(commodity_code="284690")) == [("DEC-7", "$.data.items[0].commodity_code")]
    other = item_data(commodity_code="2846908000")
    (assessed,) = accepted(bloc.decide(declaration(other), now=JULY)).derived
    assert [line.kind for line in assessed.data.lines] == ["base", "price_floor"]


def test_dec_7_asks_nothing_of_origins_that_the_finer_measure_spares() -> None:
    """A measure against China does not make a Chilean importer write ten digits."""
    finer = measure("us.ad.2846904000", kind="anti_dumping", goods=goods("2846904000"), origins=origins("CN"))
    chilean = item_data(commodity_code="284690", origin="CL")
    accepted(floored().record(finer).decide(declaration(chilean), now=JULY))


@pytest.mark.parametrize(
    ("price_basis", "field"),
    [
        ("free_at_frontier_before_duty", "free_at_frontier_value"),
        ("cif_before_duty", "cif_value"),
        ("cif_plus_duty", "cif_value"),
        ("declared_price", "invoice"),
    ],
)
def test_dec_8_the_value_of_the_price_basis_is_there(price_basis: str, field: str) -> None:
    """The value that the floor reads is on the item or the item is refused: no other takes its place."""
    values: dict[str, Any] = {
        "free_at_frontier_value": usd("708000.00"),
        "cif_value": usd("708000.00"),
        "invoice": usd("708000.00") | {"number": "INV-1"},
    }
    bloc = floored(price_basis=price_basis)
    accepted(bloc.decide(declaration(item_data(**values)), now=JULY))
    del values[field]
    lacking = item_data(**values)
    if field == "free_at_frontier_value":
        del lacking[field]
    assert refusal(bloc, lacking) == [("DEC-8", f"$.data.items[0].{field}")]


def test_dec_8_holds_for_goods_of_the_bloc_too() -> None:
    """Without the value no alert can be raised, so goods that the floor spares carry it as well."""
    bloc = floored().record(*joined("AU", territories=["AU"]))
    lacking = item_data(origin="AU", free_at_frontier_value=None)
    assert refusal(bloc, lacking) == [("DEC-8", "$.data.items[0].free_at_frontier_value")]


def test_dec_9_the_content_that_is_charged_is_declared() -> None:
    """A duty per kilogram of WO3 cannot be reckoned on goods that do not say how much they hold."""
    bloc = floored(base(specific("0.375", content="WO3")))
    assert refusal(bloc, item_data()) == [("DEC-9", "$.data.items[0].content")]
    wrong = item_data(content={"substance": "W", "percent": "51.55"})
    assert refusal(bloc, wrong) == [("DEC-9", "$.data.items[0].content")]


def test_dec_10_the_rate_of_exchange_is_recorded() -> None:
    """The member takes none here, and none is assumed."""
    euros = {"amount": "650000.00", "currency": "EUR"}
    assert refusal(floored(), item_data(customs_value=euros)) == [("DEC-10", "$.data.items[0].customs_value")]
    at_frontier = item_data(free_at_frontier_value=euros)
    assert refusal(floored(), at_frontier) == [("DEC-10", "$.data.items[0].free_at_frontier_value")]
    in_euros = floored(price={"amount": "100.00", "currency": "EUR", "per": "kg"})
    assert refusal(in_euros, item_data()) == [("DEC-10", "$.data.items[0]")]


def test_dec_10_leaves_alone_what_no_duty_needs() -> None:
    """An invoice in yuan is no fault where no floor reads the invoice."""
    invoice = {"number": "INV-1", "amount": "5000000.00", "currency": "CNY"}
    accepted(floored().decide(declaration(item_data(invoice=invoice)), now=JULY))


def test_dec_11_a_duty_that_cannot_be_written_is_refused() -> None:
    """10^17 kg at 110 USD would need 20 digits: refused, not cut and not crashed on."""
    huge = item_data(net_mass=mass("9" * 18, "t"))
    assert refusal(floored(), huge) == [("DEC-11", "$.data.items[0]")]
    many = [percent("9" * 17) for _ in range(3)]
    assert refusal(floored(base(*many)), item_data("9" * 17 + ".00")) == [("DEC-11", "$.data.items[0]")]


def test_all_faults_are_named_at_once() -> None:
    """Two items with two faults give both, with the path of each, in order of precedence."""
    faults = refusal(floored(), item_data(line=None), item_data(item_no=2, free_at_frontier_value=None))
    assert faults == [
        ("DEC-5", "$.data.items[0].line"),
        ("DEC-8", "$.data.items[1].free_at_frontier_value"),
    ]


def test_what_nobody_has_recorded_is_no_fault_of_the_declaration() -> None:
    """Without any base duty on record the assessment is provisional; without a floor alone it is final."""
    bare = floored().record(floor(named=METAL))
    unknown = item_data(commodity_code="2805301000", line=METAL)
    (assessed,) = accepted(bare.decide(declaration(unknown), now=JULY)).derived
    assert assessed.data.status == "provisional"
    assert ("base", "not known") in [(step.step, step.result) for step in assessed.data.trace]
    no_floor = floored(base(code="811292"))
    (final,) = accepted(
        no_floor.decide(declaration(item_data(commodity_code="8112921000", line=GALLIUM)), now=JULY)
    ).derived
    assert final.data.status == "final"
    assert (GALLIUM, "not known") in [(step.floor, step.result) for step in final.data.trace]
    assert OXIDE not in [step.floor for step in final.data.trace]
