"""Proposals: what one party wants to record and another must approve first (four eyes).

A proposal holds the complete payloads of the events that it proposes, each of which names the proposal. So what
is approved and what is recorded later can be compared byte for byte, and whoever reads the approval need not ask
what was on the table. Payloads are decoded as strictly as in events of their own; that is why their types are
listed here. Whether a proposal is open, and who may approve it, only the record can tell, and the rules judge it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, cast

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import force_setattr

from contracts.events import founding, governance
from contracts.events.corrections import CORRECTABLE
from contracts.events.payload import Payload, payload_in
from contracts.limits import PROPOSED_EVENTS_MAX
from contracts.shapes import FieldFault
from contracts.texts import EventTypeName, Position, RecordId, Text

PROPOSABLE: Mapping[str, type[Payload]] = MappingProxyType(
    {
        name: payload
        for name, payload in {
            **CORRECTABLE,
            "bloc.key.registered.v1": founding.KeyRegistered,
            "bloc.checkpoint_key.rotated.v1": founding.CheckpointKeyRotated,
            "bloc.ruleset.activated.v1": governance.RulesetActivated,
            "bloc.admission.activated.v1": governance.AdmissionActivated,
        }.items()
        if "proposal" in payload.__struct_fields__
    }
)
"""Types that can be proposed, which are those that can name a proposal; their payloads.

Whatever needs four eyes must be here (a test sees to it); the rest may be proposed all the same.
"""


class ProposedEvent(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """An event as it shall be recorded: its type and complete payload. Its author is the proposal's."""

    type: EventTypeName
    data: Annotated[
        dict[str, Any],
        Meta(description="The complete payload of the type; checked as strictly as its own schema says."),
    ]

    def __post_init__(self) -> None:
        wanted = PROPOSABLE.get(self.type)
        if wanted is None:
            raise FieldFault(
                ".type",
                f"{self.type} cannot be proposed",
                "post it without a proposal; rules and their corrections can be proposed",
            )
        force_setattr(self, "data", payload_in(".data", self.data, wanted))

    @property
    def payload(self) -> Payload:
        """`data` as the typed payload."""
        return cast("Payload", cast("object", self.data))


class ProposalSubmitted(Payload, frozen=True, kw_only=True):
    """bloc.proposal.submitted.v1: the events that its author will record once another party approved them."""

    proposal: RecordId
    title: Text
    events: Annotated[tuple[ProposedEvent, ...], Meta(min_length=1, max_length=PROPOSED_EVENTS_MAX)]

    def __post_init__(self) -> None:
        super().__post_init__()
        for index, proposed in enumerate(self.events):
            named: object = getattr(proposed.payload, "proposal", UNSET)
            if named != self.proposal:
                raise FieldFault(
                    f".events[{index}].data.proposal",
                    "a proposed event names the proposal that it is part of",
                    f'write "proposal":"{self.proposal}" into its data',
                )
            if proposed in self.events[:index]:
                raise FieldFault(
                    f".events[{index}]",
                    "the same event is proposed twice",
                    "leave one out: what is approved is recorded once",
                )


class ProposalApproved(Payload, frozen=True, kw_only=True):
    """bloc.proposal.approved.v1: an approver consents to all that was submitted at `position`, and to nothing else."""

    proposal: RecordId
    position: Position
    note: Text | UnsetType = UNSET


class ProposalRejected(Payload, frozen=True, kw_only=True):
    """bloc.proposal.rejected.v1: an approver refuses what was submitted at `position`, for ever."""

    proposal: RecordId
    position: Position
    reason: Text


class ProposalWithdrawn(Payload, frozen=True, kw_only=True):
    """bloc.proposal.withdrawn.v1: its author will record no more of it, whether it was approved or not."""

    proposal: RecordId
    reason: Text
