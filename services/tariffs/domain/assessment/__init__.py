"""Customs duty: what one item of a declaration owes, on the rules of one day as known at one position.

Two doors into the same calculation. `decide` asks `declaration_violations` whether a declaration may be
recorded and, if so, `derive_assessments` what follows from it in the same draft; `POST /assessments` and every
replay ask `assess_item` directly. Everything here is a pure function of its arguments.

    assess_item(rules, *, member, accepted_at, item, known_position) -> Assessment
    declaration_violations(rules, state, event, *, now) -> tuple[Violation, ...]
    derive_assessments(rules, state, event, *, ruleset) -> tuple[tuple[type name, payload], ...]
    DeclarationState, evolve_declaration(state, position, event)
    RULES: the DEC-* rules, in order of precedence
"""
