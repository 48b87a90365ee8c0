"""What can be wrong with a history as it is read: it cannot be had, or it is none, or it does not hold what is asked
for. These are told apart strictly, because whoever watches a ledger must not take an outage, or a slip of his own, for
a forgery.
"""

from bloc.trouble import Trouble


class Unreadable(Trouble):
    """The history, or a part of it, could not be read; nothing is said about what it holds."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name} cannot be read: {reason}.",
            "Name a ledger (http://…), an export of `bloc entries`, or a folder of tiles.",
        )


class Broken(Trouble):
    """What was read is no history: an entry is missing, doubled, out of order, or no entry at all."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name} is no whole history: {reason}.",
            "Export again from the first entry, and run `bloc verify` on the source.",
        )


class NotRecorded(Trouble):
    """What is asked for lies behind the end of this history, or before its beginning, and cannot be had."""
