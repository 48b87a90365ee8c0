"""How each parameter of the ledger's addresses is written, and which addresses ask who is reading."""

from collections.abc import Mapping

from services.serving.description import Asked

DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

ASKED: Mapping[str, Asked] = {
    "after": Asked(4710),
    "at": Asked("2026-07-01T03:30:06Z"),
    "Bloc-Signature": Asked(
        "eyJhbGciOiJFZDI1NTE5In0..c2lnbmF0dXJl",
        "Detached JWS over the 64 characters of the digest, by a live key of the author",
    ),
    "cosigned": Asked(True),
    "digest": Asked(DIGEST),
    "from": Asked(256),
    "id": Asked("01997b2e-6f5c-7d2a-9c41-3f0f5b8e2a10"),
    "Last-Event-ID": Asked("4710", "Position of the last entry that was seen; a browser sends it by itself"),
    "limit": Asked(100),
    "party": Asked("us.customs"),
    "path": Asked("0/000", "`<L>/<N>` or `entries/<N>`, with `.p/<W>` behind for a partial one (tlog-tiles)"),
    "position": Asked(4711, "Position of the entry, from 0"),
    "sequence": Asked(812),
    "size": Asked(4712, "How many entries the tree has"),
    "source": Asked("/parties/us.customs"),
    "stream": Asked(
        "floor/ndpr.oxide_compound.oxide_99", "The stream, such as floor/ndpr.oxide_compound.oxide_99"
    ),
    "to": Asked(512),
    "type": Asked("bloc.price_floor.set.v1"),
    "until": Asked(4711),
    "wait": Asked(2),
}

FURTHER: Mapping[str, tuple[str, ...]] = {
    "/checkpoint": ("not_found",),
    "/checkpoint/cosigned": ("not_found",),
    "/consistency": ("not_found",),
    "/attachments/{digest}": ("unknown_key", "key_not_valid", "bad_signature"),
}
"""Nothing may be signed yet; and a refused body is for its author alone."""
