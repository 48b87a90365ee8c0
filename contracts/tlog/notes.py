"""Signed notes and the keys that sign them (C2SP signed-note): the envelope of every checkpoint.

A note is a text, an empty line and signature lines of whoever signed it. Two kinds of key are known here,
because two are needed: Ed25519 over the text (a log), and the timestamped cosignature/v1 over a checkpoint
(a witness, C2SP tlog-cosignature). Lines of unknown keys are kept and passed over, as the specification
demands: others add theirs. Reading is strict and bounded, so that a note is its bytes and nothing else:
what `parse_note` accepts, `Note.encode` writes again byte for byte.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Self

from msgspec import Struct

from contracts.identity.keys import PUBLIC_KEY_BYTES, KeyFault, SigningKey, VerifyingKey, base64url
from contracts.limits import (
    COSIGNATURE_SECONDS_MAX,
    NOTE_BYTES_MAX,
    NOTE_SIGNATURES_MAX,
    ORIGIN_CHARACTERS_MAX,
)
from contracts.tlog.encoding import base64, read_base64
from contracts.values import Jwk

ED25519 = 1
"""Signature type 0x01: Ed25519 over the text of the note."""
COSIGNATURE_V1 = 4
"""Signature type 0x04: big-endian uint64 POSIX seconds, then Ed25519 over `cosignature_message`."""

_KEY_ID_BYTES = 4
_TIME_BYTES = 8
_SIGNATURE_BYTES = 64
# Python's \s is what Unicode calls a space. The last range are halves of characters, which UTF-8 cannot hold.
_NAME = r"[^\s+\x00-\x1f\ud800-\udfff]+"
_NAMED = re.compile(_NAME)
_SIGNATURE_LINE = re.compile(rf"— ({_NAME}) ([A-Za-z0-9+/=]+)")
_VKEY = re.compile(rf"({_NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/=]+)")
_CONTROL = re.compile(rb"[\x00-\x09\x0b-\x1f]")


class NoteFault(Struct, frozen=True, forbid_unknown_fields=True):
    """Why bytes are no note, key or checkpoint that could be relied on."""

    reason: str


def is_key_name(text: str) -> bool:
    """Whether `text` can name a key: not empty, no Unicode space, plus or control character, not overlong."""
    return len(text) <= ORIGIN_CHARACTERS_MAX and _NAMED.fullmatch(text) is not None


def cosignature_message(body: bytes, at_seconds: int) -> bytes:
    """What a witness signs for a checkpoint `body` at a time (POSIX seconds): C2SP tlog-cosignature, v1."""
    return b"cosignature/v1\ntime %d\n" % at_seconds + body


class NoteKey(Struct, frozen=True, forbid_unknown_fields=True):
    """A key that signs notes under a name: `algorithm` is ED25519 (logs) or COSIGNATURE_V1 (witnesses)."""

    name: str
    algorithm: int
    key: VerifyingKey

    @classmethod
    def of(cls, name: str, public: VerifyingKey | bytes, algorithm: int = ED25519) -> Self:
        """Name a public key (loaded, or its 32 bytes). Raises ValueError when name, algorithm or key is none."""
        if not is_key_name(name):
            raise ValueError(
                f"{name!r} cannot be the name of a key: spaces, + and control characters are out"
            )
        if algorithm not in (ED25519, COSIGNATURE_V1):
            raise ValueError(f"signature type {algorithm} is neither Ed25519 (1) nor cosignature/v1 (4)")
        return cls(name, algorithm, _load(public) if isinstance(public, bytes) else public)

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that, with the name, say whose a signature is: no secret, and no strong hash."""
        return _key_id(self.name, self.algorithm, self.key.public)

    @property
    def vkey(self) -> str:
        """The verifier key, as it stands in a policy: `<name>+<key id in hex>+<base64>`."""
        return f"{self.name}+{self.key_id.hex()}+{base64(bytes((self.algorithm,)) + self.key.public)}"

    def verify(self, signature: bytes, body: bytes) -> bool:
        """Whether `signature` (without its key id) is this key's for a note with the text `body`."""
        if self.algorithm == ED25519:
            return len(signature) == _SIGNATURE_BYTES and self.key.verify(signature, body)
        if len(signature) != _TIME_BYTES + _SIGNATURE_BYTES:
            return False
        at_seconds = int.from_bytes(signature[:_TIME_BYTES], "big")
        message = cosignature_message(body, at_seconds)
        return at_seconds <= COSIGNATURE_SECONDS_MAX and self.key.verify(signature[_TIME_BYTES:], message)


@lru_cache(maxsize=NOTE_SIGNATURES_MAX)
def _key_id(name: str, algorithm: int, public: bytes) -> bytes:
    return sha256(b"%s\n%c%s" % (name.encode(), algorithm, public)).digest()[:_KEY_ID_BYTES]


def _load(public: bytes) -> VerifyingKey:
    """Load 32 bytes from outside. Raises KeyFault when they are not 32, or a point of small order."""
    if len(public) != PUBLIC_KEY_BYTES:
        raise KeyFault(f"an Ed25519 public key has {PUBLIC_KEY_BYTES} bytes, this one {len(public)}")
    return VerifyingKey.of(Jwk(kty="OKP", crv="Ed25519", x=base64url(public)))


def parse_vkey(text: str) -> NoteKey | NoteFault:
    """Read a verifier key: its key id must be that of its name and key, its type one of the two known here."""
    match = _VKEY.fullmatch(text)
    if match is None or not is_key_name(match[1]):
        return NoteFault("this is no verifier key: <name>+<8 hex digits>+<base64>, as in the policy of a log")
    material = read_base64(match[3])
    if material is None or len(material) != 1 + PUBLIC_KEY_BYTES:
        return NoteFault("the verifier key does not end in the base64 of a type and 32 bytes (Ed25519)")
    try:
        key = NoteKey.of(match[1], material[1:], material[0])
    except (KeyFault, ValueError) as error:
        return NoteFault(f"the verifier key cannot be used: {error}")
    if key.key_id.hex() != match[2]:
        return NoteFault(
            f"the key id must be {key.key_id.hex()}, it is {match[2]}: a part was mistyped or swapped"
        )
    return key


class NoteSignature(Struct, frozen=True, forbid_unknown_fields=True):
    """One signature line as it was read: nothing is verified. `signature` is what follows the 4-byte key id."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The signature line, without LF."""
        return f"— {self.name} {base64(self.key_id + self.signature)}"


class Note(Struct, frozen=True, forbid_unknown_fields=True):
    """A text with its last LF, and the signatures that stand below it, in their order."""

    body: bytes
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        """Write the note. Raises ValueError when it would be none: `parse_note` is the judge."""
        lines = "".join(f"{signature.line}\n" for signature in self.signatures)
        raw = self.body + b"\n" + lines.encode()
        if isinstance(fault := parse_note(raw), NoteFault):
            raise ValueError(f"this note cannot be written: {fault.reason}")
        return raw

    def with_lines(self, signatures: Iterable[NoteSignature]) -> Self:
        """Add signatures. A key that signed already keeps its first one: two of one key make a note void."""
        kept = {(one.name, one.key_id): one for one in self.signatures}
        for one in signatures:
            kept.setdefault((one.name, one.key_id), one)
        return type(self)(self.body, tuple(kept.values()))


def parse_note(raw: bytes) -> Note | NoteFault:
    """Read a signed note strictly. Nothing is verified: that is `verify_note`, with the keys one knows."""
    if len(raw) > NOTE_BYTES_MAX:
        return NoteFault(f"the note has {len(raw)} bytes, the limit is {NOTE_BYTES_MAX}")
    if (fault := _text_fault(raw)) is not None:
        return fault
    cut = raw.rfind(b"\n\n")
    if cut < 0:
        return NoteFault("the note has no empty line between its text and its signatures")
    body, lines = raw[: cut + 1], raw[cut + 2 :].decode().split("\n")
    if lines.pop():
        return NoteFault("the note does not end in a line feed")
    if not 1 <= len(lines) <= NOTE_SIGNATURES_MAX:
        return NoteFault(
            f"the note has {len(lines)} signatures; at least 1 and at most {NOTE_SIGNATURES_MAX}"
        )
    signatures: list[NoteSignature] = []
    for line in lines:
        signature = parse_signature_line(line)
        if isinstance(signature, NoteFault):
            return signature
        signatures.append(signature)
    return Note(body, tuple(signatures))


def _text_fault(raw: bytes) -> NoteFault | None:
    if _CONTROL.search(raw) is not None:
        return NoteFault("the note holds a control character")
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return NoteFault(f"the note is not UTF-8: {error.reason} at byte {error.start}")
    return None


def parse_signature_line(text: str) -> NoteSignature | NoteFault:
    """Read one signature line, without LF: em dash, name, base64 of the key id and at least one byte."""
    match = _SIGNATURE_LINE.fullmatch(text)
    raw = None if match is None else read_base64(match[2])
    if match is None or raw is None or len(raw) <= _KEY_ID_BYTES:
        return NoteFault("a signature line is not `— <name> <base64 of key id and signature>`")
    return NoteSignature(match[1], raw[:_KEY_ID_BYTES], raw[_KEY_ID_BYTES:])


def sign_note(body: bytes, name: str, key: SigningKey) -> NoteSignature:
    """Sign the text of a note (with its last LF) as the Ed25519 key `name`.

    Raises ValueError for what can be no text or no name.
    """
    if not body.endswith(b"\n") or _text_fault(body) is not None:
        raise ValueError("the text of a note is UTF-8 without control characters and ends in a line feed")
    signer = NoteKey.of(name, key.verifying)
    return NoteSignature(name, signer.key_id, key.sign(body))


def verify_note(note: Note, keys: Sequence[NoteKey]) -> tuple[NoteKey, ...] | NoteFault:
    """Give those of `keys` that signed the note, in the order of its lines; () when none did.

    A line that names a known key and does not verify voids the note, and so do two lines of one key: an
    honest signer makes neither. Lines of other keys are passed over.
    """
    known: dict[tuple[str, bytes], NoteKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            return NoteFault(f"two of the given keys share the name {key.name} and the id {key.key_id.hex()}")
    signed: list[NoteKey] = []
    for line in note.signatures:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        if key in signed:
            return NoteFault(f"the key {key.vkey} signed the note twice")
        if not key.verify(line.signature, note.body):
            return NoteFault(f"the signature of {key.vkey} does not fit the note")
        signed.append(key)
    return tuple(signed)
