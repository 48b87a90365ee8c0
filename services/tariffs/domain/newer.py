"""When a service is older than the record: it names what it lacks, and decides nothing that could rest on it."""


class NewerReleaseNeeded(RuntimeError):
    """The record holds what only a newer release understands. A guess could differ from what that one decides."""
