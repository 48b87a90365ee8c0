"""What claims on quotas are granted under some rules: the draws of a record gone through once more, in their order.

A hypothesis that makes a quota larger, blocks it or takes a measure from it changes who was cut off, and so does a
correction that came later. So nobody keeps what he drew: every claim of the record is made again, at its place in the
order of recording, by the functions that granted it. Memory grows with the claims, like that of the balances.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, Struct

from contracts.envelope import Event
from contracts.events import DeclarationAccepted, DeclarationAmended, DeclarationInvalidated
from contracts.events.quotas import QuotaShare
from services.tariffs.domain.assessment.assess import assess_for
from services.tariffs.domain.assessment.importer import Importer, importer_on
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.lifecycle.quotas import follow_amendment, left_for_amended
from services.tariffs.domain.quotas.drawing import Balances, after, drawings, left_for, returned
from services.tariffs.domain.state import RulesState


class _Held(Struct):
    """Of one declaration: when it was accepted, and what its items hold."""

    accepted_at: str
    shares: dict[int, QuotaShare]


class Draws:
    """Claims under the rules given, all of which are known. Feed it every claim in order of recording."""

    def __init__(self, rules: RulesState) -> None:
        self._rules = rules
        self._balances: Balances = {}
        self._held: dict[str, _Held] = {}

    def shares_of(self, stream: str) -> Mapping[int, QuotaShare]:
        """What the items of a declaration hold by now, by number."""
        held = self._held.get(stream)
        return {} if held is None else held.shares

    def take(self, event: Event[Any], accepted_at: str) -> None:
        """Take the next event of a declaration that was accepted at that moment; most of them draw nothing."""
        data = event.data
        if not isinstance(data, DeclarationAccepted | DeclarationAmended | DeclarationInvalidated):
            return
        held = self._held.get(event.subject)
        if held is None:
            if isinstance(data, DeclarationInvalidated) or all(item.quota is UNSET for item in data.items):
                return
            held = self._held[event.subject] = _Held(accepted_at, {})
        if isinstance(data, DeclarationInvalidated):
            self._invalidated(event.id, data, held)
            return
        importer = importer_on(self._rules, data.member, held.accepted_at, self._rules.position)
        if isinstance(importer, NotKnown):
            return
        if isinstance(data, DeclarationAccepted):
            self._accepted(event.id, data, importer, held)
        else:
            self._amended(event, data, importer, held)

    def _accepted(self, cause: str, data: DeclarationAccepted, importer: Importer, held: _Held) -> None:
        rules = self._rules
        for item in data.items:
            if item.quota is UNSET:
                continue
            left = left_for(rules, item, importer.day, rules.position, self._balances)
            now = assess_for(rules, importer, item, rules.position, left)
            drawn = drawings(now, left, reference=data.reference, declaration_event=cause)
            self._balances = after(self._balances, drawn)
            if now.quota is not None:
                held.shares[item.item_no] = now.quota

    def _amended(self, event: Event[Any], data: DeclarationAmended, importer: Importer, held: _Held) -> None:
        rules = self._rules
        for item in data.items:
            before = held.shares.pop(item.item_no, UNSET)
            if before is UNSET and item.quota is UNSET:
                continue
            left = left_for_amended(rules, importer, item, before, self._balances)
            now = assess_for(rules, importer, item, rules.position, left)
            drawn = follow_amendment(rules, event, before, now, left, self._balances)
            self._balances = after(self._balances, drawn)
            if now.quota is not None:
                held.shares[item.item_no] = now.quota

    def _invalidated(self, cause: str, data: DeclarationInvalidated, held: _Held) -> None:
        for number, share in sorted(held.shares.items()):
            back = returned(
                self._rules,
                self._balances,
                share,
                member=data.member,
                reference=data.reference,
                item_no=number,
                cause=cause,
            )
            if back is not None:
                self._balances = after(self._balances, (("bloc.quota.returned.v1", back),))
        held.shares.clear()
