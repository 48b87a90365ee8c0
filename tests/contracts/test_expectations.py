"""What a stamp states of the key versions that a draft was decided on, and how all of them come back from it."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from contracts.expectations import encode_stated, expects_of, is_key, stated_of
from contracts.registry import EVENT_TYPES
from contracts.streams import RULES_GUARD, keys_of

ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
keys = st.builds("{}/{}".format, st.sampled_from(["party", "stock", "floor"]), ids) | st.just(RULES_GUARD)
expectations = st.dictionaries(keys, st.integers(0, 10**9), max_size=8)


@given(expectations, st.data())
def test_what_is_stated_and_the_entries_give_back_all(expects: dict[str, int], data: st.DataObject):
    """Whichever streams the draft writes to: of those its own entries show the versions."""
    streams = sorted(expects.keys() - {RULES_GUARD})
    written = data.draw(st.sets(st.sampled_from(streams))) if streams else set[str]()
    stated = stated_of(expects, written)
    assert stated.keys().isdisjoint(written)
    assert expects_of(stated, {stream: expects[stream] + 1 for stream in written}) == expects


@given(expectations)
def test_there_is_one_way_to_write_it(expects: dict[str, int]):
    """Keys in order, nothing between them: else two entries could say the same and hash differently."""
    raw = encode_stated(dict(reversed(expects.items())))
    assert raw == encode_stated(expects)
    assert list(json.decode(raw)) == sorted(expects)
    assert b" " not in raw


def test_every_key_of_this_release_is_one_and_odd_names_are_none():
    """By its form alone, so that kinds of streams that a later release brings are keys already."""
    for name, row in EVENT_TYPES.items():
        if row.stream != "{stream}":
            stream = row.stream.format_map(dict.fromkeys(_fields(row.stream), "x-1.Y_2"))
            assert all(is_key(key) for key in keys_of(name, stream)), stream
    assert is_key("ceiling/of.a.later.release")
    for odd in ("", "event", "party", "party/", "party/a/b/c", 'party/"', "Party/x", "party/ü", "party/a\n"):
        assert not is_key(odd), odd


def _fields(template: str) -> list[str]:
    return [part.split("}")[0] for part in template.split("{")[1:]]
