"""What must hold however often acts are corrected and annulled: invariant 9 with generated histories.

Histories are those of test_replay_properties.py, lawful or not, with corrections and annulments drawn into them; of
acts, and of corrections and annulments among them.
"""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from contracts.envelope import Event
from contracts.events import CORRECTABLE
from services.tariffs.domain.governance.mandates import mandates_of
from services.tariffs.domain.histories.timeline import InForce, in_force, known_entries
from services.tariffs.domain.members.membership import bloc_origin, standing_on, status_on
from services.tariffs.domain.state import RulesState
from tests.domain.facts import measure, measure_act
from tests.domain.given import Bloc
from tests.domain.mending import annulled, corrected
from tests.domain.test_replay_properties import DAYS, HISTORIES, POOL, answers
from tests.domain.trade import assess, item, trading_bloc

TRADING = trading_bloc()

MENDS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 30), st.booleans()), min_size=1, max_size=4)
"""Which entry is mended (counted from the first of the history, around), into which other words, or annulled."""

Mend = tuple[int, int, bool]

AMENDED = [
    measure("us.base.a", effective_from="2026-01-01"),
    measure_act("amended", "2026-01-01", "us.base.a"),
]
"""Where the creation is annulled and the amendment stands: then nobody said of which kind the measure is."""


def begun(history: list[Event[Any]]) -> Bloc:
    """A bloc with the US in it, in which these facts were recorded on top."""
    bloc = Bloc()
    bloc.rules = TRADING.rules
    return bloc.record(*history)


def others_like(event: Event[Any]) -> list[Event[Any]]:
    """Events of the pool that could have been said in the place of this one."""
    return [one for one in POOL if (one.type, one.subject) == (event.type, event.subject)]


def mended(bloc: Bloc, said: list[Event[Any]], mend: Mend) -> Event[Any] | None:
    """A correction or annulment of one of the entries said so far; None when that one is not correctable."""
    which, words, unsay = mend
    if not said:
        return None
    event = said[which % len(said)]
    position = TRADING.position + 1 + which % len(said)
    if event.type not in CORRECTABLE:
        return None
    likes = others_like(event)
    if unsay or not likes:
        return annulled(bloc, event, position)
    act = corrected(bloc, event, position)
    return replace(act, data=replace(act.data, corrected=likes[words % len(likes)].data))


def what_holds(rules: RulesState) -> list[object]:
    """What is in force on many days, as words: where it was recorded does not count."""
    found: list[object] = []
    for day in DAYS:
        for name, histories in (("floor", rules.floors), ("measure", rules.measures)):
            for thing, history in sorted(histories.items()):
                answer = in_force(history, day, rules.position)
                if isinstance(answer, InForce):
                    found.append((day, name, thing, answer.act.data, answer.since, answer.until))
        for member in ("AU", "EU"):
            standing = standing_on(rules, member, day, rules.position)
            terms = None if standing.accession is None else standing.accession.data
            found.append((day, member, status_on(standing, day), standing.suspended_on(day), terms))
        found.append(bloc_origin(rules, "AU", day, rules.position, "ndpr").because)
    mandates = mandates_of(rules, "us.trade", rules.position)
    return [*found, [(mandate.mandate, mandate.start, mandate.end) for mandate in mandates]]


@settings(max_examples=80)
@given(history=HISTORIES, mends=MENDS)
def test_mending_changes_no_answer_at_an_earlier_position(history: list[Event[Any]], mends: list[Mend]):
    """Invariant 9: whoever asks what was known before the correction gets the answer that was given then."""
    bloc, said = begun(history), list(history)
    for mend in mends:
        event = mended(bloc, said, mend)
        if event is None:
            continue
        known = bloc.position
        before = answers(bloc.rules, known)
        quoted = assess(bloc, item())
        bloc.record(event)
        said.append(event)
        assert answers(bloc.rules, known) == before
        assert assess(bloc, item(), position=known) == quoted


@settings(max_examples=150)
@example(history=AMENDED, mend=(0, 0, True))
@given(history=HISTORIES.filter(bool), mend=st.tuples(st.integers(0, 11), st.integers(0, 30), st.booleans()))
def test_a_mended_history_reads_like_one_that_was_recorded_right(history: list[Event[Any]], mend: Mend):
    """Corrected: as if the right words had stood there. Annulled: as if nothing had stood there."""
    bloc = begun(history)
    event = mended(bloc, history, mend)
    if event is None:
        return
    bloc.record(event)
    at = mend[0] % len(history)
    right = [] if event.type.endswith("annulled.v1") else [replace(history[at], data=event.data.corrected)]
    wanted = begun([*history[:at], *right, *history[at + 1 :]])
    assert what_holds(bloc.rules) == what_holds(wanted.rules)
    quoted, expected = assess(bloc, item()), assess(wanted, item())
    assert [line.exact for line in quoted.lines] == [line.exact for line in expected.lines]


@settings(max_examples=80)
@given(history=HISTORIES.filter(bool), mends=MENDS)
def test_annulling_the_newest_mends_one_by_one_brings_everything_back(
    history: list[Event[Any]], mends: list[Mend]
):
    """Each annulment takes one word back; without all of them the history reads as it was recorded."""
    bloc, said = begun(history), list(history)
    before = what_holds(bloc.rules)
    made: list[tuple[Event[Any], int]] = []
    for mend in mends:
        event = mended(bloc, said, mend)
        if event is not None:
            bloc.record(event)
            said.append(event)
            made.append((event, bloc.position))
    for event, position in reversed(made):
        bloc.record(annulled(bloc, event, position))
    assert what_holds(bloc.rules) == before


@settings(max_examples=60)
@given(history=HISTORIES.filter(bool), mends=MENDS)
def test_what_stands_never_holds_a_correction(history: list[Event[Any]], mends: list[Mend]):
    """Readers meet acts only, in the order of recording; whatever was mended, lawful or not."""
    bloc, said = begun(history), list(history)
    for mend in mends:
        event = mended(bloc, said, mend)
        if event is not None:
            bloc.record(event)
            said.append(event)
    for histories in (bloc.rules.floors, bloc.rules.measures, bloc.rules.members, bloc.rules.mandates):
        for thing in histories:
            entries = known_entries(histories, thing)
            assert not [one for one in entries if one.event.type.startswith("bloc.event.")]
            assert sorted(one.position for one in entries) == [one.position for one in entries]
