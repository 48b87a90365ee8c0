"""Which assessments rest on an entry that was corrected or annulled later, or would be others on what was told late.

An assessment names what it rests on: the citations of its lines, and the entries of its trace, those among them
that did not apply as well. It was made on what was known at one position; what was mended after that may change it,
and so may what was recorded after it and holds on its day (`bearing.py` finds that by scope).
Whether it does, and by how much, is found by assessing the same item again (`auditing/aftermath.py` for a whole record,
`lifecycle/reassessing.py` for one declaration): refunds and demands are differences, never guesses.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from contracts.events.declarations import DeclarationItem
from contracts.events.undertakings import UndertakingInvoiceInvalidated, UndertakingWithdrawn
from contracts.limits import CAUSES_NAMED_MAX
from services.tariffs.domain.histories.correcting import CORRECTING, roots_of
from services.tariffs.domain.histories.effective import act_of, things_on_acts
from services.tariffs.domain.histories.timeline import ACT_ANNULLED
from services.tariffs.domain.state import History, Recorded, RulesState

from .assess import Assessment
from .undertakings import names_invoice

ISO_DAY_CHARACTERS = 10
"""Length of the civil day that an instant of the ledger begins with."""

Mended = Mapping[int, tuple[Recorded, ...]]
"""By position of an entry: what mended it, in order of recording."""


def mended_after(rules: RulesState, position: int) -> Mended:
    """By position of each entry of a mended thing (its corrections too), and of each that rests on a mended or annulled
    legal act, has invoices that were invalidated, or is of an undertaking that was withdrawn back to a breach: what
    mended it after `position`. `mends_of` asks it."""
    found: dict[int, dict[int, Recorded]] = {}
    for entry, mends in (
        *_corrected(rules, position),
        *_on_acts(rules, position),
        *_invoiced(rules, position),
        *_withdrawn(rules, position),
    ):
        if mends and entry.position <= position:
            found.setdefault(entry.position, {}).update((mend.position, mend) for mend in mends)
    return {at: tuple(mends[place] for place in sorted(mends)) for at, mends in found.items()}


def mends_of(mended: Mended, cites: Iterable[int], item: DeclarationItem) -> tuple[int, ...]:
    """The positions of what mended any of the entries that an assessment of this item cites, in order."""
    mends = (mend for cited in cites for mend in mended.get(cited, ()))
    return tuple(sorted({mend.position for mend in mends if concerns(mend, item)}))


class Outcome(Struct, frozen=True):
    """What an assessment comes to. Two of one outcome leave nothing to be refunded or demanded."""

    is_final: bool
    currency: str | None
    total: str


def outcome_of(assessment: Assessment) -> Outcome:
    """What an assessment comes to."""
    return Outcome(assessment.status == "final", assessment.currency, assessment.total)


def responsible(
    candidates: Sequence[int], before: Outcome, after: Outcome, known_at: Callable[[int], Assessment]
) -> tuple[int, ...]:
    """Of `candidates`, positions in order, those at which the outcome changed: `before` all of them, `after` them.

    `known_at` assesses as known at a position. What changed the outcome and was undone in between need not be named;
    of very many, the newest are.
    """

    def among(first: int, before: Outcome, last: int, after: Outcome) -> Iterator[int]:
        if before == after:
            return
        if first == last:
            yield candidates[first]
            return
        middle = (first + last) // 2
        halfway = outcome_of(known_at(candidates[middle]))
        yield from among(middle + 1, halfway, last, after)
        yield from among(first, before, middle, halfway)

    if not candidates:
        return ()
    return tuple(sorted(islice(among(0, before, len(candidates) - 1, after), CAUSES_NAMED_MAX)))


def concerns(mend: Recorded, item: DeclarationItem) -> bool:
    """Whether what mended an entry is about this item: an invalidated invoice is about what was sold under it."""
    return not isinstance(mend.data, UndertakingInvoiceInvalidated) or names_invoice(mend.data, item)


def _corrected(rules: RulesState, position: int) -> Iterator[tuple[Recorded, Sequence[Recorded]]]:
    """Entries that were corrected or annulled after a position, each with what did so."""
    for (field, thing), newest in rules.mended.items():
        if newest <= position:
            continue
        history: History = getattr(rules, field)[thing]
        roots = roots_of(history)
        later: dict[int, list[Recorded]] = {}
        for entry in history:
            if entry.position > position and entry.event.type in CORRECTING:
                later.setdefault(roots[entry.position].position, []).append(entry)
        for entry in history:
            yield entry, later.get(roots[entry.position].position, ())


def _on_acts(rules: RulesState, position: int) -> Iterator[tuple[Recorded, Sequence[Recorded]]]:
    """Entries of acts that were mended or annulled after a position, and of whatever ever named them."""
    for name, history in rules.acts.items():
        later = [entry for entry in history if entry.position > position and _undoes(entry)]
        if not later:
            continue
        resting = (
            entry
            for _, _, things in things_on_acts(rules)
            if any(act_of(entry) == name for entry in things)
            for entry in things
        )
        for entry in (*history, *resting):
            yield entry, later


def _invoiced(rules: RulesState, position: int) -> Iterator[tuple[Recorded, Sequence[Recorded]]]:
    """Entries of undertakings of which invoices were invalidated after a position, or such words were mended."""
    for history in rules.undertakings.values():
        told = {entry.position for entry in history if isinstance(entry.data, UndertakingInvoiceInvalidated)}
        if not told:
            continue
        roots = roots_of(history)
        later = [
            entry for entry in history if entry.position > position and roots[entry.position].position in told
        ]
        for entry in history:
            yield entry, later


def _withdrawn(rules: RulesState, position: int) -> Iterator[tuple[Recorded, Sequence[Recorded]]]:
    """Entries of undertakings that were withdrawn after a position and from a day before it was said: what had been
    sold since the breach owes its duty (Regulation (EU) 2016/1036, articles 8(9) and 10(5))."""
    for history in rules.undertakings.values():
        later = [
            entry
            for entry in history
            if entry.position > position
            and isinstance(entry.data, UndertakingWithdrawn)
            and entry.data.effective_from.isoformat() < entry.recorded_at[:ISO_DAY_CHARACTERS]
        ]
        for entry in history if later else ():
            yield entry, later


def _undoes(entry: Recorded) -> bool:
    """Whether an entry of a legal act changes days that are past: what is mended, and what a court annuls."""
    return entry.event.type in CORRECTING or entry.event.type == ACT_ANNULLED
