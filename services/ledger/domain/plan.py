"""Which rows of the record a batch asks about: all of them in one list, so that one read answers them all.

Reading draft by draft would cost a round trip each. What is planned here is the most that admission can ask:
every id of every line (is it recorded already, and with which bytes?) and every key that a draft expects or
advances (at which version does it stand?). Attachments are not asked about: they are kept under digest and
position, so the same body refused again is a further row.
"""

from collections.abc import Iterable

from msgspec import Struct

from services.ledger.domain.knowledge import EventKey
from services.ledger.domain.reading import ReadDraft, Unreadable


class Plan(Struct, frozen=True):
    """Ids and keys to look up, each once."""

    ids: frozenset[EventKey]
    keys: frozenset[str]


def plan_lookups(drafts: Iterable[ReadDraft | Unreadable]) -> Plan:
    """Collect what the drafts of a batch ask of the record."""
    ids: set[EventKey] = set()
    keys: set[str] = set()
    for draft in drafts:
        if isinstance(draft, Unreadable):
            continue
        ids |= draft.id_set
        keys.update(draft.expects)
        for part in draft.parts:
            for advanced in part.keys:
                keys.update(advanced)
    return Plan(frozenset(ids), frozenset(keys))
