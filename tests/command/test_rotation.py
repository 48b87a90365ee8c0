"""The ledger's checkpoint key is replaced while the ledger runs, by the command that an operator types."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from bloc.checkpoint_keys import LEDGER, NEXT
from bloc.given_settings import ORIGIN
from bloc.keyfiles import load_public
from contracts.identity.keys import VerifyingKey
from contracts.tlog.notes import NoteKey
from contracts.tlog.policy import Accepted, Policy, PolicyLog, check_note, parse_policy
from tests.command.typed import Done, Serving, surroundings_of, typed

PATIENCE_SECONDS = 20


@pytest.fixture
def rotating(work_folder: Path) -> Iterator[Serving]:
    """A bloc with one witness."""
    rotating = Serving(work_folder / "rotating_up", "--witnesses", "1")
    rotating.start()
    yield rotating
    assert rotating.stop() == 0


def rotate(serving: Serving, *words: str) -> Done:
    return typed("keys", "rotate-checkpoint", *words, environment=serving.environment)


def cosigned(serving: Serving, size: int, keys: tuple[VerifyingKey, ...]) -> list[VerifyingKey]:
    """Which of these log keys have signed a cosigned checkpoint of at least so many entries."""
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
                return [key.key for key in accepted.log_keys]
        sleep(0.1)
    raise AssertionError(f"no checkpoint of {size} entries was cosigned under these keys")


def until_known(serving: Serving, times: int) -> None:
    """Wait until `bloc up` has taken in other key files so many times."""
    deadline = monotonic() + PATIENCE_SECONDS
    while serving.shown.count("know the checkpoint keys") < times:
        assert monotonic() < deadline, serving.shown
        sleep(0.1)


def test_the_checkpoint_key_is_replaced_and_then_once_more(rotating: Serving) -> None:
    """First without an overlap and to the end, then with one; the first checkpoint verifies all the while."""
    keys = rotating.data / "keys"
    first_key = load_public(keys, LEDGER)
    first = httpx.get(f"{rotating.ledger_url}/checkpoint/1").content
    second_key = replaced_at_once(rotating)
    with_overlap(rotating, second_key)
    believed = Policy((PolicyLog(NoteKey.of(ORIGIN, first_key)),))
    assert isinstance(check_note(believed, first), Accepted)
    assert httpx.get(f"{rotating.ledger_url}/checkpoint/1").content == first
    policy = parse_policy((rotating.data / "policy").read_text())
    assert isinstance(policy, Policy)
    assert isinstance(check_note(policy, first), Accepted), (
        "an old checkpoint must stay usable with our own policy"
    )
    assert NoteKey.of(ORIGIN, first_key).vkey not in (rotating.data / "policy.witnesses").read_text()
    assert rotating.answers()


def replaced_at_once(serving: Serving) -> VerifyingKey:
    """Each step says what comes next, and refuses to be taken early or twice; the new key signs alone at once."""
    keys = serving.data / "keys"
    old = load_public(keys, LEDGER)
    made = rotate(serving)
    following = load_public(keys, NEXT)
    assert NoteKey.of(ORIGIN, following).vkey in made.out
    assert "there already" in rotate(serving).err
    until_known(serving, 1)
    assert "Run it with --record first" in rotate(serving, "--finish").err
    assert "is in force" in rotate(serving, "--record", "--overlap-days", "0").out
    assert cosigned(serving, 3, (old, following)) == [following]
    assert "signs the checkpoints already" in rotate(serving, "--record").err
    assert rotate(serving, "--finish").status == 0
    until_known(serving, 2)
    assert load_public(keys, LEDGER) == following
    assert load_public(keys, f"{LEDGER}.retired-{old.kid[:8]}") == old
    assert not (keys / f"{NEXT}.pem").exists()
    assert cosigned(serving, 3, (following,)) == [following]
    return following


def with_overlap(serving: Serving, old: VerifyingKey) -> None:
    """Both keys sign, so that whoever knows only one of them can follow; before it is over nothing is finished."""
    rotate(serving)
    until_known(serving, 3)
    following = load_public(serving.data / "keys", NEXT)
    assert "Both keys sign until" in rotate(serving, "--record", "--overlap-days", "1").out
    assert set(cosigned(serving, 5, (old, following))) == {old, following}
    assert "Both keys sign until" in rotate(serving, "--finish").err


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
