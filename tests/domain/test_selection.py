"""Which measures and floors an item meets, and what the trace says of the rest."""

import pytest

from services.tariffs.domain.assessment.assess import Assessment
from services.tariffs.domain.assessment.importer import governing_date, legal_zone
from tests.domain.facts import (
    GALLIUM,
    OXIDE,
    event,
    floor,
    floor_act,
    goods,
    measure,
    measure_act,
    origins,
    percent,
    threshold,
)
from tests.domain.members import joined, reinstated, suspended
from tests.domain.trade import (
    FIRST_OF_JULY,
    LAST_OF_JUNE,
    amounts,
    assess,
    base,
    claimed,
    floored,
    item,
    of_kind,
    preference,
    trading_bloc,
    usd,
)


def selected(assessment: Assessment) -> dict[str, bool]:
    """The measures and floors that the trace names, and whether each applies."""
    named = {step.measure or step.floor: step.applies for step in assessment.trace if step.step == "select"}
    return {str(name): applies is True for name, applies in named.items()}


def why(assessment: Assessment, name: str) -> str:
    """What the trace says about one measure or floor."""
    (because,) = [step.because for step in assessment.trace if name in (step.measure, step.floor)]
    return str(because)


# --- the day -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "accepted_at", "day"),
    [
        ("Asia/Seoul", "2026-06-30T23:30:00Z", "2026-07-01"),
        ("America/New_York", "2026-07-01T03:30:00Z", "2026-06-30"),
        ("Europe/Brussels", "2026-06-30T21:59:59Z", "2026-06-30"),
        ("Europe/Brussels", "2026-06-30T22:00:00Z", "2026-07-01"),
        ("America/New_York", "2026-11-01T05:30:00Z", "2026-11-01"),
    ],
)
def test_the_governing_day_is_that_of_the_legal_time_zone(zone: str, accepted_at: str, day: str) -> None:
    """23:30 UTC is the next day in Seoul and the same in Brussels; summer time counts."""
    loaded = legal_zone(zone)
    assert loaded is not None
    assert str(governing_date(accepted_at, loaded)) == day


@pytest.mark.parametrize("name", ["Mars/Olympus", "zone.tab", "leapseconds", "America"])
def test_a_zone_that_does_not_exist_is_none(name: str) -> None:
    """A name that is no time zone is an answer, not a crash."""
    assert legal_zone(name) is None


@pytest.mark.parametrize("accepted_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_day_beyond_the_calendar_is_none(accepted_at: str) -> None:
    """The first and last hours of the calendar have no day everywhere; nothing is raised."""
    zone = legal_zone("Asia/Seoul")
    assert zone is not None
    assert governing_date(accepted_at, zone) is None


# --- origin and membership ---------------------------------------------------------------------------------


def test_the_european_union_stands_for_its_countries() -> None:
    """Goods of German origin are of the bloc when the EU is a member."""
    bloc = floored(base(), preference()).record(*joined("EU", territories=["FR", "DE"]))
    assert assess(bloc, item(origin="DE", **claimed())).total == "0.00"
    assert assess(bloc, item(origin="CH")).total == "638196.00"


def test_a_suspension_for_one_mineral_leaves_the_others() -> None:
    """A member suspended for NdPr pays the floor on NdPr, and nothing changes for its gallium."""
    bloc = floored(base(), base(code="811292"), preference("811292"), floor(named=GALLIUM))
    bloc.record(*joined("AU", territories=["AU"]), suspended("AU", "2026-06-01", "ndpr"))
    gallium = item(origin="AU", commodity_code="8112921000", line=GALLIUM, **claimed())
    assert assess(bloc, item(origin="AU")).total == "638196.00"
    assert assess(bloc, gallium).total == "0.00"
    bloc.record(reinstated("AU", "2026-06-15", "ndpr"))
    assert assess(bloc, item(origin="AU")).total == "26196.00"


def test_a_preference_is_claimed_or_not_given() -> None:
    """Goods of a member without a claim pay the base rate, and the trace says why."""
    bloc = floored(base(), preference()).record(*joined("AU", territories=["AU"]))
    unclaimed = assess(bloc, item(origin="AU"))
    assert unclaimed.total == "26196.00"
    assert why(unclaimed, "us.preference.bloc.284690").endswith("no preference is claimed")


def test_a_preference_that_gains_nothing_is_not_used() -> None:
    """At equal rates the base duty is the line: the importer need not prove anything for it."""
    bloc = floored(base(), preference(rate="3.7")).record(*joined("AU", territories=["AU"]))
    assessment = assess(bloc, item(origin="AU", **claimed()))
    assert [line.kind for line in assessment.lines] == ["base"]
    assert selected(assessment)["us.preference.bloc.284690"] is False


def test_an_autonomous_suspension_is_the_lower_rate_for_everybody() -> None:
    """A suspended rate of 1 % replaces 3.7 % without any claim."""
    lower = base(percent("1"), name="us.suspension.284690", kind="autonomous_suspension")
    assessment = assess(floored(base(), lower), item("1000.00", "1", line="none"))
    assert amounts(assessment) == ["10.00"]
    assert why(assessment, "us.base.284690").endswith("us.suspension.284690 gives no higher duty")


def test_an_excluded_country_is_not_reached() -> None:
    """The floor of all but two countries spares them, without an alert: they are not of the bloc."""
    bloc = floored(base(), origins=origins("ERGA_OMNES", exclude=["BLOC", "KE"]))
    kenyan = assess(bloc, item(origin="KE"))
    assert kenyan.total == "26196.00"
    assert kenyan.undercut is None


def test_a_member_that_the_floor_does_not_spare_pays_it() -> None:
    """Whether the floor hits trade within the bloc is a term of the floor, not of this code."""
    bloc = floored(base(), origins=origins()).record(*joined("AU", territories=["AU"]))
    assessment = assess(bloc, item(origin="AU"))
    assert assessment.total == "638196.00"
    assert assessment.undercut is None


# --- goods -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["28", "2846", "284690", "28469040", "2846904000"])
def test_a_measure_covers_all_codes_below_its_prefix(prefix: str) -> None:
    """Two to ten digits: the hierarchy of the nomenclature is the prefix."""
    assert assess(trading_bloc().record(base(code=prefix)), item(line="none")).total == "26196.00"


@pytest.mark.parametrize("prefix", ["2847", "28469041", "85"])
def test_a_measure_on_other_goods_is_not_met(prefix: str) -> None:
    """It is not even named in the trace, and the base duty is then not known."""
    assessment = assess(trading_bloc().record(base(code=prefix)), item(line="none"))
    assert selected(assessment).get(f"us.base.{prefix}") is None
    assert [missing.what for missing in assessment.unknown] == ["base"]
    assert assessment.status == "provisional"


def test_a_measure_names_lines_where_codes_are_too_coarse() -> None:
    """A duty on one line leaves the other goods under the same six digits alone."""
    by_line = measure("us.ad.ndpr", kind="anti_dumping", goods=goods(lines=[OXIDE]), duty=[percent("25")])
    bloc = trading_bloc().record(base(), by_line)
    assert amounts(assess(bloc, item())) == ["26196.00", "177000.00"]
    assert amounts(assess(bloc, item(line="none"))) == ["26196.00"]


def test_an_additional_code_narrows_a_measure() -> None:
    """Goods with code 2201 are tested against the price, goods that were on their way (2200) are not."""
    tested = measure(
        "us.safeguard.2201", kind="safeguard", goods=goods("284690", codes=["2201"]), duty=[percent("10")]
    )
    free = measure(
        "us.safeguard.2200", kind="safeguard", goods=goods("284690", codes=["2200"]), duty=[percent("0")]
    )
    bloc = trading_bloc().record(base(), tested, free)
    assert amounts(assess(bloc, item(additional_codes=["2201"]))) == ["26196.00", "70800.00"]
    in_transit = assess(bloc, item(additional_codes=["2200"]))
    assert amounts(in_transit) == ["26196.00", "0.00"]
    assert why(in_transit, "us.safeguard.2201").endswith("none of its additional codes is on the item")


def test_a_code_of_another_edition_is_another_code() -> None:
    """Six digits of HS 2022 say nothing about goods in HS 2028."""
    bloc = trading_bloc().record(base())
    assessment = assess(bloc, item(hs_edition="HS2028", line="none"))
    assert "HS2028" in why(assessment, "us.base.284690")
    assert not assessment.complete


def test_a_measure_of_the_whole_bloc_applies_in_every_member() -> None:
    """Territory BLOC is every member's territory."""
    everywhere = event(
        "us.trade",
        "bloc.measure.created.v1",
        {
            "measure": "bloc.safeguard.284690",
            "kind": "safeguard",
            "territory": "BLOC",
            "goods": goods("284690"),
            "origins": origins(),
            "duty": [percent("10")],
            "effective_from": "2026-01-01",
            "legal_basis": {"act": "bloc", "article": "1", "uri": "https://bloc.example/acts/1"},
        },
    )
    bloc = trading_bloc().record(base(), everywhere)
    assert of_kind(assess(bloc, item()), "safeguard") == "70800.00"


# --- what is in force --------------------------------------------------------------------------------------


def test_a_measure_that_ended_is_known_to_be_none() -> None:
    """Terminated, it leaves no duty, and the answer is complete: nothing here is unknown."""
    bloc = trading_bloc().record(base(), measure_act("terminated", "2026-06-30"))
    ended = assess(bloc, item(line="none"))
    assert (ended.total, ended.complete, ended.status) == ("0.00", True, "final")
    assert "terminated" in why(ended, "us.base.284690")


def test_a_line_cites_the_entry_whose_terms_it_uses() -> None:
    """After an amendment the duty line cites the amendment, its position and its legal basis."""
    bloc = trading_bloc().record(base())
    created = bloc.position
    bloc.record(measure_act("amended", "2026-07-01"))
    before = assess(bloc, item(line="none"), LAST_OF_JUNE).lines[0]
    after = assess(bloc, item(line="none"), FIRST_OF_JULY).lines[0]
    assert (before.cites.position, after.cites.position) == (created, bloc.position)
    assert (before.amount, after.amount) == ("26196.00", "17700.00")


@pytest.mark.parametrize(("verb", "word"), [("suspended", "suspended"), ("withdrawn", "withdrawn")])
def test_a_floor_that_is_suspended_or_withdrawn_is_none(verb: str, word: str) -> None:
    """No floor duty, said so in the trace with the entry, and complete."""
    bloc = floored(base()).record(floor_act(verb, "2026-06-01"))
    assessment = assess(bloc, item())
    assert (assessment.total, assessment.complete) == ("26196.00", True)
    assert word in why(assessment, OXIDE)


def test_a_capped_floor_takes_no_more_than_its_cap() -> None:
    """31.5 % of the customs value (Chile's bound rate) instead of 612 000 USD, as a line of its own."""
    assessment = assess(floored(base(), cap_percent="31.5"), item())
    assert of_kind(assessment, "price_floor") == "223020.00"
    assert [line.component.op for line in assessment.lines] == ["+", "at_most"]
    above = assess(floored(base(), cap_percent="31.5"), item("1300000.00"))
    assert of_kind(above, "price_floor") == "20000.00"


def test_cif_plus_duty_counts_base_and_remedies() -> None:
    """The duty that is counted is that of steps 4 and 5, unrounded, without the floor itself."""
    remedy = base(percent("10"), name="us.cvd.284690", kind="countervailing")
    bloc = floored(base(), remedy, price_basis="cif_plus_duty")
    assessment = assess(bloc, item(cif_value=usd("708000.00")))
    assert amounts(assessment) == ["26196.00", "70800.00", "515004.00"]
    assert assessment.total == "612000.00"


def test_a_safeguard_on_cif_plus_duty_counts_no_duty_twice() -> None:
    """It comes after the remedies that do not reckon with duty, and before the floor that does."""
    counting = threshold("100.00") | {"price_basis": "cif_plus_duty"}
    late = base(counting, name="us.safeguard.a", kind="safeguard")
    early = base(percent("10"), name="us.safeguard.b", kind="safeguard")
    bloc = floored(base(), late, early, price_basis="cif_plus_duty")
    assessment = assess(bloc, item(cif_value=usd("708000.00")))
    assert amounts(assessment) == ["26196.00", "70800.00", "395004.00", "120000.00"]
