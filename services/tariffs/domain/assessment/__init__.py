"""Customs duty: what one item of a declaration owes, on the rules of one day as known at one position.

Two doors into the same calculation. `decide` asks whether a declaration may be recorded and what follows from it;
`POST /assessments` and every replay ask for the duty on one item. Everything here is a pure function of its
arguments. Read in the order in which an item meets them:

    declarations  judge_declaration(rules, state, event, *, now, ruleset) -> Judged(violations, derived)
    assess        assess_item(rules, *, member, accepted_at, item, known_position) -> Assessment: the order of steps
    importer, figures, catalogue   the governing day and the terms of the member; the figures; the line
    selection, coverage, remembered   which measures meet the item, and what is in force
    additional_codes               the codes that it should declare, where measures go by code
    conversion                     rates of exchange by the member's rule; unknown: what was not known
    expression, quantities, exact  duty expressions on exact figures
    duties, floor, rounding        base duty, trade remedies, price floor; each line rounded once
    rules         RULES, the DEC-* rules in order of precedence
"""
