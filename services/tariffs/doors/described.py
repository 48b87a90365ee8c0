"""How each parameter of the service's addresses is written, as far as the types of the handlers do not say."""

from collections.abc import Mapping

from services.serving.description import Asked

ASKED: Mapping[str, Asked] = {
    "act": Asked("eu.2025-2351", "The act, by its name in the bloc"),
    "after": Asked(4710),
    "all": Asked(True),
    "author": Asked("us.trade", "Only proposals of this party"),
    "Bloc-Signature": Asked("eyJhbGciOiJFZDI1NTE5In0..c2lnbmF0dXJl"),
    "case": Asked("us.active-anode-material", "The case, by its name"),
    "code": Asked("284690"),
    "digest": Asked(
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "SHA-256 of the submission's body, in hex",
    ),
    "dry_run": Asked(True),
    "effective_at": Asked("2026-07-01"),
    "emergency": Asked("2026-ndpr", "The emergency, by its name"),
    "explain": Asked(True),
    "from_known_at": Asked("2026-04-01T00:00:00Z"),
    "from_position": Asked(120),
    "known_at": Asked("2026-07-01T00:00:00Z"),
    "kind": Asked(
        "floor", "Of rules: a kind of measure, or floor. Of a stream: what stands before its first slash"
    ),
    "late": Asked(True),
    "limit": Asked(100),
    "line": Asked("ndpr.oxide_compound.oxide_99", "A line of the catalogue: mineral, stage, form"),
    "measure": Asked("us.anti_dumping.active-anode-material", "The measure, by its name"),
    "member": Asked("US", "The member: two letters, as in ISO 3166"),
    "min_position": Asked(4711),
    "order_number": Asked("09.8601", "The order number of the quota"),
    "origin": Asked("CN"),
    "overdue_within_days": Asked(30),
    "party": Asked("us.customs", "The party: two labels, as us.customs"),
    "period_from": Asked("2026-01-01"),
    "period_to": Asked("2027-01-01"),
    "position": Asked(4711),
    "Prefer": Asked("wait=5"),
    "proposal": Asked("eu.2025-2351", "The proposal, by its name"),
    "purchase_commitment": Asked("vault.clarios.2026-01", "The purchase commitment, by its name"),
    "reference": Asked("DEMO-0000004-4", "The reference that customs gave to the declaration"),
    "release_kilograms": Asked(5000),
    "reserve": Asked("vault", "The reserve, by its name"),
    "status": Asked("approved", "Only proposals with this status"),
    "territory": Asked("US", "What applies there: its measures, the bloc's, and the floors"),
    "thing": Asked("ndpr.oxide_compound.oxide_99", "What stands after the first slash of the stream"),
    "type_name": Asked("bloc.price_floor.set.v1", "The event type, with its version"),
    "undertaking": Asked("eu.tungsten.ganzhou", "The undertaking, by its name"),
    "within": Asked(90),
}

FURTHER: Mapping[str, tuple[str, ...]] = {
    "/submissions": (
        "unknown_key",
        "key_not_valid",
        "bad_signature",
        "no_mandate",
        "id_reused",
        "partly_recorded",
        "version_conflict",
        "unsupported_media_type",
        "rule_broken",
        "too_many_requests",
        "bad_query",
    ),
    "/submissions/{digest}/body": ("unknown_key", "key_not_valid", "bad_signature"),
}
"""Who signs is asked where something is posted, and where its author alone may read."""
