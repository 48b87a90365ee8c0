"""Rule DEC-14: where measures go by additional code, goods that declare none are refused, not free (trap 10)."""

from typing import Any

import pytest

from contracts.envelope import Event
from contracts.events import DutyAssessed
from contracts.limits import CODES_NAMED_MAX
from tests.domain.audited import audited, faults
from tests.domain.customs import JULY, TWENTIETH_OF_MAY, amended, done, ordered, secured, state_of
from tests.domain.facts import event, goods, measure, origins, percent, threshold
from tests.domain.given import Bloc, accepted, refusal_of
from tests.domain.governing import ruleset_activated
from tests.domain.ledgered import founded_record
from tests.domain.members import joined
from tests.domain.trade import assess, claimed, declaration, expected, item, item_data, trading_bloc, usd

SPARED = origins("ERGA_OMNES", exclude=["KE"])
SILENT = item_data("720000.00")
TESTED = item_data("720000.00", additional_codes=["2201"])
ON_THE_WAY = item_data("720000.00", additional_codes=["2200"])


def by_code(name: str, code: str, *duty: dict[str, Any], kind: str = "safeguard", **more: Any) -> Event[Any]:
    """A measure on the goods of the tests that applies by an additional code only."""
    terms = {"origins": SPARED, "duty": list(duty), "note": f"goods of {name}"} | more
    return measure(
        f"us.{kind}.{name}", by="us.remedies", kind=kind, goods=goods("284690", codes=[code]), **terms
    )


def guarded(*more: Any) -> Bloc:
    """The shape of Regulation (EU) 2025/2351: 2200 goods in transit are free, 2201 pays the gap to a price."""
    bloc = trading_bloc().record(measure(duty=[percent("0")]))
    return bloc.record(
        by_code("transit", "2200", percent("0")), by_code("tested", "2201", threshold("65.00")), *more
    )


def strict(*more: Any) -> Bloc:
    """The same under rule book 2026.2."""
    return guarded(*more, ruleset_activated("2026.2", effective_from="2026-02-05"))


def in_may(declared: dict[str, Any]) -> Event[Any]:
    """A declaration of one item, accepted before customs acts on it."""
    return declaration(declared, accepted_at=TWENTIETH_OF_MAY)


def broken(bloc: Bloc, act: Any) -> list[tuple[str, str]]:
    """The rules that an act breaks, with the paths."""
    refused = refusal_of(bloc.decide(act, now=JULY))
    return [(violation.rule.id, violation.path) for violation in refused.violations]


AT_FIRST = [("DEC-14", "$.data.items[0].additional_codes")]


@pytest.mark.parametrize(("declared", "total"), [(TESTED, "60000.00"), (ON_THE_WAY, "0.00")])
def test_dec_14_either_code_is_an_answer(declared: dict[str, Any], total: str) -> None:
    """Given both codes of a kind, when the item declares one of them, then it pays what that one says."""
    (assessed,) = accepted(strict().decide(declaration(declared), now=JULY)).derived
    assert assessed.data.total == total


@pytest.mark.parametrize("codes", [None, [], ["4711"]])
def test_dec_14_silence_is_refused_and_told_the_codes(codes: list[str] | None) -> None:
    """With no code, or one of nobody, the refusal names both codes with what they mean."""
    silent = item_data("720000.00", additional_codes=codes)
    refused = refusal_of(strict().decide(declaration(silent), now=JULY))
    (violation,) = refused.violations
    assert (violation.rule.id, violation.path) == AT_FIRST[0]
    assert "none of 2200, 2201; 2200: goods of transit, " in violation.detail
    assert "2201: goods of tested, " in violation.detail


def test_dec_14_what_the_first_rule_book_accepted_stays_accepted() -> None:
    """Under 2026.1 the same goods are recorded, with a final assessment: the rule book decides."""
    (assessed,) = accepted(guarded().decide(declaration(SILENT), now=JULY)).derived
    assert isinstance(assessed.data, DutyAssessed)
    assert (assessed.data.status, assessed.data.total) == ("final", "0.00")
    told = [
        step.because
        for step in assessed.data.trace
        if step.measure in ("us.safeguard.transit", "us.safeguard.tested")
    ]
    assert len(told) == 2  # one step for each measure, as ever: what it does not meet and why


def test_dec_14_a_violation_of_another_rule_book_takes_nothing_else_away() -> None:
    """Two silent items under 2026.1 bring two assessments: nothing derived is lost to a rule that does not judge."""
    cause = declaration(SILENT, SILENT | {"item_no": 2})
    assert len(accepted(guarded().decide(cause, now=JULY)).derived) == 2


def test_dec_14_a_quote_says_what_it_does_not_know() -> None:
    """`complete` is false, `unknown` names the field and the codes; with a code the quote is complete."""
    quoted = assess(strict(), item("720000.00"))
    missing = next(one for one in quoted.unknown if one.what == "additional_code")
    assert (quoted.complete, missing.field) == (False, "additional_codes")
    assert "2200, 2201" in missing.because
    told = assess(strict(), item("720000.00", additional_codes=["2201"]))
    assert "additional_code" not in {one.what for one in told.unknown}


def test_dec_14_goods_and_origins_without_such_measures_need_no_code() -> None:
    """Kenya is excluded, other goods are not covered, and before its first day a measure asks for nothing."""
    accepted(strict().decide(declaration(item_data(origin="KE")), now=JULY))
    bloc = strict(measure("us.base.280530", goods=goods("280530"), duty=[percent("0")]))
    other = item_data(commodity_code="2805301000", line="none")
    accepted(bloc.decide(declaration(other), now=JULY))
    later = by_code("later", "A100", percent("9"), kind="anti_dumping", effective_from="2026-07-01")
    accepted(strict(later).decide(declaration(TESTED), now=JULY))


def test_dec_14_each_kind_has_codes_of_its_own() -> None:
    """A code of the safeguard is none of the anti-dumping duty; both at once are."""
    bloc = strict(by_code("company", "A100", percent("9"), kind="anti_dumping"))
    refused = refusal_of(bloc.decide(declaration(TESTED), now=JULY))
    (violation,) = refused.violations
    assert "anti_dumping measures of US" in violation.detail
    assert "none of A100; A100: goods of company" in violation.detail
    both = item_data("720000.00", additional_codes=["A100", "2201"])
    accepted(bloc.decide(declaration(both), now=JULY))


@pytest.mark.parametrize("kind", ["preference", "autonomous_suspension"])
def test_dec_14_reliefs_are_claimed_and_ask_for_nothing(kind: str) -> None:
    """Whoever names no code of a relief pays in full: nothing is slipped past."""
    relief = measure(
        f"us.{kind}.relief",
        kind=kind,
        goods=goods("284690", codes=["2500"]),
        origins=SPARED,
        duty=[percent("0")],
    )
    for proof in ({}, claimed()):
        accepted(strict(relief).decide(declaration(TESTED | proof), now=JULY))


def test_dec_14_the_free_side_of_a_quota_asks_for_no_code_and_answers_for_none() -> None:
    """Its code says nothing of goods beyond: declaring it without claiming the quota would leave them free."""
    opened = event(
        "us.trade",
        "bloc.quota.opened.v1",
        {
            "order_number": "09.8201",
            "territory": "US",
            "volume": {"value": "1000", "unit": "t"},
            "effective_from": "2026-05-01",
            "effective_to": "2027-05-01",
            "legal_basis": {
                "act": "us.hts.2026",
                "article": "1",
                "uri": "https://bloc.example/acts/us-hts-2026",
            },
        },
    )
    within = by_code("within", "2202", percent("0"), quota={"order_number": "09.8201", "applies": "within"})
    bloc = strict(opened, within)
    accepted(bloc.decide(declaration(TESTED), now=JULY))
    assert broken(bloc, declaration(item_data("720000.00", additional_codes=["2202"]))) == AT_FIRST


def test_dec_14_an_amendment_declares_the_code() -> None:
    """An amendment that drops the code, or keeps silent, is refused under 2026.2, and follows its course before."""
    bloc = strict()
    done(bloc, in_may(TESTED))
    assert broken(bloc, amended(SILENT)) == AT_FIRST
    done(bloc, amended(ON_THE_WAY))
    old = guarded()
    done(old, in_may(SILENT))
    assert done(old, amended(item_data("700000.00")))
    old.record(ruleset_activated("2026.2", effective_from="2026-06-01"))
    assert broken(old, amended(SILENT)) == AT_FIRST
    done(old, amended(TESTED))
    duty = state_of(old).items[1].duty
    assert duty is not None
    assert duty.total == "60000.00"


def test_dec_14_an_order_asks_no_more_of_what_was_accepted() -> None:
    """Customs can reassess goods that an older rule book accepted: an order repeats their terms."""
    bloc = guarded()
    done(bloc, in_may(SILENT))
    bloc.record(ruleset_activated("2026.2", effective_from="2026-06-01"))
    assert done(bloc, ordered())


def test_dec_14_terms_that_a_security_stands_for_declare_the_code() -> None:
    """What customs holds possible is said in full: without a code the difference would be that of free goods."""
    bloc = strict()
    done(bloc, in_may(ON_THE_WAY))
    path, rule = AT_FIRST[0][1], AT_FIRST[0][0]
    assert (rule, path) in broken(bloc, secured("60000.00", SILENT))
    done(bloc, secured("60000.00", TESTED))


def test_dec_14_many_codes_are_counted_behind_the_first() -> None:
    """A refusal stays readable where each company has a code."""
    companies = [by_code(f"company{n}", f"A{n}", percent("9"), kind="anti_dumping") for n in range(100, 120)]
    quoted = assess(
        guarded(*companies), item(additional_codes=["2201"], free_at_frontier_value=usd("708000.00"))
    )
    (missing,) = [one for one in quoted.unknown if one.what == "additional_code"]
    assert f" and {20 - CODES_NAMED_MAX} more; A100: " in missing.because


def test_dec_14_an_audit_accuses_nothing_that_was_recorded_before() -> None:
    """Given silence recorded under 2026.1 and 2026.2 since, an audit finds no fault, and only the next is refused."""
    record = founded_record()
    record.post(*joined("US"))
    record.post(measure(duty=[percent("0")]))
    record.post(by_code("tested", "2201", threshold("65.00")))
    record.post(declaration(SILENT), now=JULY)
    later = ruleset_activated("2026.2", effective_from=f"{JULY:%Y-%m-%d}")
    record.post(later, now=JULY)
    assert faults(audited(record)) == []
    refused = refusal_of(record.decide(declaration(SILENT, reference="LATER-1"), now=JULY))
    assert [violation.rule.id for violation in refused.violations] == ["DEC-14"]


def test_e15_stacking_through_every_rule() -> None:
    """A line of a real CBP 7501, posted: two remedies on the same goods by additional codes of their own (headings of
    chapter 99 on the entry; two on all of the goods would overlap, MSR-6), and the importer declares both."""
    bloc = trading_bloc().record(measure(duty=[percent("2.9")]))
    for code, rate in (("S301", "25"), ("S232", "50")):
        fact = by_code(code.lower(), code, percent(rate))
        accepted(bloc.decide(fact))
        bloc.record(fact)
    entry = item_data("14172.00", line="none", additional_codes=["S301", "S232"])
    (assessed,) = accepted(bloc.decide(declaration(entry), now=JULY)).derived
    results = expected("E15")
    lines = [results["mfn_2.9"], results["s301_25"], results["s232_50"]]
    assert [line.amount for line in assessed.data.lines] == lines
    assert assessed.data.total == results["total"] == "11039.99"
