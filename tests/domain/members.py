"""Facts about members, in the words of facts.py: from the invitation of 4 February 2026 to withdrawal."""

from typing import Any

import msgspec

from contracts.envelope import Event
from tests.domain.facts import SECRETARIAT, act, event


def invited(member: str, on: str = "2026-02-04", **more: Any) -> Event[Any]:
    """A state is invited to the ministerial."""
    data = {"member": member, "invited_on": on, "forum": "Critical Minerals Ministerial, Washington"}
    return event(SECRETARIAT, "bloc.member.invited.v1", data | more)


def memorandum(member: str, on: str = "2026-04-24", **more: Any) -> Event[Any]:
    """A memorandum is signed, 49 days after it was due."""
    data = {
        "member": member,
        "title": "Memorandum of understanding on critical minerals",
        "signed_on": on,
        "binding": False,
        "counterparties": ["US"],
    }
    return event(SECRETARIAT, "bloc.member.memorandum_signed.v1", data | more)


def deposited(member: str, on: str = "2026-04-28", **more: Any) -> Event[Any]:
    """Its instrument of accession is with the depositary."""
    data = {"member": member, "deposited_on": on, "depositary": "The secretariat", "legal_basis": act("3")}
    return event(SECRETARIAT, "bloc.member.instrument_deposited.v1", data | more)


def acceded(member: str, on: str = "2026-05-01", **more: Any) -> Event[Any]:
    """A state accedes, with its own country and house rounding."""
    data = {
        "member": member,
        "effective_from": on,
        "territories": [member],
        "legal_tz": "America/New_York",
        "currency": "USD",
        "value_rounding": {"unit": "0.01", "mode": "half_up"},
        "duty_rounding": {"unit": "0.01", "mode": "half_up", "per": "line"},
        "exchange_rate_rule": "none",
        "legal_basis": act("accession"),
    }
    return event(SECRETARIAT, "bloc.member.acceded.v1", data | more)


def terms_amended(member: str, on: str, **more: Any) -> Event[Any]:
    """A member takes other terms: those of `acceded` but for what is said."""
    said = msgspec.to_builtins(acceded(member, on, **more).data)
    return event(SECRETARIAT, "bloc.member.terms_amended.v1", said)


def suspended(member: str, on: str, *minerals: str, **more: Any) -> Event[Any]:
    """A member is suspended for some minerals, or for all."""
    data = {
        "member": member,
        "minerals": list(minerals) or ["*"],
        "grounds": "Export licences were withheld from other members",
        "effective_from": on,
        "legal_basis": act("9"),
    }
    return event(SECRETARIAT, "bloc.member.suspended.v1", data | more)


def reinstated(member: str, on: str, *minerals: str) -> Event[Any]:
    """A suspension ends."""
    data = {
        "member": member,
        "minerals": list(minerals) or ["*"],
        "effective_from": on,
        "legal_basis": act("9"),
    }
    return event(SECRETARIAT, "bloc.member.reinstated.v1", data)


def withdrawn(member: str, on: str, notified_on: str = "2026-06-01") -> Event[Any]:
    """A member leaves."""
    data = {"member": member, "notified_on": notified_on, "effective_from": on, "legal_basis": act("12")}
    return event(SECRETARIAT, "bloc.member.withdrawn.v1", data)


def commitment(member: str, name: str = "eu-us-memorandum", due_on: str = "2026-03-06") -> Event[Any]:
    """A commitment with its last day in time."""
    text = "Sign a memorandum of understanding with the United States within 30 days"
    data = {"member": member, "commitment": name, "text": text, "due_on": due_on}
    return event(SECRETARIAT, "bloc.member_commitment.set.v1", data)


def fulfilled(
    member: str, name: str = "eu-us-memorandum", on: str = "2026-04-24", by: str = SECRETARIAT
) -> Event[Any]:
    """A commitment is fulfilled."""
    data = {"member": member, "commitment": name, "fulfilled_on": on}
    return event(by, "bloc.member_commitment.fulfilled.v1", data)


def joined(member: str, on: str = "2026-05-01", **more: Any) -> tuple[Event[Any], ...]:
    """Invitation, memorandum and accession of one member."""
    return invited(member), memorandum(member), acceded(member, on, **more)
