"""Each kind of bad input that a partner may send: refused with the rule it breaks, in words, and where it stands.

What can be told from the bytes alone (a currency that does not exist) is malformed and never reaches a rule; it is
answered with its path, the reason and how to mend it. Everything else breaks a rule that has an id and a text. Nothing
raises, and nothing is put in the place of what was sent.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from contracts.decoding import decode_event, encode_event
from contracts.envelope import Event
from contracts.malformed import Malformed
from services.tariffs.domain.rule import RULESETS
from tests.domain import crisis, customs, facts, governing, legal_acts, members, quotas, vault
from tests.domain.facts import TUNGSTEN, floor, floor_act, measure, measure_act
from tests.domain.given import Bloc, accepted, breaks, founded_bloc, refusal_of
from tests.domain.mending import annulled, mending
from tests.domain.trade import declaration, floored, item_data, mass, trading_bloc, usd

JULY = customs.JULY
EUROS = {"amount": "650000.00", "currency": "EUR"}
AHEAD = "2026-07-02T12:06:00Z"
"""Six minutes after the moment of decision."""

Given = Callable[[], tuple[Bloc, Event[Any]]]


def with_floor() -> tuple[Bloc, Event[Any], int]:
    """A bloc, its floor, and the position of that."""
    act = floor()
    bloc = founded_bloc().record(act)
    return bloc, act, bloc.position


def foreign_stream() -> tuple[Bloc, Event[Any]]:
    """An entry of one floor is unsaid on the stream of another one."""
    bloc, act, at = with_floor()
    other = floor(named=facts.METAL)
    wrong = mending("annulled", bloc.record(other), act, at)
    data = {
        "stream": other.subject,
        "target": {
            "position": at,
            "type": act.type,
            "source": act.source,
            "id": act.id,
        },
        "reason": wrong.data.reason,
        "legal_basis": facts.act("9"),
    }
    return bloc, facts.event(act.party, "bloc.event.annulled.v1", data)


def annulment_loop() -> tuple[Bloc, Event[Any]]:
    """An annulment whose target is the very entry that it would become."""
    bloc, act, at = with_floor()
    return bloc, mending("annulled", bloc, act, at, slips={"position": bloc.position + 1})


def annulled_twice() -> tuple[Bloc, Event[Any]]:
    """What is annulled already is annulled again."""
    bloc, act, at = with_floor()
    return bloc.record(annulled(bloc, act, at)), annulled(bloc, act, at)


def someone_elses() -> tuple[Bloc, Event[Any]]:
    """A ministry annuls a floor of the secretariat."""
    bloc, act, at = with_floor()
    return bloc, annulled(bloc, act, at, by="us.trade")


def strict_trade() -> Bloc:
    """Trade under the second rule book."""
    return floored().record(governing.ruleset_activated(RULESETS[1], effective_from="2026-06-16"))


BAD: dict[str, tuple[Given, str]] = {
    "illegal transition: a member": (lambda: (founded_bloc(), members.acceded("US")), "MEM-1"),
    "illegal transition: a measure": (lambda: (founded_bloc(), measure_act("resumed", "2026-08-01")), "MSR-2"),
    "illegal transition: a floor": (lambda: (founded_bloc(), floor_act("resumed", "2026-08-01")), "FLR-3"),
    "illegal transition: an act": (lambda: (founded_bloc(), legal_acts.said("resumed", start="2026-08-01")), "ACT-2"),
    "illegal transition: a quota": (lambda: (quotas.european_bloc(), quotas.unblocked("2026-08-01")), "QUO-4"),
    "illegal transition: a declaration": (lambda: (trading_bloc(), customs.settled("1.00")), "LIF-1"),
    "illegal transition: a proposal": (
        lambda: (governing.bloc_with_approvers(), governing.approved(1)),
        "PRP-3",
    ),
    "illegal transition: a case": (lambda: (founded_bloc(), governing.case_closed()), "CAS-2"),
    "illegal transition: an emergency": (lambda: (founded_bloc(), crisis.ended()), "EMG-4"),
    "illegal transition: an obligation": (lambda: (vault.stocked(), vault.came_back()), "RES-11"),
    "overlap: measures": (lambda: (founded_bloc().record(measure()), measure("us.base.b")), "MSR-6"),
    "overlap: floors": (lambda: (founded_bloc().record(floor()), floor("111.00")), "FLR-2"),
    "overlap: periods of a quota": (
        lambda: (quotas.european_bloc().record(quotas.opened()), quotas.opened()),
        "QUO-2",
    ),
    "overlap: customs territories": (
        lambda: (
            founded_bloc().record(*members.joined("EU", territories=["DE"]), *members.joined("AU")[:2]),
            members.acceded("AU", territories=["AU", "DE"]),
        ),
        "MEM-2",
    ),
    "missing act": (lambda: (legal_acts.strict_bloc(), measure()), "ACT-9"),
    "unmandated issuer": (lambda: (founded_bloc(), measure(by="us.customs")), "MND-1"),
    "unmandated issuer: the keys of others": (
        lambda: (founded_bloc(), facts.key_registered("us.trade", by="eu.trade")),
        "KEY-2",
    ),
    "wrong unit: a content that the line is not measured by": (
        lambda: (founded_bloc(), floor(price={"amount": "1", "currency": "USD", "per": "kg", "content": "WO3"})),
        "FLR-5",
    ),
    "wrong unit: stock": (
        lambda: (
            founded_bloc().record(*vault.opened_reserve()),
            vault.lot(quantity={"value": "5", "unit": "kg", "content": "WO3"}),
        ),
        "RES-1",
    ),
    "missing content": (
        lambda: (
            floored(named=TUNGSTEN, price={"amount": "1050", "currency": "USD", "per": "mtu", "content": "WO3"}),
            declaration(item_data(commodity_code="2611000000", line=TUNGSTEN)),
        ),
        "DEC-9",
    ),
    "missing rate": (lambda: (floored(), declaration(item_data(customs_value=EUROS))), "DEC-10"),
    "amount of nothing": (lambda: (founded_bloc(), vault.capital("0.00", "x", "loan")), "RES-2"),
    "amount below zero": (lambda: (vault.stocked(), vault.drawn(quantity="600000", amount_due="57000000.00")), "RES-9"),
    "absurd amount: duty": (
        lambda: (floored(), declaration(item_data(net_mass="999999999999999999"))),
        "DEC-11",
    ),
    "absurd amount: commitment": (
        lambda: (founded_bloc().record(*vault.opened_reserve()), vault.signed(quantity="999999999999999999")),
        "RES-18",
    ),
    "absurd amount: goods without mass": (
        lambda: (strict_trade(), declaration(item_data(net_mass="0"))),
        "DEC-13",
    ),
    "absurd amount: a floor of nothing": (lambda: (strict_trade(), floor("0.00", "revised")), "FLR-6"),
    "correction of a foreign stream": (foreign_stream, "COR-1"),
    "correction of foreign words": (someone_elses, "COR-3"),
    "annulment loop": (annulment_loop, "COR-1"),
    "annulled twice": (annulled_twice, "COR-5"),
    "clock: accepted tomorrow": (lambda: (floored(), declaration(accepted_at=AHEAD)), "DEC-2"),
    "clock: settled tomorrow": (lambda: (customs.e12()[0], customs.settled("96000.00", at=AHEAD)), "LIF-2"),
    "clock: settled before acceptance": (
        lambda: (customs.e12()[0], customs.settled("96000.00", at="2026-05-19T10:00:00-04:00")),
        "LIF-2",
    ),
    "clock: a rule book for yesterday": (
        lambda: (founded_bloc(), governing.ruleset_activated(RULESETS[1], effective_from="2026-06-30")),
        "RUL-2",
    ),
    "clock: an interval that ends before it begins": (
        lambda: (founded_bloc(), floor(effective_to="2026-05-01")),
        "INT-1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_each_kind_of_bad_input_gets_its_rule_in_words(kind: str) -> None:
    """The rule leads to a text, the detail to what was sent; and the refusal says so in the record."""
    given, rule = BAD[kind]
    bloc, event = given()
    before = bloc.rules
    refusal = refusal_of(bloc.decide(event, now=JULY))
    found = {violation.rule.id: violation for violation in refusal.violations}
    assert rule in found, list(found)
    violation = found[rule]
    assert violation.rule.text.endswith(".")
    assert violation.detail
    assert violation.path.startswith("$")
    assert violation.event_id == event.id
    assert rule in {broken.rule for broken in refusal.refusal.data.broken}
    assert bloc.rules is before


MALFORMED: dict[str, tuple[tuple[str, ...], object]] = {
    "unknown currency": (("price", "currency"), "XXX"),
    "unknown unit": (("price", "per"), "stone"),
    "negative amount": (("price", "amount"), "-110.00"),
    "amount in binary": (("price", "amount"), 110.0),
    "amount without end": (("price", "amount"), "Infinity"),
    "amount too large": (("price", "amount"), "1" * 19),
    "a day that does not exist": (("effective_from",), "2026-02-30"),
    "a day of another age": (("effective_from",), "9999-12-31"),
    "a country that does not exist": (("origins", "include"), ["QQ"]),
    "no act at all": (("legal_basis", "act"), ""),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_what_the_bytes_alone_betray_is_malformed_with_path_reason_and_remedy(kind: str) -> None:
    """A floor with one value out of its form; nothing is guessed."""
    steps, value = MALFORMED[kind]
    document = json.loads(encode_event(floor()))
    place = document["data"]
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    decoded = decode_event(json.dumps(document, separators=(",", ":")).encode())
    assert isinstance(decoded, Malformed), decoded
    assert decoded.path.startswith("$.data." + steps[0])
    assert decoded.reason
    assert decoded.mend


def test_late_facts_are_lawful_however_late() -> None:
    """The past may be recorded; only the clock of the recorder cannot be turned."""
    accepted(founded_bloc().decide(floor(effective_from="1994-04-15"), now=JULY))


def test_dec_13_goods_weigh_something_declared_or_amended() -> None:
    """On nothing no floor is owed; the first rule book took it, and its records stay as they are."""
    weightless = item_data(net_mass="0")
    bloc, _ = customs.e12()
    accepted(bloc.decide(declaration(weightless, reference="W1"), now=JULY))
    bloc.record(governing.ruleset_activated(RULESETS[1], effective_from="2026-06-16"))
    for event in (declaration(weightless, reference="W1"), customs.amended(weightless)):
        (violation,) = refusal_of(bloc.decide(event, now=JULY)).violations
        assert (violation.rule.id, violation.path) == ("DEC-13", "$.data.items[0].net_mass.value")


def test_flr_6_a_floor_is_above_zero() -> None:
    """Under the second rule book; under the first one it is taken and does nothing."""
    accepted(founded_bloc().decide(floor("0.00"), now=JULY))
    assert "FLR-6" in strict_trade().broken(floor("0.00", "revised"), on=JULY.date())


@pytest.mark.parametrize(
    ("item", "path"),
    [
        (item_data("100000000000000.01"), ".customs_value.amount"),
        (item_data(free_at_frontier_value=usd("1000000000000000")), ".free_at_frontier_value.amount"),
        (item_data(cif_value=usd("1000000000000000")), ".cif_value.amount"),
        (item_data(net_mass="10000000000.1"), ".net_mass.value"),
        (item_data(net_mass=mass("10000001", "t")), ".net_mass.value"),
    ],
)
def test_dec_15_what_is_declared_is_believable(item: dict[str, Any], path: str) -> None:
    """A value of 10^15 or ten million tonnes is a slipped point, and its duty would be demanded."""
    bloc, _ = customs.e12()
    accepted(bloc.decide(declaration(item, reference="W1"), now=JULY))
    bloc.record(governing.ruleset_activated("2026.3", effective_from="2026-06-16"))
    for event in (declaration(item, reference="W1"), customs.amended(item)):
        found = refusal_of(bloc.decide(event, now=JULY)).violations
        assert ("DEC-15", f"$.data.items[0]{path}") in [(one.rule.id, one.path) for one in found]


def test_dec_16_goods_are_exported_before_they_are_accepted() -> None:
    """A flight over the date line lands on the day before it left; goods of 2030 are not here."""
    bloc, _ = customs.e12()
    bloc.record(governing.ruleset_activated("2026.3", effective_from="2026-06-16"))
    when = {"reference": "W1", "accepted_at": "2026-05-20T17:30:00-04:00"}
    accepted(bloc.decide(declaration(item_data(exported_on="2026-05-21"), **when), now=JULY))
    late = item_data(exported_on="2026-05-22")
    assert breaks(bloc, declaration(late, **when), now=JULY) == [("DEC-16", "$.data.items[0].exported_on")]
    assert breaks(bloc, customs.amended(late), now=JULY) == [("DEC-16", "$.data.items[0].exported_on")]


def mend_of(change: Callable[[dict[str, Any]], Any]) -> tuple[str, str]:
    """Why a declaration with a change is malformed, and how to mend it."""
    document = json.loads(encode_event(declaration(item_data())))
    change(document["data"])
    decoded = decode_event(json.dumps(document, separators=(",", ":")).encode())
    assert isinstance(decoded, Malformed)
    return decoded.reason, decoded.mend


def test_the_words_of_a_refusal_fit_what_was_written() -> None:
    """Nothing to shorten in an empty list or text, and the number of an invoice is no tax number."""
    reason, _ = mend_of(lambda data: data.update(items=[]))
    assert reason == "must have at least 1 element"
    invoice = {"number": "INV 2026/11", "amount": "1.00", "currency": "USD"}
    reason, mend = mend_of(lambda data: data["items"][0].update(invoice=invoice))
    assert "invoice" in reason
    assert "INV-2026-0611" in mend
    act = json.loads(encode_event(floor()))
    act["data"]["legal_basis"]["article"] = ""
    decoded = decode_event(json.dumps(act, separators=(",", ":")).encode())
    assert isinstance(decoded, Malformed)
    assert decoded.mend.startswith("write 1 to 280 characters")
