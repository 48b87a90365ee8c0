"""Ids of events that the tariffs service derives: a function of their cause, so that deciding twice is harmless.

A UUIDv7 of the clock would differ when the same submission is decided again after a conflict or by another
replica; the ledger would then see two assessments of one item. So the time of the cause's id is kept (ids still
sort by time) and the other bits are taken from a digest of cause and number.
"""

import hashlib


def derived_id(cause: str, *parts: str | int) -> str:
    """Return the UUIDv7 (RFC 9562 section 5.7) of the event derived from `cause`.

    `cause` is the UUIDv7 of the event that caused it; `parts` tell several derived events of one cause apart, and
    must hold the cause's author too, since ids are unique for each author only. The 48 bits of time are the cause's.
    """
    digest = hashlib.sha256("\n".join((cause, *map(str, parts))).encode()).digest()
    time = cause[:13]  # 12 hex digits and the hyphen between them
    random = digest[:10].hex()
    variant = "89ab"[digest[2] >> 6]
    return f"{time}-7{random[:3]}-{variant}{random[5:8]}-{random[8:]}"
