"""A declaration as its stream tells it: who imported, when it was accepted, how many items it has."""

import msgspec

from contracts.envelope import AnyEvent
from contracts.events.declarations import DeclarationAccepted
from contracts.values import Identifier


class DeclarationState(msgspec.Struct, frozen=True):
    """What further events of the declaration are judged on. `importer` is None until the first one."""

    importer: Identifier | None = None
    accepted_at: str = ""
    last_item_no: int = 0


def evolve_declaration(state: DeclarationState, _position: int, event: AnyEvent) -> DeclarationState:
    """Take in one event of the stream. Assessments and alerts follow from it and change nothing here."""
    data = event.data
    if not isinstance(data, DeclarationAccepted):
        return state
    first = state.importer is None
    return DeclarationState(
        importer=data.importer if first else state.importer,
        accepted_at=data.accepted_at if first else state.accepted_at,
        last_item_no=max(state.last_item_no, data.items[-1].item_no),
    )
