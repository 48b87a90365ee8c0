"""What must hold for every history: no answer leaks backwards, no answer about the past changes, one order of rules.

Histories are drawn from a pool of acts on one floor, two measures and three members, in any order, lawful or not:
folding is total, so the properties must hold for what the rules would refuse as well.
"""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.envelope import Event
from services.tariffs.domain.answers.listing import RulesFilter, rules_at
from services.tariffs.domain.answers.views import floor_at, members_at
from services.tariffs.domain.governance.party import party_view
from services.tariffs.domain.histories.timeline import ACTS, InForce, in_force
from services.tariffs.domain.members.membership import bloc_origin
from services.tariffs.domain.state import RulesState
from services.tariffs.domain.world import Accepted
from tests.domain import facts, members
from tests.domain.facts import GALLIUM, OXIDE, floor, floor_act, goods, measure, measure_act, origins
from tests.domain.given import Bloc, founded_bloc

FOUNDED = founded_bloc()
FIRST_DAY = date(2026, 1, 1)
DAYS = [FIRST_DAY + timedelta(days=days) for days in range(0, 400, 50)]
TEXTS = [day.isoformat() for day in DAYS]
PARTIES = ("bloc.secretariat", "us.trade", "us.customs")

Facts = list[Event[Any]]


def _pool() -> Facts:
    """Every act on every day; one hundred and some events, made once."""
    pool: Facts = []
    for number, day in enumerate(TEXTS):
        later = {"effective_to": TEXTS[number + 2]} if number + 2 < len(TEXTS) else {}
        pool += [
            floor(f"{100 + number}.00", effective_from=day),
            floor(f"{200 + number}.00", "revised", effective_from=day, **later),
            floor_act("suspended", day),
            floor_act("resumed", day),
            floor_act("withdrawn", day),
            measure("us.base.a", effective_from=day, **later),
            measure("us.base.b", goods=goods("2846904000"), effective_from=day, origins=origins("CN")),
            measure("us.base.c", goods=goods(lines=[OXIDE, GALLIUM]), effective_from=day),
            measure_act("amended", day, "us.base.a", **later),
            measure_act("amended", day, "us.base.b", goods=goods("28"), origins=origins("BLOC")),
            measure_act("suspended", day, "us.base.a"),
            measure_act("resumed", day, "us.base.a"),
            measure_act("terminated", day, "us.base.b"),
            members.invited("AU", day),
            members.memorandum("AU", day),
            members.acceded("AU", day),
            members.suspended("AU", day, "ndpr", **later),
            members.reinstated("AU", day, "ndpr"),
            members.withdrawn("AU", day, notified_on=day),
            members.acceded("EU", day, territories=["DE", "AU"]),
            facts.mandate_granted("us.trade", "trade_ministry", mandate=f"m{number}", effective_from=day),
            facts.mandate_revoked("us.trade", day),
        ]
    return [
        *pool,
        members.invited("EU"),
        members.memorandum("EU"),
        members.commitment("AU"),
        members.fulfilled("AU"),
        facts.key_revoked("us.trade", reason="compromised"),
        facts.key_revoked("us.trade", reason="compromised", suspect_from="2026-03-01T00:00:00Z"),
        facts.key_registered("us.trade", by="us.trade", key=facts.key_of("us.trade", 2)),
        facts.key_registered("bloc.ledger", by="bloc.ledger", key=facts.key_of("bloc.ledger", 2)),
        facts.checkpoint_key_rotated(facts.key_of("bloc.ledger", 2), overlap_until="2026-07-01T00:00:00Z"),
        facts.key_revoked("bloc.ledger", by="bloc.ledger"),
    ]


POOL = _pool()
HISTORIES = st.lists(st.sampled_from(POOL), max_size=12)


def recorded(history: Facts) -> Bloc:
    """A founded bloc in which these facts were recorded on top."""
    bloc = Bloc()
    bloc.rules = FOUNDED.rules
    return bloc.record(*history)


def answers(rules: RulesState, position: int) -> list[object]:
    """Everything that can be asked about the rules, on many days, as known at a position."""
    found: list[object] = []
    for day in DAYS:
        found += [
            rules_at(rules, day, position, RulesFilter(in_force_only=False)),
            floor_at(rules, OXIDE, day, position),
            members_at(rules, day, position),
            bloc_origin(rules, "AU", day, position, "ndpr"),
            *(party_view(rules, party, day, position) for party in PARTIES),
        ]
    return found


@settings(max_examples=60)
@given(history=HISTORIES, more=st.lists(st.sampled_from(POOL), min_size=1, max_size=3))
def test_recording_anything_changes_no_answer_at_an_earlier_position(history: Facts, more: Facts):
    """What was known at K stays what was known at K, whatever is recorded later."""
    bloc = recorded(history)
    known, before = bloc.position, bloc.rules
    expected = answers(before, known)
    assert answers(bloc.record(*more).rules, known) == expected


def held(rules: RulesState, day: date) -> dict[str, int]:
    """What is in force on a day, by thing: the entry that holds the terms."""
    things = {**{f"floor/{n}": h for n, h in rules.floors.items()}, **dict(rules.measures.items())}
    found: dict[str, int] = {}
    for name, history in things.items():
        answer = in_force(history, day, rules.position)
        if isinstance(answer, InForce):
            found[name] = answer.act.position
    return found


@settings(max_examples=120)
@given(history=HISTORIES, act=st.sampled_from([event for event in POOL if event.type in ACTS]))
def test_a_future_dated_value_changes_no_answer_before_its_start(history: Facts, act: Event[Any]):
    """A floor for July recorded in May leaves May, June and everything before them as they were."""
    bloc = recorded(history)
    start = act.data.effective_from
    before = {day: held(bloc.rules, day) for day in DAYS if day < start}
    bloc.record(act)
    assert {day: held(bloc.rules, day) for day in DAYS if day < start} == before


@settings(max_examples=60)
@given(history=HISTORIES)
def test_the_fold_is_a_function_of_the_entries(history: Facts):
    """Folded twice, or step by step through states that others hold on to: the same state."""
    first, second = recorded(history), recorded(history)
    assert first.rules == second.rules
    assert answers(first.rules, first.position) == answers(second.rules, second.position)


@settings(max_examples=60)
@given(history=HISTORIES, posted=st.lists(st.sampled_from(POOL), min_size=1, max_size=4))
def test_deciding_is_a_function_and_leaves_the_world_alone(history: Facts, posted: Facts):
    """Decided twice on one world: the same decision; the world is as it was, whatever the decision."""
    bloc = recorded(history)
    before, expected = bloc.rules, answers(bloc.rules, bloc.position)
    decided = bloc.decide(*posted)
    assert bloc.decide(*posted) == decided
    assert bloc.rules is before
    assert answers(bloc.rules, bloc.position) == expected


@settings(max_examples=60)
@given(proposals=st.lists(st.sampled_from(POOL), max_size=40))
def test_whatever_is_accepted_no_scope_and_no_country_is_taken_twice(proposals: Facts):
    """Fed with proposals of all kinds, a bloc that records only what it accepts keeps its invariants on every day."""
    bloc = recorded([])
    for event in proposals:
        decided = bloc.decide(event)
        if isinstance(decided, Accepted):
            bloc.record(event)
    for day in DAYS:
        on_oxide = [name for name in held(bloc.rules, day) if _covers_chinese_oxide(bloc.rules, name, day)]
        assert len(on_oxide) <= 1, (day, on_oxide)
        claimed = [
            country
            for member in members_at(bloc.rules, day, bloc.position)
            if member.status in ("acceded", "suspended")
            for country in member.territories or ()
        ]
        assert len(claimed) == len(set(claimed)), (day, claimed)


def _covers_chinese_oxide(rules: RulesState, name: str, day: date) -> bool:
    """Whether a base measure in force covers NdPr oxide of 2846 90 40 00 from China."""
    if name.startswith("floor/"):
        return False
    answer = in_force(rules.measures[name], day, rules.position)
    assert isinstance(answer, InForce)
    terms = answer.act.data
    prefixes = terms.goods.prefixes or ()
    by_goods = any("2846904000".startswith(prefix) for prefix in prefixes) or OXIDE in (
        terms.goods.lines or ()
    )
    return by_goods and bool({"CN", "ERGA_OMNES"} & set(terms.origins.include))
