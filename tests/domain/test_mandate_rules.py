"""Authority: mandates by type, territory, mineral, kind of measure and day; reserves by their operator."""

from datetime import date

from contracts.registry import EVENT_TYPES, ROLES
from tests.domain import facts, members, vault
from tests.domain.facts import OXIDE, SECRETARIAT, goods, mandate_granted, mandate_revoked, measure, said_by
from tests.domain.given import founded_bloc


def test_mnd_1_a_party_without_a_mandate_issues_nothing():
    """The refused party reads what it lacks and whom to ask."""
    (violation,) = founded_bloc().violations(measure("au.base.284690", by="au.trade"))
    assert violation.rule.id == "MND-1"
    assert violation.detail == (
        "au.trade holds no mandate for bloc.measure.created.v1 on 2026-06-15; "
        "ask bloc.secretariat for a mandate that covers it"
    )


def test_mnd_1_a_mandate_covers_types():
    """A trade ministry sets no floor; customs sets no measure."""
    bloc = founded_bloc()
    assert bloc.broken(facts.floor(by="us.trade")) == ["MND-1"]
    assert bloc.broken(measure(by="us.customs")) == ["MND-1"]


def test_mnd_1_a_whole_family_may_be_named():
    """`bloc.measure.*` in a mandate stands for every type of the family."""
    family = mandate_granted("au.trade", "trade_ministry", ["AU"], event_types=["bloc.measure.*"])
    bloc = founded_bloc().record(family)
    assert bloc.broken(measure("au.base.284690", by="au.trade")) == []
    assert bloc.broken(members.fulfilled("AU", by="au.trade"))[0] == "MND-1"


def test_mnd_1_a_ministry_acts_for_its_own_territory():
    """The US ministry issues no EU measure, and may not touch one that the EU made."""
    bloc = founded_bloc()
    assert bloc.broken(measure("eu.base.284690", by="us.trade")) == ["MND-1"]
    bloc.record(measure("eu.base.284690", by="eu.trade"))
    end = facts.measure_act("terminated", "2026-08-01", "eu.base.284690", by="us.trade")
    assert bloc.broken(end) == ["MND-1"]


def test_mnd_1_trade_remedies_belong_to_the_investigating_authority():
    """Neither the ministry imposes a safeguard, nor the authority a base duty."""
    bloc = founded_bloc()
    safeguard = {"kind": "safeguard", "duty": [facts.threshold("3.50")]}
    assert bloc.broken(measure("us.safeguard.720221", by="us.trade", **safeguard)) == ["MND-1"]
    assert bloc.broken(measure("us.safeguard.720221", by="us.remedies", **safeguard)) == []
    assert bloc.broken(measure(by="us.remedies")) == ["MND-1"]


def test_mnd_1_the_kind_of_a_later_act_is_that_of_the_creation():
    """A ministry cannot terminate the safeguard that it could not have created."""
    safeguard = measure("us.safeguard.720221", by="us.remedies", kind="safeguard", goods=goods("720221"))
    bloc = founded_bloc().record(safeguard)
    ended = facts.measure_act("terminated", "2026-09-01", "us.safeguard.720221", by="us.trade")
    assert bloc.broken(ended) == ["MND-1"]


def test_mnd_1_a_mandate_for_some_minerals_covers_only_them():
    """Goods by prefix may be of any mineral, so a mandate for gallium does not reach them."""
    narrow = mandate_granted("au.trade", "trade_ministry", ["AU"], minerals=["gallium"])
    bloc = founded_bloc().record(narrow)
    on_gallium = measure("au.base.ga", by="au.trade", goods=goods(lines=[facts.GALLIUM]))
    on_oxide = measure("au.base.nd", by="au.trade", goods=goods(lines=[OXIDE]))
    by_prefix = measure("au.base.2846", by="au.trade", goods=goods("2846"))
    assert bloc.broken(on_gallium) == []
    assert bloc.broken(on_oxide) == ["MND-1"]
    assert bloc.broken(by_prefix) == ["MND-1"]


def test_mnd_1_the_recorded_day_counts_not_the_effective_day():
    """A mandate that ended before today covers nothing recorded today, whenever it is to take effect."""
    term = mandate_granted("au.trade", "trade_ministry", ["AU"], effective_to="2026-06-15")
    bloc = founded_bloc().record(term)
    event = measure("au.base.284690", by="au.trade")
    assert bloc.broken(event, on=date(2026, 6, 14)) == []
    assert bloc.broken(event, on=date(2026, 6, 15)) == ["MND-1"]


def test_mnd_1_a_revoked_mandate_ends_on_its_day():
    """The first day without the mandate is the day that the revocation names."""
    bloc = founded_bloc().record(mandate_revoked("us.trade", "2026-06-20"))
    assert bloc.broken(measure(), on=date(2026, 6, 19)) == []
    assert bloc.broken(measure(), on=date(2026, 6, 20)) == ["MND-1"]


def test_mnd_1_the_charter_is_the_mandate_of_the_secretariat():
    """Whoever grants mandates can always grant itself one, so none is asked of it; it sets no tariff measure."""
    bloc = founded_bloc()
    assert bloc.broken(members.invited("JP")) == []
    assert bloc.broken(measure(by=SECRETARIAT)) == ["MND-1"]


def test_mnd_2_everybody_speaks_for_himself():
    """An event of one party in a body signed by another is refused, whatever the mandates say."""
    assert founded_bloc().broken(measure(), by="eu.trade") == ["MND-2"]


def test_mnd_3_derived_events_are_posted_by_nobody():
    """Not even the tariffs service posts a refusal; it derives it."""
    data = {
        "submission": "ab" * 32,
        "party": "us.trade",
        "broken": [{"rule": "MSR-6", "text": "x", "event": measure().id, "path": "$"}],
        "ruleset": "2026.1",
        "known_position": 7,
    }
    posted = facts.event("bloc.tariffs", "bloc.submission.refused.v1", data)
    assert founded_bloc().broken(posted) == ["MND-3"]


def test_mnd_4_a_reserve_belongs_to_the_party_that_brought_its_first_capital():
    """Before that nothing is recorded about it; afterwards only by its operator."""
    bloc = founded_bloc().record(mandate_granted("jp.vault", "reserve_operator", ["BLOC"]))
    assert bloc.broken(vault.lot()) == ["MND-4"]
    capital = vault.opened_reserve()
    bloc.record(*capital)
    assert bloc.broken(vault.lot()) == []
    assert bloc.broken(said_by("jp.vault", vault.lot())) == ["MND-4"]
    assert bloc.broken(said_by("jp.vault", capital[0])) == ["MND-4"]


def test_mnd_5_a_mandate_stays_within_its_role():
    """Customs is never given the right to set floors."""
    bloc = founded_bloc()
    too_much = mandate_granted("au.customs", "customs", event_types=["bloc.price_floor.set.v1"])
    family = mandate_granted("au.customs", "customs", event_types=["bloc.measure.*"])
    assert bloc.broken(too_much) == ["MND-5"]
    assert bloc.broken(family) == ["MND-5"]
    assert bloc.broken(mandate_granted("au.customs", "customs", ["AU"])) == []


def test_mnd_6_national_authorities_are_named_a_territory():
    """A ministry for the whole bloc would be a ministry of nobody."""
    bloc = founded_bloc()
    assert bloc.broken(mandate_granted("au.trade", "trade_ministry", ["BLOC"])) == ["MND-6"]
    assert bloc.broken(mandate_granted("au.trade", "trade_ministry", [])) == ["MND-6"]
    assert bloc.broken(mandate_granted("au.prices", "rate_publisher", ["BLOC"])) == []


def test_mnd_7_a_mandate_is_granted_once_and_revoked_once():
    """The name of a mandate means one grant for ever."""
    bloc = founded_bloc()
    assert bloc.broken(mandate_granted("us.trade", "trade_ministry")) == ["MND-7"]
    assert bloc.broken(mandate_granted("us.trade", "trade_ministry", mandate="us.trade.2027")) == []
    assert bloc.broken(mandate_revoked("au.trade", "2026-07-01")) == ["MND-7"]
    assert bloc.broken(mandate_revoked("us.trade", "2026-07-01")) == []
    bloc.record(mandate_revoked("us.trade", "2026-07-01"))
    assert bloc.broken(mandate_revoked("us.trade", "2026-08-01")) == ["MND-7"]
    assert bloc.broken(mandate_revoked(SECRETARIAT, "2026-07-01", mandate="charter")) == ["MND-7"]


def test_every_type_that_may_be_posted_has_a_role_that_may_post_it():
    """The table and the presets of roles do not drift apart."""
    for name, row in EVENT_TYPES.items():
        if row.derived or name == "bloc.founded.v1":
            continue
        assert any(name in ROLES[role] for role in row.roles if role in ROLES), name
