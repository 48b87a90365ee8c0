"""The rules of declarations, as values; what breaks them is found while the duty is computed.

So most of these have no predicate of their own: `assess` reports what it did not know, and what it did not
know of a *declaration* is a broken rule (RULE_OF). A quote on the same figures gets an answer that says
`complete: false`.
"""

from collections.abc import Mapping

from contracts.limits import ITEM_KILOGRAMS_MAX, ITEM_VALUE_MAX
from services.tariffs.domain.rule import FIRST_RULE_BOOK, RULESET, Rule
from services.tariffs.domain.rules.quotas import QUO_6
from services.tariffs.domain.rules.undertakings import UND_7

from .unknown import Missing


def _rule(number: int, title: str, text: str, source: str, ruleset: str = RULESET) -> Rule:
    return Rule(f"DEC-{number}", title, text, source, since=FIRST_RULE_BOOK, ruleset=ruleset)


ACCEPTED_BY_A_MEMBER = _rule(
    1,
    "Declarations are accepted by members",
    "On the day of acceptance, by its own legal time zone, the importing country is a member of the bloc.",
    "Union Customs Code, articles 77(2) and 85(1); the time zone is a house rule",
)
NOT_ACCEPTED_IN_THE_FUTURE = _rule(
    2,
    "A declaration is recorded after it is accepted",
    "The moment of acceptance does not lie in the future, apart from five minutes for clocks that differ.",
    "House rule: what has not happened is not recorded",
)
ONE_DECLARATION_ONE_IMPORTER = _rule(
    3,
    "One declaration, one acceptance",
    "Further events of a declaration name the importer and the moment of acceptance of its first event.",
    "House rule: one declaration, one declarant",
)
ITEM_NUMBERS_GO_ON = _rule(
    4,
    "Item numbers go on",
    "Items of a further event of a declaration have higher numbers than all items before them.",
    "House rule: an item number means one item for ever",
)
LINE_NAMED = _rule(
    5,
    "The line of the catalogue is named",
    'When the catalogue has a line under the six digits of the code, the item names its line or says "none".',
    "HS 2022: under 2846 90 alone lie fifteen listed minerals",
)
LINE_MATCHES = _rule(
    6,
    "The line is under the code",
    "A named line is defined on the day of acceptance, under the six digits of the item's code in the same edition.",
    "International Convention on the Harmonized System, article 3(1)",
)
CODE_HAS_ALL_DIGITS = _rule(
    7,
    "The code has all its digits",
    "The commodity code has as many digits as the measures on some of its goods need to be told apart.",
    "International Convention on the Harmonized System, article 3(3); otherwise a finer duty is slipped past",
)
PRICE_BASIS_PRESENT = _rule(
    8,
    "The value that is compared is declared",
    "The item carries the value that the price basis of its floor, of a measure on it, or of the undertaking that it "
    "claims, reads. No other value is taken in its place.",
    "TARIC, condition codes F, G, M and N; Implementing Regulation (EU) 2025/2351, article 1",
)
CONTENT_DECLARED = _rule(
    9,
    "The content that is charged is declared",
    "The item declares its content of every substance on which a duty or a floor on it is reckoned.",
    "TARIC, measurement unit qualifiers (per unit of content)",
)
RATE_RECORDED = _rule(
    10,
    "The rate of exchange is recorded",
    "Where a value of the item, or a price or amount that applies to it, is in another currency than the importing "
    "member's, the rate that the member's exchange rate rule names is recorded for the day that it names. No other "
    "rate is taken in its place.",
    "Agreement on Customs Valuation, article 9; Union Customs Code, article 53; 19 CFR 159.34",
)
DUTY_CAN_BE_WRITTEN = _rule(
    11,
    "The duty can be written down",
    "The duty on an item has at most 18 digits before the point.",
    "House rule: what is owed must be a figure that can be written",
)
DAY_OF_EXPORTATION = _rule(
    12,
    "The day of exportation is declared",
    "Where the rate of exchange is that of the day of exportation, the item names that day, and it does not lie after "
    "the day of acceptance.",
    "31 U.S.C. 5151(c); 19 CFR 159.32 and 159.34",
)
GOODS_WEIGH = _rule(
    13,
    "Goods weigh something",
    "The net mass of an item is above zero.",
    "House rule: what a floor or a specific duty is reckoned on is never nothing",
    "2026.2",  # the first release took goods without mass, on which no floor is owed
)
ADDITIONAL_CODE_DECLARED = _rule(
    14,
    "The additional code is declared",
    "Where measures of one kind and territory are on the goods from their origin only by additional codes, the item "
    "declares one of these. Preferences, suspensions and what is free within a quota are claimed: they ask for none.",
    "TARIC, additional codes (mandatory where a measure is set for them): 2200 and 2201 of Implementing Regulation "
    "(EU) 2025/2351",
    "2026.2",
)
FIGURES_BELIEVABLE = _rule(
    15,
    "What is declared is believable",
    f"No value of an item is more than {ITEM_VALUE_MAX:,} in any currency, and its net mass is at most "
    f"{ITEM_KILOGRAMS_MAX:,} kg.",
    "House rule: such a figure is a slipped point, and a duty of it would be demanded",
    "2026.3",  # the second rule book took any figure
)
EXPORTED_BEFORE = _rule(
    16,
    "Goods are exported before they are accepted",
    "The day of exportation of an item is at the latest the day of acceptance, wherever on earth that is.",
    "House rule: what has not happened is not declared",
    "2026.3",  # before, only the members whose rate of exchange is that day's asked
)

RULES: tuple[Rule, ...] = (
    ACCEPTED_BY_A_MEMBER,
    NOT_ACCEPTED_IN_THE_FUTURE,
    ONE_DECLARATION_ONE_IMPORTER,
    ITEM_NUMBERS_GO_ON,
    LINE_NAMED,
    LINE_MATCHES,
    CODE_HAS_ALL_DIGITS,
    PRICE_BASIS_PRESENT,
    CONTENT_DECLARED,
    RATE_RECORDED,
    DUTY_CAN_BE_WRITTEN,
    DAY_OF_EXPORTATION,
    GOODS_WEIGH,
    ADDITIONAL_CODE_DECLARED,
    FIGURES_BELIEVABLE,
    EXPORTED_BEFORE,
)
"""In order of precedence."""

RULE_OF: Mapping[Missing, Rule] = {
    "member": ACCEPTED_BY_A_MEMBER,
    "line": LINE_NAMED,
    "line_mismatch": LINE_MATCHES,
    "code": CODE_HAS_ALL_DIGITS,
    "additional_code": ADDITIONAL_CODE_DECLARED,
    "price_basis": PRICE_BASIS_PRESENT,
    "content": CONTENT_DECLARED,
    "exchange_rate": RATE_RECORDED,
    "export_day": DAY_OF_EXPORTATION,
    "size": DUTY_CAN_BE_WRITTEN,
    "quota": QUO_6,
    "undertaking": UND_7,
}
"""The rule that a declaration breaks when this was not known of it.

A base duty or a floor that nobody has recorded is not a fault of the declaration: it is accepted, and its
assessment says what was not known.
"""
