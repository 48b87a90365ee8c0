"""Published hashes of the state: who may publish one, and of which states."""

from typing import Any

from contracts.envelope import Event
from services.tariffs.domain.governance.party import party_view
from tests.domain import facts
from tests.domain.given import TODAY, accepted, founded_bloc

TARIFFS = "bloc.tariffs"
HASH = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def published(position: int, by: str = TARIFFS) -> Event[Any]:
    """The hash of the state at a position."""
    data = {"known_position": position, "format": "bloc.state.v1", "things": 12, "state_hash": HASH}
    return facts.event(by, "bloc.state_hash.published.v1", data)


def test_the_deciding_service_publishes_without_a_mandate_and_derives_nothing():
    """The founding says who decides; that is mandate enough, and `GET /parties` says so."""
    bloc = founded_bloc()
    assert accepted(bloc.decide(published(bloc.position))).derived == ()
    view = party_view(bloc.rules, TARIFFS, TODAY, bloc.position)
    assert view is not None
    assert "bloc.state_hash.published.v1" in view.may_post


def test_sth_1_only_the_deciding_service_publishes_the_hash_of_the_state():
    """Not the secretariat, and nobody by a mandate."""
    bloc = founded_bloc()
    assert bloc.broken(published(3, by=facts.SECRETARIAT)) == ["STH-1"]
    bloc.record(facts.mandate_granted("us.trade", "tariffs", mandate="t"))
    assert bloc.broken(published(3, by="us.trade")) == ["STH-1"]


def test_sth_2_only_the_hash_of_a_state_that_was_reached_is_published():
    """The newest entry is early enough, the next one not."""
    bloc = founded_bloc()
    assert bloc.broken(published(bloc.position + 1)) == ["STH-2"]


def test_sth_3_each_published_hash_is_of_a_later_state():
    """The same state twice would be a repetition or a contradiction."""
    bloc = founded_bloc().record(published(5))
    assert bloc.broken(published(5)) == ["STH-3"]
    assert bloc.broken(published(4)) == ["STH-3"]
    assert bloc.broken(published(6)) == []
