"""The reserve: lots in the warehouse, companies that draw from them at a fixed price, and what they must
refill.

The rules read the streams of one line of stock and of one purchase commitment, never the whole reserve: the
version of `stock/{reserve}/{line}` is what stops two drawdowns from taking the same lot.

    reads_of(event) -> tuple[str, ...]                 streams that must be in `streams` below (declarations
    too) judge_reserve(rules, streams, event, *, now) -> Judged(violations, derived) streams: stream name ->
    StreamState; derived: ((type name, payload), ...), envelopes by decide empty_stream(stream) ->
    StreamState evolve_stream(state, position, event) -> StreamState     also for declarations
    reserve_view(streams, day) -> ReserveView                stock, entitlements, obligations, cover,
    capital RULES: the RES-* rules, in order of precedence
"""
