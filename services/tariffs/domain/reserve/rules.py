"""The rules of the reserve, as values, in order of precedence; `judge` and its neighbours ask them."""

from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule


def _rule(number: int, title: str, text: str, source: str) -> Rule:
    return Rule(id=f"RES-{number}", title=title, text=text, source=source, since=FIRST_RULE_BOOK)


LINE_IN_CATALOGUE = _rule(
    1,
    "What is stored has a line",
    "Stock, commitments and targets are of a line of the catalogue, and are measured as that line is: in mass of the "
    "goods, or of the content that the line names.",
    "House rule: what cannot be told apart cannot be given back",
)
ABOVE_ZERO = _rule(
    2,
    "Something, not nothing",
    "Quantities that are received, drawn, committed or demanded, and prices that are fixed, are above zero.",
    "House rule: an empty fact hides a mistake",
)
NAMES_ONCE = _rule(
    3,
    "A name is used once",
    "A purchase commitment is signed once and never changes; a lot, a drawdown, a transfer, a buy-back, a release, a "
    "request and an announcement have names that their stock has not used before.",
    "House rule: a name means one thing for ever",
)
COMMITMENT_IN_FORCE = _rule(
    4,
    "A drawdown rests on a commitment",
    "The purchase commitment that a drawdown, a buy-back, a transfer or a share of a release names is signed, and in "
    "force on that day.",
    "Project Vault as reported in February 2026: companies commit in advance and draw on that",
)
OWN_COMMITMENT = _rule(
    5,
    "A commitment is drawn by its company",
    "Reserve and line of a drawdown or a transfer are those of its purchase commitment; what is taken is taken by the "
    "company that signed it, or by one to which entitlement under it was transferred.",
    "House rule: an entitlement belongs to the company that pays for it, until that company gives it away",
)
FIXED_PRICE = _rule(
    6,
    "The price is fixed",
    "A drawdown is released at exactly the fixed price of its purchase commitment, whatever the market does.",
    "Project Vault as reported in February 2026: an inventory price agreed in advance",
)
AMOUNT_DUE = _rule(
    7,
    "The amount due is price times quantity",
    "The amount due is the fixed price times the quantity, exactly, rounded half up once to the minor unit.",
    "House rule: every amount is rounded once, half up to the minor unit",
)
LOTS_ADD_UP = _rule(
    8,
    "Lots add up",
    "The quantities taken from lots, each named once, sum to the quantity of the drawdown.",
    "House rule: what leaves the warehouse leaves some lot",
)
STOCK_NOT_BELOW_ZERO = _rule(
    9,
    "Nothing is taken that is not there",
    "No lot, and so no line, is drawn below zero, none loses more than it has left, and nothing leaves a lot before "
    "the day it was received.",
    "House rule: the version of the stock stream decides who was first",
)
WITHIN_ENTITLEMENT = _rule(
    10,
    "Within the entitlement",
    "What a company has committed to or was given, less what it gave away, drew and had to buy again, plus what it "
    "has replenished, stays at or above zero on that day and on every day after it.",
    "Project Vault as reported in February 2026: companies draw as long as they replenish; entitlements are "
    "transferable",
)
OPEN_OBLIGATION = _rule(
    11,
    "A replenishment meets an obligation",
    "A replenishment is for an obligation of this stock that is open, for no more than is open, and comes no earlier "
    "than the drawdown was released. An extension is of one that is open, and so is what is forgiven, no more than is "
    "open. Anything else is received as a lot.",
    "House rule: a deposit is not a fulfilment",
)
AS_PURE_AS_DRAWN = _rule(
    12,
    "What comes back is as pure as what went out",
    "The assay of a replenishment shows no less of the substance that the line is measured by (else of the main "
    "substance of the lots drawn) than the least pure of those lots.",
    "House rule: the reserve is not to be diluted; specification as lent",
)
OPERATOR_CHARGES = _rule(
    13,
    "The operator charges its own commitments",
    "Carrying cost is recorded for a signed purchase commitment, by the operator of its reserve.",
    "House rule: a reserve has one operator",
)
CHARGED_ONCE = _rule(
    14,
    "No day is charged twice",
    "A period of carrying cost lies within the term of its commitment and overlaps no period charged before.",
    "House rule: a day of interest is owed once",
)
CARRYING_COST = _rule(
    15,
    "Carrying cost can be recomputed",
    "Financing is quantity x fixed price x percent x days / 365 (ACT/365); storage is quantity x rate x the calendar "
    "months that have a day in the period and were not charged before; each is rounded half up once, and the total "
    "is their sum.",
    "ISDA day count ACT/365 (Fixed); started calendar months and rounding are house rules",
)
ONE_CURRENCY = _rule(
    16,
    "One commitment, one currency",
    "Fixed price, storage and fee of a commitment are in one currency, and its prices are for mass of what the "
    "quantity is measured in.",
    "House rule: amounts in different currencies or measures are never added",
)
DAYS_IN_CALENDAR = _rule(
    17,
    "A deadline has a date",
    "The days allowed for replenishment lead to a date of the calendar.",
    "House rule: a deadline without a date never falls due",
)
TERMS_CAN_BE_RECKONED = _rule(
    18,
    "Terms can be reckoned with",
    "The value of a commitment, and of a month of its storage, has at most 18 digits before the point, and its "
    "percentages are at most 100.",
    "House rule: what is owed must be a figure that can be written",
)
TWO_COMPANIES = _rule(
    19,
    "A transfer changes hands",
    "Entitlement is transferred from one company to another one.",
    "House rule: an act that changes nothing hides a mistake",
)
LATER_DUE_DAY = _rule(
    20,
    "An extension gives more time",
    "The new last day lies after the one in force and not before the day of the grant; grants follow the release and "
    "one another. The days before a grant stay as late as they were.",
    "House rule: a deadline is shortened by nobody, and what has become overdue is forgiven by nobody in passing",
)
MOVED_ON = _rule(
    21,
    "A lot goes from one place to another",
    "A relocation is of a lot of this stock that has something left, to another warehouse than the one it is in, and "
    "not before the day it came there.",
    "House rule: a lot is in one place on each day",
)

RELEASE_IN_EMERGENCY = _rule(
    22,
    "A release rests on an emergency",
    "The emergency that a release names is declared for the mineral of the line on the day of the order.",
    "Project Vault as reported in February 2026: full access in a major supply disruption",
)
SHARES_ADD_UP = _rule(
    23,
    "Shares add up",
    "The shares of a release, each of another company or commitment and above zero, sum to its quantity.",
    "House rule: what is promised is promised to somebody, once",
)
RELEASE_IN_STOCK = _rule(
    24,
    "No more is promised than is there",
    "A release, with what is still open in the releases before it, is no more than the stock of that day.",
    "House rule: a promise of what is not there is no release",
)
OWN_SHARE = _rule(
    25,
    "A drawdown on a release draws on its own share",
    "The release that a drawdown names is of this stock and ordered by that day, its emergency is still declared, and "
    "the company has so much left of its share under that commitment.",
    "House rule: priority is of whom it was given to, for as long as the emergency lasts",
)
PRIORITY = _rule(
    26,
    "Priority in an emergency",
    "While an emergency is declared, what leaves the stock leaves behind what is open in the shares before its own, in "
    "the order of the releases and of the shares in each; what leaves on no share leaves behind all of them.",
    "House rule, after Project Vault as reported in February 2026: those in the order are served first, at their fixed "
    "price",
)
BUY_BACK = _rule(
    27,
    "What is bought again was agreed and came back",
    "A buy-back is exercised under a commitment that agrees on it, and of no more than the company had replenished "
    "under it by that day and has not bought again already.",
    "Project Vault as reported in February 2026: who commits to buy at a price commits to buy again at it",
)
DEFAULT_WHEN_OVERDUE = _rule(
    28,
    "Only what is overdue is in default",
    "A default is of an obligation that is open and overdue on that day, once, and is not extended. What it "
    "owes, and the charge for being late, go on until it comes back or is forgiven.",
    "House rule: a default is a finding about a date, and forgives nothing",
)
NOT_IN_DEFAULT = _rule(
    29,
    "Who is in default draws nothing",
    "From the day of a default until the obligation has come back or is forgiven, the company draws nothing under that "
    "commitment and transfers nothing of it.",
    "Project Vault as reported in February 2026: companies draw as long as they replenish",
)
CAPITAL_AS_COMMITTED = _rule(
    30,
    "Capital is drawn as it was committed",
    "What is drawn of a source and facility was committed by that day in that currency, and is no more than is left of "
    "it; sources are never added up.",
    "House rule: a loan of up to 10 bn and 1.67 bn of equity are two things",
)
OWN_WORDS = _rule(
    31,
    "A company speaks for itself",
    "The company that a request or an announcement names is its author.",
    "House rule: nobody is bound by what another party says of him",
)
REQUEST_OPEN = _rule(
    32,
    "A request is answered once, by what was asked for",
    "A drawdown that names a request, and the refusal of one, is of a request of this stock that is open, not before "
    "it was made; the drawdown is of its company and commitment, and of no more than is left of it.",
    "House rule: what was asked and what was given stand side by side",
)
ANNOUNCED_IS_OWED = _rule(
    33,
    "What is announced is owed",
    "An announcement is of an obligation of this stock, by the company that owes it, of something and no more than is "
    "open; it is expected no earlier than it is announced.",
    "House rule: a deposit is not a fulfilment, and neither is a promise",
)

RULES: tuple[Rule, ...] = (
    LINE_IN_CATALOGUE,
    ABOVE_ZERO,
    NAMES_ONCE,
    COMMITMENT_IN_FORCE,
    OWN_COMMITMENT,
    FIXED_PRICE,
    AMOUNT_DUE,
    LOTS_ADD_UP,
    STOCK_NOT_BELOW_ZERO,
    WITHIN_ENTITLEMENT,
    OPEN_OBLIGATION,
    AS_PURE_AS_DRAWN,
    OPERATOR_CHARGES,
    CHARGED_ONCE,
    CARRYING_COST,
    ONE_CURRENCY,
    DAYS_IN_CALENDAR,
    TERMS_CAN_BE_RECKONED,
    TWO_COMPANIES,
    LATER_DUE_DAY,
    MOVED_ON,
    RELEASE_IN_EMERGENCY,
    SHARES_ADD_UP,
    RELEASE_IN_STOCK,
    OWN_SHARE,
    PRIORITY,
    BUY_BACK,
    DEFAULT_WHEN_OVERDUE,
    NOT_IN_DEFAULT,
    CAPITAL_AS_COMMITTED,
    OWN_WORDS,
    REQUEST_OPEN,
    ANNOUNCED_IS_OWED,
)
"""In order of precedence."""
