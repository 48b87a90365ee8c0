"""Measures that come to meet without a word about either: areas, codes of lines, annulments; and editions of the HS."""

from typing import Any

from contracts.entry import split_served
from contracts.envelope import Event
from services.tariffs.domain.auditing.audit import Audit
from tests.domain.facts import OXIDE, goods, measure, measure_act, origins
from tests.domain.given import Bloc
from tests.domain.ledgered import Record, founded_record
from tests.domain.legal_acts import adopted, area_joined, area_left, lawful_bloc, quashed, said, strict_bloc
from tests.domain.mending import annulled, corrected
from tests.domain.reclassifying import reclassified


def of_zambia_and_an_area(bloc: Bloc) -> Bloc:
    """A duty for an area with the Congo in it, and one for Zambia, on the same goods."""
    return bloc.record(
        area_joined("CD"),
        measure("us.base.area", origins=origins("2005")),
        measure("us.base.zm", origins=origins("ZM")),
    )


def breaks(bloc: Bloc, event: Event[Any]) -> list[str]:
    """The rule of meetings, if an event breaks it."""
    return [rule for rule in bloc.broken(event) if rule == "MSR-8"]


def test_msr_8_a_country_joins_an_area_that_no_other_measure_on_its_goods_is_for() -> None:
    """Zambia would pay twice; the first rule book let it join."""
    strict = of_zambia_and_an_area(strict_bloc())
    (violation,) = [one for one in strict.violations(area_joined("ZM")) if one.rule.id == "MSR-8"]
    assert "us.base.area and us.base.zm" in violation.detail
    assert "commodity code 284690 of ZM from 2026-01-01" in violation.detail
    assert breaks(strict, area_joined("AO")) == []
    assert breaks(of_zambia_and_an_area(lawful_bloc()), area_joined("ZM")) == []


def test_msr_8_counts_days() -> None:
    """Once the duty for Zambia is over, Zambia may join."""
    bloc = of_zambia_and_an_area(strict_bloc()).record(measure_act("terminated", "2026-09-01", "us.base.zm"))
    assert breaks(bloc, area_joined("ZM", "2026-08-31")) == ["MSR-8"]
    assert breaks(bloc, area_joined("ZM", "2026-09-01")) == []


def test_msr_8_a_country_leaves_an_area_that_a_measure_spares() -> None:
    """A duty on everybody but the area, and one on Zambia: Zambia leaves the area."""
    bloc = strict_bloc().record(
        area_joined("ZM"),
        measure("us.base.rest", origins=origins("ERGA_OMNES", exclude=["2005"])),
        measure("us.base.zm", origins=origins("ZM")),
    )
    assert breaks(bloc, area_left("ZM", "2026-07-01")) == ["MSR-8"]
    bloc.record(measure_act("terminated", "2026-07-01", "us.base.zm"))
    assert breaks(bloc, area_left("ZM", "2026-07-01")) == []


def test_msr_8_a_line_gets_codes_that_another_measure_is_on() -> None:
    """A duty on NdPr oxide by its line, and one on the code that it moves to."""
    named = goods(lines=[OXIDE]) | {"hs_edition": "HS2028"}
    moved = goods("284691") | {"hs_edition": "HS2028"}
    bloc = strict_bloc().record(measure("us.base.oxide", goods=named), measure("us.base.28", goods=moved))
    assert breaks(bloc, reclassified()) == ["MSR-8"]
    assert breaks(bloc, reclassified(hs6="284692")) == []


def test_msr_8_an_annulled_end_revives_what_has_a_successor() -> None:
    """A termination that was a slip cannot be annulled once another measure stands in that place."""
    bloc = strict_bloc().record(measure("us.base.a"))
    end = measure_act("terminated", "2026-07-01", "us.base.a")
    bloc.record(end)
    at = bloc.position
    assert breaks(bloc, annulled(bloc, end, at)) == []
    bloc.record(measure("us.base.b", effective_from="2026-07-01"))
    assert breaks(bloc, annulled(bloc, end, at)) == ["MSR-8"]
    assert breaks(bloc, corrected(bloc, end, at, effective_from="2026-08-01")) == ["MSR-8"]
    assert breaks(bloc, corrected(bloc, end, at, effective_from="2026-06-01")) == []


def test_msr_8_an_annulled_repeal_revives_all_that_rests_on_the_act() -> None:
    """The repeal of an act made room for a measure."""
    basis = {"act": "us.hts.2026", "article": "1", "uri": "https://bloc.example/acts"}
    repeal = said("repealed", start="2026-07-01")
    bloc = strict_bloc().record(adopted(), measure("us.base.a", legal_basis=basis), repeal)
    at = bloc.position
    bloc.record(measure("us.base.b", effective_from="2026-07-01"))
    assert breaks(bloc, annulled(bloc, repeal, at)) == ["MSR-8"]


def test_msr_6_terms_that_are_corrected_are_accused_once() -> None:
    """Held against their neighbours like posted ones, not a second time as a meeting."""
    act = measure("us.base.b", goods=goods("280530"))
    bloc = strict_bloc().record(measure("us.base.a"), act)
    mend = corrected(bloc, act, bloc.position, goods=goods("284690"))
    assert [rule for rule in bloc.broken(mend) if rule.startswith("MSR-")] == ["MSR-6"]


def test_msr_6_goods_of_two_editions_never_meet() -> None:
    """An item is declared in one edition of the HS. The first rule book called that an overlap, and stays so."""
    later = measure("us.base.2028", goods=goods("284690") | {"hs_edition": "HS2028"})
    for bloc, broken in ((strict_bloc(), []), (lawful_bloc(), ["MSR-6"])):
        bloc.record(measure())
        assert [rule for rule in bloc.broken(later) if rule.startswith("MSR-")] == broken


def _meetings(record: Record) -> list[str]:
    audit = Audit(refused=record.refused)
    found = [finding for line in record.lines() for finding in audit.take(*split_served(line))]
    assert not [finding for finding in found if finding.is_fault]
    return [finding.text for finding in found if finding.kind == "measures_meet"]


def test_the_audit_shows_what_came_to_meet_under_the_first_rule_book() -> None:
    """Nobody refused it, and goods of Zambia pay two base duties from then on."""
    record = founded_record()
    for fact in (
        area_joined("CD"),
        measure("us.base.area", origins=origins("2005")),
        measure("us.base.zm", origins=origins("ZM")),
        area_joined("AO"),
        area_joined("ZM"),
    ):
        record.post(fact)
    (text,) = _meetings(record)
    assert "us.base.area and us.base.zm are both on commodity code 284690 of ZM" in text


def test_a_court_is_refused_by_nobody() -> None:
    """It annuls the act that narrowed a measure: what was before comes back beside a successor, and is noticed."""
    basis = {"act": "us.narrowing.2026", "article": "1", "uri": "https://bloc.example/acts"}
    bloc = strict_bloc().record(
        measure("us.base.a"),
        adopted("us.narrowing.2026"),
        measure_act("amended", "2026-07-01", "us.base.a", goods=goods("28469010"), legal_basis=basis),
        measure("us.base.b", goods=goods("28469020"), effective_from="2026-07-01"),
    )
    assert breaks(bloc, quashed("us.narrowing.2026")) == []
