"""Deciding a submission: what it expects, what is derived, what a refusal says, and what is neither."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from contracts.decoding import decode_event
from contracts.limits import EVENT_BYTES_MAX, REFUSAL_BROKEN_MAX
from services.tariffs.domain import decide as deciding
from services.tariffs.domain.rulebook import RULES
from services.tariffs.domain.world import TooLarge, VersionConflict
from tests.domain import facts, members, trade, vault
from tests.domain.facts import OXIDE, floor, goods, measure, measure_act
from tests.domain.given import accepted, digest_of, founded_bloc, refusal_of, refused

POSTED = datetime(2026, 7, 1, 3, 31, tzinfo=UTC)
"""When the declaration of E06 is posted: a minute after it was accepted, still 30 June in New York."""

PLACE = {rule.id: place for place, rule in enumerate(RULES)}


def test_a_rule_event_expects_its_stream_the_guard_and_its_author():
    """Two new measures share no stream; the guard `rules` is what makes one of them see the other."""
    bloc = founded_bloc()
    decided = accepted(bloc.decide(measure()))
    assert decided.expects == {
        "party/us.trade": 2,
        "measure/us.base.284690": 0,
        "rules": bloc.rules.version_of("rules"),
    }
    assert decided.derived == ()
    assert decided.derived_body == b""


def test_an_event_beside_the_rules_does_not_expect_the_guard():
    """An invitation and a reference price wait for nobody else's rules."""
    bloc = founded_bloc()
    assert accepted(bloc.decide(members.invited("JP"))).expects == {
        "party/bloc.secretariat": 0,
        "member/JP": 0,
    }
    assert "rules" not in accepted(bloc.decide(facts.reference_price())).expects


def test_a_key_is_expected_as_it_was_before_the_submission():
    """Three acts on one measure: version 0 is expected, and each act sees the one before."""
    bloc = founded_bloc()
    decided = accepted(
        bloc.decide(measure(), measure_act("amended", "2026-07-01"), measure_act("terminated", "2026-12-01"))
    )
    assert decided.expects["measure/us.base.284690"] == 0


def test_a_declaration_expects_its_stream_and_derives_its_duty():
    """E06: 26,196.00 of base duty and 612,000.00 of floor duty, in the same draft, on the rules as committed."""
    bloc = trade.trading_bloc()
    declaration = trade.declaration()
    decided = accepted(bloc.decide(declaration, now=POSTED))
    assert decided.expects == {"party/us.customs": 2, declaration.subject: 0}
    (assessed,) = decided.derived
    assert assessed.type == "bloc.duty.assessed.v1"
    assert assessed.source == "/parties/bloc.tariffs"
    assert assessed.time == "2026-07-01T03:31:00.000000Z"
    assert assessed.data.known_position == bloc.position
    assert assessed.subject == declaration.subject
    head = decided.streams[declaration.subject]
    assert head.version == 2


def test_the_derived_body_decodes_to_the_derived_events():
    """The second part of the draft is exactly what a strict reader accepts, line by line."""
    items = [trade.item_data(item_no=number) for number in (1, 2, 3)]
    decided = accepted(trade.trading_bloc().decide(trade.declaration(*items), now=POSTED))
    lines = decided.derived_body.split(b"\n")
    assert [decode_event(line) for line in lines] == list(decided.derived)
    assert len({event.id for event in decided.derived}) == 3


def test_a_drawdown_expects_the_commitment_that_it_draws_on():
    """Every key that was read is expected, or two drawdowns could both take the last lot."""
    bloc = trade.trading_bloc().record(*vault.opened_reserve(), vault.signed(), vault.lot())
    decided = accepted(bloc.decide(vault.drawn()))
    stock = f"stock/vault/{OXIDE}"
    assert decided.expects == {
        "party/us.vault": 2,
        stock: bloc.streams[stock].version,
        "purchase_commitment/vault.clarios.2026-01": 1,
    }
    assert [event.type for event in decided.derived] == ["bloc.replenishment.opened.v1"]
    assert decided.streams[stock].version == bloc.streams[stock].version + 2


def test_all_rules_broken_are_named_the_leading_one_first():
    """No mandate, an empty interval and an unknown line: authority leads, then days, then goods."""
    bloc = founded_bloc()
    event = measure(
        "au.base.1",
        by="au.trade",
        effective_to="2026-01-01",
        goods=goods(lines=["ndpr.alloy.mischmetal"]),
    )
    broken = refused(bloc.decide(event))
    assert broken == ["MND-1", "INT-1", "MSR-4"]


def test_precedence_holds_across_the_lines_of_a_submission():
    """The second line's missing mandate leads over the first line's overlap; within a rule the lines keep order."""
    bloc = founded_bloc().record(measure())
    decided = refusal_of(
        bloc.decide(measure("us.base.a"), measure("eu.base.b", by="us.trade"), measure("us.base.c"))
    )
    found = [(violation.rule.id, violation.event_id) for violation in decided.violations]
    assert [rule for rule, _ in found] == ["MND-1", "MSR-6", "MSR-6", "MSR-6"]
    assert [PLACE[rule] for rule, _ in found] == sorted(PLACE[rule] for rule, _ in found)


def test_one_fault_does_not_accuse_the_lines_that_build_on_it():
    """An overlapping measure is amended later in the same submission: the overlap is the fault, not the amendment."""
    bloc = founded_bloc().record(measure())
    decided = bloc.decide(
        measure("us.base.other", goods=goods("2846904000")),
        measure_act("suspended", "2026-08-01", "us.base.other"),
    )
    assert refused(decided) == ["MSR-6"]


def test_a_refusal_is_a_fact_about_the_submission():
    """It names digest, author, rule book and position, and each rule with its text and what was wrong here."""
    bloc = founded_bloc().record(floor())
    event = floor("115.00", effective_from="2026-07-01")
    decided = refusal_of(bloc.decide(event))
    refusal = decided.refusal
    assert (refusal.type, refusal.subject) == ("bloc.submission.refused.v1", "refusal/bloc.secretariat")
    assert refusal.data.submission == digest_of([event])
    assert (refusal.data.ruleset, refusal.data.known_position) == ("2026.1", bloc.position)
    (broken,) = refusal.data.broken
    assert (broken.rule, broken.event, broken.path) == ("FLR-2", event.id, "$.data.effective_from")
    assert broken.text == (
        "No floor is set for days on which another floor of the line is in force. Here: "
        f"{OXIDE} has a floor from 2026-05-01 (position {bloc.position}); revise or withdraw it instead."
    )
    assert decided.recordable


def test_a_refusal_expects_all_that_it_was_decided_on():
    """Recorded only if nothing of it has changed: its keys, its author and the rules; not the stream of refusals."""
    bloc = founded_bloc().record(floor())
    decided = refusal_of(bloc.decide(floor()))
    assert decided.expects == {
        "party/bloc.secretariat": 0,
        f"floor/{OXIDE}": 1,
        "rules": bloc.rules.version_of("rules"),
    }


def test_a_refused_declaration_expects_the_rules_too():
    """A line defined meanwhile could make the refusal untrue."""
    bloc = trade.trading_bloc()
    decided = refusal_of(bloc.decide(trade.declaration(trade.item_data(line=None)), now=POSTED))
    assert decided.expects["rules"] == bloc.rules.version_of("rules")


def test_a_refusal_decodes_strictly_and_fits_an_event_at_its_largest():
    """256 events that break several rules each: those that lead are named, and the event stays below its limit."""
    bloc = founded_bloc()
    events = [
        measure(f"eu.base.{number}", by="us.trade", effective_to="2026-01-01", goods=goods("28" * 5))
        for number in range(256)
    ]
    decided = refusal_of(bloc.decide(*events))
    assert len(decided.violations) == 2 * len(events)
    assert len(decided.refusal.data.broken) == REFUSAL_BROKEN_MAX
    line = msgspec.json.encode(decided.refusal)
    assert len(line) < EVENT_BYTES_MAX
    assert decode_event(line) == decided.refusal


def test_the_author_s_own_version_check_is_answered_not_recorded():
    """`expectedversion` is his, not a rule's: the floor had moved on."""
    bloc = founded_bloc().record(floor())
    stale = facts.event(
        facts.SECRETARIAT, "bloc.price_floor.revised.v1", _revision("115.00"), expectedversion=0
    )
    conflict = bloc.decide(stale)
    assert conflict == VersionConflict(stale.id, f"floor/{OXIDE}", expected=0, actual=1)


def test_the_author_s_version_check_counts_the_earlier_lines():
    """Line 2 expects the version that line 1 makes."""
    bloc = founded_bloc()
    revised = facts.event(
        facts.SECRETARIAT, "bloc.price_floor.revised.v1", _revision("115.00"), expectedversion=1
    )
    accepted(bloc.decide(floor(), revised))


def test_what_is_derived_must_fit_a_draft(monkeypatch: pytest.MonkeyPatch):
    """A submission whose assessments do not fit is too large; nothing of it is decided."""
    monkeypatch.setattr(deciding, "DERIVED_BYTES_MAX", 3_000)
    items = [trade.item_data(item_no=number) for number in (1, 2, 3)]
    decided = trade.trading_bloc().decide(trade.declaration(*items), now=POSTED)
    assert isinstance(decided, TooLarge)
    assert decided.size_bytes > decided.limit_bytes == 3_000


def test_a_refused_submission_changes_nothing():
    """Neither the state nor any stream that it was decided on."""
    bloc = trade.trading_bloc().record(*vault.opened_reserve(), vault.signed(), vault.lot())
    before, streams = bloc.rules, dict(bloc.streams)
    refused(bloc.decide(vault.drawn(fixed_price={"amount": "90.00", "currency": "USD", "per": "kg"})))
    refused(bloc.decide(floor(), measure_act("amended", "2026-07-01")))
    assert bloc.rules is before
    assert bloc.streams == streams


def test_deciding_twice_gives_the_same_decision_byte_for_byte():
    """Another replica, or the same one after a conflict that changed nothing, derives the same ids and bytes."""
    bloc = trade.trading_bloc()
    declaration = trade.declaration(trade.item_data(), trade.item_data(item_no=2))
    first, second = (accepted(bloc.decide(declaration, now=POSTED)) for _ in range(2))
    assert first.derived_body == second.derived_body
    assert first == second


def test_nobody_is_sentenced_for_the_party_of_another():
    """A submission is signed by one party; an event of another in it leads the refusal, before its own mandate."""
    bloc = founded_bloc()
    decided = bloc.decide(measure(), measure("eu.base.284690", by="eu.trade"))
    assert refused(decided) == ["MND-2"]


def _revision(amount: str) -> dict[str, Any]:
    return msgspec.to_builtins(floor(amount, "revised", effective_from="2026-07-01").data)
