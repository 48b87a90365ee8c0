"""The versions of keys that were used lately, so that hot keys are not asked for again with every batch.

Right only while this process is the one writer, which the head check of every transaction proves; so it lives
and dies with one run of the pipeline. The key that was written longest ago goes first.
"""

from collections.abc import Iterable, Mapping

from contracts.limits import KEY_VERSIONS_CACHED_MAX


class VersionCache:
    """Key → version, bounded."""

    __slots__ = ("_limit", "_versions")

    def __init__(self, limit: int = KEY_VERSIONS_CACHED_MAX) -> None:
        self._limit = limit
        self._versions: dict[str, int] = {}

    def split(self, keys: Iterable[str]) -> tuple[dict[str, int], list[str]]:
        """What is known of `keys`, and what has to be asked."""
        versions = self._versions
        known: dict[str, int] = {}
        unknown: list[str] = []
        for key in keys:
            version = versions.get(key)
            if version is None:
                unknown.append(key)
            else:
                known[key] = version
        return known, unknown

    def learn(self, versions: Mapping[str, int]) -> None:
        """Take in versions that were read or written; the newest go to the end of the queue."""
        held = self._versions
        for key, version in versions.items():
            held.pop(key, None)
            held[key] = version
        excess = len(held) - self._limit
        if excess > 0:
            for key in list(held)[:excess]:
                del held[key]
