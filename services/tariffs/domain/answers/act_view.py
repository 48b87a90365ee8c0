"""A legal act as an answer: whether it is in force on V as known at K, where it was published, what rests on it."""

from datetime import date

from msgspec import UNSET, Struct, UnsetType

from contracts.events import ActAdopted, ActPublished
from services.tariffs.domain.answers.views import AnswerStatus
from services.tariffs.domain.histories.effective import act_of, act_on, things_on_acts
from services.tariffs.domain.histories.timeline import InForce, NoneInForce, NotKnown, known_at, recorded_by
from services.tariffs.domain.measures import territory_of_name
from services.tariffs.domain.state import RulesState


class Publication(Struct, frozen=True):
    """Where an act appeared, and on which day."""

    journal: str
    number: str
    published_on: date
    uri: str
    position: int


class ActStep(Struct, frozen=True):
    """One entry about an act, as it was recorded."""

    type: str
    position: int
    recorded_at: str
    effective_from: date | UnsetType = UNSET
    effective_to: date | UnsetType = UNSET


class LegalActView(Struct, frozen=True, kw_only=True):
    """An act on one day. `rests` are streams of measures and floors that name it in what was recorded of them."""

    act: str
    territory: str
    status: AnswerStatus
    position: int
    title: str | UnsetType = UNSET
    because: str | UnsetType = UNSET
    since: date | UnsetType = UNSET
    until: date | UnsetType = UNSET
    publication: Publication | UnsetType = UNSET
    steps: tuple[ActStep, ...]
    rests: tuple[str, ...]


def act_view(rules: RulesState, name: str, day: date, position: int) -> LegalActView | None:
    """An act on V = `day` as known at K = `position`; None when nothing of it was recorded."""
    answer = act_on(rules, name, day, position)
    if isinstance(answer, NotKnown):
        return None
    holds = answer if isinstance(answer, InForce) else None
    history = rules.acts[name]
    said = known_at(history, position)
    published = next((entry for entry in said if isinstance(entry.data, ActPublished)), None)
    return LegalActView(
        act=name,
        territory=territory_of_name(name),
        status=answer.why if isinstance(answer, NoneInForce) else "in_force",
        position=answer.act.says_so,
        title=next((entry.data.title for entry in said if isinstance(entry.data, ActAdopted)), UNSET),
        because=answer.because if isinstance(answer, NoneInForce) else UNSET,
        since=UNSET if holds is None else holds.since,
        until=UNSET if holds is None or holds.until is None else holds.until,
        publication=UNSET if published is None else _publication(published.data, published.says_so),
        steps=tuple(
            ActStep(
                entry.event.type,
                entry.position,
                entry.recorded_at,
                getattr(entry.data, "effective_from", UNSET),
                getattr(entry.data, "effective_to", UNSET),
            )
            for entry in recorded_by(history, position)
        ),
        rests=tuple(_resting_on(rules, name, position)),
    )


def _publication(data: ActPublished, position: int) -> Publication:
    assert data.published_on is not UNSET  # the payload sees to it
    return Publication(data.journal, data.number, data.published_on, data.uri, position)


def _resting_on(rules: RulesState, name: str, position: int) -> list[str]:
    return sorted(
        f"{kind}/{thing}"
        for kind, thing, history in things_on_acts(rules)
        if any(act_of(entry) == name for entry in known_at(history, position))
    )
