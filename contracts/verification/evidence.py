"""Checking an evidence pack: every entry as in a proof bundle, then that nothing which can be counted was left out.

Three things can be counted without the rest of the ledger, and are: the versions of the subject's own stream, of
which none up to the newest in the pack is missing; the entries that its assessments name, each of which is there to
be read; and the files, by the sums that the maker signed. What else concerns the subject is the maker's choice, and
he is named.
"""

from collections.abc import Mapping

from msgspec import Struct

from contracts.decoding import decode_header, decode_payload
from contracts.entry import split_entry
from contracts.events.duties import AssessedDuty
from contracts.events.lifecycle import named_by
from contracts.identity.jws import Detached, verify_detached
from contracts.identity.keyring import RegisteredKey
from contracts.malformed import UNREADABLE, Malformed
from contracts.tlog.policy import Policy
from contracts.verification.bundle import Upheld, uphold
from contracts.verification.bundle_files import BundleFault, entry_file
from contracts.verification.evidence_files import SIGNATURE, SUBJECT, Pack, read_pack

_ASSESSED = frozenset(("bloc.duty.assessed.v1", "bloc.duty.reassessed.v1"))


class Signer(Struct, frozen=True):
    """Who signed the pack, with which key, and when by his own clock (seconds since 1970)."""

    party: str
    kid: str
    at_seconds: int


class Evidence(Struct, frozen=True):
    """What a pack shows: the entries at `about` concern `subject`; `entries` are all positions in it; `signer` is None
    when nobody signed the choice of entries and the pages."""

    subject: str
    about: tuple[int, ...]
    entries: tuple[int, ...]
    upheld: Upheld
    signer: Signer | None


def verify_evidence(
    files: Mapping[str, bytes], policy: Policy | None = None, *, anchor: str | None = None
) -> Evidence | BundleFault:
    """Check the files of a pack, by their paths in its folder. Needs nothing but these bytes.

    `policy` and `anchor` are the reader's own, as for a proof bundle.
    """
    pack = read_pack(files)
    if isinstance(pack, BundleFault):
        return pack
    upheld = uphold(pack.held, policy, anchor)
    if isinstance(upheld, BundleFault):
        return upheld
    signer = None if pack.signature is None else _signer(pack, pack.signature, upheld)
    if isinstance(signer, BundleFault):
        return signer
    if fault := _fault_of_stream(pack) or _fault_of_citations(pack):
        return fault
    return Evidence(pack.subject, pack.about, tuple(pack.held.entries), upheld, signer)


def _signer(pack: Pack, signature: Detached, upheld: Upheld) -> Signer | BundleFault:
    origin = upheld.accepted.checkpoint.origin
    if signature.aud != origin:
        return BundleFault(
            SIGNATURE, f"it is meant for the ledger {signature.aud!r}, the pack is of {origin!r}"
        )
    key: RegisteredKey | None = upheld.ring.find(signature.kid)
    if key is None:
        return BundleFault(SIGNATURE, f"its key {signature.kid} is registered by no entry of the pack")
    if not verify_detached(signature, pack.sums, key.key):
        return BundleFault(SIGNATURE, f"it is no signature of {key.party} over these SHA256SUMS")
    if key.revoked_at is not None:
        return BundleFault(SIGNATURE, f"its key {key.kid} was revoked at position {key.revoked_at}")
    return Signer(key.party, key.kid, signature.iat)


def _fault_of_stream(pack: Pack) -> BundleFault | None:
    """The subject's own stream is there from its first version on, without a gap."""
    stamps = [split_entry(pack.held.entries[position])[0] for position in pack.about]
    of_subject = [stamp for stamp in stamps if stamp.stream == pack.subject]
    for version, stamp in enumerate(of_subject, start=1):
        if stamp.version != version:
            reason = f"version {version} of {pack.subject} is not in the pack, version {stamp.version} is"
            return BundleFault(entry_file(stamp.position), reason)
    return None if of_subject else BundleFault(SUBJECT, f"no entry of {pack.subject} is in the pack")


def _fault_of_citations(pack: Pack) -> BundleFault | None:
    """Every entry that an assessment in question names is there, to be read beside it."""
    for position in pack.about:
        duty = _assessment_in(pack.held.entries[position], position)
        if isinstance(duty, BundleFault):
            return duty
        for cited in () if duty is None else named_by(duty):
            if cited not in pack.held.entries:
                return BundleFault(
                    entry_file(cited), f"it is missing: the assessment at {position} rests on it"
                )
    return None


def _assessment_in(entry: bytes, position: int) -> AssessedDuty | BundleFault | None:
    """The assessment that an entry is; None for any other. The service signed it, which does not make it readable."""
    header = decode_header(split_entry(entry)[1])
    if isinstance(header, Malformed) or header.type not in _ASSESSED:
        return None
    try:
        data = decode_payload(header.type, header.data)
    except UNREADABLE as error:
        return BundleFault(entry_file(position), f"it cannot be read as an assessment: {error}")
    return data if isinstance(data, AssessedDuty) else None
