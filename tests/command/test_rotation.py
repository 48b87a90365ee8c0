"""The ledger's checkpoint key is replaced while the ledger runs, by the command that an operator types."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from bloc.checkpoint_keys import LEDGER, NEXT
from bloc.given_settings import ORIGIN
from bloc.keyfiles import load_public
from contracts.identity.keys import VerifyingKey
from contracts.tlog.notes import NoteKey
from contracts.tlog.policy import Accepted, Policy, check_note, parse_policy
from tests.command.typed import Done, Serving, surroundings_of, typed

PATIENCE_SECONDS = 20
_NUMBERS = count(1)


@pytest.fixture
def rotating(work_folder: Path) -> Iterator[Serving]:
    """A bloc with one witness, in a folder of its own."""
    rotating = Serving(work_folder / f"rotating_{next(_NUMBERS)}", "--witnesses", "1")
    rotating.start()
    yield rotating
    assert rotating.stop() == 0


def rotate(serving: Serving, *words: str) -> Done:
    return typed("keys", "rotate-checkpoint", *words, environment=serving.environment)


def cosigned(serving: Serving, size: int, keys: tuple[VerifyingKey, ...]) -> Accepted:
    """The cosigned checkpoint of at least so many entries, as somebody accepts it who believes these log keys."""
    policy = parse_policy((serving.data / "policy").read_text())
    assert isinstance(policy, Policy)
    believed = Policy(
        tuple(log for log in policy.logs if log.key.key in keys),
        policy.witnesses,
        policy.groups,
        policy.quorum,
    )
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline:
        try:
            answer = httpx.get(f"{serving.ledger_url}/checkpoint/cosigned")
        except httpx.TransportError:  # it is being started again
            sleep(0.1)
            continue
        if answer.is_success:
            accepted = check_note(believed, answer.content)
            if isinstance(accepted, Accepted) and accepted.quorum and accepted.checkpoint.size >= size:
                return accepted
        sleep(0.1)
    raise AssertionError(f"no checkpoint of {size} entries was cosigned under these keys")


def until_known(serving: Serving, times: int) -> None:
    """Wait until `bloc up` has taken in other key files so many times."""
    deadline = monotonic() + PATIENCE_SECONDS
    while serving.shown.count("know the checkpoint keys") < times:
        assert monotonic() < deadline, serving.shown
        sleep(0.1)


def test_the_checkpoint_key_is_made_recorded_and_put_in_place(rotating: Serving) -> None:
    """Each step says what comes next and refuses to be taken early or twice; checkpoints go on all the while, and
    the first one verifies to the end."""
    keys = rotating.data / "keys"
    old = load_public(keys, LEDGER)
    first = httpx.get(f"{rotating.ledger_url}/checkpoint/1").content
    made = rotate(rotating)
    following = load_public(keys, NEXT)
    assert NoteKey.of(ORIGIN, following).vkey in made.out
    assert "there already" in rotate(rotating).err
    until_known(rotating, 1)
    assert "Run it with --record first" in rotate(rotating, "--finish").err

    recorded = rotate(rotating, "--record", "--overlap-days", "1")
    assert "is in force" in recorded.out, recorded
    both = cosigned(rotating, 3, (old, following))
    assert {key.key for key in both.log_keys} == {old, following}
    assert "signs the checkpoints already" in rotate(rotating, "--record").err
    assert "Both keys sign until" in rotate(rotating, "--finish").err

    policy = parse_policy((rotating.data / "policy").read_text())
    assert isinstance(policy, Policy)
    assert isinstance(check_note(policy, first), Accepted)


def test_without_an_overlap_the_new_key_signs_alone_at_once(rotating: Serving) -> None:
    """Then the files change places, the old ones are kept, and bloc up goes on with what it finds."""
    keys = rotating.data / "keys"
    old = load_public(keys, LEDGER)
    rotate(rotating)
    until_known(rotating, 1)
    following = load_public(keys, NEXT)
    assert rotate(rotating, "--record", "--overlap-days", "0").status == 0
    alone = cosigned(rotating, 3, (old, following))
    assert [key.key for key in alone.log_keys] == [following]
    finished = rotate(rotating, "--finish")
    assert finished.status == 0, finished
    until_known(rotating, 2)
    assert load_public(keys, LEDGER) == following
    assert load_public(keys, f"{LEDGER}.retired-{old.kid[:8]}") == old
    assert not (keys / f"{NEXT}.pem").exists()
    assert [key.key for key in cosigned(rotating, 3, (following,)).log_keys] == [following]
    assert rotating.answers()


def test_steps_that_cannot_be_taken_say_so(tmp_path: Path) -> None:
    """Without the files of the step before, or with two steps at once, nothing is asked of anybody."""
    environment = surroundings_of(BLOC_KEYS=str(tmp_path))
    for words, said in (
        (("--record",), "Begin with"),
        (("--finish",), "Begin with"),
        (("--record", "--finish"), "two steps"),
        ((), "There is no key"),
    ):
        refused = typed("keys", "rotate-checkpoint", *words, environment=environment)
        assert (refused.status, said in refused.err) == (1, True), refused
