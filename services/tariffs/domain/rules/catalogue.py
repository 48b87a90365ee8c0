"""The catalogue: minerals before their lines, nothing defined twice, codes that agree with each other.

An HS-6 code does not identify a mineral, so everything priced hangs on a line; a line that could be redefined
would change the meaning of floors that were set on it.
"""

from collections.abc import Iterator

from contracts.events import MineralListed, StageLineDefined
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState
from services.tariffs.domain.timeline import known_entries

CAT_1 = Rule(
    id="CAT-1",
    title="A mineral is listed once",
    text="A mineral that is listed is not listed again.",
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
RULES = (CAT_1, CAT_2, CAT_3, CAT_4)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Catalogue rules that an event breaks."""
    match submitted.event.data:
        case MineralListed() as data:
            listed = known_entries(rules.minerals, data.mineral)
            if listed:
                yield submitted.breaks(
                    CAT_1, "$.data.mineral", f"{data.mineral} was listed already ({listed[0].where})"
                )
        case StageLineDefined() as data:
            yield from _line(rules, submitted, data)
        case _:
            return


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
    for index, national in enumerate(data.national_codes):
        if not national.code.startswith(data.hs6) or len(national.code) == len(data.hs6):
            yield submitted.breaks(
                CAT_4,
                f"$.data.national_codes[{index}].code",
                f"{national.code} of {national.territory} does not refine HS {data.hs6}",
            )
