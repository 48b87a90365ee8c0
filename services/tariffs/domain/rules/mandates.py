"""Authority: who may say what at all, and what a mandate may be made of.

The mandate rule MND-1 is the one that the API answers with 403. It is judged on the recorded day, so a mandate
that ends leaves everything issued under it in force.
"""

from collections.abc import Iterator

from contracts.events import (
    CheckpointKeyRotated,
    Founded,
    KeyRegistered,
    KeyRevoked,
    MandateGranted,
    MandateRevoked,
    StateHashPublished,
)
from contracts.registry import EVENT_TYPES, ROLES
from contracts.trade import BLOC
from services.tariffs.domain.governance.mandates import NATIONAL_ROLES, lacking, mandates_of
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.state import RulesState

MND_1 = Rule(
    id="MND-1",
    title="No event without a mandate",
    text=(
        "The author holds, on the day of recording, a mandate that covers the type of the event and its "
        "territory, minerals and kind of measure."
    ),
    source="House rule; compare the Vienna Convention on the Law of Treaties, article 7 (full powers)",
    since=FIRST_RULE_BOOK,
)
MND_2 = Rule(
    id="MND-2",
    title="Everybody speaks for himself",
    text="An event is posted by the party that its source names.",
    source="CloudEvents 1.0, attribute source",
    since=FIRST_RULE_BOOK,
)
MND_3 = Rule(
    id="MND-3",
    title="What is derived is not posted",
    text="Assessments, alerts, obligations and refusals are derived by the tariffs service and posted by nobody.",
    source="House rule: what follows from the record is computed, not claimed",
    since=FIRST_RULE_BOOK,
)
MND_4 = Rule(
    id="MND-4",
    title="A reserve has one operator",
    text=(
        "A reserve begins with its first capital; from then on only the party that recorded it issues events "
        "about the reserve, but for what companies say for themselves."
    ),
    source="House rule: stock and obligations of a reserve have one keeper",
    since=FIRST_RULE_BOOK,
)
MND_5 = Rule(
    id="MND-5",
    title="A mandate stays within its role",
    text="A mandate names only event types that its role may issue.",
    source="House rule: separation of duties",
    since=FIRST_RULE_BOOK,
)
MND_6 = Rule(
    id="MND-6",
    title="National authorities act at home",
    text="A mandate of a trade ministry, investigating authority or customs names its territories, never BLOC.",
    source="GATT 1994, article XXIV:2 (customs territory)",
    since=FIRST_RULE_BOOK,
)
MND_7 = Rule(
    id="MND-7",
    title="A mandate is granted once and revoked once",
    text="A mandate's name is used once for a party, and only a mandate that was granted and not revoked is revoked.",
    source="House rule: a name means one act for ever",
    since=FIRST_RULE_BOOK,
)
RULES = (MND_1, MND_2, MND_3, MND_4, MND_5, MND_6, MND_7)

BY_OTHER_RULES = (Founded, KeyRegistered, KeyRevoked, CheckpointKeyRotated, StateHashPublished)
"""Founding and keys have rules of their own about who may issue them (FND-3, KEY-1, KEY-2, KEY-5, CKEY-1),
and so have published hashes of the state (STH-1)."""


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Authority rules that an event breaks."""
    event = submitted.event
    if event.party != submitted.party:
        yield submitted.breaks(
            MND_2,
            "$.source",
            f"{submitted.party} signed what {event.party} says; {event.party} must sign and post it",
        )
    if EVENT_TYPES[event.type].derived:
        yield submitted.breaks(
            MND_3, "$.type", f"{event.type} is derived by the tariffs service; post its cause instead"
        )
        return
    if rules.charter is None or isinstance(event.data, BY_OTHER_RULES):
        return
    gap = lacking(rules, event, submitted.recorded_on)
    if gap is not None:
        secretariat = rules.ring.secretariat
        yield submitted.breaks(MND_1, "$.source", f"{gap}; ask {secretariat} for a mandate that covers it")
    yield from _own_reserve(rules, submitted)
    match event.data:
        case MandateGranted() as data:
            yield from _granted(rules, submitted, data)
        case MandateRevoked() as data:
            yield from _revoked(rules, submitted, data)
        case _:
            return


def _own_reserve(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    event = submitted.event
    reserve = getattr(event.data, "reserve", None)
    if reserve is None:
        return
    directory = rules.reserves.get(reserve)
    speaks_for_itself = "company" in EVENT_TYPES[event.type].roles  # RES-31 sees to whose words they are
    if directory is not None and directory.operator != event.party and not speaks_for_itself:
        yield submitted.breaks(
            MND_4,
            "$.data.reserve",
            f"reserve {reserve} is operated by {directory.operator}, not by {event.party}",
        )
    if directory is None and event.type != "bloc.reserve.capital_committed.v1":
        yield submitted.breaks(
            MND_4,
            "$.data.reserve",
            f"no reserve {reserve} is known; record its first capital (bloc.reserve.capital_committed.v1) before",
        )


def _granted(rules: RulesState, submitted: Submitted, data: MandateGranted) -> Iterator[Violation]:
    allowed = ROLES[data.role]
    for index, pattern in enumerate(data.event_types):
        family = pattern[:-1] if pattern.endswith("*") else None
        if pattern not in allowed and not (family and any(name.startswith(family) for name in allowed)):
            yield submitted.breaks(
                MND_5,
                f"$.data.event_types[{index}]",
                f"the role {data.role} may not issue {pattern}; it may issue {', '.join(allowed) or 'nothing'}",
            )
    if data.role in NATIONAL_ROLES and (BLOC in data.territories or not data.territories):
        yield submitted.breaks(
            MND_6, "$.data.territories", f"name the territories that {data.party} acts for, such as US or EU"
        )
    known = {mandate.mandate: mandate for mandate in mandates_of(rules, data.party, rules.position)}
    if data.mandate in known:
        where = known[data.mandate].act.where
        yield submitted.breaks(
            MND_7,
            "$.data.mandate",
            f"{data.mandate} was granted already ({where}); give this one another name",
        )


def _revoked(rules: RulesState, submitted: Submitted, data: MandateRevoked) -> Iterator[Violation]:
    known = {mandate.mandate: mandate for mandate in mandates_of(rules, data.party, rules.position)}
    mandate = known.get(data.mandate)
    if mandate is None:
        yield submitted.breaks(
            MND_7,
            "$.data.mandate",
            f"{data.party} holds no mandate {data.mandate}; GET /parties/{data.party} lists its mandates",
        )
    elif mandate.by_charter:
        yield submitted.breaks(
            MND_7, "$.data.mandate", "the charter's mandate of the secretariat is not revoked"
        )
    elif mandate.revoked_by is not None:
        yield submitted.breaks(
            MND_7, "$.data.mandate", f"{data.mandate} was revoked already ({mandate.revoked_by.where})"
        )
