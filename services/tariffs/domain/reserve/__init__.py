"""The reserve: lots, companies that draw from them at a fixed price, what they must refill, emergency releases.

The rules read the streams of one line of stock and of one purchase commitment, never the whole reserve: the
version of `stock/{reserve}/{line}` is what stops two drawdowns from taking the same lot.

    streams   reads_of(event), empty_stream(stream), evolve_stream(state, position, event); StreamState
    judge     judge_reserve(rules, streams, event) -> Judged(violations, derived)
    view      reserve_view(reserve, streams, day) -> ReserveView; releases: releases_on(rules, stocks, day, position)
    rules     RULES, the RES-* rules in order of precedence
    stock, commitment, capital   the states; charges: every amount
"""
