"""The rules of a declaration's life after acceptance, as values, in order of precedence; `judge` asks them."""

from services.tariffs.domain.rule import FIRST_RULE_BOOK, Rule


def _rule(number: int, title: str, text: str, source: str) -> Rule:
    return Rule(id=f"LIF-{number}", title=title, text=text, source=source, since=FIRST_RULE_BOOK)


DECLARATION_RECORDED = _rule(
    1,
    "Acts are on a recorded declaration",
    "What is amended, invalidated, reassessed, secured, settled or refunded is a declaration that was accepted.",
    "Union Customs Code, articles 173 and 174",
)
AFTER_ACCEPTANCE = _rule(
    2,
    "An act happens after acceptance, and not in the future",
    "The moment of an act on a declaration lies neither before its acceptance nor, apart from five minutes for clocks "
    "that differ, in the future.",
    "House rule: what has not happened is not recorded",
)
ONE_STEP_AFTER_ANOTHER = _rule(
    3,
    "One step after another",
    "An act on a declaration is decided when all assessments that follow from the acts before it are recorded: it is "
    "posted after them, not beside them.",
    "House rule: what is to be superseded or paid must stand in the ledger",
)
NOTHING_AFTER_INVALIDATION = _rule(
    4,
    "Nothing follows an invalidation",
    "An invalidated declaration takes neither items nor acts; only its securities are released.",
    "Union Customs Code, article 174(1)",
)
NOT_SETTLED_YET = _rule(
    5,
    "What is settled is not undone",
    "A declaration is invalidated, and items are added to it, before its duty is settled. After that it is amended, "
    "and the difference is refunded or demanded.",
    "Union Customs Code, articles 173(3) and 174(2)",
)
ITEMS_DECLARED = _rule(
    6,
    "Items that were declared",
    "An amendment, an order and a security name items of the declaration.",
    "Union Customs Code, article 173(1): no other goods than those originally covered",
)
SOMETHING_CHANGES = _rule(
    7,
    "An amendment changes something",
    "The new terms of an amended item differ from those in force.",
    "House rule: an act that changes nothing hides a mistake",
)
REASSESSED_FOR_GOOD = _rule(
    8,
    "A final duty stays a figure",
    "When a final assessment is made again, everything that it needs is known, in the currency of the first one. What "
    "is not known is neither refunded nor demanded.",
    "House rule: refunds and demands are differences, never guesses",
)
AMOUNT_OWED = _rule(
    9,
    "What is paid is what is owed",
    "The duty of a declaration is settled once, in exactly the amount that its assessments come to; an additional duty "
    "that was opened likewise, and a refund is paid once in its amount.",
    "Union Customs Code, articles 101, 108 and 116",
)
SECURITY_IS_THE_DIFFERENCE = _rule(
    10,
    "A security is the difference",
    "The amount of a security is the duty on the terms that customs holds possible less the duty assessed, and above "
    "zero; where either is not known, what customs estimates.",
    "Union Customs Code, article 90; Implementing Regulation (EU) 2015/2447, articles 140 and 244",
)
SECURITY_NAMED_ONCE = _rule(
    11,
    "A security is lodged once and released once",
    "A security has a name that its declaration has not used before, covers items that no other one covers, and is "
    "released after it was lodged, once.",
    "House rule: a name means one thing for ever",
)
RELEASED_WHEN_NOTHING_CAN_BE_DUE = _rule(
    12,
    "A security is released when nothing more can become due",
    "A security is released when the items that it covers are assessed for good and no additional duty is open on the "
    "declaration, or when the declaration is invalidated.",
    "Union Customs Code, article 98(1)",
)
NOT_BARRED = _rule(
    13,
    "What is barred is neither demanded nor refunded",
    "After the years from the day of acceptance that the member's terms set, no additional duty is demanded and "
    "nothing is refunded, unless the act names what allows it all the same.",
    "Union Customs Code, articles 103(1) and (2) and 121(1)(a)",
)

RULES: tuple[Rule, ...] = (
    DECLARATION_RECORDED,
    AFTER_ACCEPTANCE,
    ONE_STEP_AFTER_ANOTHER,
    NOTHING_AFTER_INVALIDATION,
    NOT_SETTLED_YET,
    ITEMS_DECLARED,
    SOMETHING_CHANGES,
    REASSESSED_FOR_GOOD,
    AMOUNT_OWED,
    SECURITY_IS_THE_DIFFERENCE,
    SECURITY_NAMED_ONCE,
    RELEASED_WHEN_NOTHING_CAN_BE_DUE,
    NOT_BARRED,
)
"""In order of precedence."""
