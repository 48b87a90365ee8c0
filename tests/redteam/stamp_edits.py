"""Edits of what no author signed: the ledger's stamps. One, all of a draft, or all from a draft on.

Of one stamp alone nothing can be changed unseen, as its neighbours say the same; a draft as a whole can move within its
neighbours' times, and everything behind a point can move together. That is what checkpoints are for.
"""

from datetime import datetime, timedelta

from msgspec import UNSET

from tests.redteam.scene import Edit, Line, Scene, with_digest

MICROSECOND = timedelta(microseconds=1)


def moment(text: str) -> datetime:
    """The instant of a stamp."""
    return datetime.fromisoformat(text)


def text_of(at: datetime) -> str:
    """An instant as stamps write it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _one(scene: Scene, at: int, evident: range, **changes: object) -> Edit:
    return scene.edit({at: scene.lines[at].with_stamp(**changes)}, evident)


def time_of_one(scene: Scene) -> Edit:
    """The time of one entry of a draft: it or its neighbour is named, since the two disagree."""
    at = scene.position_in_company()
    was = moment(scene.lines[at].stamp.recorded_at)
    late = text_of(was + scene.rng.choice((-1, 1)) * scene.rng.randint(1, 10**7) * MICROSECOND)
    other = scene.rng.choice(
        (late, late, text_of(was).replace("Z", "+00:00"), text_of(was)[:-2] + "Z", "yesterday")
    )
    return _one(scene, at, range(at, at + 2), recorded_at=other)


def time_of_a_draft(scene: Scene) -> Edit:
    """The time of a whole draft, within those of its neighbours."""
    choices = list(range(1, len(scene.drafts)))
    scene.rng.shuffle(choices)
    for number in choices:
        low = moment(scene.lines[scene.drafts[number - 1].start].stamp.recorded_at)
        was = moment(scene.lines[scene.drafts[number].start].stamp.recorded_at)
        high = was + timedelta(hours=1)
        if number + 1 < len(scene.drafts):
            high = moment(scene.lines[scene.drafts[number + 1].start].stamp.recorded_at)
        if high - low < 2 * MICROSECOND:
            continue
        other = low + scene.rng.randint(0, (high - low) // MICROSECOND) * MICROSECOND
        if other == was:
            continue
        draft = scene.drafts[number]
        return scene.edit({at: scene.lines[at].with_stamp(recorded_at=text_of(other)) for at in draft}, None)
    raise AssertionError("no draft has room between its neighbours")


def time_from_a_draft_on(scene: Scene) -> Edit:
    """All times from a draft on, some hours or days later."""
    start = scene.rng.choice(scene.drafts).start
    shift = timedelta(microseconds=scene.rng.randint(1, 5 * 86_400 * 10**6))
    return scene.edit(
        {
            at: scene.lines[at].with_stamp(
                recorded_at=text_of(moment(scene.lines[at].stamp.recorded_at) + shift)
            )
            for at in range(start, scene.size)
        },
        None,
    )


def time_by_weeks(scene: Scene) -> Edit:
    """All times from a draft on, so much later that the first signature in it had lapsed by then."""
    start = scene.rng.choice([one for one in scene.drafts if _signed(scene, one)]).start
    shift = timedelta(days=8, microseconds=scene.rng.randint(0, 10**13))
    late = {at: moment(scene.lines[at].stamp.recorded_at) + shift for at in range(start, scene.size)}
    changed = {at: scene.lines[at].with_stamp(recorded_at=text_of(when)) for at, when in late.items()}
    return scene.edit(changed, range(start, start + 1))


def _signed(scene: Scene, draft: range) -> bool:
    return scene.lines[draft.start].stamp.signature is not UNSET


def time_before_the_draft_before(scene: Scene) -> Edit:
    """A draft that was recorded before its predecessor."""
    number = scene.rng.randrange(1, len(scene.drafts))
    before = moment(scene.lines[scene.drafts[number - 1].start].stamp.recorded_at)
    draft = scene.drafts[number]
    # A little, so that neither the signature nor the decision lies ahead of it; or so much that they do.
    back = scene.rng.choice((scene.rng.randint(1, 4 * 10**7), scene.rng.randint(1, 10**10)))
    other = text_of(before - back * MICROSECOND)
    changed = {at: scene.lines[at].with_stamp(recorded_at=other) for at in draft}
    return scene.edit(changed, range(draft.start, draft.start + 1))


def stream_of_one(scene: Scene) -> Edit:
    """The stream of one entry."""
    at = scene.position()
    own = scene.lines[at].stamp.stream
    streams = sorted({line.stamp.stream for line in scene.lines} - {own})
    return _one(scene, at, range(at, at + 1), stream=scene.rng.choice((*streams, f"{own}x")))


def version_of_one(scene: Scene) -> Edit:
    """The version of one entry."""
    at = scene.position()
    own = scene.lines[at].stamp.version
    other = scene.rng.choice([n for n in (own - 1, own + 1, 1, 0, -1, 2**40, scene.size) if n != own])
    return _one(scene, at, range(at, at + 1), version=other)


def position_of_one(scene: Scene) -> Edit:
    """The position that an entry says it has."""
    at = scene.position()
    return _one(scene, at, range(at, at + 1), position=scene.rng.choice((at + 1, at - 1, scene.size, 2**40)))


def draft_of_one(scene: Scene) -> Edit:
    """The draft of one entry."""
    at = scene.position_in_company()
    incarnation, _, sequence = scene.lines[at].stamp.draft.partition(":")
    other = scene.rng.choice(
        (f"{incarnation}:{int(sequence) + 1}", f"other:{sequence}", "none", f"{incarnation}:0")
    )
    return _one(scene, at, range(at, at + 2), draft=other)


def sequence_of_a_draft(scene: Scene) -> Edit:
    """The sequence of a whole draft, not above the one before it."""
    number = scene.rng.randrange(1, len(scene.drafts))
    draft, before = scene.drafts[number], scene.lines[scene.drafts[number - 1].start].stamp.draft
    incarnation, _, sequence = before.partition(":")
    other = f"{incarnation}:{scene.rng.randint(1, int(sequence))}"
    changed = {at: scene.lines[at].with_stamp(draft=other) for at in draft}
    return scene.edit(changed, range(draft.start, draft.start + 1))


def sequences_from_a_draft_on(scene: Scene) -> Edit:
    """All sequences from a draft on, as if others had been refused before it; or of another draft stream."""
    start = scene.rng.choice(scene.drafts).start
    more = scene.rng.randint(0, 1_000)
    changed: dict[int, Line] = {}
    for at in range(start, scene.size):
        incarnation, _, sequence = scene.lines[at].stamp.draft.partition(":")
        other = f"{incarnation}:{int(sequence) + more}" if more > 500 else f"restored-{more}:{sequence}"
        changed[at] = scene.lines[at].with_stamp(draft=other)
    return scene.edit(changed, None)


def incarnation_of_a_draft(scene: Scene) -> Edit:
    """One draft in the middle from another draft stream: the next one returns to a stream that was replaced."""
    number = scene.rng.randrange(1, len(scene.drafts) - 1)
    changed: dict[int, Line] = {}
    for at in scene.drafts[number]:
        sequence = scene.lines[at].stamp.draft.partition(":")[2]
        changed[at] = scene.lines[at].with_stamp(draft=f"another:{sequence}")
    following = scene.drafts[number + 1].start
    return scene.edit(changed, range(following, following + 1))


def digest_of_one(scene: Scene) -> Edit:
    """The digest of the part in one stamp."""
    at = scene.position()
    own = scene.lines[at].stamp.part
    other = scene.rng.choice(
        (own[:-1] + ("0" if own[-1] != "0" else "1"), own.upper() + "A", own[:-1], "f" * 64)
    )
    return _one(scene, at, range(at, at + 2), part=other)


def digest_of_a_part(scene: Scene) -> Edit:
    """The digest in all stamps of a part."""
    part = scene.rng.choice(scene.parts)
    other = scene.rng.randbytes(32).hex()
    changed = {at: scene.lines[at].with_stamp(part=other) for at in part}
    return scene.edit(changed, range(part.start, part.start + 1))


def count_of_one(scene: Scene) -> Edit:
    """One of the numbers by which a draft is held together: parts, lines, and which of them this is."""
    at = scene.position()
    name = scene.rng.choice(("part_no", "parts", "line", "lines"))
    own = getattr(scene.lines[at].stamp, name)
    other = scene.rng.choice([n for n in (own - 1, own + 1, -1, 10**6) if n != own])
    return _one(scene, at, range(at, scene.draft_of(at).stop + 1), **{name: other})


def line_feed_of_one(scene: Scene) -> Edit:
    """Whether a line feed ended the body, in one stamp."""
    at = scene.position()
    own = scene.lines[at].stamp.eol
    return _one(scene, at, range(at, at + 2), eol=scene.rng.choice((1 - own, 2, -1)))


def line_feed_of_a_part(scene: Scene) -> Edit:
    """Whether a line feed ended the body, in all stamps of a part; with the digest that fits, every other time."""
    part = scene.rng.choice(scene.parts)
    lines = [line.with_stamp(eol=1 - line.stamp.eol) for line in scene.lines[part.start : part.stop]]
    if scene.rng.random() < 0.5:
        lines = with_digest(lines)
    draft = scene.draft_of(part.start)
    return scene.edit(dict(zip(part, lines, strict=True)), range(draft.start, part.start + 1))


def signature_or_decision_added(scene: Scene) -> Edit:
    """A signature or a decision where none stands."""
    at = scene.rng.choice([n for n, line in enumerate(scene.lines) if line.stamp.line])
    lead = scene.lines[scene.draft_of(at).start].stamp
    name = scene.rng.choice(("signature", "decision"))
    return _one(scene, at, range(at, at + 1), **{name: getattr(lead, name) or "x"})


def spelling_of_one(scene: Scene) -> Edit:
    """A stamp that says the same in other bytes: blanks, escapes, another order, a member twice."""
    at = scene.position()
    head, _, event = scene.lines[at].entry.partition(b"\n")
    stream = scene.lines[at].stamp.stream.encode()
    other = scene.rng.choice(
        (
            head.replace(b":", b": ", 1),
            head.replace(stream, stream.replace(b"/", b"\\/", 1), 1),
            b'{"stream":"%s",' % stream + head[1:].replace(b'"stream":"%s",' % stream, b"", 1),
            head.replace(b'"eol":', b'"eol":1,"eol":', 1),
            head + b" ",
            b"\xef\xbb\xbf" + head,
        )
    )
    entries = [line.entry for line in scene.lines]
    entries[at] = other + b"\n" + event
    return scene.edited(entries, range(at, at + 1))
