"""The files of a proof bundle: what a partner keeps of one entry, in one folder, to show to anybody for ever.

    bundle                     which position it is about
    entries/<position>         the exact bytes of an entry; all entries of each draft that is needed
    entries/<position>.tlog-proof   that it is in the tree (C2SP tlog-proof), all under one checkpoint
    checkpoint                 that checkpoint, with its cosignatures
    policy                     by which its maker judged it (C2SP tlog-policy); a reader has one of his own
    README.txt                 for people
    SHA256SUMS                 of all these, as `sha256sum -c` reads it

A folder and not an archive, since every file can then be read with other people's tools. The sums tell damage from
forgery and name the file; whoever forges writes new sums, so nothing else rests on them.
"""

import re
from collections.abc import Collection, Mapping
from hashlib import sha256

from msgspec import Struct

from contracts.limits import BUNDLE_BYTES_MAX, BUNDLE_FILES_MAX
from contracts.tlog.notes import NoteFault
from contracts.tlog.proof_files import ProofFile, parse_proof_file

SUBJECT = "bundle"
CHECKPOINT = "checkpoint"
POLICY = "policy"
README = "README.txt"
SUMS = "SHA256SUMS"

_VERSION = "bloc/proof-bundle@v1"
_SUBJECT = re.compile(rf"{_VERSION}\nposition (0|[1-9][0-9]{{0,18}})\n", re.ASCII)
_ENTRY = re.compile(r"entries/(0|[1-9][0-9]{0,18})(\.tlog-proof)?", re.ASCII)
_SUM = re.compile(r"([0-9a-f]{64})  (\S+)", re.ASCII)
_NEEDED = (SUBJECT, CHECKPOINT, POLICY, README, SUMS)


class BundleFault(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a bundle proves nothing: the file at fault (its path in the folder), and what is wrong with it.

    `quorum_missing`: nothing contradicts, but too few witnesses of the policy have cosigned.
    """

    file: str
    reason: str
    quorum_missing: bool = False


class Held(Struct, frozen=True, kw_only=True):
    """Entries with what proves them. `entries` and `proofs` (hashes from leaf to root) by position, ascending; `note`
    is the signed checkpoint, `policy` the text of the maker's policy."""

    entries: Mapping[int, bytes]
    proofs: Mapping[int, tuple[bytes, ...]]
    note: bytes
    policy: bytes


class Bundle(Held, frozen=True, kw_only=True):
    """What the files of a bundle about the entry at `position` hold."""

    position: int


def entry_file(position: int) -> str:
    """Where the bytes of an entry are."""
    return f"entries/{position}"


def proof_file(position: int) -> str:
    """Where the inclusion proof of an entry is."""
    return f"entries/{position}.tlog-proof"


def write_bundle(bundle: Bundle, readme: bytes) -> dict[str, bytes]:
    """Write all files, by path. Raises ValueError for a proof that could not be read again."""
    subject = f"{_VERSION}\nposition {bundle.position}\n".encode()
    return summed({SUBJECT: subject, README: readme, **files_of(bundle)})


def files_of(held: Held) -> dict[str, bytes]:
    """Write the entries, their proofs, the checkpoint and the policy, by path."""
    files = {CHECKPOINT: held.note, POLICY: held.policy}
    for position, entry in held.entries.items():
        files[entry_file(position)] = entry
        files[proof_file(position)] = ProofFile(position, held.proofs[position], held.note).encode()
    return files


def summed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with their SHA256SUMS."""
    return {**files, SUMS: sums_of(files)}


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """The content of SHA256SUMS for these files, itself left out: lines in the order of the paths."""
    return b"".join(
        f"{sha256(raw).hexdigest()}  {path}\n".encode() for path, raw in sorted(files.items()) if path != SUMS
    )


def read_bundle(files: Mapping[str, bytes]) -> Bundle | BundleFault:
    """Read the files strictly: none too few or too many, none damaged, every entry with its proof under the one
    checkpoint. Nothing is verified yet."""
    if fault := fault_of_files(files, _NEEDED):
        return fault
    subject = _SUBJECT.fullmatch(files[SUBJECT].decode("latin-1"))
    if subject is None:
        return BundleFault(SUBJECT, f"it is not `{_VERSION}` and `position <number>`, each on a line")
    held = read_held(files)
    if isinstance(held, BundleFault):
        return held
    position = int(subject[1])
    if position not in held.entries:
        return BundleFault(entry_file(position), "the entry that the bundle is about is not in it")
    return Bundle(
        position=position, entries=held.entries, proofs=held.proofs, note=held.note, policy=held.policy
    )


def read_held(files: Mapping[str, bytes]) -> Held | BundleFault:
    """Read the entries, every one with its proof under the one checkpoint; the files are those that should be there."""
    note = files[CHECKPOINT]
    entries: dict[int, bytes] = {}
    proofs: dict[int, tuple[bytes, ...]] = {}
    for position in sorted(
        int(match[1]) for path in files if (match := _ENTRY.fullmatch(path)) and not match[2]
    ):
        proof = _read_proof(files[proof_file(position)], position, note)
        if isinstance(proof, BundleFault):
            return proof
        entries[position] = files[entry_file(position)]
        proofs[position] = proof
    return Held(entries=entries, proofs=proofs, note=note, policy=files[POLICY])


def fault_of_files(files: Mapping[str, bytes], needed: Collection[str]) -> BundleFault | None:
    """What is wrong with the files before any is read: those `needed` and entries with their proofs, nothing missing,
    nothing more, each with the sum that SHA256SUMS names."""
    return _fault_of_folder(files, needed) or _fault_of_sums(files)


def _fault_of_folder(files: Mapping[str, bytes], needed: Collection[str]) -> BundleFault | None:
    if len(files) > BUNDLE_FILES_MAX or sum(map(len, files.values())) > BUNDLE_BYTES_MAX:
        return BundleFault(SUMS, f"the limit is {BUNDLE_FILES_MAX} files and {BUNDLE_BYTES_MAX} bytes in all")
    for path in needed:
        if path not in files:
            return BundleFault(path, "the file is missing")
    for path in sorted(files):
        match = _ENTRY.fullmatch(path)
        if match is None and path not in needed:
            return BundleFault(path, "no file of this name belongs to a bundle")
        if match is not None:
            other = entry_file(int(match[1])) if match[2] else proof_file(int(match[1]))
            if other not in files:
                return BundleFault(other, f"the file is missing, {path} is there")
    return None


def _fault_of_sums(files: Mapping[str, bytes]) -> BundleFault | None:
    named: dict[str, str] = {}
    for line in files[SUMS].decode("latin-1").removesuffix("\n").split("\n"):
        match = _SUM.fullmatch(line)
        if match is None:
            return BundleFault(SUMS, "a line is not `<SHA-256 in hexadecimal>  <path>`")
        named[match[2]] = match[1]
    for path in sorted(named.keys() | (files.keys() - {SUMS})):
        if path not in files:
            return BundleFault(path, f"the file is missing, {SUMS} names it")
        if path not in named:
            return BundleFault(path, f"{SUMS} does not name it: the file was added, or its line taken out")
        if sha256(files[path]).hexdigest() != named[path]:
            return BundleFault(
                path, f"it is not the file that {SUMS} names: one of the two was damaged or changed"
            )
    if files[SUMS] != sums_of(files):
        return BundleFault(SUMS, "its lines are not in the order of the paths, each ended by a line feed")
    return None


def _read_proof(raw: bytes, position: int, note: bytes) -> tuple[bytes, ...] | BundleFault:
    proof = parse_proof_file(raw)
    if isinstance(proof, NoteFault):
        return BundleFault(proof_file(position), proof.reason)
    if proof.index != position:
        return BundleFault(
            proof_file(position), f"it proves the entry at {proof.index}, not that at {position}"
        )
    if proof.note != note:
        return BundleFault(proof_file(position), f"it ends in another checkpoint than the file {CHECKPOINT}")
    if proof.extra:
        return BundleFault(proof_file(position), "it carries extra data, which nothing proves")
    return proof.proof
