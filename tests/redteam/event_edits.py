"""Edits of what somebody signed: the authors' events, their signatures, the decisions of the tariffs service.

The operator holds the key of the tariffs service, so decisions and derived parts can be made anew, and are then in
order. No author's part can.
"""

import json
import re
from collections.abc import Callable
from datetime import timedelta

from msgspec import UNSET

from contracts.identity.jws import sign_detached
from contracts.identity.keys import SigningKey
from contracts.registry import EVENT_TYPES
from tests.ledger.drafting import LEDGER, ORIGIN, SECOND_NS, TARIFFS, event_id, key_of
from tests.redteam.scene import Edit, Line, Scene, decided_anew, decision_of, with_digest
from tests.redteam.stamp_edits import moment, text_of

_TEXT = re.compile(rb'(?<=":")([^"]*)"')
_FIELD = re.compile(rb'"(\w+)":')


def _event(scene: Scene, change: Callable[[bytes], bytes]) -> Edit:
    """One event changed under the stamps that it had: it, the part that it is in, or its neighbour is named, from
    which it then differs in its party."""
    at = scene.position()
    line, part = scene.lines[at], scene.part_of(at)
    changed = Line(line.stamp, change(line.event))
    return scene.edit({at: changed}, range(part.start, min(at + 2, part.stop)))


def byte_of_an_event(scene: Scene) -> Edit:
    """Any byte, any way."""

    def change(event: bytes) -> bytes:
        at = scene.rng.randrange(len(event))
        other = scene.rng.choice(
            (b"", bytes((event[at] ^ 1 << scene.rng.randrange(8),)), event[at : at + 1] * 2)
        )
        return event[:at] + other + event[at + 1 :]

    return _event(scene, change)


def value_in_an_event(scene: Scene) -> Edit:
    """One digit or letter of a value: a quantity, a price, a date, a name."""
    return _event(scene, lambda event: _other_value(scene, event))


def _other_value(scene: Scene, event: bytes) -> bytes:
    match = scene.rng.choice([found for found in _TEXT.finditer(event) if found[1]])
    at = scene.rng.randrange(match.start(1), match.end(1))
    other = scene.rng.choice([c for c in b"0123456789abcdef" if c != event[at]])
    return event[:at] + bytes((other,)) + event[at + 1 :]


def member_of_an_event(scene: Scene) -> Edit:
    """Its type, its party, its id, its stream, its time: each for another that would do."""

    def change(event: bytes) -> bytes:
        read = json.loads(event)
        name, others = scene.rng.choice(
            (
                ("type", sorted(EVENT_TYPES)),
                ("source", ["/parties/us.customs", "/parties/eu.customs", "/parties/bloc.secretariat"]),
                ("id", [event_id(scene.rng.randrange(10**6, 10**7))]),
                ("subject", [line.stamp.stream for line in scene.lines]),
                ("time", ["2026-07-01T03:30:04Z", "2026-06-30T23:30:05-04:00"]),
            )
        )
        read[name] = scene.rng.choice([other for other in others if other != read[name]])
        return json.dumps(read, separators=(",", ":"), ensure_ascii=False).encode()

    return _event(scene, change)


def key_twice_in_an_event(scene: Scene) -> Edit:
    """A member that stands twice, so that two readers can understand two things."""

    def change(event: bytes) -> bytes:
        match = scene.rng.choice(list(_FIELD.finditer(event)))
        return event[: match.start()] + match[0] + b'"0",' + event[match.start() :]

    return _event(scene, change)


def event_with_its_digest(scene: Scene) -> Edit:
    """An event changed, and the digest in the stamps of its part: the signature or the decision fails."""
    at = scene.position()
    part, draft = scene.part_of(at), scene.draft_of(at)
    changed = Line(scene.lines[at].stamp, _other_value(scene, scene.lines[at].event))
    lines = with_digest([changed if n == at else scene.lines[n] for n in part])
    return scene.edit(dict(zip(part, lines, strict=True)), range(draft.start, min(at + 2, part.stop)))


def part_signed_by_another(scene: Scene) -> Edit:
    """An author's part changed and signed again, with a key that the operator has: the tariffs service's, the log's,
    or one of his own."""
    key = scene.rng.choice((TARIFFS, LEDGER, key_of("the operator")))
    own = re.compile(rb'"source":"/parties/bloc\.(tariffs|ledger)"')  # those he may sign for
    draft = scene.rng.choice(
        [one for one in _authored(scene) if not own.search(scene.lines[one.start].event)]
    )
    part = scene.part_of(draft.start)
    at = scene.rng.choice(part)
    changed = Line(scene.lines[at].stamp, scene.lines[at].event.replace(b"2026", b"2027"))
    lines = with_digest([changed if n == at else scene.lines[n] for n in part])
    lines = [lines[0].with_stamp(signature=_signed(lines, key)), *lines[1:]]
    lines = decided_anew([*lines, *scene.lines[part.stop : draft.stop]])
    # The event itself may be the first thing that cannot be: a key that its proof does not fit, say.
    return scene.edit(dict(zip(draft, lines, strict=True)), range(draft.start, at + 1))


def _signed(lines: list[Line], key: SigningKey) -> str:
    body = b"\n".join(line.event for line in lines) + b"\n" * lines[0].stamp.eol
    at = int(moment(lines[0].stamp.recorded_at).timestamp() * SECOND_NS)
    return sign_detached(key, body, audience=ORIGIN, issued_at=at // SECOND_NS)


def _authored(scene: Scene) -> list[range]:
    return [one for one in scene.drafts if scene.lines[one.start].stamp.signature is not UNSET]


def signature(scene: Scene) -> Edit:
    """A signature changed in a letter, taken from another part, or taken away."""
    draft = scene.rng.choice(_authored(scene))
    own = str(scene.lines[draft.start].stamp.signature)
    others = [line.stamp.signature for line in scene.lines if line.stamp.signature not in (UNSET, own)]
    other = scene.rng.choice((_misspelled(scene, own), scene.rng.choice(others), UNSET))
    changed = {draft.start: scene.lines[draft.start].with_stamp(signature=other)}
    return scene.edit(changed, range(draft.start, draft.start + 1))


def decision(scene: Scene) -> Edit:
    """A decision changed in a letter, taken from another draft, or taken away."""
    draft = scene.rng.choice(scene.drafts)
    own = str(scene.lines[draft.start].stamp.decision)
    others = [line.stamp.decision for line in scene.lines if line.stamp.decision not in (UNSET, own)]
    other = scene.rng.choice((_misspelled(scene, own), scene.rng.choice(others), UNSET))
    changed = {draft.start: scene.lines[draft.start].with_stamp(decision=other)}
    return scene.edit(changed, range(draft.start, draft.start + 1))


def _misspelled(scene: Scene, text: str) -> str:
    at = scene.rng.randrange(len(text))
    other = scene.rng.choice([c for c in "ABCDEFGHabcdefgh0123-_." if c != text[at]])
    return text[:at] + other + text[at + 1 :]


def decision_made_anew(scene: Scene) -> Edit:
    """A decision about the same parts, of another moment, position or ruleset: the service's key can make it."""
    draft = scene.rng.choice(scene.drafts)
    said = decision_of(scene.lines[draft.start].stamp)
    shift = timedelta(microseconds=scene.rng.randint(1, 30 * 10**6))
    changes: dict[str, object] = scene.rng.choice(
        (
            {"time": text_of(moment(said.time) - shift)},
            {"position": scene.rng.randrange(draft.start or 1), "ruleset": "2026.2"},
            {"expects": scene.rng.randbytes(32).hex()},
        )
    )
    lines = decided_anew(scene.lines[draft.start : draft.stop], **changes)
    return scene.edit(dict(zip(draft, lines, strict=True)), None)


def decision_that_knew_the_future(scene: Scene) -> Edit:
    """A decision made with the service's key that knew what stands behind it, or was made when all was recorded."""
    draft = scene.rng.choice(scene.drafts)
    recorded = moment(scene.lines[draft.start].stamp.recorded_at)
    late = timedelta(minutes=2, microseconds=scene.rng.randint(0, 10**12))
    changes: dict[str, object] = scene.rng.choice(
        (
            {"position": scene.rng.randrange(draft.start or 1, 10**6)},
            {"time": text_of(recorded + late)},
        )
    )
    lines = decided_anew(scene.lines[draft.start : draft.stop], **changes)
    return scene.edit(dict(zip(draft, lines, strict=True)), range(draft.start, draft.start + 1))


def derived_made_anew(scene: Scene) -> Edit:
    """Another assessment, with a decision that says so: the service's key can make it."""
    draft = scene.rng.choice([one for one in scene.plain if b'"total"' in scene.events(one)])
    at = scene.rng.choice([n for n in draft if scene.lines[n].stamp.part_no == 1])
    part = scene.part_of(at)
    total = b'"total":"%d.00"' % scene.rng.randrange(10**5)
    event = re.sub(rb'"total":"[0-9.]+"', total, scene.lines[at].event)
    changed = Line(scene.lines[at].stamp, event)
    derived = with_digest([changed if n == at else scene.lines[n] for n in part])
    lines = decided_anew([*scene.lines[draft.start : part.start], *derived])
    return scene.edit(dict(zip(draft, lines, strict=True)), None)


def derived_in_anothers_name(scene: Scene) -> Edit:
    """An assessment under another party's name, decided with the service's key: a party speaks by its signature."""
    part = scene.rng.choice(scene.derived_parts())
    draft = scene.draft_of(part.start)
    name = scene.rng.choice((b"us.customs", b"eu.customs", b"bloc.secretariat", b"no.body"))
    renamed = [
        Line(scene.lines[at].stamp, scene.lines[at].event.replace(b"bloc.tariffs", name, 1)) for at in part
    ]
    lines = decided_anew([*scene.lines[draft.start : part.start], *with_digest(renamed)])
    return scene.edit(dict(zip(draft, lines, strict=True)), range(draft.start, draft.start + 1))


def derived_without_its_decision(scene: Scene) -> Edit:
    """Another assessment with its digest, under no decision, the old one, or that of another draft."""
    part = scene.rng.choice(scene.derived_parts())
    draft = scene.draft_of(part.start)
    lines = list(scene.lines[draft.start : draft.stop])
    at = scene.rng.choice(part) - draft.start
    lines[at] = Line(lines[at].stamp, _other_value(scene, lines[at].event))
    lines[part.start - draft.start :] = with_digest(lines[part.start - draft.start :])
    others = [line.stamp.decision for line in scene.lines if line.stamp.decision is not UNSET]
    other = scene.rng.choice((lines[0].stamp.decision, scene.rng.choice(others), UNSET))
    lines[0] = lines[0].with_stamp(decision=other)
    return scene.edit(
        dict(zip(draft, lines, strict=True)), range(draft.start, min(draft.start + at + 2, part.stop))
    )
