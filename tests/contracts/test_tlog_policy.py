"""The trust policy: who is believed, when a quorum is met, and which line is wrong."""

from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.identity.keys import SigningKey
from contracts.limits import POLICY_CHARACTERS_MAX
from contracts.tlog.checkpoints import Checkpoint, cosign
from contracts.tlog.notes import COSIGNATURE_V1, Note, NoteFault, NoteKey, NoteSignature, sign_note
from contracts.tlog.policy import (
    Accepted,
    Policy,
    PolicyFault,
    PolicyGroup,
    PolicyLog,
    PolicyWitness,
    check_note,
    parse_policy,
    write_policy,
)
from tests.contracts.signed_texts import (
    BODY,
    COSIGNED_AT,
    LOG,
    LOG_KEY,
    NOTE,
    ORIGIN,
    RAW_NOTE,
    as_text,
    damaged,
)

MEMBERS = {name: SigningKey.from_seed(name.encode() * 16) for name in ("us", "eu", "jp")}
KEYS = {
    name: NoteKey.of(f"{name}.example/witness", key.verifying, COSIGNATURE_V1)
    for name, key in MEMBERS.items()
}
NEXT_LOG = SigningKey.from_seed(b"next" * 8)
NEXT_LOG_KEY = NoteKey.of(ORIGIN, NEXT_LOG.verifying)
TEXT = f"""# Who we believe: two of three member states.
log {LOG_KEY.vkey} https://bloc.example/ledger/

\twitness us {KEYS["us"].vkey}   http://127.0.0.1:8091
witness eu {KEYS["eu"].vkey}
  # Tokyo
witness jp {KEYS["jp"].vkey}
group members 2 us eu jp
quorum members"""
POLICY = Policy(
    logs=(PolicyLog(LOG_KEY, "https://bloc.example/ledger/"),),
    witnesses=(
        PolicyWitness("us", KEYS["us"], "http://127.0.0.1:8091"),
        PolicyWitness("eu", KEYS["eu"]),
        PolicyWitness("jp", KEYS["jp"]),
    ),
    groups=(PolicyGroup("members", 2, ("us", "eu", "jp")),),
    quorum="members",
)


def policy_of(text: str) -> Policy:
    policy = parse_policy(text)
    assert isinstance(policy, Policy), policy
    return policy


def with_groups(*lines: str) -> Policy:
    """The three witnesses, and these lines after them."""
    return policy_of("\n".join([*(f"witness {name} {key.vkey}" for name, key in KEYS.items()), *lines]))


def signed_by(*names: str) -> bytes:
    """The known checkpoint with the log's line and the cosignatures of these members."""
    lines = [cosign(BODY, KEYS[name].name, MEMBERS[name], COSIGNED_AT) for name in names]
    return Note(BODY, (sign_note(BODY, ORIGIN, LOG), *lines)).encode()


def test_a_policy_is_read_with_its_comments_blanks_and_urls():
    """C2SP tlog-policy: items are parted by spaces and tabs; comments and empty lines are passed over."""
    assert parse_policy(TEXT) == POLICY
    assert POLICY.witness_keys() == tuple(KEYS.values())
    assert POLICY.log_keys(ORIGIN) == (LOG_KEY,)
    assert POLICY.log_keys("other.example/log") == ()


@pytest.mark.parametrize(
    ("lines", "sets"),
    [
        (["quorum none"], [""]),
        (["quorum eu"], ["eu"]),
        (["group all-of-them all us eu jp", "quorum all-of-them"], ["us eu jp"]),
        (["group one any us eu jp", "quorum one"], ["us", "eu", "jp"]),
        (["group two 2 us eu jp", "quorum two"], ["us eu", "us jp", "eu jp"]),
        (["group atlantic any us eu", "group both all atlantic jp", "quorum both"], ["us jp", "eu jp"]),
        (["group alone 1 us", "group nested 1 alone", "quorum nested"], ["us"]),
        (["group unused all us eu", "quorum jp"], ["jp"]),
    ],
)
def test_a_quorum_is_met_by_these_witnesses_and_by_no_fewer(lines: list[str], sets: list[str]):
    """all, any, k, groups of groups: every subset of the three members is tried."""
    policy = with_groups(*lines)
    least = [set(names.split()) for names in sets]
    for count in range(4):
        for names in combinations(KEYS, count):
            expected = any(needed <= set(names) for needed in least)
            assert policy.satisfied_by([KEYS[name] for name in names]) is expected


def test_keys_that_the_policy_does_not_name_count_for_nothing():
    """The same public key as a log's, or under another name, is not the witness."""
    renamed = NoteKey.of("other.example/witness", MEMBERS["us"].verifying, COSIGNATURE_V1)
    as_log = NoteKey.of(KEYS["us"].name, MEMBERS["us"].verifying)
    assert not POLICY.satisfied_by([renamed, as_log, LOG_KEY, KEYS["eu"]])
    assert POLICY.satisfied_by([KEYS["us"], KEYS["eu"]])


@pytest.mark.parametrize(
    ("names", "quorum"), [((), False), (("jp",), False), (("jp", "us"), True), (("us", "eu", "jp"), True)]
)
def test_a_checkpoint_says_which_witnesses_stand_behind_it(names: tuple[str, ...], quorum: bool):
    """By the names of the policy, in its order; a missing quorum is told, and is no fault."""
    accepted = check_note(POLICY, signed_by(*names))
    assert isinstance(accepted, Accepted)
    assert (accepted.checkpoint.size, accepted.log_keys) == (8, (LOG_KEY,))
    assert accepted.witnesses == tuple(name for name in KEYS if name in names)
    assert accepted.quorum is quorum


def test_old_and_new_key_of_one_log_are_both_believed():
    """A rotation: two log lines of one origin; either key suffices, both may sign."""
    policy = policy_of(f"log {LOG_KEY.vkey}\nlog {NEXT_LOG_KEY.vkey}\nquorum none")
    old, new = sign_note(BODY, ORIGIN, LOG), sign_note(BODY, ORIGIN, NEXT_LOG)
    for lines, keys in (
        ((old,), (LOG_KEY,)),
        ((new,), (NEXT_LOG_KEY,)),
        ((old, new), (LOG_KEY, NEXT_LOG_KEY)),
    ):
        accepted = check_note(policy, Note(BODY, lines).encode())
        assert isinstance(accepted, Accepted)
        assert accepted.log_keys == keys


def test_a_checkpoint_without_a_believed_log_is_refused():
    """Unknown origin, a log of another origin, only witnesses, no signature known, garbage: each a fault."""
    foreign = Checkpoint("other.example/log", 8, bytes(32)).body
    other = NoteKey.of("other.example/log", NEXT_LOG.verifying)
    policy = policy_of(f"{TEXT}\nlog {other.vkey}")
    cosigned = cosign(BODY, KEYS["us"].name, MEMBERS["us"], COSIGNED_AT)
    for raw in (
        Note(BODY, (sign_note(BODY, other.name, NEXT_LOG),)).encode(),
        Note(BODY, (cosigned,)).encode(),
        Note(foreign, (sign_note(foreign, ORIGIN, LOG),)).encode(),
        Note(BODY, (sign_note(BODY, ORIGIN, NEXT_LOG),)).encode(),
        Note(b"no checkpoint\n", (sign_note(b"no checkpoint\n", ORIGIN, LOG),)).encode(),
        RAW_NOTE[:-1],
        b"",
    ):
        assert isinstance(check_note(policy, raw), NoteFault)
        assert isinstance(check_note(Policy(), raw), NoteFault)
    assert isinstance(check_note(policy, RAW_NOTE), Accepted)


def test_a_forged_cosignature_of_a_known_witness_voids_the_checkpoint():
    """It is not counted as missing: somebody lied, and the reader is told."""
    forged = NoteSignature(KEYS["us"].name, KEYS["us"].key_id, bytes(72))
    assert isinstance(check_note(POLICY, NOTE.with_lines([forged]).encode()), NoteFault)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (0, ""),
        (0, f"log {LOG_KEY.vkey}"),
        (1, "quorum nobody"),
        (2, "quorum none\nquorum none"),
        (1, "quorum"),
        (1, "quorum none none"),
        (1, "Quorum none"),
        (1, "log"),
        (1, f"log {LOG_KEY.vkey} url more"),
        (1, f"log {LOG_KEY.vkey[:-1]}"),
        (1, f"log {KEYS['us'].vkey}"),
        (2, f"log {LOG_KEY.vkey}\nlog {LOG_KEY.vkey}"),
        (2, f"log {LOG_KEY.vkey}\nlog {NoteKey.of('other.example/log', LOG.verifying).vkey}"),
        (1, f"witness us {LOG_KEY.vkey}"),
        (1, f"witness {KEYS['us'].vkey}"),
        (1, f"witness none {KEYS['us'].vkey}"),
        (2, f"witness us {KEYS['us'].vkey}\nwitness us {KEYS['eu'].vkey}"),
        (2, f"witness us {KEYS['us'].vkey}\nwitness eu {KEYS['us'].vkey}"),
        (2, f"witness us {KEYS['us'].vkey}\ngroup us any us"),
        (2, f"witness us {KEYS['us'].vkey}\ngroup none any us"),
        (2, f"witness us {KEYS['us'].vkey}\ngroup members"),
        (2, f"witness us {KEYS['us'].vkey}\ngroup members all"),
        (2, f"witness us {KEYS['us'].vkey}\ngroup members some us"),
        *(
            (2, f"witness us {KEYS['us'].vkey}\ngroup members {k} us")
            for k in ("0", "2", "01", "-1", "+1", "1.0", "\u0661")
        ),
        (2, f"witness us {KEYS['us'].vkey}\ngroup members any us us"),
        (2, f"witness us {KEYS['us'].vkey}\ngroup members any us none"),
        (2, f"witness us {KEYS['us'].vkey}\ngroup members any members"),
        (2, f"witness us {KEYS['us'].vkey}\ngroup members any eu\nwitness eu {KEYS['eu'].vkey}"),
        (3, f"witness us {KEYS['us'].vkey}\ngroup one any us\ngroup two any us"),
        (1, f"quorum us\nwitness us {KEYS['us'].vkey}"),
        (1, "quorum none\r\n"),
        (2, "quorum none\n# tidy \x7f"),
        (2, "quorum none\n\x0c"),
        (2, "quorum none\n# half \ud800"),
        (1, "quorum\u00a0none"),
        (0, "#" * (POLICY_CHARACTERS_MAX + 1)),
    ],
)
def test_what_is_wrong_in_a_policy_is_named_by_its_line(line: int, text: str):
    """The first wrong line counts; 0 is the text as a whole."""
    fault = parse_policy(text)
    assert isinstance(fault, PolicyFault)
    assert fault.line == line


def test_a_policy_holds_32_logs_witnesses_and_groups():
    """The least that the specification recommends."""
    keys = [SigningKey.from_seed(bytes([number]) * 32).verifying for number in range(32)]
    lines = [f"log {NoteKey.of('log.example', key).vkey}" for key in keys]
    lines += [
        f"witness w{n} {NoteKey.of('w.example', key, COSIGNATURE_V1).vkey}" for n, key in enumerate(keys)
    ]
    lines += [f"group g{n} any w{n}" if n == 0 else f"group g{n} all w{n} g{n - 1}" for n in range(32)]
    policy = policy_of("\n".join([*lines, "quorum g31"]))
    assert policy.satisfied_by(policy.witness_keys())
    assert not policy.satisfied_by(policy.witness_keys()[1:])
    assert parse_policy(write_policy(policy)) == policy


def test_a_policy_is_written_in_one_way():
    """parse ∘ write = id, and comments are gone."""
    assert parse_policy(write_policy(POLICY)) == POLICY
    assert write_policy(POLICY).splitlines()[0] == f"log {LOG_KEY.vkey} https://bloc.example/ledger/"
    assert write_policy(Policy()) == "quorum none\n"


@pytest.mark.parametrize(
    "policy",
    [
        Policy(quorum="nobody"),
        Policy(logs=(PolicyLog(LOG_KEY, "two words"),)),
        Policy(logs=(PolicyLog(LOG_KEY, ""),)),
        Policy(logs=(PolicyLog(KEYS["us"]),)),
        Policy(witnesses=(PolicyWitness("us\nquorum none", KEYS["us"]),)),
        Policy(witnesses=(PolicyWitness("us", KEYS["us"]),), groups=(PolicyGroup("two", 2, ("us",)),)),
    ],
)
def test_a_policy_that_could_not_be_read_again_is_not_written(policy: Policy):
    """A name with a line feed could otherwise smuggle a line into the policy."""
    with pytest.raises(ValueError, match="no policy that could be written"):
        write_policy(policy)


@given(st.one_of(st.text(max_size=80), damaged(TEXT.encode()).map(as_text)))
@example("\n")
def test_any_text_is_a_policy_or_a_fault(text: str):
    """Nothing raises; what is read can be written down and means the same."""
    policy = parse_policy(text)
    if isinstance(policy, Policy):
        assert parse_policy(write_policy(policy)) == policy
        assert policy.quorum == "none" or not policy.satisfied_by([])
        assert {key.vkey for key in policy.witness_keys()} <= {key.vkey for key in KEYS.values()}
