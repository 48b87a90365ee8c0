"""The versions that are kept in memory: bounded, and never older than what was learned."""

from hypothesis import given
from hypothesis import strategies as st

from services.ledger.versions import VersionCache


def test_what_was_written_longest_ago_goes_first() -> None:
    """A key that is written again moves to the end."""
    cache = VersionCache(limit=2)
    cache.learn({"floor/a.b.c": 1})
    cache.learn({"rules": 1})
    cache.learn({"floor/a.b.c": 2})
    cache.learn({"party/us.customs": 1})
    assert cache.split(["floor/a.b.c", "rules", "party/us.customs"]) == (
        {"floor/a.b.c": 2, "party/us.customs": 1},
        ["rules"],
    )


@given(st.lists(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 9), min_size=1), max_size=20))
def test_a_version_that_is_kept_is_the_last_one_learned(batches: list[dict[str, int]]) -> None:
    """Whatever was dropped in between."""
    cache, last = VersionCache(limit=3), dict[str, int]()
    for batch in batches:
        cache.learn(batch)
        last |= batch
        known, unknown = cache.split("abcdef")
        assert known.items() <= last.items()
        assert set(known) | set(unknown) == set("abcdef")
        assert len(known) <= 3
