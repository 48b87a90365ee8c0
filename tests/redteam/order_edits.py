"""Edits of which entries there are and in what order: taken out, put in, swapped, cut off, posted again.

What is left over is always numbered anew: a gap in the positions could not even be served. An operator who does no
more than that is found by the lines of a draft or the versions of a stream; one who stamps versions, times and
sequences anew and keeps drafts whole leaves a record that is in order, but for whoever remembers.
"""

import re
from collections.abc import Sequence
from itertools import chain

from msgspec import UNSET

from tests.ledger.drafting import event_id, key_of, refused
from tests.redteam.recording import CUSTOMS_2, EU, JP, LEDGER_2, STOLEN, TARIFFS_2
from tests.redteam.scene import (
    Edit,
    Line,
    Scene,
    decided_anew,
    kids_of,
    numbered,
    resequenced,
    restamped,
    with_digest,
)

FURTHER_KEYS = (CUSTOMS_2, EU, JP, LEDGER_2, STOLEN, TARIFFS_2, key_of("us.vault"))
"""All keys that the founding does not bring."""


def _in_order(scene: Scene, lines: Sequence[Line], evident: range | None) -> Edit:
    return scene.edited([line.entry for line in lines], evident)


def _without(scene: Scene, gone: range) -> list[Line]:
    return [line for at, line in enumerate(scene.lines) if at not in gone]


def _drafts(scene: Scene) -> list[Sequence[Line]]:
    return [scene.lines[one.start : one.stop] for one in scene.drafts]


def one_deleted(scene: Scene) -> Edit:
    """One entry of a draft with several."""
    at = scene.position_in_company()
    return _in_order(scene, numbered(_without(scene, range(at, at + 1))), range(max(at - 1, 0), at + 1))


def draft_deleted(scene: Scene) -> Edit:
    """A whole draft: a stream that goes on has a gap then, and one that does not tells nothing."""
    gone = scene.rng.choice(scene.plain)
    streams = {scene.lines[at].stamp.stream for at in gone}
    left = numbered(_without(scene, gone))
    later = (at for at in range(gone.start, len(left)) if left[at].stamp.stream in streams)
    shows = next(later, None)
    return _in_order(scene, left, None if shows is None else range(shows, shows + 1))


def draft_deleted_without_a_seam(scene: Scene) -> Edit:
    """A whole draft, and versions stamped anew."""
    gone = scene.rng.choice(scene.plain)
    return _in_order(scene, restamped(_without(scene, gone)), None)


def registration_deleted(scene: Scene) -> Edit:
    """The registration of a key, without a seam: the first that rests on the key is named."""
    gone = scene.rng.choice([one for one in scene.drafts[1:] if b"key.registered" in scene.events(one)])
    brought = {key.kid for key in FURTHER_KEYS if key.jwk.x.encode() in scene.events(gone)}
    resting = next(one for one in scene.drafts if one.start >= gone.stop and _rests_on(scene, one, brought))
    shows = resting.start - len(gone)
    return _in_order(scene, restamped(_without(scene, gone)), range(shows, shows + 1))


def _rests_on(scene: Scene, draft: range, kids: set[str]) -> bool:
    signed = not kids.isdisjoint(kids_of(scene.lines[draft.start].stamp))
    return signed or any(kid.encode() in scene.events(draft) for kid in kids)


def one_inserted(scene: Scene) -> Edit:
    """A copy of an entry somewhere else."""
    lines = list(scene.lines)
    at = scene.rng.randrange(1, scene.size)
    lines.insert(at, scene.rng.choice(scene.lines))
    return _in_order(scene, numbered(lines), range(at, at + 2))


def two_swapped(scene: Scene) -> Edit:
    """Two entries."""
    lines = list(scene.lines)
    at, other = sorted(scene.rng.sample(range(scene.size), 2))
    lines[at], lines[other] = lines[other], lines[at]
    return _in_order(scene, numbered(lines), range(at, at + 2))


def _neighbours(scene: Scene) -> int:
    """The number of a plain draft that another plain one follows."""
    plain = set(scene.plain)
    follows = [n for n in range(len(scene.drafts) - 1) if {scene.drafts[n], scene.drafts[n + 1]} <= plain]
    return scene.rng.choice([n for n in follows if not _revokes(scene, n) and not _revokes(scene, n + 1)])


def _revokes(scene: Scene, number: int) -> bool:
    return b"key.revoked" in scene.events(scene.drafts[number])


def drafts_swapped(scene: Scene) -> Edit:
    """Two drafts that follow each other, with their times and sequences."""
    number, drafts = _neighbours(scene), _drafts(scene)
    drafts[number : number + 2] = drafts[number + 1], drafts[number]
    first = scene.drafts[number].start
    return _in_order(scene, numbered(list(chain(*drafts))), range(first, first + len(drafts[number]) + 1))


def drafts_swapped_without_a_seam(scene: Scene) -> Edit:
    """Two drafts that follow each other, and everything that stamps say stamped anew."""
    number, drafts = _neighbours(scene), _drafts(scene)
    drafts[number : number + 2] = drafts[number + 1], drafts[number]
    return _in_order(scene, resequenced(drafts, scene.lines), None)


def tail_cut(scene: Scene) -> Edit:
    """The end, between two drafts."""
    end = scene.rng.choice(scene.drafts[1:]).start
    return _in_order(scene, scene.lines[:end], None)


def tail_cut_within_a_draft(scene: Scene) -> Edit:
    """The end, in the middle of a draft."""
    draft = scene.rng.choice([one for one in scene.drafts if len(one) > 1])
    end = scene.rng.randrange(draft.start + 1, draft.stop)
    return _in_order(scene, scene.lines[:end], range(end - 1, end))


def posted_again(scene: Scene) -> Edit:
    """A signed part once more, with its old decision and derived part or with a new decision about it alone."""
    number = scene.rng.randrange(1, len(scene.drafts))
    old = _drafts(scene)[number]
    if scene.rng.random() < 0.5 and old[0].stamp.signature is not UNSET:
        old = decided_anew([line.with_stamp(parts=1) for line in old if line.stamp.part_no == 0])
    return _put_in(scene, old, number + 1, evident=True)


def _put_in(scene: Scene, draft: Sequence[Line], earliest: int, *, evident: bool) -> Edit:
    """A draft put in at any later place, where it fits in all that stamps say."""
    drafts = _drafts(scene)
    number = scene.rng.randrange(earliest, len(drafts) + evident)
    at = sum(map(len, drafts[:number]))
    drafts.insert(number, draft)
    return _in_order(scene, resequenced(drafts, scene.lines), range(at, at + 1) if evident else None)


def derived_alone(scene: Scene) -> Edit:
    """An assessment that belongs to no submission, decided by the service's key: only a refusal stands alone."""
    part = scene.rng.choice(scene.derived_parts())
    own = scene.lines[scene.draft_of(part.start).start].stamp.decision
    new_id = b'"id":"%s"' % event_id(scene.rng.randrange(10**6, 10**7)).encode()
    event = re.sub(rb'"id":"[^"]+"', new_id, scene.lines[part.start].event, count=1)
    stamp = scene.lines[part.start].with_stamp(part_no=0, parts=1, lines=1, decision=own).stamp
    draft = decided_anew(with_digest([Line(stamp, event)]))
    return _put_in(scene, draft, scene.drafts.index(scene.draft_of(part.start)) + 1, evident=True)


def refusal_made_up(scene: Scene) -> Edit:
    """A refusal of something that nobody posted: the service's key can make it, and the record is in order."""
    model = scene.rng.choice([one for one in scene.plain if b"refused" in scene.events(one)])
    number = scene.rng.randrange(10**6, 10**7)
    event = refused(scene.rng.randbytes(8), "us.customs", number)
    line = scene.lines[model.start].with_stamp(stream="refusal/us.customs")
    draft = decided_anew(with_digest([Line(line.stamp, event)]))
    return _put_in(scene, draft, scene.drafts.index(model) + 1, evident=False)


def derived_dropped(scene: Scene) -> Edit:
    """The assessment taken out of a draft, under the decision that was about it as well."""
    return _derived_dropped(scene, decided=False)


def derived_dropped_and_decided(scene: Scene) -> Edit:
    """The assessment taken out of a draft, under a decision that never heard of it."""
    return _derived_dropped(scene, decided=True)


def _derived_dropped(scene: Scene, *, decided: bool) -> Edit:
    part = scene.rng.choice(scene.derived_parts())
    draft = scene.draft_of(part.start)
    authored = [line.with_stamp(parts=1) for line in scene.lines[draft.start : part.start]]
    kept = decided_anew(authored) if decided else authored
    lines = restamped([*scene.lines[: draft.start], *kept, *scene.lines[draft.stop :]])
    return _in_order(scene, lines, None if decided else range(draft.start, draft.start + 1))
