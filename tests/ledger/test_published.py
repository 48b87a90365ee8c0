"""What is published: the newest signed checkpoint, the newest whose quorum is met, and how readers wait for them."""

import asyncio

from contracts.tlog.checkpoints import Checkpoint, cosign
from contracts.tlog.notes import COSIGNATURE_V1, Note, NoteKey, NoteSignature, sign_note
from contracts.tlog.policy import Accepted, Policy, check_note, parse_policy
from services.ledger.domain.signing import SignedCheckpoint
from services.ledger.published import Published
from tests.ledger.drafting import LEDGER, ORIGIN, key_of

AT_SECONDS = 1_782_876_607
WITNESSES = ("us", "eu", "jp")


def policy() -> Policy:
    lines = [f"log {NoteKey.of(ORIGIN, LEDGER.verifying).vkey}"]
    for name in WITNESSES:
        key = NoteKey.of(f"{name}.example/witness", key_of(name).verifying, COSIGNATURE_V1)
        lines.append(f"witness {name} {key.vkey}")
    found = parse_policy("\n".join([*lines, "group members 2 us eu jp", "quorum members"]))
    assert isinstance(found, Policy)
    return found


def signed(size: int) -> SignedCheckpoint:
    body = Checkpoint(ORIGIN, size, bytes(32)).body
    return SignedCheckpoint(
        Checkpoint(ORIGIN, size, bytes(32)), Note(body, (sign_note(body, ORIGIN, LEDGER),)), 0
    )


def cosigned(size: int, name: str) -> NoteSignature:
    body = Checkpoint(ORIGIN, size, bytes(32)).body
    return cosign(body, f"{name}.example/witness", key_of(name), AT_SECONDS)


class Watch:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def sizes(published: Published) -> tuple[int, int, int]:
    """Of the newest signed, the newest cosigned, and the one that is shown; 0 for none."""
    three = (published.signed, published.cosigned, published.published())
    signed, cosigned, shown = (0 if one is None else one.checkpoint.size for one in three)
    return signed, cosigned, shown


async def test_without_witnesses_what_is_signed_is_all_there_is() -> None:
    """No policy, or one that asks for nobody: there is no quorum to wait for."""
    for asked in (None, Policy()):
        published = Published(asked)
        assert sizes(published) == (0, 0, 0)
        published.move_signed(signed(4))
        assert sizes(published) == (4, 4, 4)


async def test_a_checkpoint_is_cosigned_when_its_quorum_is_met() -> None:
    """Two of three; a second line of one witness counts once, and a stranger's not at all."""
    published = Published(policy())
    published.move_signed(signed(4))
    published.add_cosignature(4, cosigned(4, "us"))
    published.add_cosignature(4, cosigned(4, "us"))
    published.add_cosignature(4, cosigned(4, "xx"))
    assert (sizes(published)[1], published.cosignatures_of(4)) == (0, 2)
    published.add_cosignature(4, cosigned(4, "jp"))
    assert sizes(published)[1] == 4
    note = published.note_of(4)
    assert note is not None
    found = check_note(policy(), note)
    assert isinstance(found, Accepted)
    assert (found.quorum, found.witnesses) == (True, ("us", "jp"))


async def test_the_newest_cosigned_one_is_shown_for_a_moment() -> None:
    """A reader who wants a quorum finds one at /checkpoint, unless the witnesses are away for longer."""
    watch = Watch()
    published = Published(policy(), clock=watch)
    published.move_signed(signed(4))
    assert sizes(published) == (4, 0, 4)
    for name in ("us", "eu"):
        published.add_cosignature(4, cosigned(4, name))
    published.move_signed(signed(8))
    watch.seconds += 1.9
    assert sizes(published) == (8, 4, 4)
    watch.seconds += 0.1
    assert sizes(published) == (8, 4, 8)
    for name in ("us", "eu"):
        published.add_cosignature(8, cosigned(8, name))
    assert sizes(published) == (8, 8, 8)


async def test_what_is_shown_never_goes_back() -> None:
    """With the witnesses away each newer checkpoint is shown at once: to return to an older one with a quorum, though
    only for a moment, would look like a log that loses its end to everybody who kept the newer."""
    watch = Watch()
    published = Published(policy(), clock=watch)
    published.move_signed(signed(4))
    for name in ("us", "eu"):
        published.add_cosignature(4, cosigned(4, name))
    published.move_signed(signed(8))
    watch.seconds += 2
    assert sizes(published) == (8, 4, 8)
    published.move_signed(signed(12))
    assert sizes(published) == (12, 4, 12)
    for name in ("us", "eu"):
        published.add_cosignature(12, cosigned(12, name))
    published.move_signed(signed(16))
    assert sizes(published) == (16, 12, 12)
    published.note_given(16)
    assert sizes(published) == (16, 12, 16)


async def test_after_a_start_nothing_older_is_shown_than_what_was_signed_before() -> None:
    """Nobody remembers whether it was shown, so it counts as shown."""
    published = Published(policy())
    published.move_signed(signed(8))
    published.move_signed(signed(4))
    for name in ("us", "eu"):
        published.add_cosignature(4, cosigned(4, name))
    assert sizes(published) == (8, 4, 8)


async def test_late_cosignatures_of_an_older_size_change_nothing_newer() -> None:
    """They are shown with their own checkpoint, and move nothing back."""
    published = Published(policy())
    for size in (4, 8):
        published.move_signed(signed(size))
    for name in WITNESSES:
        published.add_cosignature(8, cosigned(8, name))
        published.add_cosignature(4, cosigned(4, name))
    published.move_signed(signed(6))
    assert sizes(published) == (8, 8, 8)
    assert (published.cosignatures_of(4), published.cosignatures_of(5)) == (3, 0)


async def test_memory_is_bounded() -> None:
    """Old notes are read from the tables; what is newest is always at hand."""
    published = Published(policy())
    for size in range(1, 1_101):
        published.move_signed(signed(size))
    assert published.note_of(1_100) is not None
    assert (published.note_of(77), published.note_of(76)) == (signed(77).note.encode(), None)
    published.add_cosignature(5, cosigned(5, "us"))
    assert published.cosignatures_of(5) == 0


async def test_a_quorum_is_found_however_far_back() -> None:
    """One witness of three has been alone for more checkpoints than are remembered: an older one is looked at too."""
    published = Published(policy())
    for size in range(1_101, 50, -1):
        published.move_signed(signed(size))
        published.add_cosignature(size, cosigned(size, "us"))
    published.move_signed(signed(40))
    for name in ("us", "eu"):
        published.add_cosignature(40, cosigned(40, name))
    assert sizes(published)[:2] == (1_101, 40)
    published.move_signed(signed(1_102))
    assert published.note_of(1_101) is not None


async def test_readers_wait_for_a_checkpoint_that_covers_their_entry() -> None:
    """An entry is covered by a checkpoint of more entries than its position; signed and cosigned apart."""
    published = Published(policy())
    waiting = asyncio.create_task(published.wait_covering(7, 20, cosigned=False))
    certain = asyncio.create_task(published.wait_covering(3, 20, cosigned=True))
    published.move_signed(signed(7))
    await asyncio.sleep(0)
    assert published.newest_covering(7, cosigned=False) is None
    published.move_signed(signed(8))
    assert await waiting == signed(8)
    assert not certain.done()
    for name in ("us", "eu"):
        published.add_cosignature(8, cosigned(8, name))
    assert await certain == signed(8)
    assert await published.wait_covering(9, 0.01, cosigned=False) is None
    last = asyncio.create_task(published.wait_covering(9, 20, cosigned=False))
    await asyncio.sleep(0)
    published.close()
    assert await last is None
