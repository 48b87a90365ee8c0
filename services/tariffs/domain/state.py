"""The rules as recorded: every history that a decision, an assessment or an answer at (V, K) is computed from.

Nothing here is ever overwritten. Each thing (a member, a line, a floor) maps to the tuple of entries about it in
order of position, so "what was known at K" is a prefix of that tuple, as corrected in it (correcting.py), and "what
held on V" is computed from that (timeline.py). A row that is updated in place would lose the second time axis. The
maps are persistent (`immutables.Map`): `evolve` returns a new state and shares almost all of it, so that a reader
can hold on to a state while the fold goes on. The state is bounded by the rule events ever recorded, never by
declarations.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from immutables import Map
from msgspec import Struct

from contracts.envelope import Event
from contracts.identity.keyring import KeyRing
from services.tariffs.domain.period import written_day


class Recorded(Struct, frozen=True, gc=False):
    """An event with its place in the ledger. `recorded_at` is RFC 3339 UTC with microseconds; empty for an event
    of a submission that is being decided, which has no place yet."""

    position: int
    event: Event[Any]
    recorded_at: str
    corrected_by: int | None = None
    """Position of the correction that `event` is read from; None when it is read as it was recorded."""

    @property
    def says_so(self) -> int:
        """Position of the entry that carries these terms, which is what an answer cites."""
        return self.position if self.corrected_by is None else self.corrected_by

    @property
    def data(self) -> Any:
        """The payload; its class tells what happened."""
        return self.event.data

    @property
    def recorded_on(self) -> date:
        """The day (UTC) on which it was recorded; only a recorded event has one."""
        return written_day(self.recorded_at)

    @property
    def where(self) -> str:
        """Where a reader finds the event."""
        return f"position {self.says_so}" if self.recorded_at else "earlier in this submission"


History = Sequence[Recorded]
"""Entries about one thing, in order of position; nothing changes it. A tuple, or when it is long what long.py has."""


class ReserveDirectory(Struct, frozen=True):
    """Who operates a reserve (the party that recorded its first capital), and the names of its streams.

    The streams themselves are loaded on demand: there are many, and no rule but the reserve's own needs them.
    """

    operator: str
    opened_at: int
    streams: Map[str, int]
    """Stream → position at which it was first seen."""


class RulesState(Struct, frozen=True):
    """Everything about keys, mandates, members, catalogue, measures, floors, prices and rates up to `position`."""

    position: int
    """Position of the last entry folded, of any type; -1 when the ledger is empty."""
    ring: KeyRing
    versions: Map[str, int]
    """Version of each stream of the kinds folded here, and of the guard `rules`. A name not in it: version 0."""
    charter: Recorded | None
    """The founding, None on an empty ledger."""
    rulesets: History
    """Rule books activated after the founding."""
    admissions: History
    """Rules of admission activated after the founding, which the ledger follows too."""
    state_hashes: History
    """Hashes of the state that the tariffs service published."""
    proposals: Map[str, History]
    """Proposal → submitted, approved, rejected, withdrawn."""
    under_proposals: Map[str, History]
    """Proposal → the events recorded that name it."""
    cases: Map[str, History]
    """Case → opened, consultations held, ruled, closed."""
    keys: Map[str, History]
    """Party → its key registrations and revocations (those of the charter are in the charter)."""
    mandates: Map[str, History]
    """Party → mandates granted and revoked."""
    members: Map[str, History]
    """Member → its membership and commitments."""
    minerals: Map[str, History]
    lines: Map[str, History]
    acts: Map[str, History]
    """Legal act → adopted, published, extended, suspended, resumed, repealed, annulled."""
    areas: Map[str, History]
    """Area of origin → countries added and removed."""
    measures: Map[str, History]
    floors: Map[str, History]
    """Line → price floor set, revised, suspended, resumed, withdrawn."""
    reference_prices: Map[str, History]
    """Line → published reference prices."""
    exchange_rates: Map[str, History]
    """Series (authority, base and quote, as in hmrc.gbp.usd) → published rates."""
    emergencies: Map[str, History]
    """Emergency → its declaration and its end."""
    quotas: Map[str, History]
    """Order number → periods opened, blocked and unblocked. What was drawn is loaded on demand."""
    undertakings: Map[str, History]
    """Price undertaking → accepted, amended, withdrawn, and its invoices that were invalidated."""
    reserves: Map[str, ReserveDirectory]
    lines_by_hs6: Map[str, tuple[str, ...]]
    measures_by_prefix: Map[tuple[str, str], tuple[str, ...]]
    """(territory, HS prefix as written in some terms of the measure) → measures, in order of creation."""
    measures_by_line: Map[tuple[str, str], tuple[str, ...]]
    """(territory, catalogue line) → measures whose goods name that line."""
    codes_below: Map[tuple[str, str], str]
    """(territory, code) → the digits that lead on from it to prefixes above; territory "" leads to `lines_by_hs6`.

    One way down for each digit, so filing a measure costs the length of its codes, however many there are."""
    rules_in_order: Map[str, Sequence[str]]
    """Territory → streams of its measures and floors, in order of first recording; "" for all."""
    members_by_country: Map[str, tuple[str, ...]]
    """Country → members that ever had it in their customs territory; for a day, ask membership.py."""
    mended: Map[tuple[str, str], int]
    """(field of this state, thing) of each history with a correction or annulment in it → position of the newest."""
    acts_unsaid: frozenset[str]
    """Legal acts that a court annulled, or whose history was corrected: only what rests on these may be void."""

    @property
    def origin(self) -> str:
        """The ledger's origin, which signatures name as audience; empty before the founding."""
        return "" if self.charter is None else self.charter.data.origin

    def version_of(self, key: str) -> int:
        """Version of a stream folded here, or of the guard; 0 when nothing has been recorded on it."""
        return self.versions.get(key, 0)


def empty_rules() -> RulesState:
    """The state of a ledger in which nothing has been recorded."""
    return RulesState(
        position=-1,
        ring=KeyRing(),
        versions=Map(),
        charter=None,
        rulesets=(),
        admissions=(),
        state_hashes=(),
        proposals=Map(),
        under_proposals=Map(),
        cases=Map(),
        keys=Map(),
        mandates=Map(),
        members=Map(),
        minerals=Map(),
        lines=Map(),
        acts=Map(),
        areas=Map(),
        measures=Map(),
        floors=Map(),
        reference_prices=Map(),
        exchange_rates=Map(),
        emergencies=Map(),
        quotas=Map(),
        undertakings=Map(),
        reserves=Map(),
        lines_by_hs6=Map(),
        measures_by_prefix=Map(),
        measures_by_line=Map(),
        codes_below=Map(),
        rules_in_order=Map(),
        members_by_country=Map(),
        mended=Map(),
        acts_unsaid=frozenset(),
    )
