"""What stands in an evidence pack, as a document: the ground of its page, and what programs read instead of the page.

Everything in it is computed from entries that are in the pack, or from the whole record up to K where it says so (the
hash of the state); and every statement names the position of the entry that it rests on.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import UNSET, Struct, UnsetType

from bloc.evidence.surveying import Survey
from contracts.decoding import decode_header
from contracts.entry import split_entry
from contracts.events.duties import AssessedDuty
from contracts.malformed import Malformed
from contracts.tlog.policy import Accepted
from services.tariffs.domain.assessment.assess import Assessment
from services.tariffs.domain.assessment.prose import explain
from services.tariffs.domain.governance.authority import Authority, authority_of
from services.tariffs.domain.governance.rule_books import activated, rule_book_on
from services.tariffs.domain.lifecycle.view import DeclarationView, ItemView, declaration_view
from services.tariffs.domain.replay.document import StateHash
from services.tariffs.domain.state import Recorded, RulesState

FORMAT = "bloc/evidence-index@v1"


class Listed(Struct, frozen=True):
    """An entry of the pack, and why it is in it."""

    position: int
    recorded_at: str
    stream: str
    version: int
    type: str
    party: str
    because: str


class Book(Struct, frozen=True):
    """A rule book that was put in force, by the entry at `position`, from a day on."""

    ruleset: str
    effective_from: date
    position: int


class Published(Struct, frozen=True):
    """A hash of the state that the tariffs service published, and whether the replay of the maker agrees."""

    position: int
    known_position: int
    agrees: bool | None


class Step(Struct, frozen=True):
    """One entry of the subject's own stream: who said what, when."""

    position: int
    recorded_at: str
    type: str
    party: str
    data: object


class Told(Struct, frozen=True):
    """A declaration, and each assessment that stands as sentences, by item number."""

    view: DeclarationView
    sentences: Mapping[int, tuple[str, ...]]


class Index(Struct, frozen=True, kw_only=True):
    """The document. `ruleset` decides on the day of the last entry; `state_hash` is that of the maker's own replay."""

    format: str = FORMAT
    subject: str
    known_position: int
    recorded_at: str
    origin: str
    size: int
    root: str
    witnesses: tuple[str, ...]
    ruleset: str
    rulesets: tuple[Book, ...]
    state_hash: StateHash
    published: Published | UnsetType = UNSET
    steps: tuple[Step, ...]
    authority: Mapping[str, tuple[Authority, ...]]
    declarations: tuple[Told, ...]
    entries: tuple[Listed, ...]


def index_of(subject: str, survey: Survey, entries: Mapping[int, bytes], accepted: Accepted) -> Index:
    """The document about a survey; `entries` are all that are in the pack."""
    replayed, tree = survey.replayed, accepted.checkpoint
    rules, position = replayed.state.rules, tree.size - 1
    compared = replayed.compared[-1] if replayed.compared else None
    return Index(
        subject=subject,
        known_position=position,
        recorded_at=replayed.recorded_at,
        origin=tree.origin,
        size=tree.size,
        root=tree.root.hex(),
        witnesses=accepted.witnesses,
        ruleset=rule_book_on(rules, date.fromisoformat(replayed.recorded_at[:10]), position),
        rulesets=tuple(
            Book(book.ruleset, book.since, book.by.position) for book in activated(rules, position)
        ),
        state_hash=replayed.hash,
        published=UNSET
        if compared is None
        else Published(compared.published.position, compared.published.said.known_position, compared.agrees),
        steps=tuple(_steps(survey.own)),
        authority={
            stream: acts for stream in survey.streams if (acts := authority_of(rules, stream, position))
        },
        declarations=tuple(_told(rules, survey.declarations.values())),
        entries=tuple(_listed(survey, entries)),
    )


def _steps(entries: Iterable[Recorded]) -> Iterable[Step]:
    """What was said on the subject's own stream; assessments are told in full below."""
    for entry in entries:
        if not isinstance(entry.data, AssessedDuty):
            event = entry.event
            yield Step(entry.position, entry.recorded_at, event.type, event.party, entry.data)


def _told(rules: RulesState, declarations: Iterable[tuple[Recorded, ...]]) -> Iterable[Told]:
    for entries in declarations:
        view = declaration_view(entries)
        if view is not None:
            yield Told(view, {item.item.item_no: _sentences(rules, item) for item in view.items})


def _sentences(rules: RulesState, item: ItemView) -> tuple[str, ...]:
    """The trace of the assessment that stands, read aloud."""
    if item.assessment is UNSET:
        return ()
    duty = item.assessment.duty
    recorded = Assessment(
        member=duty.member,
        item_no=duty.item_no,
        known_position=duty.known_position,
        governing_date=duty.governing_date,
        currency=duty.currency,
        status=duty.status,
        complete=duty.status == "final",
        unknown=(),
        lines=duty.lines,
        total=duty.total,
        trace=duty.trace,
        undercut=None,
    )
    return explain(rules, item.item, recorded)


def _listed(survey: Survey, entries: Mapping[int, bytes]) -> Iterable[Listed]:
    reasons = {concern.position: concern.because for concern in survey.concerns}
    for position, entry in entries.items():
        stamp, event = split_entry(entry)
        header = decode_header(event)
        assert not isinstance(header, Malformed)  # it was read as an entry when the pack was planned
        because = reasons.get(position, "shows a key, or belongs to the draft of another entry")
        yield Listed(
            position, stamp.recorded_at, stamp.stream, stamp.version, header.type, header.party, because
        )
