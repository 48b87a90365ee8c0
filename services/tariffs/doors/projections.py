"""Reads for operators: how far what this instance computes is behind the record, and the hash of what it holds.

There is one projection here, the state that all answers are computed from: rules, the streams of the reserve, totals.
(Declarations are read from their streams at every question, so nothing about them can be behind.) An instance says
only what it knows of itself; `bloc projections` puts the ledger's own beside it, and rebuilds one to compare.
"""

from typing import Any

from litestar import Response, get

from contracts import problem
from services.serving.answers import AnyRequest, respond_json, respond_problem
from services.tariffs.doors.wiring import wiring_of


@get("/projections", summary="How far this instance's state is behind the record", tags=["health"])
async def get_projections(request: AnyRequest) -> Response[bytes]:
    """`head` is the last position recorded, `behind` how many entries are not folded yet, `published` the newest hash
    of the state in the record. 503 when the ledger cannot say how far it is."""
    wiring = wiring_of(request)
    follower = wiring.follower
    position = follower.position  # before asking: what is folded meanwhile must not look like being ahead
    head = (await wiring.ledger.head()).size - 1
    state: dict[str, Any] = {
        "projection": "state",
        "position": position,
        "behind": max(0, head - position),
        "caught_up": follower.caught_up,
    }
    if follower.rules.state_hashes:
        newest = follower.rules.state_hashes[-1]
        state["published"] = {
            "position": newest.position,
            "known_position": newest.data.known_position,
            "state_hash": newest.data.state_hash,
        }
    return respond_json({"head": head, "projections": [state]})


@get("/projections/state/hash", summary="The hash of the state that this instance holds", tags=["health"])
async def get_state_hash(request: AnyRequest) -> Response[bytes]:
    """To be compared with that of `bloc replay --to` its position. May be some seconds old."""
    wiring = wiring_of(request)
    if not wiring.follower.caught_up:
        return respond_problem(problem.unavailable("the service is still reading the ledger"))
    found = await wiring.live_hash.recent()
    return respond_json(
        {
            "projection": "state",
            "position": found.position,
            "format": found.format,
            "things": found.things,
            "state_hash": found.root,
        }
    )
