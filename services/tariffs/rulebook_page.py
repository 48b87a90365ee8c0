"""RULES.md, the rule book as a page for people, written from the very values that refuse a submission.

`python -m services.tariffs.rulebook_page --write` writes the page, `--check` says whether it is up to date (a
test asks the same). The page is kept in the repository, so that a change of a rule is read in a review as text.
"""

import argparse
import sys
from itertools import groupby
from pathlib import Path

from services.tariffs.domain.rule import RULESETS, Rule
from services.tariffs.domain.rulebook import AT_THE_END, NO_MANDATE, RULES
from services.tariffs.domain.rules.ids import IDS_1

PAGE = Path(__file__).parents[2] / "RULES.md"

FAMILIES = {
    "IDS": "Ids of events",
    "FND": "Founding",
    "MND": "Mandates and authority",
    "KEY": "Keys",
    "CKEY": "The key of checkpoints",
    "RUL": "Rule books",
    "ADM": "Rules of admission",
    "STH": "Published hashes of the state",
    "PRP": "Proposals and four eyes",
    "INT": "Intervals",
    "DAY": "Days of facts",
    "AMT": "Figures",
    "MEM": "Membership",
    "COM": "Commitments of members",
    "CAT": "Catalogue",
    "ACT": "Legal acts",
    "ARE": "Areas and origins",
    "MSR": "Tariff measures",
    "FLR": "Price floors",
    "REF": "Reference prices",
    "FXR": "Rates of exchange",
    "EMG": "Emergencies",
    "QUO": "Quotas",
    "UND": "Price undertakings",
    "COR": "Corrections and annulments",
    "CAS": "Cases: disputes, reviews, investigations",
    "CNS": "Consent to what another party records",
    "DEC": "Declarations",
    "LIF": "What becomes of a declaration",
    "RES": "Reserve",
}
"""Heading of each family of rules, by the letters that their ids begin with."""

INTRODUCTION = f"""# The rule book

Rule books {", ".join(RULESETS[:-1])} and {RULESETS[-1]}: the {len(RULES)} rules by which a submission
is accepted or refused, in order of precedence (from rule book 2026.3 on, {" and ".join(AT_THE_END)} stand at the end:
what could not be recorded anyway needs no approval).
A submission is refused whole; all rules that it breaks are named, with the event and the JSON path, and
the first of them leads. The same predicate judges recorded history in an audit; there a broken rule is called a
finding. A rule judges what is recorded from its `since` day on (UTC), so a new rule never accuses what was recorded
before it; and it judges only what was decided by its rule book or a later one. A bloc is founded under a rule book,
and puts a newer one in force with `bloc.ruleset.activated.v1`.

A broken rule is answered with 422, {NO_MANDATE.id} (no mandate) with 403, {IDS_1.id} with 409, and the refusal is
recorded as a fact.

This page is generated: `python -m services.tariffs.rulebook_page --write`.
"""


def page() -> str:
    """The whole page as Markdown."""
    sections = [_section(family, list(rules)) for family, rules in groupby(RULES, key=family_of)]
    return "\n".join([INTRODUCTION, *sections])


def family_of(rule: Rule) -> str:
    """The letters that the id of a rule begins with."""
    return rule.id.split("-")[0]


def _section(family: str, rules: list[Rule]) -> str:
    rows = [
        f"| {rule.id} | {rule.title} | {rule.text} | {rule.source} | {_days(rule)} | {rule.ruleset} |"
        for rule in rules
    ]
    head = ["| rule | title | text | source | since | rule book |", "|---|---|---|---|---|---|"]
    return "\n".join([f"## {FAMILIES[family]}", "", *head, *rows, ""])


def _days(rule: Rule) -> str:
    return f"{rule.since}" if rule.until is None else f"{rule.since}, until before {rule.until}"


def main(arguments: list[str] | None = None) -> int:
    """Write or check the page; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.tariffs.rulebook_page")
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--write", action="store_true", help="write RULES.md")
    action.add_argument("--check", action="store_true", help="say whether RULES.md is up to date")
    options = parser.parse_args(arguments)
    if options.write:
        PAGE.write_text(page(), "utf-8")
        return 0
    if PAGE.read_text("utf-8") == page():
        return 0
    sys.stderr.write("RULES.md is out of date: run python -m services.tariffs.rulebook_page --write\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
