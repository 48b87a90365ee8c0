"""How an item that stands compares with the price floor of its day, and what its assessment charged to keep it."""

from decimal import Decimal

from services.tariffs.domain.assessment.exact import sum_of
from services.tariffs.domain.assessment.importer import importer_on
from services.tariffs.domain.assessment.shortfall import Shortfall, shortfall_of
from services.tariffs.domain.assessment.unknown import NotKnown
from services.tariffs.domain.state import RulesState

from .imports import Import


def against_floor(rules: RulesState, one: Import) -> Shortfall | NotKnown | None:
    """Compare an item with the floor of its line; None when none is in force or recorded."""
    importer = importer_on(rules, one.member, one.accepted_at, rules.position)
    if isinstance(importer, NotKnown):
        return importer
    return shortfall_of(rules, importer, one.item, one.duty.lines)


def duty_of_floor(one: Import) -> Decimal:
    """What the assessment that stands charges to keep the floor, in its currency."""
    return sum_of(Decimal(line.amount) for line in one.duty.lines if line.kind == "price_floor")
