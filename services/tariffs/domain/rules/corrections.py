"""Corrections and annulments: whose words may be mended, and that what stands afterwards could have been recorded.

A corrected payload is judged by the very rules of its family, in the place of its target: on the history as it was
then, and everything else as it is now. What came after it in the same history must still follow; it is asked the
same questions with and without the change, and only what the change breaks is held against it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from contracts.envelope import Event
from contracts.events import CORRECTABLE, EventAnnulled, EventCorrected, Target
from services.tariffs.domain.governance.mandates import lacking
from services.tariffs.domain.histories.correcting import CORRECTING, Reading, as_corrected, fits, is_meant
from services.tariffs.domain.histories.places import history_of, place_of
from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule, Submitted, Violation
from services.tariffs.domain.rules import intervals, mandates
from services.tariffs.domain.rules.dependents import resting_on
from services.tariffs.domain.rules.mendable import FAMILIES, concerned
from services.tariffs.domain.state import Recorded, RulesState

COR_1 = Rule(
    id="COR-1",
    title="The target is recorded",
    text=(
        "A correction or annulment names an entry of its own stream by position, type, source and id, and that entry "
        "was recorded before the submission."
    ),
    source="House rule: a slip in one of the four must not mend another entry",
    since=FIRST_RULE_BOOK,
)
COR_2 = Rule(
    id="COR-2",
    title="Only rules are corrected",
    text=(
        "Mandates, membership, the catalogue, measures, floors, prices, rates, quotas, undertakings and emergencies "
        "are corrected or annulled, and so are corrections and annulments. The founding, keys, declarations, stock "
        "and refusals are not."
    ),
    source="House rule: signatures rest on keys; declarations and stock have events of their own",
    since=FIRST_RULE_BOOK,
)
COR_3 = Rule(
    id="COR-3",
    title="Everybody mends his own words",
    text="An entry is corrected or annulled by the party that issued it, with a mandate for it on that day.",
    source="House rule: a correction changes neither type nor stream nor issuer",
    since=FIRST_RULE_BOOK,
)
COR_4 = Rule(
    id="COR-4",
    title="A correction stays with its thing",
    text=(
        "A corrected payload belongs to the stream of its target, and the correction of a correction or annulment "
        "names the same target as that one."
    ),
    source="House rule: a correction changes neither type nor stream nor issuer",
    since=FIRST_RULE_BOOK,
)
COR_5 = Rule(
    id="COR-5",
    title="What never was is not mended",
    text="An entry that is annulled is neither corrected nor annulled; its annulment may be annulled first.",
    source="House rule: otherwise the newest of two acts would revive what the other ended",
    since=FIRST_RULE_BOOK,
)
COR_6 = Rule(
    id="COR-6",
    title="A correction says something new",
    text="A corrected payload differs from the one that its target has by now.",
    source="House rule: a correction that changes nothing hides which one did",
    since=FIRST_RULE_BOOK,
)
COR_7 = Rule(
    id="COR-7",
    title="What remains still follows",
    text=(
        "After a correction or annulment, every later act on the same thing still follows from those before it, and "
        "nothing rests on a mineral or line that is gone or measured otherwise; the newest is mended first."
    ),
    source="House rule: an amendment of nothing, or a floor on no line, would be left",
    since=FIRST_RULE_BOOK,
)
COR_8 = Rule(
    id="COR-8",
    title="A revocation follows from its mandate",
    text="After a correction or annulment of a mandate, no revocation is left of what is not granted.",
    source="House rule: a revocation of nothing would be left",
    since=FIRST_RULE_BOOK,
    ruleset="2026.3",  # the second rule book let it be left behind
)
RULES = (COR_1, COR_2, COR_3, COR_4, COR_5, COR_6, COR_7, COR_8)


class _Case(Struct, frozen=True):
    """A correction or annulment with its target, and the history of the thing before and after it."""

    rules: RulesState
    submitted: Submitted
    field: str
    thing: str
    target: Recorded
    before: Reading
    after: Reading

    def at(self, reading: Reading, entry: Recorded) -> RulesState:
        """The rules as they are, with the history of the thing as it was when the entry came."""
        prefix = tuple(one for one in reading.entries if one.position < entry.position)
        histories = getattr(self.rules, self.field)
        return replace(self.rules, **{self.field: histories.set(self.thing, prefix)})


def violations(rules: RulesState, submitted: Submitted) -> Iterator[Violation]:
    """Correction rules that an event breaks, and the rules that what it says would break."""
    event = submitted.event
    if event.type not in CORRECTING:
        return
    if event.data.target.type not in CORRECTABLE:
        yield submitted.breaks(
            COR_2,
            "$.data.target.type",
            f"{event.data.target.type} is not corrected; post what happened since",
        )
        return
    place = place_of(rules, event)
    history = history_of(rules, event.subject)
    target = next((entry for entry in history if entry.position == event.data.target.position), None)
    if place is None or target is None or not target.recorded_at or not is_meant(event.data.target, target):
        yield submitted.breaks(COR_1, "$.data.target", _missed(event.data.target, event.subject, target))
        return
    before, after = as_corrected(history), as_corrected((*history, Recorded(rules.position + 1, event, "")))
    yield from _mended(_Case(rules, submitted, *place, target, before, after), history)


def _missed(target: Target, stream: str, found: Recorded | None) -> str:
    if found is None:
        return f"position {target.position} is no entry of {stream} that can be corrected; GET it and take its words"
    if not found.recorded_at:
        return "it is part of this submission; mend it there"
    event = found.event
    return (
        f"position {found.position} is {event.type} {event.id} from {event.source}; compare each of the four"
    )


def _mended(case: _Case, history: Sequence[Recorded]) -> Iterator[Violation]:
    submitted, target = case.submitted, case.target
    event = submitted.event
    if event.source != target.event.source:
        yield submitted.breaks(
            COR_3, "$.source", f"{target.where} was issued by {target.event.party}, which alone may mend it"
        )
        return
    annulment = _annulment_of(target, history, case.before)
    if annulment is not None:
        yield submitted.breaks(
            COR_5, "$.data.target", f"{target.where} was annulled ({annulment.where}); annul that one first"
        )
        return
    if isinstance(event.data, EventCorrected):
        fault = _strays(event.data, target, event.subject)
        if fault is not None:
            yield submitted.breaks(COR_4, *fault)
            return
    if isinstance(event.data, EventCorrected) and _says_nothing_new(case):
        yield submitted.breaks(
            COR_6, "$.data.corrected", f"{event.subject} reads so already; correct what is wrong"
        )
        return
    yield from _may(case)
    yield from _as_if(case)
    yield from _followers(case)


def _says_nothing_new(case: _Case) -> bool:
    """Whether a correction repeats what its target says by now (an act), or said (a correction or annulment)."""
    now = next(
        (entry for entry in case.before.entries if entry.position == case.target.position), case.target
    )
    return case.submitted.event.data.payload == now.data


def _annulment_of(target: Recorded, history: Sequence[Recorded], before: Reading) -> Recorded | None:
    """The annulment in force of an entry, be it an act or itself a correction or annulment."""
    for act, annulment in (*before.annulled, *before.silenced):
        if act.position == target.position:
            return next(entry for entry in history if entry.position == annulment.position)
    return None


def _strays(data: EventCorrected, target: Recorded, stream: str) -> tuple[str, str] | None:
    """Where a corrected payload leaves its thing or its target, and how; None when it does not."""
    path, said = "$.data.corrected", data
    while True:
        if not fits(said, stream):
            return path, f"it is about another thing than {stream}; annul, and record it anew there"
        inner: Any = said.payload
        if not isinstance(inner, EventCorrected | EventAnnulled):
            return None
        if inner.target != target.event.data.target:
            at = target.event.data.target.position
            return f"{path}.target", f"{target.where} is about position {at}, and stays about it"
        if isinstance(inner, EventAnnulled):
            return None
        path, said = f"{path}.corrected", inner
        if isinstance(inner.payload, EventCorrected | EventAnnulled):
            return (
                path,
                "correct the first correction anew: corrections are not put into one another more than once",
            )


def _may(case: _Case) -> Iterator[Violation]:
    """Whoever mends an act needs, today, the mandate to issue it."""
    stood = {
        entry.position: entry for entry in (*case.before.entries, *(act for act, _ in case.before.annulled))
    }
    for entry in _changed(case):
        gap = lacking(case.rules, stood.get(entry.position, entry).event, case.submitted.recorded_on)
        if gap is not None:
            yield case.submitted.breaks(COR_3, "$.data.target", gap)


def _changed(case: _Case) -> list[Recorded]:
    """The acts that read otherwise afterwards: said anew, gone, or back."""
    before = {entry.position: entry for entry in case.before.entries}
    after = {entry.position: entry for entry in case.after.entries}
    positions = sorted(before.keys() | after.keys())
    return [
        after.get(at) or before[at]
        for at in positions
        if at not in before or at not in after or before[at].data != after[at].data
    ]


def _as_if(case: _Case) -> Iterator[Violation]:
    """What stands otherwise afterwards, judged by the rules of its family as if it were posted in its place."""
    submitted = case.submitted
    standing = {entry.position for entry in case.after.entries}
    for entry in _changed(case):
        if entry.position not in standing:
            continue
        posted = replace(submitted, event=_in_place(entry, submitted.event))
        state = case.at(case.after, entry)
        for family in (mandates, intervals, *FAMILIES):
            for found in family.violations(state, posted):
                yield replace(found, path=_path(submitted.event, found.path))


def _in_place(entry: Recorded, event: Event[Any]) -> Event[Any]:
    """The act as it stands now, in the name of the event that makes it so."""
    return replace(entry.event, id=event.id, source=event.source)


def _path(event: Event[Any], path: str) -> str:
    """Where in the correction the words stand that a rule finds fault with."""
    if not isinstance(event.data, EventCorrected) or not path.startswith("$.data"):
        return "$.data.target"
    deeper, said = "", event.data
    while isinstance(said, EventCorrected):
        deeper, said = f"{deeper}.corrected", said.payload
    return f"$.data{deeper}{path.removeprefix('$.data')}"


def _followers(case: _Case) -> Iterator[Violation]:
    """Later acts on the thing that no longer follow, and things that rest on what is gone."""
    changed = _changed(case)
    stood = {entry.position: entry for entry in case.before.entries}
    as_read = [*changed, *(stood[entry.position] for entry in changed if entry.position in stood)]
    for entry in concerned(case.field, as_read, case.after.entries):
        earlier = stood.get(entry.position)
        if earlier is None or not changed or entry.position <= changed[0].position:
            continue
        new = _broken(case, case.after, entry) - _broken(case, case.before, earlier)
        if new:
            yield case.submitted.breaks(
                COR_8 if case.field == "mandates" else COR_7,
                "$.data.target",
                f"{entry.event.type} ({entry.where}) would break {', '.join(sorted(new))}; mend that one first",
            )
            return
    rests = resting_on(case.rules, case.field, case.thing, case.before.entries, case.after.entries)
    if rests is not None:
        yield case.submitted.breaks(COR_7, "$.data.target", rests)


def _broken(case: _Case, reading: Reading, entry: Recorded) -> set[str]:
    posted = replace(case.submitted, event=entry.event, party=entry.event.party)
    state = case.at(reading, entry)
    families = (mandates,) if case.field == "mandates" else FAMILIES
    return {found.rule.id for family in families for found in family.violations(state, posted)}
