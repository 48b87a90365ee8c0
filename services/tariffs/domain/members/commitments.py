"""Commitments of members on V as known at K: open, overdue, fulfilled, and by how many days late.

`due_on` is the last day in time. Days late are counted, never recorded: a memorandum that was due on 6 March 2026
and signed on 24 April is 49 days late, and on 20 March it was 14 days overdue.
"""

from datetime import date
from typing import Literal

from msgspec import Struct

from contracts.events import MemberCommitmentFulfilled, MemberCommitmentSet
from services.tariffs.domain.histories.timeline import known_at, recorded_by
from services.tariffs.domain.state import RulesState

CommitmentStatus = Literal["open", "overdue", "fulfilled"]


class CommitmentStanding(Struct, frozen=True):
    """One commitment on one day; `position` is the entry that set it, `days_late` 0 when in time."""

    commitment: str
    text: str
    due_on: date
    status: CommitmentStatus
    days_late: int
    position: int
    fulfilled_on: date | None = None
    fulfilled_at: int | None = None
    """Position of the fulfilment."""


def commitments_on(
    rules: RulesState, member: str, day: date, position: int
) -> tuple[CommitmentStanding, ...]:
    """The commitments of a member on V = `day` as known at K = `position`, in order of recording."""
    standings: dict[str, CommitmentStanding] = {}
    for entry in known_at(rules.members.get(member, ()), position):
        match entry.data:
            case MemberCommitmentSet() as data:
                standings[data.commitment] = _open(data, day, entry.says_so)
            case MemberCommitmentFulfilled() as data if (
                data.commitment in standings and data.fulfilled_on <= day
            ):
                standings[data.commitment] = _fulfilled(
                    standings[data.commitment], data.fulfilled_on, entry.says_so
                )
            case _:
                continue
    return tuple(standings.values())


class MemberCommitment(Struct, frozen=True):
    """A commitment, and whose it is."""

    member: str
    commitment: CommitmentStanding


def all_commitments_on(
    rules: RulesState, day: date, position: int, *, late_only: bool = False
) -> tuple[MemberCommitment, ...]:
    """The commitments of all members on V as known at K, the latest first, then by due day and member.

    `late_only`: those that are overdue, and those that were fulfilled after their day.
    """
    found = [
        MemberCommitment(member, standing)
        for member, history in rules.members.items()
        if recorded_by(history, position)
        for standing in commitments_on(rules, member, day, position)
        if standing.days_late or not late_only
    ]
    return tuple(
        sorted(
            found,
            key=lambda one: (
                -one.commitment.days_late,
                one.commitment.due_on,
                one.member,
                one.commitment.commitment,
            ),
        )
    )


def days_late(due_on: date, on: date) -> int:
    """Days after the last day in time; 0 when in time."""
    return max(0, (on - due_on).days)


def _open(data: MemberCommitmentSet, day: date, position: int) -> CommitmentStanding:
    late = days_late(data.due_on, day)
    status: CommitmentStatus = "overdue" if late else "open"
    return CommitmentStanding(data.commitment, data.text, data.due_on, status, late, position)


def _fulfilled(standing: CommitmentStanding, on: date, position: int) -> CommitmentStanding:
    return CommitmentStanding(
        commitment=standing.commitment,
        text=standing.text,
        due_on=standing.due_on,
        status="fulfilled",
        days_late=days_late(standing.due_on, on),
        position=standing.position,
        fulfilled_on=on,
        fulfilled_at=position,
    )
