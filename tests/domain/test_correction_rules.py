"""Correction rules: whose words may be mended, and that what stands afterwards could have been recorded."""

from typing import Any

import msgspec
import pytest

from contracts.envelope import Event
from tests.domain import facts, listed, members
from tests.domain.facts import GALLIUM, METAL, OXIDE, floor, floor_act, goods, measure, measure_act
from tests.domain.given import Bloc, accepted, founded_bloc, refused
from tests.domain.legal_acts import strict_bloc
from tests.domain.mending import annulled, corrected, mending
from tests.domain.trade import declaration, trading_bloc


def with_floor(**terms: Any) -> tuple[Bloc, Event[Any], int]:
    """A bloc with a floor, the event that set it, and its position."""
    bloc, act = trading_bloc(), floor(**terms)
    bloc.record(act)
    return bloc, act, bloc.position


def price(amount: str) -> dict[str, str]:
    """A price per kilogram."""
    return {"amount": amount, "currency": "USD", "per": "kg"}


def test_a_lawful_correction_is_accepted_and_expects_the_rules():
    """It stands on the stream of its target, and moves the guard: what is read as rules has changed."""
    bloc, act, at = with_floor()
    decided = accepted(bloc.decide(corrected(bloc, act, at, price=price("111.00"))))
    assert {f"floor/{OXIDE}", "rules"} <= set(decided.expects)
    accepted(bloc.decide(annulled(bloc, act, at)))


@pytest.mark.parametrize(
    "slip",
    [
        {"position": 3},
        {"type": "bloc.price_floor.revised.v1"},
        {"source": "/parties/us.trade"},
        {"id": "019f1a10-ffff-7000-8000-000000000000"},
    ],
    ids=lambda slip: next(iter(slip)),
)
def test_cor_1_a_slip_in_one_of_four_names_no_entry(slip: dict[str, Any]):
    """COR-1: position, type, source and id are compared, each of them."""
    bloc, act, at = with_floor()
    assert refused(bloc.decide(annulled(bloc, act, at, **slip))) == ["COR-1"]


def test_cor_1_an_entry_of_another_stream_is_not_reached():
    """COR-1: a correction on the stream of gallium does not reach the floor of NdPr oxide."""
    bloc, act, at = with_floor()
    stray = annulled(bloc, act, at)
    other = msgspec.structs.replace(stray.data, stream=f"floor/{GALLIUM}")
    moved = msgspec.structs.replace(stray, data=other, subject=f"floor/{GALLIUM}")
    assert refused(bloc.decide(moved)) == ["COR-1"]


def test_cor_1_what_is_part_of_the_submission_is_mended_there():
    """COR-1: nobody knows yet where the ledger will put it."""
    bloc, act, at = with_floor()
    bloc.rules = trading_bloc().rules
    target = {"position": at, "type": act.type, "source": act.source, "id": act.id}
    data = {"stream": act.subject, "target": target, "reason": "Too soon", "legal_basis": facts.act()}
    undone = facts.event(act.party, "bloc.event.annulled.v1", data)
    assert refused(bloc.decide(act, undone)) == ["COR-1"]


def test_cor_2_keys_and_declarations_are_not_corrected():
    """COR-2: signatures rest on keys, and a declaration has events of its own."""
    bloc = founded_bloc()
    for original, kind in ((facts.key_registered("us.trade"), "party"), (declaration(), "declaration")):
        target = {"position": 5, "type": original.type, "source": original.source, "id": original.id}
        data = {
            "stream": original.subject,
            "target": target,
            "reason": "A slip",
            "legal_basis": facts.act(),
            "corrected": msgspec.to_builtins(original.data),
        }
        mend = facts.event(facts.SECRETARIAT, "bloc.event.corrected.v1", data)
        assert refused(bloc.decide(mend)) == ["COR-2"], kind


def test_cor_3_nobody_mends_the_words_of_others():
    """COR-3: not even the secretariat those of a ministry."""
    bloc, act = trading_bloc(), measure()
    bloc.record(act)
    for mend in (
        annulled(bloc, act, bloc.position, by=facts.SECRETARIAT),
        corrected(bloc, act, bloc.position, by="eu.trade", duty=[facts.percent("9")]),
    ):
        assert "COR-3" in refused(bloc.decide(mend))


def test_cor_3_who_lost_his_mandate_mends_no_more():
    """COR-3: the authority is asked on the day of the correction."""
    bloc, act = trading_bloc(), measure()
    bloc.record(act, facts.mandate_revoked("us.trade", "2026-06-01"))
    at = bloc.position - 1
    assert refused(bloc.decide(annulled(bloc, act, at))) == ["MND-1", "COR-3"]


def test_cor_4_a_correction_stays_with_its_thing():
    """COR-4: the floor of an oxide is not corrected into the floor of a metal."""
    bloc, act, at = with_floor()
    assert refused(bloc.decide(corrected(bloc, act, at, line=METAL))) == ["COR-4"]


def test_cor_4_a_corrected_correction_keeps_its_target():
    """COR-4: it mends what the correction says, not what it is about."""
    bloc, act, at = with_floor()
    mend = corrected(bloc, act, at, price=price("111.00"))
    bloc.record(floor("120.00", "revised", effective_from="2026-07-01"), mend)
    where = bloc.position
    other = msgspec.to_builtins(mend.data)["target"] | {"position": at + 1}
    assert refused(bloc.decide(corrected(bloc, mend, where, target=other))) == ["COR-4"]
    undone = annulled(bloc, act, at)
    bloc.record(undone)
    assert refused(bloc.decide(corrected(bloc, undone, bloc.position, target=other))) == ["COR-4"]


def test_cor_4_corrections_are_put_into_one_another_once():
    """COR-4: to mend the correction of a correction, the first one is corrected anew."""
    bloc, act, at = with_floor()
    first = corrected(bloc, act, at, price=price("111.00"))
    bloc.record(first)
    first_at = bloc.position
    inner = msgspec.to_builtins(first.data)["corrected"] | {"price": price("112.00")}
    second = corrected(bloc, first, first_at, corrected=inner)
    bloc.record(second)
    assert refused(bloc.decide(corrected(bloc, second, bloc.position))) == ["COR-4"]
    again = corrected(bloc, first, first_at, corrected=inner | {"price": price("113.00")})
    accepted(bloc.decide(again))


def test_cor_5_what_never_was_is_not_mended():
    """COR-5: neither corrected nor annulled again; a correction that was annulled is no more than an act."""
    bloc, act, at = with_floor()
    mend = corrected(bloc, act, at, price=price("111.00"))
    bloc.record(mend)
    mend_at = bloc.position
    bloc.record(annulled(bloc, mend, mend_at))
    assert refused(bloc.decide(annulled(bloc, mend, mend_at))) == ["COR-5"]
    bloc.record(annulled(bloc, act, at))
    assert refused(bloc.decide(annulled(bloc, act, at))) == ["COR-5"]
    assert refused(bloc.decide(corrected(bloc, act, at, price=price("111.00")))) == ["COR-5"]


def test_cor_6_a_correction_says_something_new():
    """COR-6: the same payload once more mends nothing."""
    bloc, act, at = with_floor()
    assert refused(bloc.decide(corrected(bloc, act, at))) == ["COR-6"]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"effective_to": "2026-05-01"}, "INT-1"),
        ({"price": price("110.00") | {"content": "WO3"}}, "FLR-5"),
    ],
    ids=["interval", "unit"],
)
def test_a_corrected_payload_is_judged_by_the_rules_of_its_family(fields: dict[str, Any], rule: str):
    """As if it were posted in the place of its target; the path leads into the correction."""
    bloc, act, at = with_floor()
    mend = corrected(bloc, act, at, **fields)
    assert refused(bloc.decide(mend)) == [rule]
    (violation,) = bloc.violations(mend)
    assert violation.path.startswith("$.data.corrected.")
    assert violation.event_id == mend.id


def test_a_measure_is_not_corrected_into_another_ones_scope():
    """MSR-6 holds for corrections as for amendments."""
    bloc, act = trading_bloc(), measure("us.base.other", goods=goods("2805"))
    bloc.record(measure(), act)
    assert refused(bloc.decide(corrected(bloc, act, bloc.position, goods=goods("284690")))) == ["MSR-6"]


def test_cor_7_what_remains_still_follows():
    """COR-7: an amendment of a measure that never was would be an amendment of nothing; the newest goes first."""
    bloc, act = trading_bloc(), measure()
    bloc.record(act)
    at = bloc.position
    later = measure_act("amended", "2026-07-01")
    bloc.record(later)
    assert refused(bloc.decide(annulled(bloc, act, at))) == ["COR-7"]
    bloc.record(annulled(bloc, later, bloc.position))
    accepted(bloc.decide(annulled(bloc, act, at)))


def test_cor_7_a_correction_does_not_overtake_later_acts():
    """COR-7: a floor that begins in September cannot have been suspended in August."""
    bloc, act, at = with_floor()
    bloc.record(floor_act("suspended", "2026-08-01"))
    assert refused(bloc.decide(corrected(bloc, act, at, effective_from="2026-09-01"))) == ["COR-7"]
    accepted(bloc.decide(corrected(bloc, act, at, effective_from="2026-07-01")))


def test_cor_7_a_membership_step_that_others_follow_stays():
    """COR-7: nobody accedes without a memorandum."""
    bloc = founded_bloc()
    invited, signed, acceded = members.invited("AU"), members.memorandum("AU"), members.acceded("AU")
    bloc.record(invited, signed, acceded)
    at = bloc.position
    assert refused(bloc.decide(annulled(bloc, signed, at - 1))) == ["COR-7"]
    accepted(bloc.decide(annulled(bloc, acceded, at)))


def test_cor_7_nothing_rests_on_a_line_that_never_was():
    """COR-7: a line with a floor, and a mineral with a line, stay; without them they may go."""
    bloc = founded_bloc()
    mineral, line = listed.mineral("cobalt"), listed.line("cobalt.unwrought_metal.metal", "810520")
    bloc.record(mineral, line)
    at = bloc.position
    assert refused(bloc.decide(annulled(bloc, mineral, at - 1))) == ["COR-7"]
    set_on_it = floor(named="cobalt.unwrought_metal.metal")
    bloc.record(set_on_it)
    assert refused(bloc.decide(annulled(bloc, line, at))) == ["COR-7"]
    bloc.record(annulled(bloc, set_on_it, bloc.position))
    accepted(bloc.decide(annulled(bloc, line, at)))


def test_no_loop_can_be_made_of_annulments():
    """An annulment comes after its target, so of two entries only one can be about the other."""
    bloc, act, at = with_floor()
    undone = annulled(bloc, act, at)
    bloc.record(undone)
    first = bloc.position
    bloc.record(annulled(bloc, undone, first))
    loop = mending("annulled", bloc, act, at, slips={"position": bloc.position + 1})
    assert refused(bloc.decide(loop)) == ["COR-1"]
    assert bloc.broken(annulled(bloc, undone, first)) == ["COR-5"]


def test_the_only_entry_of_a_measure_is_corrected() -> None:
    """Taken out to judge what replaces it, it leaves a measure without entries, which overlaps with nothing."""
    bloc = founded_bloc()
    wrong = measure()
    bloc.record(wrong)
    assert bloc.broken(corrected(bloc, wrong, bloc.position, duty=[facts.percent("4")])) == []


def test_cor_8_a_revocation_follows_from_its_mandate() -> None:
    """The grant of a mandate is not annulled, or renamed, under a revocation that would be left of nothing."""
    for ruleset, verdict in (("2026.3", ["COR-8"]), ("2026.2", [])):
        bloc = strict_bloc(ruleset)
        granted = facts.mandate_granted("us.port", "customs")
        bloc.record(granted)
        at = bloc.position
        bloc.record(facts.mandate_revoked("us.port", "2026-09-01"))
        renamed = corrected(bloc, granted, at, mandate="us.port.2027")
        for mended in (annulled(bloc, granted, at), renamed):
            assert [rule for rule in bloc.broken(mended) if rule != "PRP-8"] == verdict
        shorter = corrected(bloc, granted, at, effective_from="2026-02-01")
        assert [rule for rule in bloc.broken(shorter) if rule != "PRP-8"] == []
