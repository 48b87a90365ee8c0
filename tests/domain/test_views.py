"""Answers of the API: rules, floors, members and parties at (V, K), told apart as value, none and not known."""

from datetime import date
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from services.tariffs.domain.answers.listing import RulesFilter, RulesView, rules_at
from services.tariffs.domain.answers.views import floor_at, member_at, members_at
from services.tariffs.domain.governance.party import PartyView, party_view
from tests.domain import facts
from tests.domain.facts import GALLIUM, METAL, OXIDE, floor, floor_act, goods, key_of, measure, measure_act
from tests.domain.given import Bloc, founded_bloc
from tests.domain.members import commitment, fulfilled, invited, joined, suspended
from tests.domain.vault import opened_reserve

ACT_VERBS = ("adopted", "published", "extended", "suspended", "resumed", "repealed")
JUNE = date(2026, 6, 15)


def names(view: RulesView) -> list[str]:
    """The measures of an answer, by name."""
    return [found.measure for found in view.measures]


def shown(view: Struct) -> dict[str, Any]:
    """An answer as the API writes it, dates kept: fields that are not there are left out."""
    return msgspec.to_builtins(view, builtin_types=(date,))


def party(bloc: Bloc, name: str, day: date = JUNE, known_at: int | None = None) -> PartyView:
    """A party that is there, as known at a position (now when left out)."""
    view = party_view(bloc.rules, name, day, bloc.position if known_at is None else known_at)
    assert view is not None
    return view


def test_rules_at_gives_what_is_in_force_with_terms_and_legal_basis():
    """One base duty and one floor on 15 June, each with the entry it rests on."""
    bloc = founded_bloc().record(measure(), floor())
    view = rules_at(bloc.rules, JUNE, bloc.position)
    (base,), (on_oxide,) = view.measures, view.floors
    assert (base.measure, base.kind, base.status, base.position) == (
        "us.base.284690",
        "base",
        "in_force",
        bloc.position - 1,
    )
    assert shown(base)["legal_basis"]["act"] == "bloc.council.decision.2026-3"
    assert (on_oxide.line, on_oxide.position) == (OXIDE, bloc.position)
    assert shown(on_oxide)["price"] == {"amount": "110.00", "currency": "USD", "per": "kg"}


def test_rules_at_an_earlier_position_knows_less():
    """Before the floor was recorded there is none in the answer; before the measure neither."""
    bloc = founded_bloc().record(measure(), floor())
    before_floor = rules_at(bloc.rules, JUNE, bloc.position - 1)
    assert (names(before_floor), before_floor.floors) == (["us.base.284690"], ())
    assert names(rules_at(bloc.rules, JUNE, bloc.position - 2)) == []


def test_rules_at_can_be_asked_for_a_territory_a_kind_a_code_or_a_line():
    """A code finds the measures on it and above it; a line finds those that name it."""
    bloc = founded_bloc().record(
        measure(),
        measure("us.base.28", kind="preference", goods=goods("28")),
        measure("eu.base.284690", by="eu.trade"),
        measure("us.base.ga", goods=goods(lines=[GALLIUM])),
        floor(),
        floor(named=METAL),
    )

    def found(**wanted: str) -> RulesView:
        return rules_at(bloc.rules, JUNE, bloc.position, msgspec.convert(wanted, RulesFilter))

    assert names(found(territory="EU")) == ["eu.base.284690"]
    assert names(found(kind="preference")) == ["us.base.28"]
    assert found(kind="preference").floors == ()
    assert names(found(territory="US", code="2846904000")) == ["us.base.284690", "us.base.28"]
    assert [f.line for f in found(code="2846904000").floors] == [OXIDE]
    assert names(found(line=GALLIUM)) == ["us.base.ga"]
    assert [f.line for f in found(line=METAL).floors] == [METAL]


def test_rules_at_tells_why_something_is_not_in_force_when_asked():
    """Suspended, terminated, pending: each with its reason."""
    bloc = founded_bloc().record(
        measure(),
        measure_act("suspended", "2026-06-01"),
        measure("us.base.280530", goods=goods("280530")),
        measure_act("terminated", "2026-06-01", "us.base.280530"),
        measure("us.base.811292", goods=goods("811292"), effective_from="2027-01-01"),
    )
    assert names(rules_at(bloc.rules, JUNE, bloc.position)) == []
    view = rules_at(bloc.rules, JUNE, bloc.position, RulesFilter(in_force_only=False))
    assert {found.measure: found.status for found in view.measures} == {
        "us.base.284690": "suspended",
        "us.base.280530": "terminated",
        "us.base.811292": "pending",
    }
    assert all(found.because for found in view.measures)


def test_a_floor_is_one_of_three_answers():
    """In force with its price, known to be none, or not known."""
    bloc = founded_bloc().record(floor(), floor_act("withdrawn", "2026-09-01"))
    first = bloc.position - 1
    in_june = shown(floor_at(bloc.rules, OXIDE, JUNE, bloc.position))
    assert (in_june["status"], in_june["until"]) == ("in_force", date(2026, 9, 1))
    assert in_june["price"]["amount"] == "110.00"
    in_october = floor_at(bloc.rules, OXIDE, date(2026, 10, 1), bloc.position)
    assert (in_october.status, in_october.position) == ("withdrawn", bloc.position)
    assert in_october.price is msgspec.UNSET
    assert floor_at(bloc.rules, OXIDE, JUNE, first - 1).status == "not_known"
    assert floor_at(bloc.rules, METAL, JUNE, bloc.position).status == "not_known"


def test_a_floor_shows_the_acts_that_made_the_answer():
    """Which event made the difference: set, then withdrawn; the second is not known at the first's position."""
    bloc = founded_bloc().record(floor(), floor_act("withdrawn", "2026-09-01"))
    acts = floor_at(bloc.rules, OXIDE, JUNE, bloc.position).acts
    assert [(act.type.split(".")[2], act.position) for act in acts] == [
        ("set", bloc.position - 1),
        ("withdrawn", bloc.position),
    ]
    assert len(floor_at(bloc.rules, OXIDE, JUNE, bloc.position - 1).acts) == 1


def test_members_at_tells_status_terms_and_commitments():
    """The US is a member, suspended for gallium; the EU is invited and was late by 49 days."""
    bloc = founded_bloc().record(
        *joined("US"),
        suspended("US", "2026-06-01", "gallium"),
        invited("EU"),
        commitment("EU"),
        fulfilled("EU"),
    )
    eu, us = members_at(bloc.rules, JUNE, bloc.position)
    assert (us.member, us.status, us.currency, us.suspended_minerals) == (
        "US",
        "acceded",
        "USD",
        ("gallium",),
    )
    assert us.territories == ("US",)
    assert (eu.member, eu.status, eu.territories) == ("EU", "invited", msgspec.UNSET)
    assert [(c.commitment, c.days_late) for c in eu.commitments] == [("eu-us-memorandum", 49)]


def test_a_member_nobody_spoke_of_is_unknown():
    """Not an error: an answer."""
    bloc = founded_bloc()
    assert member_at(bloc.rules, "JP", JUNE, bloc.position).status == "unknown"
    assert members_at(bloc.rules, JUNE, bloc.position) == ()


def test_a_party_sees_its_keys_its_mandates_and_what_it_may_post():
    """The ministry may post measures, acts of its law, fulfilments and its own keys."""
    bloc = founded_bloc()
    view = party(bloc, "us.trade")
    assert [(key.kid, key.live) for key in view.keys] == [(key_of("us.trade").kid, True)]
    assert [(m.mandate, m.status) for m in view.mandates] == [("us.trade.2026", "live")]
    assert view.may_post == (
        "bloc.key.registered.v1",
        "bloc.key.revoked.v1",
        "bloc.member_commitment.fulfilled.v1",
        "bloc.measure.created.v1",
        "bloc.measure.amended.v1",
        "bloc.measure.suspended.v1",
        "bloc.measure.resumed.v1",
        "bloc.measure.terminated.v1",
        "bloc.event.corrected.v1",
        "bloc.event.annulled.v1",
        *(f"bloc.act.{verb}.v1" for verb in ACT_VERBS),
        "bloc.quota.opened.v1",
        "bloc.quota.blocked.v1",
        "bloc.quota.unblocked.v1",
        "bloc.proposal.submitted.v1",
        "bloc.proposal.withdrawn.v1",
        "bloc.case.opened.v1",
        "bloc.case.consultations_held.v1",
        "bloc.case.closed.v1",
        "bloc.quota.amended.v1",
    )


def test_the_ledger_sees_which_of_its_keys_signs_checkpoints_and_that_it_may_rotate_it():
    """The founding's key at first, then the one that was rotated in; as known at each position."""
    bloc = founded_bloc()
    second = key_of("bloc.ledger", 2)
    bloc.record(
        facts.key_registered("bloc.ledger", by="bloc.ledger", key=second),
        facts.checkpoint_key_rotated(second),
    )
    rotated_at = bloc.position
    now = party(bloc, "bloc.ledger")
    assert [key.checkpoints_since for key in now.keys] == [0, rotated_at]
    before = party(bloc, "bloc.ledger", known_at=rotated_at - 1)
    assert [key.checkpoints_since for key in before.keys] == [0, UNSET]
    assert "bloc.checkpoint_key.rotated.v1" in now.may_post
    assert "bloc.checkpoint_key.rotated.v1" not in party(bloc, "us.trade").may_post
    assert "bloc.checkpoint_key.rotated.v1" in party(bloc, "bloc.secretariat").may_post


def test_a_party_at_an_earlier_position_is_what_it_was():
    """A key revoked later was live then; a mandate granted later was not there."""
    bloc = founded_bloc()
    before = bloc.position
    bloc.record(
        facts.key_revoked("us.trade", reason="compromised", suspect_from="2026-06-01T00:00:00Z"),
        facts.mandate_revoked("us.trade", "2026-06-10"),
        facts.mandate_granted("us.trade", "trade_ministry", mandate="us.trade.2027"),
    )
    then = party(bloc, "us.trade", known_at=before)
    now = party(bloc, "us.trade")
    assert [key.live for key in then.keys] == [True]
    assert [(m.mandate, m.status) for m in then.mandates] == [("us.trade.2026", "live")]
    assert [(key.live, key.suspect_from) for key in now.keys] == [(False, "2026-06-01T00:00:00Z")]
    assert [(m.mandate, m.status) for m in now.mandates] == [
        ("us.trade.2026", "revoked"),
        ("us.trade.2027", "live"),
    ]


def test_mandates_of_a_party_may_lie_ahead_or_be_over():
    """Pending before its first day, expired from its last."""
    term = facts.mandate_granted("us.trade", "trade_ministry", mandate="term", effective_to="2026-07-01")
    bloc = founded_bloc().record(term)

    def status(day: date) -> str:
        return party(bloc, "us.trade", day).mandates[1].status

    days = (date(2025, 12, 31), JUNE, date(2026, 7, 1))
    assert [status(day) for day in days] == ["pending", "live", "expired"]


def test_an_operator_sees_its_reserves():
    """The reserve belongs to the party that brought its first capital."""
    bloc = founded_bloc()
    before = bloc.position
    bloc.record(*opened_reserve())
    assert party(bloc, "us.vault").reserves == ("vault",)
    assert party(bloc, "us.vault", known_at=before).reserves == ()


def test_a_party_nobody_registered_is_not_there():
    """The secretariat is there from the founding on, with its charter as mandate."""
    bloc = founded_bloc()
    assert party_view(bloc.rules, "xx.nobody", JUNE, bloc.position) is None
    assert [m.mandate for m in party(bloc, "bloc.secretariat", known_at=0).mandates] == ["charter"]
    assert party_view(bloc.rules, "bloc.secretariat", JUNE, -1) is None
