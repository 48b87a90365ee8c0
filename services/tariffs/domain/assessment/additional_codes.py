"""The additional codes that an item should declare: those of measures that are on its goods, and meet only by code.

A safeguard may tell goods apart by what no commodity code says: 2200 was on its way when the measure began, 2201 is
tested against the price. Goods that say neither would meet neither measure and pay nothing, so silence must not be an
answer. Reliefs ask for no code: whoever does not claim one pays more. Candidates are remembered with whether they
ask (`selection.py`), so where no measure has additional codes this costs one look at each of them.
"""

from collections.abc import Sequence

from msgspec import UNSET

from contracts.events.declarations import DeclarationItem
from contracts.limits import CODES_NAMED_MAX
from services.tariffs.domain.measures import territory_of_name

from .selection import Candidate
from .unknown import NotKnown


def codes_not_declared(found: Sequence[Candidate], item: DeclarationItem) -> tuple[NotKnown, ...]:
    """Name the codes of each kind and territory of measures that the item meets by none of their codes.

    `found` are the measures on the item before any quota or undertaking spares it (TARIC: an additional code is
    mandatory where a measure is set for it).
    """
    asking = [candidate for candidate in found if candidate.asks_code]
    if not asking:
        return ()
    answered = {_kind(candidate) for candidate in found if _is_met_by_code(candidate)}
    kinds = dict.fromkeys(_kind(candidate) for candidate in asking)
    return tuple(
        _not_declared([one for one in asking if _kind(one) == kind], kind, item)
        for kind in kinds
        if kind not in answered
    )


def _kind(candidate: Candidate) -> tuple[str, str]:
    """Territory and kind: within these, no two measures are on the same goods with the same code (MSR-6)."""
    return territory_of_name(candidate.measure), candidate.kind


def _is_met_by_code(candidate: Candidate) -> bool:
    """Whether it applies by a code of its own; one within a quota answers nothing, for it is left beyond it."""
    terms = candidate.terms
    if not candidate.applies or terms is None or terms.goods.additional_codes is UNSET:
        return False
    return terms.quota is UNSET or terms.quota.applies == "beyond"


def _not_declared(asking: Sequence[Candidate], kind: tuple[str, str], item: DeclarationItem) -> NotKnown:
    """Say which codes there are, all of them first: a refusal is cut off at its end."""
    meanings: dict[str, str] = {}
    for candidate in asking:
        terms = candidate.terms
        assert terms is not None  # it asks by its terms
        codes = () if terms.goods.additional_codes is UNSET else terms.goods.additional_codes
        for code in codes:
            meanings.setdefault(code, _meaning(candidate))
    named = sorted(meanings)[:CODES_NAMED_MAX]
    more = f" and {len(meanings) - len(named)} more" if len(meanings) > len(named) else ""
    territory, name = kind
    because = (
        f"{name} measures of {territory} on these goods from {item.origin} go by additional code, and the item "
        f"declares none of {', '.join(named)}{more}; {'; '.join(f'{code}: {meanings[code]}' for code in named)}"
    )
    return NotKnown("additional_code", because, "additional_codes")


def _meaning(candidate: Candidate) -> str:
    """What goods a code is for: in the words of the measure, with its act and article, and where it is recorded."""
    terms = candidate.terms
    assert terms is not None  # it asks by its terms
    basis = terms.legal_basis
    note = "" if terms.note is UNSET else f"{terms.note}, "
    return f"{note}{basis.act} article {basis.article} (measure {candidate.measure}, {candidate.act.where})"
