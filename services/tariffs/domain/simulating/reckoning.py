"""One item under some rules, all of which are known: what it owes, and what it lacks to the floor of its line.

The two belong together, because a floor that nobody undercuts collects nothing: the gap is what goods below it lack,
whether a duty reaches them or not (goods of the bloc are spared, a schedule takes a share). It is worked out beside the
assessment and never in it, so that no trace changes by being looked at.
"""

from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from contracts.currencies import MINOR_UNIT_DIGITS
from contracts.decimals import EXACT
from contracts.events.declarations import DeclarationItem
from services.tariffs.domain.assessment.assess import Assessment, assess_for
from services.tariffs.domain.assessment.catalogue import mineral_of
from services.tariffs.domain.assessment.conversion import Exchange
from services.tariffs.domain.assessment.duties import Duties
from services.tariffs.domain.assessment.exact import ZERO
from services.tariffs.domain.assessment.expression import evaluate
from services.tariffs.domain.assessment.figures import ItemFigures
from services.tariffs.domain.assessment.floor import meet_floor
from services.tariffs.domain.assessment.importer import Importer
from services.tariffs.domain.assessment.parts import QuotaLeft
from services.tariffs.domain.assessment.rules import ACCEPTED_BY_A_MEMBER
from services.tariffs.domain.assessment.selection import Meeting
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.assessment.written import faults_of
from services.tariffs.domain.remembered import origin_of
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
    broken = tuple(dict.fromkeys(fault.rule.id for fault in faults_of(now, "", "$")))
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
    position = rules.position
    aside = Duties([], [], [])
    bloc = origin_of(rules, item.origin, importer.day, position, mineral_of(item))
    met = meet_floor(rules, Meeting(importer.member, importer.day, position, bloc), item, aside)
    if met is None or not (met.applies or met.spares):
        return ZERO
    exchange = Exchange(rules, importer, position, item.exported_on, aside.steps)
    currency = importer.terms.currency
    # The base of ad valorem duties, which a difference to a price does not read, is left out.
    figures = ItemFigures(item, currency, item.net_mass.kilograms, ZERO, "0", exchange)
    before = ZERO
    for line in now.lines:
        if line.kind != "price_floor":
            before = EXACT.add(before, Decimal(line.exact))
    evaluated = evaluate((met.gap,), figures, before)
    if isinstance(evaluated, NotKnown):
        return ZERO
    unit = Decimal(1).scaleb(-MINOR_UNIT_DIGITS[currency])
    return evaluated.exact.quantize(unit, rounding=ROUND_HALF_UP, context=EXACT)
