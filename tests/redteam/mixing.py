"""Several edits at once, each in drafts of its own, so that it stays known what each of them leaves behind."""

from tests.redteam import event_edits, stamp_edits
from tests.redteam.scene import Edit, Scene

_STAYING = (
    stamp_edits.time_of_one,
    stamp_edits.time_of_a_draft,
    stamp_edits.stream_of_one,
    stamp_edits.version_of_one,
    stamp_edits.draft_of_one,
    stamp_edits.digest_of_a_part,
    stamp_edits.count_of_one,
    stamp_edits.line_feed_of_a_part,
    event_edits.byte_of_an_event,
    event_edits.value_in_an_event,
    event_edits.event_with_its_digest,
    event_edits.signature,
    event_edits.decision,
    event_edits.decision_made_anew,
    event_edits.derived_made_anew,
)
"""Kinds that leave every other entry where it is."""


def mixture(scene: Scene) -> Edit:
    """Two to four edits that do not touch each other; every other mixture has none that tells by itself, and some
    lose their end besides."""
    silent = scene.rng.random() < 0.5
    wanted = scene.rng.randint(2, 4)
    entries = [line.entry for line in scene.lines]
    taken: set[int] = set()
    evident: list[range] = []
    while wanted:
        edit = scene.rng.choice(_STAYING)(scene)
        changed = {
            at
            for at, (new, old) in enumerate(zip(edit.entries, scene.lines, strict=True))
            if new != old.entry
        }
        near = {at + by for number in changed for at in scene.draft_of(number) for by in (-1, 0, 1)}
        if near & taken or (silent and edit.evident is not None):
            continue
        taken |= near
        wanted -= 1
        for at in changed:
            entries[at] = edit.entries[at]
        evident += [edit.evident] if edit.evident is not None else []
    return _cut(scene, entries, taken, evident)


def _cut(scene: Scene, entries: list[bytes], taken: set[int], evident: list[range]) -> Edit:
    ends = [one.start for one in scene.drafts if one.start > max(taken)]
    if ends and scene.rng.random() < 0.3:
        entries = entries[: scene.rng.choice(ends)]
    first = min(evident, key=lambda places: places.start, default=None)
    return scene.edited(entries, first)
