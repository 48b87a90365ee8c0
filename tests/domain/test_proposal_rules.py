"""Proposals: who proposes, who decides, in which order; and what may not be recorded without."""

from datetime import date
from typing import Any

import pytest

from contracts.envelope import Event
from services.tariffs.domain.governance.proposals import proposal_at
from tests.domain import facts
from tests.domain.facts import OXIDE, SECRETARIAT, floor, measure
from tests.domain.given import TODAY, Bloc, accepted, refusal_of, refused
from tests.domain.governing import (
    COUNCIL,
    PROPOSAL,
    US_COUNCIL,
    approved,
    bloc_with_approvers,
    bloc_with_four_eyes,
    proposing,
    rejected,
    ruleset_activated,
    submitted,
    under,
    withdrawn,
)
from tests.domain.listed import mineral
from tests.domain.members import acceded
from tests.domain.mending import annulled, corrected


def status_of(bloc: Any, name: str = PROPOSAL) -> str:
    """What became of a proposal by now."""
    proposal = proposal_at(bloc.rules, name, bloc.position)
    assert proposal is not None
    return proposal.status


def held(bloc: Bloc, event: Event[Any], on: date = TODAY) -> list[str]:
    """What the rules about proposals hold against an event; other rules of the second rule book may say more."""
    return [rule_id for rule_id in bloc.broken(event, on=on) if rule_id.startswith("PRP")]


def test_prp_1_the_name_of_a_proposal_is_used_once():
    """Not even a withdrawn proposal gives its name back."""
    bloc = bloc_with_approvers()
    assert bloc.broken(submitted(floor())) == []
    bloc.record(submitted(floor()), withdrawn())
    assert bloc.broken(submitted(floor(), measure())) == ["PRP-1", "PRP-2"]
    assert bloc.broken(submitted(floor(), name="floor.ndpr.2027")) == []


def test_prp_2_an_author_proposes_only_what_he_may_issue():
    """A trade ministry proposes no floors, and no measures of others."""
    bloc = bloc_with_approvers()
    (found,) = bloc.violations(submitted(measure(), floor(), by="us.trade"))
    assert (found.rule.id, found.path) == ("PRP-2", "$.data.events[1]")
    assert bloc.broken(submitted(measure("us.base.1"), by="eu.trade")) == ["PRP-2"]


def test_prp_3_a_proposal_is_decided_once_after_its_submission():
    """Nothing decides what is not there, was decided, or was withdrawn."""
    bloc = bloc_with_approvers()
    assert bloc.broken(approved(7)) == ["PRP-3"]
    bloc.record(submitted(floor()))
    position = bloc.position
    assert bloc.broken(approved(position)) == bloc.broken(rejected(position)) == []
    for decision in (approved(position), rejected(position), withdrawn()):
        decided = bloc_with_approvers().record(submitted(floor()), decision)
        assert decided.broken(approved(position)) == ["PRP-3"]
        assert decided.broken(rejected(position)) == ["PRP-3"]


def test_prp_3_a_decision_names_the_position_that_was_read():
    """An approval that was written for something else approves nothing."""
    bloc = bloc_with_approvers().record(submitted(floor()))
    (found,) = bloc.violations(approved(bloc.position - 1))
    assert (found.rule.id, found.path) == ("PRP-3", "$.data.position")


def test_prp_3_a_proposal_is_withdrawn_while_something_of_it_is_open():
    """An approved one too; after everything is recorded there is nothing left to withdraw."""
    bloc = bloc_with_four_eyes()
    assert bloc.broken(withdrawn()) == ["PRP-3"]
    proposing(bloc, floor())
    assert bloc.broken(withdrawn()) == []
    bloc.record(under(floor()))
    assert bloc.broken(withdrawn()) == ["PRP-3"]
    rejected_one = bloc_with_approvers().record(submitted(floor()))
    rejected_one.record(rejected(rejected_one.position))
    assert rejected_one.broken(withdrawn()) == ["PRP-3"]


def test_prp_4_nobody_approves_his_own_proposal():
    """Not even with a mandate as approver beside the one as secretariat."""
    bloc = bloc_with_approvers()
    grant = facts.mandate_granted(SECRETARIAT, "approver", ("BLOC",))
    bloc.record(grant, submitted(floor()))
    assert bloc.broken(approved(bloc.position, by=SECRETARIAT)) == ["PRP-4"]
    assert bloc.broken(rejected(bloc.position, by=SECRETARIAT)) == ["PRP-4"]
    assert bloc.broken(approved(bloc.position)) == []


def test_prp_5_an_approver_is_mandated_for_the_territory_of_everything_proposed():
    """A measure of the United States is approved there, a floor for the bloc; neither speaks for the other."""
    bloc = bloc_with_approvers().record(submitted(measure()))
    assert bloc.broken(approved(bloc.position)) == ["PRP-5"]
    assert bloc.broken(approved(bloc.position, by=US_COUNCIL)) == []
    bloc.record(submitted(floor(), name="floor"))
    assert bloc.broken(approved(bloc.position, "floor", by=US_COUNCIL)) == ["PRP-5"]
    assert bloc.broken(approved(bloc.position, "floor")) == []


def test_prp_5_an_approver_is_mandated_for_the_minerals_and_on_the_day():
    """Gallium is another mineral; a mandate that ended approves no more, and leaves what it approved."""
    bloc = bloc_with_approvers()
    for party, minerals in (("bloc.ga", ["gallium"]), ("bloc.nd", ["ndpr"])):
        grant = facts.mandate_granted(party, "approver", ("BLOC",), minerals=minerals)
        bloc.record(facts.key_registered(party), grant)
    bloc.record(submitted(floor()))
    position = bloc.position
    assert bloc.broken(approved(position, by="bloc.ga")) == ["PRP-5"]
    assert bloc.broken(approved(position, by="bloc.nd")) == []
    bloc.record(facts.mandate_revoked("bloc.nd", "2026-06-15"))
    assert bloc.broken(approved(position, by="bloc.nd")) == ["MND-1", "PRP-5"]
    assert bloc.broken(approved(position, by="bloc.nd"), on=date(2026, 6, 14)) == []


def test_prp_5_what_corrects_is_approved_where_its_target_belongs():
    """The correction of a measure, and its annulment, are matters of the territory of that measure."""
    bloc = bloc_with_approvers().record(measure())
    position = bloc.position
    for mended in (annulled(bloc, measure(), position), corrected(bloc, measure(), position, note="Misread")):
        bloc.record(submitted(mended, name=mended.id))
        assert bloc.broken(approved(bloc.position, mended.id)) == ["PRP-5"]
        assert bloc.broken(approved(bloc.position, mended.id, by=US_COUNCIL)) == []


def test_prp_6_only_its_author_withdraws_a_proposal():
    """An approver rejects it; another proposer has no say."""
    bloc = bloc_with_approvers().record(submitted(floor()))
    assert bloc.broken(withdrawn(by="us.trade")) == ["PRP-6"]
    assert bloc.broken(withdrawn()) == []


def test_prp_7_an_approver_is_mandated_for_some_territory():
    """An empty list would approve nothing."""
    bloc = bloc_with_approvers()
    assert bloc.broken(facts.mandate_granted("bloc.ga", "approver", ())) == ["PRP-7"]


PROPOSED: dict[str, Event[Any]] = {
    "membership": acceded("NO"),
    "a measure": measure(),
    "a floor": floor(),
    "a mandate": facts.mandate_granted("no.trade", "trade_ministry", ("NO",)),
    "the end of a mandate": facts.mandate_revoked("us.trade", "2026-07-01"),
    "the first key of a party": facts.key_registered("no.trade"),
    "a further key of the secretariat": facts.key_registered(SECRETARIAT, key=facts.key_of(SECRETARIAT, 2)),
    "the checkpoint key, rotated by the secretariat": facts.checkpoint_key_rotated(
        facts.key_of("bloc.ledger"), by=SECRETARIAT
    ),
}


@pytest.mark.parametrize("event", PROPOSED.values(), ids=PROPOSED)
def test_prp_8_what_needs_four_eyes_names_an_approved_proposal(event: Event[Any]):
    """Without one it is refused under the second rule book, and taken under the first."""
    assert "PRP-8" in bloc_with_four_eyes().broken(event)
    assert "PRP-8" not in bloc_with_approvers().broken(event)
    bloc = bloc_with_four_eyes()
    bloc.record(submitted(event))
    assert "PRP-8" in bloc.broken(under(event))
    bloc.record(approved(bloc.position))
    assert "PRP-8" not in bloc.broken(under(event))


def test_prp_8_others_keys_prices_and_declarations_need_no_second_party():
    """A party brings further keys alone; a published rate, or its correction, is no act of the bloc."""
    bloc = bloc_with_four_eyes()
    price = facts.reference_price()
    bloc.record(price)
    position = bloc.position
    second = facts.key_registered("us.trade", by="us.trade", key=facts.key_of("us.trade", 2))
    for event in (second, mineral("tin"), price, annulled(bloc, price, position)):
        assert "PRP-8" not in bloc.broken(event), event.type


def test_prp_8_corrections_need_four_eyes_where_their_target_did():
    """And so do corrections of corrections, and their annulments."""
    bloc = bloc_with_four_eyes()
    price = {"amount": "112.00", "currency": "USD", "per": "kg"}
    bloc.record(floor())
    correction = corrected(bloc, floor(), bloc.position, price=price)
    assert held(bloc, correction) == ["PRP-8"]
    bloc.record(correction)
    assert held(bloc, annulled(bloc, correction, bloc.position)) == ["PRP-8"]


def test_prp_8_what_is_recorded_is_what_was_approved():
    """Another price, another day, another author or another name: not one of them was approved."""
    bloc = bloc_with_four_eyes()
    proposing(bloc, floor())
    dearer = floor(price={"amount": "111.00", "currency": "USD", "per": "kg"})
    assert held(bloc, under(floor())) == []
    assert held(bloc, under(dearer)) == ["PRP-8"]
    assert held(bloc, under(floor(), "floor.ndpr.2027")) == ["PRP-8"]
    assert "PRP-8" in held(bloc, facts.said_by("us.trade", under(floor())))


def test_prp_8_nothing_is_recorded_of_a_proposal_that_is_not_approved():
    """Neither while it waits, nor after it was rejected or withdrawn."""
    bloc = bloc_with_four_eyes().record(submitted(floor()))
    position = bloc.position
    assert held(bloc, under(floor())) == ["PRP-8"]
    assert held(bloc_with_four_eyes().record(submitted(floor()), rejected(position)), under(floor())) == [
        "PRP-8"
    ]
    bloc.record(approved(position), withdrawn())
    assert held(bloc, under(floor())) == ["PRP-8"]


def test_prp_8_a_bloc_without_approver_can_get_its_first():
    """His key and his mandate need no proposal while there is nobody to approve them; everything else does."""
    bloc = bloc_with_four_eyes()
    first = facts.key_registered("no.council")
    grant = facts.mandate_granted("no.council", "approver", ("BLOC",))
    assert held(bloc, first) == held(bloc, grant) == ["PRP-8"]
    bloc.record(facts.mandate_revoked(COUNCIL, "2026-06-10"))
    assert held(bloc, first) == held(bloc, grant) == []
    assert held(bloc, floor()) == ["PRP-8"]
    assert held(bloc, facts.mandate_granted("no.trade", "trade_ministry", ("NO",))) == ["PRP-8"]


def test_prp_8_a_bloc_founded_under_the_second_rule_book_begins_without_proposals():
    """Its secretariat brings in an approver; from then on it takes two."""

    bloc = Bloc().record(facts.founded(ruleset="2026.2"))
    grant = facts.mandate_granted(COUNCIL, "approver", ("BLOC",))
    bloc.record(accepted_one(bloc, facts.key_registered(COUNCIL)), accepted_one(bloc, grant))
    assert held(bloc, facts.key_registered("us.trade")) == ["PRP-8"]


def accepted_one(bloc: Any, event: Event[Any]) -> Event[Any]:
    """When it is submitted, it is accepted."""
    accepted(bloc.decide(event))
    return event


def test_prp_9_each_proposed_event_is_recorded_once():
    """Also within one submission; its other events stay open."""
    bloc = bloc_with_four_eyes()
    proposing(bloc, floor(), acceded("NO"))
    assert status_of(bloc) == "approved"
    assert refused(bloc.decide(under(floor()), under(floor())))[0] == "PRP-9"
    bloc.record(under(floor()))
    assert status_of(bloc) == "partly_recorded"
    assert "PRP-9" in held(bloc, under(floor()))
    assert "PRP-9" not in held(bloc, under(acceded("NO")))
    bloc.record(under(acceded("NO")))
    assert status_of(bloc) == "recorded"


def test_what_was_recorded_under_the_first_rule_book_is_no_finding():
    """The rule book is activated from a day on; the day before needs no proposal."""
    bloc = bloc_with_approvers().record(ruleset_activated("2026.2", effective_from="2026-07-01"))
    assert held(bloc, floor(named=OXIDE), on=date(2026, 6, 30)) == []
    assert held(bloc, floor(named=OXIDE), on=date(2026, 7, 1)) == ["PRP-8"]


def test_a_proposal_is_read_as_known_at_a_position():
    """Before its approval it was open, before its submission there was none."""
    bloc = bloc_with_four_eyes()
    position = proposing(bloc, floor())
    bloc.record(under(floor()))
    names = [proposal_at(bloc.rules, PROPOSAL, at) for at in range(position - 1, position + 3)]
    assert [None if one is None else one.status for one in names] == [
        None,
        "submitted",
        "approved",
        "recorded",
    ]


def test_prp_8_leads_only_what_could_be_recorded_with_an_approval() -> None:
    """Who would have to mend the event anyway hears of that first; before rule book 2026.3 it was the other way."""
    taken = floor(named=OXIDE)
    for ruleset, leads in (("2026.2", "PRP-8"), ("2026.3", "ACT-9")):
        bloc = bloc_with_approvers().record(ruleset_activated(ruleset, effective_from="2026-06-01"), taken)
        broken = refusal_of(bloc.decide(floor(named=OXIDE))).violations
        assert broken[0].rule.id == leads
        assert "PRP-8" in [one.rule.id for one in broken]
    assert bloc.broken(floor(named=OXIDE, by="us.trade"))[0] == "MND-1"
