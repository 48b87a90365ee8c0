"""The assessment of E06 is, field by field, the event printed in the description of the language."""

import json
from typing import Any

from contracts.decoding import decode_event, encode_event
from contracts.envelope import Event
from services.tariffs.domain.evolve import evolve, moved_to
from tests.domain import facts
from tests.domain.facts import OXIDE
from tests.domain.given import NOON, Bloc, accepted, founded_bloc, instant
from tests.domain.members import acceded, invited, memorandum
from tests.domain.trade import base, declaration, item_data, preference

US_ACT = {"act": "us.hts.2026", "article": "2846.90", "uri": "https://bloc.example/acts/us-hts-2026#2846.90"}
BLOC_ACT = {"act": "bloc.council.decision.2026-3", "article": "2", "uri": "https://bloc.example/acts/2026-3"}

PRINTED: dict[str, Any] = {
    "member": "US",
    "reference": "ABC-1234567-8",
    "item_no": 1,
    "status": "final",
    "ruleset": "2026.1",
    "known_position": 239,
    "governing_date": "2026-06-30",
    "currency": "USD",
    "lines": [
        {
            "line_no": 1,
            "kind": "base",
            "component": {"op": "+", "kind": "ad_valorem", "percent": "3.7"},
            "basis": {"name": "customs_value", "amount": "708000.00", "currency": "USD"},
            "exact": "26196",
            "amount": "26196.00",
            "cites": {"stream": "measure/us.base.284690", "position": 208, "legal_basis": US_ACT},
        },
        {
            "line_no": 2,
            "kind": "price_floor",
            "component": {
                "op": "+",
                "kind": "difference_to_price",
                "price": {"amount": "110.00", "currency": "USD", "per": "kg"},
                "price_basis": "free_at_frontier_before_duty",
            },
            "basis": {"name": "free_at_frontier_value", "amount": "708000.00", "currency": "USD"},
            "exact": "612000",
            "amount": "612000.00",
            "cites": {"stream": f"floor/{OXIDE}", "position": 212, "legal_basis": BLOC_ACT},
        },
    ],
    "total": "638196.00",
    "trace": [
        {
            "step": "governing_date",
            "input": {"accepted_at": "2026-06-30T23:30:00-04:00", "legal_tz": "America/New_York"},
            "result": "2026-06-30",
            "position": 57,
        },
        {"step": "origin", "input": {"origin": "CN"}, "result": "not a member on 2026-06-30"},
        {
            "step": "select",
            "measure": "us.base.284690",
            "position": 208,
            "applies": True,
            "because": "284690 is a prefix of 2846904000; ERGA_OMNES contains CN; in force from 2026-01-01",
        },
        {
            "step": "select",
            "measure": "us.preference.bloc.284690",
            "position": 209,
            "applies": False,
            "because": "origin CN is not in BLOC on 2026-06-30",
        },
        {
            "step": "select",
            "floor": OXIDE,
            "position": 212,
            "applies": True,
            "because": "line matches; CN is not in BLOC; in force from 2026-05-01",
        },
        {"step": "base", "formula": "708000.00 USD x 3.7 / 100", "exact": "26196"},
        {
            "step": "price_floor",
            "formula": "max(0, 110.00 USD/kg x 12000 kg - 708000.00 USD)",
            "exact": "612000",
        },
        {
            "step": "round",
            "rule": "house.line.half_up.0.01",
            "position": 57,
            "results": ["26196.00", "612000.00"],
        },
        {"step": "total", "formula": "26196.00 + 612000.00", "result": "638196.00"},
    ],
}
"""The `data` of the example, without the id of its declaration."""


def bloc_of_the_example() -> Bloc:
    """A bloc in which everything that E06 cites was recorded at the position printed there."""
    bloc = founded_bloc().record(invited("US"), memorandum("US"))
    at: dict[int, Event[Any]] = {
        57: acceded("US"),
        208: base(legal_basis=US_ACT),
        209: preference(),
        212: facts.floor(legal_basis=BLOC_ACT),
    }
    for position, event in at.items():
        bloc.rules = evolve(bloc.rules, position, instant(NOON), event)
    bloc.rules = moved_to(bloc.rules, 239)
    return bloc


def assessed_event() -> tuple[Event[Any], Event[Any]]:
    """The declaration of E06, and the assessment that is derived from it."""
    cause = declaration(
        item_data(
            invoice={"number": "INV-2026-0611", "amount": "708000.00", "currency": "USD"},
            exported_on="2026-06-08",
        )
    )
    (derived,) = accepted(bloc_of_the_example().decide(cause, now=NOON.replace(month=7))).derived
    return cause, derived


def test_the_assessment_of_e06_is_the_printed_one() -> None:
    """Lines, figures, citations and every step of the trace are as the language describes them."""
    cause, derived = assessed_event()
    assert derived.type == "bloc.duty.assessed.v1"
    assert json.loads(encode_event(derived))["data"] == PRINTED | {"declaration_event": cause.id}


def test_what_is_derived_decodes_as_strictly_as_what_is_posted() -> None:
    """The derived event passes the decoder that every posted event has to pass."""
    _, derived = assessed_event()
    assert decode_event(encode_event(derived)) == derived


def test_the_same_rules_and_item_give_the_same_bytes() -> None:
    """Two replicas that know the same record write the same assessment, byte for byte."""
    data = [json.loads(encode_event(assessed_event()[1]))["data"] for _ in range(2)]
    for each in data:
        del each["declaration_event"]
    assert json.dumps(data[0]) == json.dumps(data[1])
