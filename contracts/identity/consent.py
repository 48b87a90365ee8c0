"""The signature of a party to terms that another party records: what is signed, in bytes that anybody can write.

Terms reach the ledger inside an event of the other party, whose bytes the consenting party cannot know in advance
(who puts the keys into which order?). So what is signed is not JSON. It is the name of the ledger, the name of the
party, and then every field of the terms on a line of its own, `path=value`, in the order of the paths; values as they
are written in the event, `true` and `false` for yes and no, nothing for a field that is left out. `consent` itself is
not among them. (No text of an event can hold a line break, so no two terms have the same lines.) It is an ordinary
detached JWS, made with the tools that sign submissions. Its `iat` is not bounded: a contract is signed on one day and
recorded on another, and the bytes are good for nothing else.
"""

from collections.abc import Iterator
from typing import Any, cast

import msgspec

from contracts.events.reserve import PurchaseCommitmentSigned, PurchaseCommitmentSignedV1
from contracts.identity.jws import SignatureFault, parse_detached, sign_detached, verify_detached
from contracts.identity.keyring import KeyRing
from contracts.identity.keys import SigningKey

CONSENT = "consent"


def consent_message(origin: str, company: str, terms: PurchaseCommitmentSignedV1) -> bytes:
    """The bytes that a company signs: lines of UTF-8, each ended by one LF."""
    said = cast("dict[str, Any]", msgspec.to_builtins(terms))
    said.pop(CONSENT, None)
    lines = (f"{path}={value}\n" for path, value in sorted(_leaves(said, "")))
    return f"{origin}\n{company}\n{''.join(lines)}".encode()


def _leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, below in cast("dict[str, object]", value).items():
            yield from _leaves(below, f"{path}.{name}" if path else name)
    elif isinstance(value, bool):
        yield path, "true" if value else "false"
    else:
        yield path, str(value)


def sign_consent(key: SigningKey, origin: str, terms: PurchaseCommitmentSignedV1, *, issued_at: int) -> str:
    """Make the `consent` of the company that the terms name; `issued_at` in seconds since 1970."""
    message = consent_message(origin, terms.company, terms)
    return sign_detached(key, message, audience=origin, issued_at=issued_at)


def fault_of_consent(terms: PurchaseCommitmentSigned, ring: KeyRing, *, origin: str, on: str) -> str | None:
    """Why the consent does not bind the company on a civil day (UTC), in plain words; None when it does."""
    detached = parse_detached(str(terms.consent))
    if isinstance(detached, SignatureFault):
        return f"the consent cannot be read: {detached.reason}"
    key = ring.find(detached.kid)
    if key is None or key.party != terms.company:
        return f"{detached.kid} is no key of {terms.company}"
    if not ring.is_live(detached.kid, on=on):
        return f"the key {detached.kid} of {terms.company} does not count on {on}"
    if detached.aud != origin:
        return f"the consent is for the ledger {detached.aud}, this one is {origin}"
    if not verify_detached(detached, consent_message(origin, terms.company, terms), key.key):
        return f"the signature is not of {terms.company} over exactly these terms"
    return None
