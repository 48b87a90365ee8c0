"""Base64 and decimals: one spelling each."""

from base64 import b64decode, b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.limits import TREE_SIZE_MAX
from contracts.tlog.encoding import base64, read_base64, read_decimal, read_hash
from tests.contracts.signed_texts import other_spellings


@given(st.binary(max_size=100))
def test_base64_comes_back_as_it_was(raw: bytes):
    """And it is the standard alphabet with padding, as any library writes it."""
    assert base64(raw) == b64encode(raw).decode()
    assert read_base64(base64(raw)) == raw


@given(st.one_of(st.text(max_size=50), st.text("ABab01+/=-_ \n", max_size=50)))
@example("AB==")
@example("\ud800")
def test_base64_that_is_read_is_what_would_be_written(text: str):
    """Stray bits, missing padding, spaces: none of it is read, and nothing raises."""
    raw = read_base64(text)
    assert raw is None or base64(raw) == text


@pytest.mark.parametrize("text", other_spellings("Xcnaeac+Wamt/Zy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="))
def test_another_spelling_of_a_hash_is_none(text: str):
    """What a lenient reader takes for the same 32 bytes is refused."""
    assert read_hash("Xcnaeac+Wamt/Zy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=") is not None
    assert read_hash(text) is None


def test_stray_bits_are_what_the_standard_library_lets_pass():
    """Why the way back is needed: the decoder of the standard library gives equal bytes for both."""
    assert b64decode("AA==") == b64decode("AB==") == b"\x00"
    assert read_base64("AA==") == b"\x00"
    assert read_base64("AB==") is None


@given(st.binary(max_size=40).filter(lambda raw: len(raw) != 32))
def test_a_hash_has_32_bytes(raw: bytes):
    """Shorter and longer texts are no hashes."""
    assert read_hash(base64(raw)) is None


@given(st.integers(0, TREE_SIZE_MAX))
def test_a_number_comes_back_as_it_was(number: int):
    """Up to 2**63 - 1."""
    assert read_decimal(str(number)) == number


@given(st.one_of(st.text(max_size=22), st.text("0123456789+-_ ", max_size=22)))
@example("00")
@example("-0")
@example("1_000")
@example(" 1")
@example("1\n")
@example("\u0661")
@example("\u00b2")
@example(str(TREE_SIZE_MAX + 1))
@example("9" * 5_000)
def test_a_number_that_is_read_is_what_would_be_written(text: str):
    """No leading zero, sign, underscore, space or other script, and nothing above 2**63 - 1."""
    number = read_decimal(text)
    assert number is None or (str(number) == text and 0 <= number <= TREE_SIZE_MAX)
