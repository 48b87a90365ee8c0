"""Areas of origin, and what the origins of measures and floors may name: groups that exist, and members of them."""

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import UNSET

from contracts.events import (
    AreaMemberAdded,
    AreaMemberRemoved,
    MeasureAmended,
    MeasureCreated,
    PriceFloorRevised,
    PriceFloorSet,
)
from contracts.trade import BLOC, EVERYWHERE
from services.tariffs.domain.histories.timeline import known_entries
from services.tariffs.domain.members.areas import countries_throughout, is_area, spans_of
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

ARE_1 = Rule(
    id="ARE-1",
    title="A country is in an area once at a time",
    text="A country is added to an area for days on which it is not in it already.",
    source="TARIC, business rule GA18 (memberships do not overlap)",
    since=FIRST_RULE_BOOK,
)
ARE_2 = Rule(
    id="ARE-2",
    title="Only a member leaves an area",
    text="A country is removed from an area from a day on which it is in it.",
    source="House rule: a removal that removes nothing hides a slip",
    since=FIRST_RULE_BOOK,
)
ARE_3 = Rule(
    id="ARE-3",
    title="Origins name areas that exist",
    text="Each area that the origins of a measure or floor name has had a country added to it.",
    source="TARIC, business rule ME4 (the geographical area must exist)",
    since=FIRST_RULE_BOOK,
)
ARE_4 = Rule(
    id="ARE-4",
    title="Exclusions are made from groups",
    text="Origins that exclude anything include a group: ERGA_OMNES, BLOC or an area.",
    source="TARIC, business rule ME65",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",
)
ARE_5 = Rule(
    id="ARE-5",
    title="Only members are excluded",
    text=(
        "Where all groups that origins include are areas, each country that they exclude is in one of them for as "
        "long as the terms run."
    ),
    source="TARIC, business rules ME66 and ME67",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",
)
ARE_6 = Rule(
    id="ARE-6",
    title="Each origin is named once",
    text="Origins name no element twice, whether included or excluded.",
    source="TARIC, business rule ME68",
    since=FIRST_RULE_BOOK,
    ruleset="2026.2",
)
RULES = (ARE_1, ARE_2, ARE_3, ARE_4, ARE_5, ARE_6)

TERMS = (MeasureCreated, MeasureAmended, PriceFloorSet, PriceFloorRevised)


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Rules about areas and origins that an event breaks."""
    match submitted.event.data:
        case AreaMemberAdded() as data:
            end = None if data.effective_to is UNSET else data.effective_to
            for span in spans_of(known_entries(rules.areas, data.area), data.country):
                if span.overlaps(data.effective_from, end):
                    until = f" to {span.end}" if span.end else ""
                    yield submitted.breaks(
                        ARE_1,
                        "$.data.effective_from",
                        f"{data.country} is in {data.area} from {span.start}{until} ({span.act.where})",
                    )
                    return
        case AreaMemberRemoved() as data:
            spans = spans_of(known_entries(rules.areas, data.area), data.country)
            if not any(span.contains(data.effective_from) for span in spans):
                yield submitted.breaks(
                    ARE_2,
                    "$.data.country",
                    f"{data.country} is not in {data.area} on {data.effective_from}",
                )
        case data if isinstance(data, TERMS):
            yield from _origins(rules, submitted)
        case _:
            return


def _origins(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    data = submitted.event.data
    include: Sequence[str] = data.origins.include
    exclude: Sequence[str] = () if data.origins.exclude is UNSET else data.origins.exclude
    for where, elements in (("include", include), ("exclude", exclude)):
        for index, element in enumerate(elements):
            if is_area(element) and not known_entries(rules.areas, element):
                yield submitted.breaks(
                    ARE_3,
                    f"$.data.origins.{where}[{index}]",
                    f"area {element} has no countries; add them first",
                )
    named = (*include, *exclude)
    twice = next((element for element in named if named.count(element) > 1), None)
    if twice is not None:
        yield submitted.breaks(ARE_6, "$.data.origins", f"{twice} is named twice")
    if exclude:
        yield from _exclusions(rules, submitted, include, exclude)


def _exclusions(
    rules: RulesState, submitted: Submitted, include: Sequence[str], exclude: Sequence[str]
) -> Iterator[Violation]:
    """Exclusions from groups. Who is of the bloc changes, and everybody is in the world: of them anybody may be
    excluded, also beforehand."""
    data = submitted.event.data
    groups = [element for element in include if is_area(element) or element in (EVERYWHERE, BLOC)]
    if not groups:
        yield submitted.breaks(ARE_4, "$.data.origins.exclude", f"{', '.join(include)} is no group")
        return
    if any(not is_area(group) for group in groups):
        return
    start: date = data.effective_from
    end: date | None = None if data.effective_to is UNSET else data.effective_to
    members = frozenset[str]().union(*(countries_throughout(rules, group, start, end) for group in groups))
    for index, element in enumerate(exclude):
        if element not in members and not is_area(element):
            yield submitted.breaks(
                ARE_5,
                f"$.data.origins.exclude[{index}]",
                f"{element} is not in {', '.join(groups)} from {start} to {end or 'further notice'}",
            )
