"""Keys, notes and damage for the tests of the transparency log's texts: the known answers, and ways to spoil them.

The keys are those of KAT-4 (the log's seed is the bytes 00 to 1f, the witness's 20 to 3f), so that every
signature here is one that can be looked up.
"""

from collections.abc import Callable

from hypothesis import strategies as st

from contracts.identity.keys import SigningKey
from contracts.limits import TREE_SIZE_MAX
from contracts.tlog.checkpoints import Checkpoint, cosign
from contracts.tlog.notes import COSIGNATURE_V1, Note, NoteKey, NoteSignature, sign_note

ORIGIN = "bloc.example/ledger"
LOG = SigningKey.from_seed(bytes(range(32)))
LOG_KEY = NoteKey.of(ORIGIN, LOG.verifying)
WITNESS_NAME = "witness.example/w1"
WITNESS = SigningKey.from_seed(bytes(range(32, 64)))
WITNESS_KEY = NoteKey.of(WITNESS_NAME, WITNESS.verifying, COSIGNATURE_V1)
COSIGNED_AT = 1_767_225_600

C2SP_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
"""The key of the example of C2SP signed-note (KAT-3)."""

BODY = b"bloc.example/ledger\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
LOG_LINE = (
    "— bloc.example/ledger "
    "UFFNLyJZclJ2M3SHa3soqBc011jvnNkXivTYCGw+AjLZOQdv5syGlTZhRZ2TthM44pP7U+FuUT/9sbodkj9FbQ3txQQ="
)
WITNESS_LINE = (
    "— witness.example/w1 "
    "IDJKvgAAAABpVbkAbqbUvHM3KMiP/iU8n8j579F9DDHAGaVK4sQJ9cSHU4NOsA6WQnEzxgCPozZt74MNJKQGONo+06LLhKmZCr5JAg=="
)
NOTE = Note(BODY, (sign_note(BODY, ORIGIN, LOG), cosign(BODY, WITNESS_NAME, WITNESS, COSIGNED_AT)))
RAW_NOTE = NOTE.encode()

any_name = st.text(min_size=1, max_size=20).filter(
    lambda text: all(ch > "\x1f" and ch != "+" and not ch.isspace() for ch in text)
)
any_signature = st.builds(
    NoteSignature, any_name, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=90)
)
any_body = st.text(max_size=80).map(
    lambda text: "".join(ch for ch in text if ch == "\n" or ch > "\x1f").encode() + b"\n"
)
any_signatures = st.lists(any_signature, min_size=1, max_size=4).map(tuple)
any_note = st.builds(Note, any_body, any_signatures)
any_checkpoint = st.builds(
    Checkpoint,
    st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.integers(0, TREE_SIZE_MAX),
    st.binary(min_size=32, max_size=32),
)
any_signed_checkpoint = st.builds(Note, any_checkpoint.map(lambda one: one.body), any_signatures).map(
    Note.encode
)


@st.composite
def damaged(draw: st.DrawFn, raw: bytes) -> bytes:
    """`raw` with one to three pieces replaced, cut out, doubled or put in."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 40)))
        piece = draw(
            st.one_of(
                st.just(b""),
                st.just(raw[start:end] * 2),
                st.binary(max_size=4),
                st.sampled_from(
                    [b"\n", b"\n\n", b"=", b" ", b"\r", b"\t", b"\x00", b"\xe2\x80\x94 ", b"0", b"+", b"A"]
                ),
            )
        )
        raw = raw[:start] + piece + raw[end:]
    return raw


def other_spellings(text: str) -> list[str]:
    """Ways to write a base64 text that lenient readers take for the same bytes."""
    stray = chr(ord(text.rstrip("=")[-1]) + 1)
    return [
        text.rstrip("="),
        text + "=",
        text.replace("=", "", 1) if "=" in text else text + "==",
        text.rstrip("=")[:-1] + stray + "=" * text.count("="),
        text[:4] + "\n" + text[4:],
        text[:4] + " " + text[4:],
        text.replace("+", "-").replace("/", "_") if set(text) & {"+", "/"} else "-" + text,
        "\u00c0" + text[1:],
    ]


def as_text(raw: bytes) -> str:
    """Any bytes as text; what is not UTF-8 becomes halves of characters, as in names of files and arguments."""
    return raw.decode(errors="surrogateescape")


def each_bit(raw: bytes, take: Callable[[bytes], None]) -> None:
    """Call `take` with `raw` once for each of its bits, with that bit flipped."""
    for at in range(len(raw) * 8):
        spoiled = bytearray(raw)
        spoiled[at // 8] ^= 1 << at % 8
        take(bytes(spoiled))
