"""The golden corpus: what each release recorded, kept for ever in exact bytes, and how a release is added to it.

`python -m tests.corpus.keeping RELEASE FOLDER` keeps a release. FOLDER holds `entries.ndjson` (what `bloc entries`
prints into a pipe), `refused/` (what `bloc audit --key --refused` fetches), and `checkpoint`. What this release makes
of it, the roots and hashes that every later one must come to, is written beside it. A corpus is never written again.

    entries.ndjson.gz   every entry as the ledger served it
    types.ndjson        one event of every type that the release knew: its published examples
    refused/            the bodies that it refused, with their signatures
    checkpoint          signed with the ledger's own key
    known.json          what any release must find in it
"""

import gzip
import shutil
import sys
from pathlib import Path

import msgspec
from msgspec import Struct

from bloc.history.replaying import replay
from bloc.history.sources import ExportHistory
from contracts.entry import receive_entry
from contracts.examples import example_of
from contracts.registry import EVENT_TYPES
from contracts.tlog.tiles import TILE_WIDTH, bundles_of, encode_bundle
from contracts.tlog.tree import Frontier, leaf_hash
from contracts.verification.regrowing import Regrown

CORPUS = Path(__file__).parent.parent / "data" / "corpus"


class Known(Struct, frozen=True):
    """The known answers of a corpus. `root` is that of the tree over its entries, `state_hash` that of the state after
    the last one, of `things` things."""

    release: str
    entries: int
    root: str
    state_hash: str
    things: int


class Kept(Struct, frozen=True):
    """The corpus of one release."""

    folder: Path

    @property
    def lines(self) -> list[bytes]:
        """The entries as they were served."""
        return gzip.decompress((self.folder / "entries.ndjson.gz").read_bytes()).splitlines()

    @property
    def types(self) -> list[bytes]:
        """One event of each type."""
        return (self.folder / "types.ndjson").read_bytes().splitlines()

    @property
    def known(self) -> Known:
        """What must come of it."""
        return msgspec.json.decode((self.folder / "known.json").read_bytes(), type=Known)

    def unpacked(self, folder: Path) -> Path:
        """The entries as a file that `bloc replay` and `bloc audit` read."""
        file = folder / f"{self.folder.name}.ndjson"
        file.write_bytes(b"\n".join(self.lines) + b"\n")
        return file

    def published(self, folder: Path) -> Path:
        """The entries as the files of a log, which `bloc verify` reads, under the checkpoint that was signed."""
        entries = [receive_entry(line) for line in self.lines]
        files = {"checkpoint": (self.folder / "checkpoint").read_bytes()}
        tree = Regrown()
        for grown in [*tree.append([leaf_hash(entry) for entry in entries]), *tree.partial()]:
            files[grown.tile.path] = b"".join(grown.hashes)
        for bundle in bundles_of(len(entries)):
            first = bundle.index * TILE_WIDTH
            files[bundle.path] = encode_bundle(entries[first : first + bundle.width])
        for path, raw in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(raw)
        return folder


def all_kept() -> list[Kept]:
    """Every release that is kept, the oldest first."""
    return [Kept(folder) for folder in sorted(CORPUS.iterdir()) if folder.is_dir()]


def known_of(release: str, file: Path) -> Known:
    """What this release makes of a record."""
    entries = [receive_entry(line) for line in file.read_bytes().splitlines()]
    found = replay(ExportHistory(file), None, lambda _: None).hash
    root = Frontier().append(map(leaf_hash, entries)).root().hex()
    return Known(release, len(entries), root, found.root, found.things)


def keep(release: str, source: Path) -> Path:
    """Add a release. FileExistsError when it is there: what was kept stays as it is."""
    folder = CORPUS / release
    folder.mkdir(parents=True)
    entries = source / "entries.ndjson"
    (folder / "entries.ndjson.gz").write_bytes(gzip.compress(entries.read_bytes(), 9, mtime=0))
    types = source / "types.ndjson"
    examples = [example_of(name) for name in EVENT_TYPES]
    (folder / "types.ndjson").write_bytes(
        types.read_bytes() if types.exists() else b"\n".join(examples) + b"\n"
    )
    shutil.copytree(source / "refused", folder / "refused")
    shutil.copy(source / "checkpoint", folder / "checkpoint")
    known = msgspec.json.format(msgspec.json.encode(known_of(release, entries)), indent=1)
    (folder / "known.json").write_bytes(known + b"\n")
    return folder


if __name__ == "__main__":
    print(keep(sys.argv[1], Path(sys.argv[2])))
