"""One item under some rules, all of which are known: what it owes, and what it lacks to the floor of its line.

The two belong together, because a floor that nobody undercuts collects nothing: the gap is what goods below it lack,
whether a duty reaches them or not (goods of the bloc are spared, a schedule takes a share). It is worked out beside the
assessment and never in it, so that no trace changes by being looked at.
"""

from decimal import Decimal

from msgspec import Struct

from contracts.events.declarations import DeclarationItem
from services.tariffs.domain.assessment.assess import Assessment, assess_for
from services.tariffs.domain.assessment.exact import ZERO
from services.tariffs.domain.assessment.importer import Importer
from services.tariffs.domain.assessment.minor_units import in_minor_units
from services.tariffs.domain.assessment.parts import QuotaLeft
from services.tariffs.domain.assessment.rules import ACCEPTED_BY_A_MEMBER
from services.tariffs.domain.assessment.shortfall import Shortfall, shortfall_of
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.assessment.written import faults_of
from services.tariffs.domain.rule import RULESET
from services.tariffs.domain.state import RulesState


class Reckoned(Struct, frozen=True):
    """Duty and gap of an item, in the currency of its declaration and rounded to its minor unit.

    `duty` is None when it cannot be known, and `because` says why; `rules` are the ids of the rules for which the item
    would be refused. `gap` is zero at or above the floor, and where there is none.
    """

    duty: Decimal | None
    gap: Decimal = ZERO
    because: str = ""
    rules: tuple[str, ...] = ()


def reckon(
    rules: RulesState,
    importer: Importer | NotKnown,
    item: DeclarationItem,
    currency: str,
    left: QuotaLeft | None,
) -> Reckoned:
    """Assess an item on everything that `rules` know. `currency` is the one in which its duty was recorded."""
    if isinstance(importer, NotKnown):
        return Reckoned(None, because=importer.because, rules=(ACCEPTED_BY_A_MEMBER.id,))
    now = assess_for(rules, importer, item, rules.position, left)
    # Its item was accepted, so no later rule book asks more of it.
    broken = tuple(dict.fromkeys(fault.rule.id for fault in faults_of(now, "", "$", RULESET)))
    if broken or now.status != "final":
        because = "; ".join(missing.because for missing in now.unknown)
        return Reckoned(None, because=because, rules=broken)
    if now.currency != currency:
        return Reckoned(None, because=f"the duty would be in {now.currency}, and was assessed in {currency}")
    return Reckoned(Decimal(now.total), _gap(rules, importer, item, now))


def _gap(rules: RulesState, importer: Importer, item: DeclarationItem, now: Assessment) -> Decimal:
    """What the goods lack to the floor of their line, to the minor unit; zero where that cannot be worked out.

    It cannot only where goods of the bloc lack a rate of exchange that no duty needs; else the duty were not known.
    """
    found = shortfall_of(rules, importer, item, now.lines)
    return found.gap if isinstance(found, Shortfall) else in_minor_units(ZERO, importer.terms.currency)
