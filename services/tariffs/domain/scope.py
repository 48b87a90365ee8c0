"""When two sets of goods, or two sets of origins, could ever meet in one item.

That is the sense in which live measures must not overlap: within the nomenclature hierarchy, not only for equal
codes (TARIC ME32). Whether a given item is covered is asked by the assessment. Membership changes over time, so
whether a country is of the bloc is left open here: a measure that would only collide after an accession is
refused now, while its author is still there to exclude the country.
"""

from collections.abc import Sequence
from datetime import date
from itertools import product

from msgspec import UNSET, UnsetType

from contracts.trade import BLOC, EVERYWHERE
from contracts.values import Goods, Origins
from services.tariffs.domain.histories.timeline import known_entries
from services.tariffs.domain.members.areas import countries_throughout, countries_within, is_area
from services.tariffs.domain.state import RulesState


def _listed(names: Sequence[str] | UnsetType) -> Sequence[str]:
    return () if names is UNSET else names


def goods_overlap(rules: RulesState, territory: str, one: Goods, other: Goods) -> str | None:
    """In words, what goods both are about; None when no item can be of both.

    Goods without additional codes are about all additional codes.
    """
    one_codes, other_codes = _listed(one.additional_codes), _listed(other.additional_codes)
    if one_codes and other_codes and not set(one_codes) & set(other_codes):
        return None
    common = [line for line in _listed(one.lines) if line in _listed(other.lines)]
    if common:
        return f"line {common[0]}"
    one_prefixes, other_prefixes = _listed(one.prefixes), _listed(other.prefixes)
    reach = [
        *product(one_prefixes, other_prefixes),
        *product(one_prefixes, codes_of_lines(rules, territory, _listed(other.lines))),
        *product(codes_of_lines(rules, territory, _listed(one.lines)), other_prefixes),
    ]  # never lines with lines: an item names one line, so two lists without a common one cannot meet
    for code, other_code in reach:
        if code.startswith(other_code) or other_code.startswith(code):
            return f"commodity code {max(code, other_code, key=len)}"
    return None


def without_areas(rules: RulesState, origins: Origins, start: date, end: date | None) -> Origins:
    """Origins with the countries of their areas in the place of these: included with all countries that are in them
    on any of the days, excluded only with those that are in them on all of the days."""
    if not any(map(is_area, (*origins.include, *_listed(origins.exclude)))):
        return origins
    include = [
        country
        for element in origins.include
        for country in (countries_within(rules, element, start, end) if is_area(element) else (element,))
    ]
    exclude = [
        country
        for element in _listed(origins.exclude)
        for country in (countries_throughout(rules, element, start, end) if is_area(element) else (element,))
    ]
    return Origins(include=tuple(include), exclude=tuple(exclude))


def origins_overlap(one: Origins, other: Origins) -> str | None:
    """In words, an origin that both are about; None when no country can be of both, whoever joins the bloc.

    Both without areas: who is in one is a matter of days.
    """
    named = {*one.include, *_listed(one.exclude), *other.include, *_listed(other.exclude)}
    countries = sorted(named - {EVERYWHERE, BLOC})
    for country in (*countries, ""):  # "" stands for every country that neither names
        both = [m for m in (True, False) if _includes(one, country, m) and _includes(other, country, m)]
        if both and not country:
            where = "" if len(both) == 2 else " in the bloc" if both[0] else " outside the bloc"
            return f"any country{where}"
        if both:
            return country
    return None


def _includes(origins: Origins, country: str, in_bloc: bool) -> bool:
    return any(_means(element, country, in_bloc) for element in origins.include) and not any(
        _means(element, country, in_bloc) for element in _listed(origins.exclude)
    )


def _means(element: str, country: str, in_bloc: bool) -> bool:
    return element in (EVERYWHERE, country) or (element == BLOC and in_bloc)


def codes_of_lines(rules: RulesState, territory: str, lines: Sequence[str]) -> list[str]:
    """Codes under which goods of these lines are declared in a territory: its national codes, else the HS-6.

    Of a line that was reclassified those before and those after: the measures on both are of the same goods.
    """
    codes: dict[str, None] = {}
    for line in lines:
        for entry in known_entries(rules.lines, line):
            national = [c.code for c in entry.data.national_codes if c.territory == territory]
            codes.update(dict.fromkeys(national or [entry.data.hs6]))
    return list(codes)
