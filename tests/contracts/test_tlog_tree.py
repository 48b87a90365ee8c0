"""The Merkle tree against known answers (RFC 6962 and a large log) and against its own definition."""

from base64 import b64decode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.tlog.tree import Frontier, leaf_hash
from tests.contracts.naive_tree import RFC_6962_LEAVES, NaiveTree

RFC_6962_ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)

leaf_lists = st.lists(st.binary(min_size=32, max_size=32), max_size=70)


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_rfc_6962_tree_are_the_known_ones(size: int):
    """KAT-1: the test tree that every Certificate Transparency log is checked with."""
    frontier = Frontier().append(leaf_hash(leaf) for leaf in RFC_6962_LEAVES[:size])
    assert frontier.root().hex() == RFC_6962_ROOTS[size]


def test_the_leaf_hash_of_hello_world_is_the_known_one():
    """KAT-2."""
    assert leaf_hash(b"hello world") == b64decode("TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=")


def test_roots_of_a_large_log_are_the_known_ones():
    """KAT-5: the same log at 1,000 and at 70,000 entries, the second grown from the stored first."""
    leaves = [leaf_hash(b"event %d" % number) for number in range(70_000)]
    small = Frontier().append(leaves[:1_000])
    assert small.root() == b64decode("zzutuPVe00TYre4V0ypbVRktq+Kiw9Chfh5LGuaOApE=")
    large = Frontier.decode(small.encode()).append(leaves[1_000:])
    assert large.root() == b64decode("B6rPSxNrAZk0gbEpB9Svpy2XvHzHmxx8SR3/TgZuFTA=")


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_the_frontier_has_the_root_that_the_definition_gives(entries: list[bytes]):
    """The fast way and the textbook are one function."""
    assert Frontier().append(map(leaf_hash, entries)).root() == NaiveTree(entries).root(len(entries))


@given(leaf_lists, leaf_lists)
def test_batch_boundaries_cannot_be_seen_in_the_frontier(first: list[bytes], second: list[bytes]):
    """The ledger is a function of the draft stream, however it was cut into batches."""
    assert Frontier().append(first).append(second) == Frontier().append(first + second)


@given(leaf_lists)
def test_a_stored_frontier_comes_back_as_it_was(leaves: list[bytes]):
    """It is stored beside each seal and read on every start."""
    frontier = Frontier().append(leaves)
    assert Frontier.decode(frontier.encode()) == frontier


@pytest.mark.parametrize("raw", [b"", b"\x00" * 7, b"\x00" * 9, (3).to_bytes(8, "big") + b"\x00" * 32])
def test_a_frontier_whose_bytes_do_not_fit_its_size_is_refused(raw: bytes):
    """A damaged seal stops the ledger instead of growing a wrong tree."""
    with pytest.raises(ValueError, match="frontier"):
        Frontier.decode(raw)


def test_an_empty_tree_has_the_hash_of_nothing():
    """RFC 6962: the hash of an empty list is the hash of an empty string."""
    assert Frontier().root() == sha256(b"").digest()
