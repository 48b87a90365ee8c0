"""Customs duty: what one item of a declaration owes, on the rules of one day as known at one position.

Two doors into the same calculation. `decide` asks `judge_declaration` whether a declaration may be recorded
and what follows from it in the same draft (violations and derived payloads come from one pass: a duty that
cannot be computed *is* the violation); `POST /assessments` and every replay ask `assess_item` directly.
Everything here is a pure function of its arguments.

    assess_item(rules, *, member, accepted_at, item, known_position) -> Assessment
    judge_declaration(rules, state, event, *, now, ruleset) -> Judged(violations, derived)
        state: DeclarationState of the event's stream; derived: ((type name, payload), ...), envelopes by
        decide DeclarationState, evolve_declaration(state, position, event) RULES: the DEC-* rules, in order
        of precedence
"""
