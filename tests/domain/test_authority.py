"""Who issued, who approved, with what mandate, when: question 6 of every act."""

from services.tariffs.domain.governance.authority import authority_of
from tests.domain.facts import OXIDE, SECRETARIAT, floor, reference_price
from tests.domain.governing import (
    COUNCIL,
    PROPOSAL,
    bloc_with_approvers,
    bloc_with_four_eyes,
    proposing,
    under,
)

STREAM = f"floor/{OXIDE}"


def test_an_act_shows_its_author_and_its_approver_with_their_mandates():
    """Two parties, each with a mandate of its own, each at a position of its own."""
    bloc = bloc_with_four_eyes()
    position = proposing(bloc, floor())
    bloc.record(under(floor()))
    (act,) = authority_of(bloc.rules, STREAM, bloc.position)
    assert (act.four_eyes, act.ruleset, act.proposal) == ("approved", "2026.2", PROPOSAL)
    assert (act.issued.party, act.issued.mandates) == (SECRETARIAT, ("charter",))
    assert act.proposed
    assert (act.proposed.party, act.proposed.position) == (SECRETARIAT, position)
    assert act.approved
    assert (act.approved.party, act.approved.mandates) == (COUNCIL, (f"{COUNCIL}.2026",))
    assert act.issued.position == bloc.position


def test_what_was_recorded_before_four_eyes_were_asked_for_says_so():
    """Neither approved nor a fault; and a published price needs nobody's consent at any time."""
    bloc = bloc_with_approvers().record(floor(), reference_price())
    (act,) = authority_of(bloc.rules, STREAM, bloc.position)
    assert (act.four_eyes, act.ruleset) == ("not_required_then", "2026.1")
    (price,) = authority_of(bloc.rules, f"reference_price/{OXIDE}", bloc.position)
    assert price.four_eyes == "not_needed"


def test_what_was_recorded_without_where_it_was_needed_is_seen():
    """As an audit sees it: the approval that it names is of something else, or there is none."""
    bloc = bloc_with_four_eyes()
    proposing(bloc, floor())
    dearer = floor(price={"amount": "111.00", "currency": "USD", "per": "kg"})
    bloc.record(under(dearer))
    (act,) = authority_of(bloc.rules, STREAM, bloc.position)
    assert act.four_eyes == "without"
    assert not act.approved


def test_nothing_is_known_of_a_thing_before_it_was_recorded():
    """An empty answer at an earlier position, and for streams that are none of the rules."""
    bloc = bloc_with_four_eyes().record(floor())
    assert authority_of(bloc.rules, STREAM, bloc.position - 1) == ()
    assert authority_of(bloc.rules, "stock/vault/x.y.z", bloc.position) == ()
