"""Signed notes: the known one, and that nothing but its exact bytes passes for it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.limits import NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX
from contracts.tlog.notes import (
    Note,
    NoteFault,
    NoteKey,
    NoteSignature,
    parse_note,
    parse_signature_line,
    parse_vkey,
    sign_note,
    verify_note,
)
from tests.contracts.signed_texts import (
    BODY,
    C2SP_VKEY,
    LOG,
    LOG_KEY,
    LOG_LINE,
    NOTE,
    ORIGIN,
    RAW_NOTE,
    WITNESS_KEY,
    any_note,
    any_signature,
    as_text,
    damaged,
    each_bit,
    other_spellings,
)

C2SP_KEY = parse_vkey(C2SP_VKEY)
C2SP_NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
""".encode()


def read(raw: bytes) -> Note:
    note = parse_note(raw)
    assert isinstance(note, Note), note
    return note


def test_the_note_of_the_specification_verifies():
    """KAT-3: vkey, text and signature of C2SP signed-note."""
    note = read(C2SP_NOTE)
    assert isinstance(C2SP_KEY, NoteKey)
    assert note.body == b"This is an example message.\n"
    assert (C2SP_KEY.name, C2SP_KEY.key_id.hex(), C2SP_KEY.vkey) == ("example.com/foo", "530d903a", C2SP_VKEY)
    assert verify_note(note, [C2SP_KEY]) == (C2SP_KEY,)
    assert note.encode() == C2SP_NOTE


def test_every_flipped_bit_voids_the_note_of_the_specification():
    """KAT-3 with one bit changed has no valid signature of the known key, wherever the bit is."""
    key = C2SP_KEY
    assert isinstance(key, NoteKey)

    def refuse(spoiled: bytes) -> None:
        note = parse_note(spoiled)
        if isinstance(note, Note):
            assert note.encode() == spoiled
            signed = verify_note(note, [key])
            assert isinstance(signed, NoteFault) or signed == ()

    each_bit(C2SP_NOTE, refuse)


def test_every_flipped_bit_takes_a_signature_from_the_known_checkpoint():
    """KAT-4: with any bit changed, log and witness no longer both stand behind the note."""

    def refuse(spoiled: bytes) -> None:
        note = parse_note(spoiled)
        if isinstance(note, Note):
            signed = verify_note(note, [LOG_KEY, WITNESS_KEY])
            assert isinstance(signed, NoteFault) or len(signed) < 2

    assert verify_note(NOTE, [WITNESS_KEY, LOG_KEY]) == (LOG_KEY, WITNESS_KEY)
    each_bit(RAW_NOTE, refuse)


@given(any_note)
def test_a_note_comes_back_as_it_was(note: Note):
    """parse ∘ encode = id, whatever script the text is in and however many empty lines it has."""
    assert parse_note(note.encode()) == note


@given(st.one_of(damaged(RAW_NOTE), damaged(C2SP_NOTE), st.binary(max_size=200)))
@example(b"")
@example(b"\n\n")
@example("\n\n— a AAAAAAA=\n".encode())
def test_a_note_that_is_read_is_what_would_be_written(raw: bytes):
    """encode ∘ parse = id: a note has no second spelling; what is damaged never gains a signature."""
    note = parse_note(raw)
    if isinstance(note, NoteFault):
        return
    assert note.encode() == raw
    signed = verify_note(note, [LOG_KEY, WITNESS_KEY])
    if not isinstance(signed, NoteFault) and signed:
        assert note.body == BODY


@pytest.mark.parametrize(
    "raw",
    [
        BODY,
        BODY + b"\n",
        RAW_NOTE[:-1],
        RAW_NOTE + b"\n",
        RAW_NOTE.replace(b"\n", b"\r\n"),
        RAW_NOTE.replace(b"\n\n", b"\n"),
        RAW_NOTE.replace(b"\n\n", b"\n \n"),
        RAW_NOTE.replace(b"ledger\n8", b"ledger\t8"),
        RAW_NOTE.replace(b"ledger\n8", b"ledger\x008"),
        RAW_NOTE.replace(b"ledger\n8", b"ledger\xff8"),
        RAW_NOTE.replace(b"ledger\n8", b"ledger\xed\xa0\x808"),
        RAW_NOTE.replace("— ".encode(), b"- "),
        RAW_NOTE.replace("— ".encode(), "—  ".encode()),
        RAW_NOTE.replace("— ".encode(), "—\u00a0".encode()),
        RAW_NOTE.replace("— bloc".encode(), " — bloc".encode()),
        RAW_NOTE.replace("— bloc".encode(), "— b+oc".encode()),
        RAW_NOTE.replace("— bloc".encode(), "— b\u2003oc".encode()),
        RAW_NOTE[:-1] + b" \n",
        BODY + b"\n" + "— name UFFNLw==\n".encode(),
        BODY + b"\n" + "—  UFFNLyI=\n".encode(),
        BODY + b"\n" + f"{LOG_LINE}\n".encode() * (NOTE_SIGNATURES_MAX + 1),
        b"x" * NOTE_BYTES_MAX + b"\n" + RAW_NOTE,
    ],
)
def test_what_is_no_signed_note_is_refused(raw: bytes):
    """Line ends, spaces, control characters, bytes that are no UTF-8, missing and too many parts."""
    assert isinstance(parse_note(raw), NoteFault)


def test_a_note_may_have_64_signatures_and_five_kilobytes_in_each():
    """The specification asks for at least 16, and warns of post-quantum signatures of nearly 5 kB."""
    many = Note(
        BODY, tuple(NoteSignature(f"w{number}", bytes(4), b"x") for number in range(NOTE_SIGNATURES_MAX))
    )
    large = Note(BODY, tuple(NoteSignature(f"w{number}", bytes(4), bytes(4_990)) for number in range(16)))
    assert parse_note(many.encode()) == many
    assert parse_note(large.encode()) == large


@pytest.mark.parametrize("spelling", other_spellings(LOG_LINE.rpartition(" ")[2]))
def test_another_spelling_of_a_signature_is_refused(spelling: str):
    """Otherwise one signature could be handed around as many."""
    assert isinstance(parse_signature_line(f"— {ORIGIN} {spelling}"), NoteFault)


@given(any_signature)
def test_a_signature_line_comes_back_as_it_was(signature: NoteSignature):
    """parse ∘ line = id."""
    assert parse_signature_line(signature.line) == signature


@given(st.one_of(st.text(max_size=60), damaged(LOG_LINE.encode()).map(as_text)))
@example(LOG_LINE + "\n")
@example("— \udcffname UFFNLyI=")
def test_a_signature_line_that_is_read_is_what_would_be_written(text: str):
    """line ∘ parse = id; halves of characters, which UTF-8 cannot hold, are refused."""
    signature = parse_signature_line(text)
    if isinstance(signature, NoteSignature):
        assert signature.line == text
        assert signature.line.encode().decode() == text


def test_signatures_of_unknown_keys_are_passed_over():
    """Same name with another id, same id with another name, other keys: none of them is the known key."""
    log_line, witness_line = NOTE.signatures
    others = (
        NoteSignature(ORIGIN, bytes(4), bytes(64)),
        NoteSignature("other.example/log", LOG_KEY.key_id, bytes(64)),
        NoteSignature(ORIGIN, WITNESS_KEY.key_id, b"anything"),
    )
    note = Note(BODY, (*others, log_line, witness_line))
    assert verify_note(note, [LOG_KEY]) == (LOG_KEY,)
    assert verify_note(Note(BODY, others), [LOG_KEY, WITNESS_KEY]) == ()
    assert verify_note(note, []) == ()


def test_one_failing_signature_of_a_known_key_voids_the_note():
    """Even if another known key has signed well: an honest signer makes no such line."""
    log_line, witness_line = NOTE.signatures
    for signature in (b"", bytes(64), bytes(72), log_line.signature + b"\x00", log_line.signature[:-1]):
        spoiled = NoteSignature(ORIGIN, LOG_KEY.key_id, signature)
        assert isinstance(verify_note(Note(BODY, (witness_line, spoiled)), [LOG_KEY, WITNESS_KEY]), NoteFault)


def test_two_lines_of_one_known_key_void_the_note():
    """Equal or not: nobody needs to sign twice, and a count of lines must not pass for a count of keys."""
    log_line, witness_line = NOTE.signatures
    for lines in ((log_line, log_line), (log_line, NoteSignature(ORIGIN, LOG_KEY.key_id, bytes(64)))):
        assert isinstance(verify_note(Note(BODY, (*lines, witness_line)), [LOG_KEY, WITNESS_KEY]), NoteFault)


def test_adding_lines_keeps_the_first_of_each_key():
    """A witness that cosigns again later does not make the note void."""
    log_line, witness_line = NOTE.signatures
    again = NoteSignature(witness_line.name, witness_line.key_id, bytes(72))
    note = Note(BODY, (log_line,))
    assert note.with_lines([witness_line, again, log_line]) == NOTE
    assert NOTE.with_lines([]) == NOTE


@pytest.mark.parametrize("body", [b"", b"no line feed", b"tab\t\n", b"\xff\n"])
def test_what_cannot_be_the_text_of_a_note_is_not_signed(body: bytes):
    """A mistake of the program, so it raises; the same for writing such a note, or one that nobody signed."""
    with pytest.raises(ValueError, match="the text of a note"):
        sign_note(body, ORIGIN, LOG)
    with pytest.raises(ValueError, match="this note cannot be written"):
        Note(body + b"\t", NOTE.signatures).encode()
    with pytest.raises(ValueError, match="this note cannot be written"):
        Note(BODY, ()).encode()
