"""A ledger in a folder: recorded entries, published as any tlog-tiles log would be, by nothing but the definitions.

The entries are made by the ledger's own fold; tiles, bundles and checkpoints are written from them here. So a test can
change any byte before or after publishing, as an operator could who holds the database, and the log's key as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from contracts.identity.keys import SigningKey
from contracts.tlog.checkpoints import Checkpoint, cosign
from contracts.tlog.notes import COSIGNATURE_V1, Note, NoteKey, sign_note
from contracts.tlog.policy import parse_policy
from contracts.tlog.tiles import bundles_of, encode_bundle
from contracts.tlog.tree import Frontier, leaf_hash
from contracts.verification.regrowing import Regrown
from tests.ledger.drafting import LEDGER, ORIGIN, key_of

WITNESSES = {
    "us": key_of("us.example/witness"),
    "eu": key_of("eu.example/witness"),
    "jp": key_of("jp.example"),
}
WITNESSED_AT = 1_782_876_700


def root_of(entries: Iterable[bytes]) -> bytes:
    """The root of the tree of these entries."""
    return Frontier().append(map(leaf_hash, entries)).root()


def checkpoint_of(
    entries: Sequence[bytes],
    *,
    size: int | None = None,
    key: SigningKey = LEDGER,
    origin: str = ORIGIN,
    witnesses: Iterable[str] = ("us", "eu"),
) -> bytes:
    """The signed checkpoint of the first `size` entries, cosigned by some witnesses."""
    number = len(entries) if size is None else size
    body = Checkpoint(origin, number, root_of(entries[:number])).body
    lines = [sign_note(body, origin, key)]
    lines += [cosign(body, f"{name}.example/witness", WITNESSES[name], WITNESSED_AT) for name in witnesses]
    return Note(body, tuple(lines)).encode()


def policy_text(*keys: SigningKey, origin: str = ORIGIN, quorum: int = 2) -> str:
    """A policy that believes these keys of the log, and asks for `quorum` of the three witnesses."""
    logs = "".join(f"log {NoteKey.of(origin, key.verifying).vkey}\n" for key in keys or (LEDGER,))
    named = {
        name: NoteKey.of(f"{name}.example/witness", key.verifying, COSIGNATURE_V1)
        for name, key in WITNESSES.items()
    }
    lines = "".join(f"witness {name} {key.vkey}\n" for name, key in named.items())
    text = f"{logs}{lines}group members {quorum} {' '.join(named)}\nquorum members\n"
    parse_policy(text)
    return text


def files_of(entries: Sequence[bytes], **signed: object) -> dict[str, bytes]:
    """All files that a log of these entries serves, by path."""
    files = {"checkpoint": checkpoint_of(entries, **signed)}  # pyright: ignore[reportArgumentType]
    tree = Regrown()
    for grown in [*tree.append([leaf_hash(entry) for entry in entries]), *tree.partial()]:
        files[grown.tile.path] = b"".join(grown.hashes)
    for bundle in bundles_of(len(entries)):
        first = bundle.index * 256
        files[bundle.path] = encode_bundle(entries[first : first + bundle.width])
    return files


def publish(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a folder, as a download leaves them."""
    for path, raw in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    return folder
