"""Which goods and origins a measure or a floor is about, and when two of them are about the same.

One definition of "covers" for two uses: the assessment asks whether a measure covers an item; the rules ask
whether two measures could ever cover one item, which is the sense in which live measures must not overlap
(TARIC ME32: within the nomenclature hierarchy, not only for equal codes). Membership changes over time, so
whether a country is of the bloc is left open when two origins are compared: a measure that would only collide
after an accession is refused now, while its author is still there to exclude the country.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product

from msgspec import UNSET, Struct, UnsetType

from contracts.values import Goods, Origins
from services.tariffs.domain.membership import bloc_origin
from services.tariffs.domain.state import RulesState

EVERYWHERE = "ERGA_OMNES"
BLOC = "BLOC"


class Cover(Struct, frozen=True):
    """Whether something is covered, and the sentence for the trace that says why or why not."""

    applies: bool
    because: str


def _listed(names: Sequence[str] | UnsetType) -> Sequence[str]:
    return () if names is UNSET else names


def goods_cover(
    goods: Goods, commodity_code: str, line: str | None, additional_codes: Iterable[str] = ()
) -> Cover:
    """Whether goods of a commodity code (and of a catalogue line, None when of none) are among `goods`.

    Prefixes and lines are alternatives; additional codes, where there are any, narrow both.
    """
    prefix = next((p for p in _listed(goods.prefixes) if commodity_code.startswith(p)), None)
    if prefix is not None:
        because = f"{prefix} is a prefix of {commodity_code}"
    elif line is not None and line in _listed(goods.lines):
        because = f"line {line} is named"
    else:
        return Cover(False, f"neither {commodity_code} nor its line is among the goods")
    codes = _listed(goods.additional_codes)
    if codes and not set(codes) & set(additional_codes):
        return Cover(False, f"none of the additional codes {', '.join(codes)} is on the item")
    return Cover(True, because)


def origins_cover(
    rules: RulesState, origins: Origins, country: str, day: date, position: int, mineral: str | None
) -> Cover:
    """Whether goods of `country` are of one of the origins on V = `day`, as known at K = `position`."""
    bloc = bloc_origin(rules, country, day, position, mineral) if _mentions_bloc(origins) else None
    in_bloc = bloc is not None and bloc.belongs
    for element in _listed(origins.exclude):
        if _means(element, country, in_bloc):
            return Cover(
                False, f"origin {country} is excluded ({_why(element, bloc.because if bloc else '')})"
            )
    for element in origins.include:
        if _means(element, country, in_bloc):
            return Cover(True, f"{element} contains {country}" if element != country else f"origin {country}")
    if bloc is not None:
        return Cover(False, f"origin {country} is not in BLOC: {bloc.because}")
    return Cover(False, f"origin {country} is not among {', '.join(origins.include)}")


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
        *product(one_prefixes, _codes_of_lines(rules, territory, _listed(other.lines))),
        *product(_codes_of_lines(rules, territory, _listed(one.lines)), other_prefixes),
    ]  # never lines with lines: an item names one line, so two lists without a common one cannot meet
    for code, other_code in reach:
        if code.startswith(other_code) or other_code.startswith(code):
            return f"commodity code {max(code, other_code, key=len)}"
    return None


def origins_overlap(one: Origins, other: Origins) -> str | None:
    """In words, an origin that both are about; None when no country can be of both, whoever joins the bloc."""
    named = {*one.include, *_listed(one.exclude), *other.include, *_listed(other.exclude)}
    countries = sorted(named - {EVERYWHERE, BLOC})
    for country in (*countries, ""):  # "" stands for every country that neither names
        for in_bloc in (True, False):
            if _includes(one, country, in_bloc) and _includes(other, country, in_bloc):
                where = "in the bloc" if in_bloc else "outside the bloc"
                return country or f"any country {where}"
    return None


def _includes(origins: Origins, country: str, in_bloc: bool) -> bool:
    return any(_means(element, country, in_bloc) for element in origins.include) and not any(
        _means(element, country, in_bloc) for element in _listed(origins.exclude)
    )


def _means(element: str, country: str, in_bloc: bool) -> bool:
    return element == EVERYWHERE or element == country or (element == BLOC and in_bloc)


def _mentions_bloc(origins: Origins) -> bool:
    return BLOC in origins.include or BLOC in _listed(origins.exclude)


def _why(element: str, because: str) -> str:
    return f"in {BLOC}, {because}" if element == BLOC else element


def _codes_of_lines(rules: RulesState, territory: str, lines: Sequence[str]) -> list[str]:
    """Codes under which goods of these lines are declared in a territory: its national codes, else the HS-6."""
    codes: list[str] = []
    for line in lines:
        history = rules.lines.get(line)
        if history is None:
            continue
        terms = history[0].data
        national = [c.code for c in terms.national_codes if c.territory == territory]
        codes.extend(national or [terms.hs6])
    return codes
