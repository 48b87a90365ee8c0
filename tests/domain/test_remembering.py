"""What is remembered of the law on some goods is what would be looked up, whatever was recorded in between."""

from contracts.entry import split_served
from contracts.events import DeclarationAccepted
from contracts.events.declarations import DeclarationItem
from services.tariffs.domain.assessment.assess import assess_item
from services.tariffs.domain.auditing.recorded_drafts import event_of_line
from services.tariffs.domain.evolve import FOLDED_TYPES, evolve, moved_to
from services.tariffs.domain.state import empty_rules
from tests.corpus.keeping import all_kept

Declared = dict[tuple[object, ...], tuple[DeclarationAccepted, DeclarationItem]]


def test_goods_meet_the_same_law_whether_it_is_remembered_or_looked_up():
    """Every kind of goods that a whole bloc declared, on their day and of their member, assessed after each entry
    about rules: once as is, and once as known at K by a reader who stands an entry further, who remembers nothing."""
    (corpus,) = [kept for kept in all_kept() if kept.folder.name == "3-law"]
    entries = [split_served(line) for line in corpus.lines]
    events = [(stamp, event_of_line(line, stamp.position)) for stamp, line in entries]
    declared: Declared = {}
    for _, event in events:
        if isinstance(event.data, DeclarationAccepted):
            for item in event.data.items:
                goods = (
                    event.data.member,
                    event.data.accepted_at,
                    item.commodity_code,
                    item.line,
                    item.origin,
                )
                declared.setdefault(goods, (event.data, item))
    rules, compared = empty_rules(), 0
    for stamp, event in events:
        if event.type not in FOLDED_TYPES:
            continue
        rules = evolve(rules, stamp.position, stamp.recorded_at, event)
        further = moved_to(rules, rules.position + 1)
        for data, item in declared.values():
            remembered, looked_up = (
                assess_item(
                    state,
                    member=data.member,
                    accepted_at=data.accepted_at,
                    item=item,
                    known_position=rules.position,
                )
                for state in (rules, further)
            )
            assert remembered == looked_up
            compared += len(remembered.lines)
    assert len(declared) > 10
    assert compared > 1_000
