"""Who issued and who approved each act on a thing: with which mandates, when, and by how many eyes.

Computed from the record like everything else: the mandates are those that were held, on the day of recording, for
what the party did; the approval is that of the proposal which the act names, if it holds exactly this act.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from contracts.envelope import Event
from services.tariffs.domain.governance.four_eyes import needs_approval
from services.tariffs.domain.governance.mandates import mandates_behind
from services.tariffs.domain.governance.proposals import proposal_at
from services.tariffs.domain.governance.rule_books import rule_book_on
from services.tariffs.domain.histories.places import history_of
from services.tariffs.domain.histories.timeline import recorded_by
from services.tariffs.domain.rules.proposals import PRP_8
from services.tariffs.domain.state import Recorded, RulesState

FourEyes = Literal["approved", "not_needed", "not_required_then", "without"]
"""Approved by a second party; of a kind that needs none; recorded under a rule book that asked for none; recorded
without where one was needed, as the first approver's key and mandate may be (else it is a finding)."""


class Signed(Struct, frozen=True):
    """What a party signed: where it is recorded, and the mandates that it held for it on that day."""

    party: str
    position: int
    recorded_at: str
    mandates: tuple[str, ...]


class Authority(Struct, frozen=True, kw_only=True):
    """One act: who issued it, under which rule book, and what was proposed and approved before."""

    type: str
    issued: Signed
    ruleset: str
    four_eyes: FourEyes
    proposal: str | UnsetType = UNSET
    proposed: Signed | UnsetType = UNSET
    approved: Signed | UnsetType = UNSET


def authority_of(rules: RulesState, stream: str, position: int) -> tuple[Authority, ...]:
    """Every act recorded on a stream up to K = `position`, in order; empty when there is none (of rules)."""
    return tuple(_acts(rules, recorded_by(history_of(rules, stream), position), position))


def _acts(rules: RulesState, entries: Sequence[Recorded], position: int) -> Iterator[Authority]:
    for entry in entries:
        day = entry.recorded_on
        ruleset = rule_book_on(rules, day, entry.position - 1)
        name = getattr(entry.data, "proposal", UNSET)
        proposal = None if name is UNSET else proposal_at(rules, name, position)
        backed = proposal is not None and entry.position in {
            one.position for one in proposal.recorded if one is not None
        }
        approval = proposal.approved if proposal is not None and backed else None
        yield Authority(
            type=entry.event.type,
            issued=_signed(rules, entry),
            ruleset=ruleset,
            four_eyes=_four_eyes(rules, entry.event, ruleset, approval),
            proposal=name,
            proposed=_signed(rules, proposal.submitted) if proposal is not None and backed else UNSET,
            approved=UNSET if approval is None else _signed(rules, approval),
        )


def _four_eyes(rules: RulesState, event: Event[Any], ruleset: str, approval: Recorded | None) -> FourEyes:
    if approval is not None:
        return "approved"
    if not needs_approval(rules, event):
        return "not_needed"
    asked = PRP_8.is_of(ruleset)
    return "without" if asked else "not_required_then"


def _signed(rules: RulesState, entry: Recorded) -> Signed:
    mandates = tuple(mandate.mandate for mandate in mandates_behind(rules, entry))
    return Signed(entry.event.party, entry.position, entry.recorded_at, mandates)
