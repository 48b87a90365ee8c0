"""A witness: a small service by which a member state vouches that it has seen one history of a log, and no other.

It knows the protocol of C2SP tlog-witness and nothing of the bloc's events, so it can watch any log whose checkpoints
have no extension lines. It shares no code with the services that it watches but the formats of `contracts.tlog`.
"""
