"""The hypothesis as a file: the very lines that one would sign and post, so that what was simulated can be posted.

It is decoded as strictly as a submission; only nobody has signed it. Events that no duty is assessed on are turned away
here, because supposing them would change nothing, silently.
"""

from pathlib import Path

from bloc.trouble import Trouble
from contracts.body import split_body
from contracts.decoding import decode_event
from contracts.envelope import AnyEvent
from contracts.malformed import Malformed
from services.tariffs.domain.simulating.hypothesis import is_supposable


def read_hypothesis(file: Path) -> tuple[AnyEvent, ...]:
    """Decode the events of a file, one a line, at most as many as one submission has. Raises Trouble."""
    try:
        body = split_body(file.read_bytes())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Trouble(f"{file} cannot be read: {reason}.", "Name a file of events, one a line.") from error
    if isinstance(body, Malformed):
        raise Trouble(f"{file} is no hypothesis: {body.reason}.", f"Mend it: {body.mend}.")
    events = tuple(_event(line, f"Line {number} of {file}") for number, line in enumerate(body.lines, 1))
    for number, event in enumerate(events, 1):
        if event.id in (earlier.id for earlier in events[: number - 1]):
            raise Trouble(
                f"Line {number} of {file} has the id of an earlier line.", "Give each event an id of its own."
            )
    return events


def _event(line: bytes, where: str) -> AnyEvent:
    event = decode_event(line)
    if isinstance(event, Malformed):
        raise Trouble(f"{where} is malformed at {event.path}: {event.reason}.", f"Mend it: {event.mend}.")
    if not is_supposable(event):
        raise Trouble(
            f"{where} is a {event.type}, and no duty is assessed on it.",
            "Suppose acts, measures, floors, prices, rates, quotas, members, areas or the catalogue otherwise.",
        )
    return event
