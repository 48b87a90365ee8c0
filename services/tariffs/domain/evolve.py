"""The fold of entries into the rules state: pure, total, and in order of position.

Total means that any recorded event is folded, even one that the rules would refuse today: history is what it is,
and judging it is the audit's work. An event type that says nothing about rules only moves the position, so a
follower need not even decode it (`FOLDED_TYPES`, `moved_to`): that is what keeps a replay over millions of
declarations cheap. Everything else appends to one history and, where an assessment needs it, to an index.
"""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from contracts.admissions import ADMISSION_ACTIVATED
from contracts.envelope import Event
from contracts.events.corrections import EVENT_ANNULLED, EVENT_CORRECTED, EventCorrected
from contracts.events.payload import Payload
from contracts.events.proposals import PROPOSABLE
from contracts.identity.keyring import CHECKPOINT_KEY_ROTATED, KEY_EVENTS
from contracts.registry import EVENT_TYPES
from contracts.streams import keys_of, stream_of
from contracts.trade import BLOC
from services.tariffs.domain.growing import Growing
from services.tariffs.domain.histories.filing import CATALOGUE, index, lead_to, put_in_order
from services.tariffs.domain.histories.long import appended
from services.tariffs.domain.histories.places import place_on
from services.tariffs.domain.measures import territory_of_name
from services.tariffs.domain.reserve.directory import RESERVE_FOLDS, RESERVE_TYPES
from services.tariffs.domain.state import Recorded, RulesState

PROPOSAL_TYPES = tuple(name for name, row in EVENT_TYPES.items() if row.stream == "proposal/{proposal}")
"""Types of events about proposals themselves."""


def evolve(state: RulesState, position: int, recorded_at: str, event: Event[Any]) -> RulesState:
    """The state after one more entry. `position` is the entry's; entries come densely and in order."""
    if event.type not in FOLDED_TYPES:
        return moved_to(state, position)
    growing = Growing(state)
    grow(growing, Recorded(position, event, recorded_at))
    return growing.grown(position)


def moved_to(state: RulesState, position: int) -> RulesState:
    """The state after entries up to `position` that say nothing about rules (types not in `FOLDED_TYPES`)."""
    return replace(state, position=position)


def grow(growing: Growing, entry: Recorded) -> None:
    """Fold one more entry into a state that grows by a batch of them."""
    event = entry.event
    fold = _FOLDS.get(event.type)
    if fold is None:
        return
    fold(growing, entry)
    if event.type in PROPOSABLE and event.data.proposal is not UNSET:
        growing.append("under_proposals", event.data.proposal, entry)
    if event.type in VERSIONED_TYPES:
        for key in keys_of(event.type, event.subject):
            growing.put("versions", key, growing.held("versions").get(key, 0) + 1)
    if event.type in KEY_EVENTS:
        growing.set_other("ring", growing.other("ring").evolve(entry.position, event.type, event.data))


Fold = Callable[[Growing, Recorded], None]
"""Writes what one entry changes."""


def _in_one(field: str) -> Fold:
    """The fold that appends an entry to the one history in `field`."""
    return lambda growing, entry: growing.set_other(field, appended(growing.other(field), entry))


def _filed(field: str, by: str) -> Fold:
    """The fold that appends an entry to the history of one thing among those in `field`, found `by` a payload field."""
    return lambda growing, entry: growing.append(field, getattr(entry.event.data, by), entry)


_ruleset = _in_one("rulesets")
_admission = _in_one("admissions")
_state_hash = _in_one("state_hashes")
_proposal = _filed("proposals", "proposal")
_case = _filed("cases", "case")
_key = _filed("keys", "party")
_mandate = _filed("mandates", "party")
_member = _filed("members", "member")
_mineral = _filed("minerals", "mineral")
_act = _filed("acts", "act")
_area = _filed("areas", "area")
_reference_price = _filed("reference_prices", "line")
_exchange_rate = _filed("exchange_rates", "series")
_emergency = _filed("emergencies", "emergency")
_quota = _filed("quotas", "order_number")
_undertaking = _filed("undertakings", "undertaking")


def _founded(growing: Growing, entry: Recorded) -> None:
    if growing.other("charter") is None:
        growing.set_other("charter", entry)


def _acceded(growing: Growing, entry: Recorded) -> None:
    _member(growing, entry)
    for country in (entry.data.member, *entry.data.territories):
        index(growing, "members_by_country", country, entry.data.member)


def _act_annulled(growing: Growing, entry: Recorded) -> None:
    _act(growing, entry)
    _unsay(growing, entry.data.act)


def _unsay(growing: Growing, act: str) -> None:
    """Note an act that may never have been."""
    growing.set_other("acts_unsaid", growing.other("acts_unsaid") | {act})


def _line(growing: Growing, entry: Recorded) -> None:
    data = entry.data
    growing.append("lines", data.line, entry)
    index(growing, "lines_by_hs6", data.hs6, data.line)
    lead_to(growing, CATALOGUE, data.hs6)


def _measure_act(growing: Growing, entry: Recorded) -> None:
    measure = entry.event.data.measure
    if measure not in growing.held("measures"):
        put_in_order(growing, territory_of_name(measure), f"measure/{measure}")
    growing.append("measures", measure, entry)


def _measure_terms(growing: Growing, entry: Recorded) -> None:
    """A creation or an amendment: file the measure under the goods of its terms, whenever they hold."""
    _measure_act(growing, entry)
    measure, goods = entry.event.data.measure, entry.event.data.goods
    territory = territory_of_name(measure)
    for prefix in () if goods.prefixes is UNSET else goods.prefixes:
        index(growing, "measures_by_prefix", (territory, prefix), measure)
        lead_to(growing, territory, prefix)
    for line in () if goods.lines is UNSET else goods.lines:
        index(growing, "measures_by_line", (territory, line), measure)


def _floor(growing: Growing, entry: Recorded) -> None:
    line = entry.event.data.line
    if line not in growing.held("floors"):
        put_in_order(growing, BLOC, f"floor/{line}")
    growing.append("floors", line, entry)


def _correction(growing: Growing, entry: Recorded) -> None:
    """File a correction or annulment with its target, and index what is corrected as if it had been recorded so.

    Indexes only grow: they say where to look, and the histories what holds.
    """
    place = place_on(entry.event.subject, growing.held)
    if place is None:
        return
    field, thing = place
    history = growing.held(field)[thing]
    said = _innermost(entry.data) if isinstance(entry.data, EventCorrected) else None
    if said is not None and stream_of(*said) == entry.event.subject:
        _FOLDS[said[0]](growing, Recorded(entry.position, replace(entry.event, data=said[1]), ""))
    if field == "acts":
        _unsay(growing, thing)
    growing.put(field, thing, appended(history, entry))
    growing.put("mended", place, entry.position)


def _innermost(data: EventCorrected) -> tuple[str, Payload] | None:
    """Type and payload that a correction leads to in the end; None for the correction of an annulment."""
    while isinstance(data.payload, EventCorrected):
        data = data.payload
    return (
        None
        if data.payload is None or data.target.type == EVENT_ANNULLED
        else (data.target.type, data.payload)
    )


_FOLDS: dict[str, Fold] = {
    "bloc.founded.v1": _founded,
    "bloc.key.registered.v1": _key,
    "bloc.key.revoked.v1": _key,
    CHECKPOINT_KEY_ROTATED: _key,
    "bloc.mandate.granted.v1": _mandate,
    "bloc.mandate.revoked.v1": _mandate,
    "bloc.member.invited.v1": _member,
    "bloc.member.memorandum_signed.v1": _member,
    "bloc.member.instrument_deposited.v1": _member,
    "bloc.member_commitment.set.v1": _member,
    "bloc.member_commitment.fulfilled.v1": _member,
    "bloc.member.acceded.v1": _acceded,
    "bloc.member.terms_amended.v1": _acceded,
    "bloc.member.suspended.v1": _member,
    "bloc.member.reinstated.v1": _member,
    "bloc.member.withdrawn.v1": _member,
    "bloc.mineral.listed.v1": _mineral,
    "bloc.mineral.delisted.v1": _mineral,
    "bloc.stage_line.defined.v1": _line,
    "bloc.stage_line.reclassified.v1": _line,
    "bloc.act.adopted.v1": _act,
    "bloc.act.published.v1": _act,
    "bloc.act.extended.v1": _act,
    "bloc.act.suspended.v1": _act,
    "bloc.act.resumed.v1": _act,
    "bloc.act.repealed.v1": _act,
    "bloc.act.annulled.v1": _act_annulled,
    "bloc.area.member_added.v1": _area,
    "bloc.area.member_removed.v1": _area,
    "bloc.measure.created.v1": _measure_terms,
    "bloc.measure.amended.v1": _measure_terms,
    "bloc.measure.suspended.v1": _measure_act,
    "bloc.measure.resumed.v1": _measure_act,
    "bloc.measure.terminated.v1": _measure_act,
    "bloc.reference_price.published.v1": _reference_price,
    "bloc.exchange_rate.published.v1": _exchange_rate,
    "bloc.price_floor.set.v1": _floor,
    "bloc.price_floor.revised.v1": _floor,
    "bloc.price_floor.suspended.v1": _floor,
    "bloc.price_floor.resumed.v1": _floor,
    "bloc.price_floor.withdrawn.v1": _floor,
    "bloc.emergency.declared.v1": _emergency,
    "bloc.emergency.ended.v1": _emergency,
    "bloc.quota.opened.v1": _quota,
    "bloc.quota.amended.v1": _quota,
    "bloc.quota.blocked.v1": _quota,
    "bloc.quota.unblocked.v1": _quota,
    "bloc.undertaking.accepted.v1": _undertaking,
    "bloc.undertaking.amended.v1": _undertaking,
    "bloc.undertaking.withdrawn.v1": _undertaking,
    "bloc.undertaking.invoice_invalidated.v1": _undertaking,
    **RESERVE_FOLDS,
    "bloc.ruleset.activated.v1": _ruleset,
    ADMISSION_ACTIVATED: _admission,
    "bloc.state_hash.published.v1": _state_hash,
    **dict.fromkeys(PROPOSAL_TYPES, _proposal),
    "bloc.case.opened.v1": _case,
    "bloc.case.consultations_held.v1": _case,
    "bloc.case.ruled.v1": _case,
    "bloc.case.closed.v1": _case,
    EVENT_CORRECTED: _correction,
    EVENT_ANNULLED: _correction,
}

FOLDED_TYPES = frozenset(_FOLDS)
"""Event types that change the rules state. All others need not be decoded to follow it."""

VERSIONED_TYPES = FOLDED_TYPES - RESERVE_TYPES
"""Event types whose streams live here as a whole, so that their versions are counted here (the rules lane)."""
