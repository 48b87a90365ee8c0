"""The catalogue: minerals before their lines, nothing defined twice, codes that agree with each other.

An HS-6 code does not identify a mineral, so everything priced hangs on a line; a line that could be redefined
would change the meaning of floors that were set on it. Its codes may change, with an edition of the HS or a ruling:
then it is reclassified from a day on, and its goods stay what they are.
"""

from collections.abc import Iterator
from datetime import date

from contracts.events import (
    MineralDelisted,
    MineralListed,
    PriceFloorSet,
    StageLineDefined,
    StageLineReclassified,
)
from contracts.events.catalogue import LineTerms
from services.tariffs.domain.histories.timeline import known_entries
from services.tariffs.domain.listed import delisting_on
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import Recorded, RulesState

CAT_1 = Rule(
    id="CAT-1",
    title="A mineral is listed once",
    text="A mineral that is listed is not listed again, unless it was delisted before.",
    source="USGS, 2025 list of critical minerals",
    since=FIRST_RULE_BOOK,
)
CAT_2 = Rule(
    id="CAT-2",
    title="The mineral comes before its lines",
    text="A stage line is defined for a mineral that is listed.",
    source="House rule: a line is a stage of production of a mineral",
    since=FIRST_RULE_BOOK,
)
CAT_3 = Rule(
    id="CAT-3",
    title="A line is defined once",
    text="A stage line that is defined is not defined again: floors, lots and declarations rest on its meaning.",
    source="House rule: floors, lots and declarations rest on the meaning of a line",
    since=FIRST_RULE_BOOK,
)
CAT_4 = Rule(
    id="CAT-4",
    title="National codes refine the HS",
    text="Each national code of a line begins with the HS-6 code of the line and is longer.",
    source="International Convention on the Harmonized System, article 3(3)",
    since=FIRST_RULE_BOOK,
)
CAT_5 = Rule(
    id="CAT-5",
    title="A defined line is reclassified",
    text=(
        "A reclassification is of a line that is defined, begins after everything said of its codes before, and names "
        "as what it was the classification that the line has until then."
    ),
    source="World Customs Organization, correlation tables between editions of the HS",
    since=FIRST_RULE_BOOK,
)
CAT_6 = Rule(
    id="CAT-6",
    title="Other codes, the same goods",
    text=(
        "A reclassification changes a code or the edition; specification, unit and content stay, for floors, lots and "
        "declarations rest on them."
    ),
    source="International Convention on the Harmonized System, article 3(1)",
    since=FIRST_RULE_BOOK,
)
CAT_7 = Rule(
    id="CAT-7",
    title="What is listed is delisted",
    text="A mineral is delisted that is listed, from a day after it was listed.",
    source="USGS, methodology of the list of critical minerals: it is revised at least every three years",
    since=FIRST_RULE_BOOK,
)
CAT_8 = Rule(
    id="CAT-8",
    title="Nothing new is of a delisted mineral",
    text="A line is defined, and a floor is set, from a day on which its mineral is listed. What was there before goes "
    "on until it is ended.",
    source="House rule: a list that is left changes nothing behind anybody's back",
    since=FIRST_RULE_BOOK,
)
RULES = (CAT_1, CAT_2, CAT_3, CAT_4, CAT_5, CAT_6, CAT_7, CAT_8)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Catalogue rules that an event breaks."""
    match submitted.event.data:
        case MineralListed() as data:
            newest = _newest(rules, data.mineral)
            if newest is not None and isinstance(newest.data, MineralListed):
                yield submitted.breaks(
                    CAT_1, "$.data.mineral", f"{data.mineral} was listed already ({newest.where})"
                )
            elif newest is not None and data.effective_from < newest.data.effective_from:
                because = f"{data.mineral} is on the list until {newest.data.effective_from} ({newest.where})"
                yield submitted.breaks(CAT_1, "$.data.effective_from", because)
        case MineralDelisted() as data:
            yield from _delisted(rules, submitted, data)
        case StageLineDefined() as data:
            yield from _line(rules, submitted, data)
            yield from _while_listed(rules, submitted, data.mineral, data.effective_from)
        case PriceFloorSet() as data:
            yield from _while_listed(rules, submitted, data.line.partition(".")[0], data.effective_from)
        case StageLineReclassified() as data:
            yield from _reclassified(rules, submitted, data)
        case _:
            return


def _newest(rules: RulesState, mineral: str) -> Recorded | None:
    entries = known_entries(rules.minerals, mineral)
    return entries[-1] if entries else None


def _delisted(rules: RulesState, submitted: Submitted, data: MineralDelisted) -> Iterator[Violation]:
    newest = _newest(rules, data.mineral)
    if newest is None:
        yield submitted.breaks(CAT_7, "$.data.mineral", f"{data.mineral} is not listed; check the slug")
    elif isinstance(newest.data, MineralDelisted):
        because = f"{data.mineral} is off the list from {newest.data.effective_from} ({newest.where})"
        yield submitted.breaks(CAT_7, "$.data.mineral", because)
    elif data.effective_from <= newest.data.effective_from:
        because = f"it is listed from {newest.data.effective_from} ({newest.where}); annul a listing that never held"
        yield submitted.breaks(CAT_7, "$.data.effective_from", because)


def _while_listed(rules: RulesState, submitted: Submitted, mineral: str, day: date) -> Iterator[Violation]:
    """Minerals that were delisted; one that was never listed, or is listed later, other rules see to."""
    act = delisting_on(rules, mineral, day, rules.position)
    if act is not None:
        because = f"{mineral} is off the list from {act.data.effective_from} ({act.where})"
        yield submitted.breaks(CAT_8, "$.data.effective_from", because)


def _line(rules: RulesState, submitted: Submitted, data: StageLineDefined) -> Iterator[Violation]:
    if not known_entries(rules.minerals, data.mineral):
        yield submitted.breaks(
            CAT_2,
            "$.data.mineral",
            f"{data.mineral} is not listed; record bloc.mineral.listed.v1 for it first",
        )
    defined = known_entries(rules.lines, data.line)
    if defined:
        yield submitted.breaks(
            CAT_3,
            "$.data.line",
            f"{data.line} was defined already ({defined[0].where}); choose another specification",
        )
    yield from _national_codes(submitted, data)


def _reclassified(
    rules: RulesState, submitted: Submitted, data: StageLineReclassified
) -> Iterator[Violation]:
    defined = known_entries(rules.lines, data.line)
    if not defined:
        because = f"{data.line} is not in the catalogue; define the line first"
        yield submitted.breaks(CAT_5, "$.data.line", because)
        return
    newest: LineTerms = defined[-1].data
    if data.effective_from <= newest.effective_from:
        because = (
            f"the codes of {data.line} hold from {newest.effective_from} ({defined[-1].where}); begin later"
        )
        yield submitted.breaks(CAT_5, "$.data.effective_from", because)
    if (data.was.hs_edition, data.was.hs6) != (newest.hs_edition, newest.hs6):
        because = f"{data.line} is under {newest.hs6} of {newest.hs_edition} until then"
        yield submitted.breaks(CAT_5, "$.data.was", because)
    for field in ("specification", "unit", "content"):
        if getattr(data, field) != getattr(newest, field):
            because = f"the {field} of {data.line} stays as it is; other goods are another line"
            yield submitted.breaks(CAT_6, f"$.data.{field}", because)
    if _codes(data) == _codes(newest):
        yield submitted.breaks(CAT_6, "$.data.hs6", f"{data.line} has these codes already")
    yield from _national_codes(submitted, data)


def _codes(terms: LineTerms) -> tuple[object, ...]:
    return terms.hs_edition, terms.hs6, terms.national_codes, terms.additional_code


def _national_codes(submitted: Submitted, data: LineTerms) -> Iterator[Violation]:
    for index, national in enumerate(data.national_codes):
        if not national.code.startswith(data.hs6) or len(national.code) == len(data.hs6):
            yield submitted.breaks(
                CAT_4,
                f"$.data.national_codes[{index}].code",
                f"{national.code} of {national.territory} does not refine HS {data.hs6}",
            )
