"""What an asker prefers: RFC 7240, the same at both doors, never a reason to refuse."""

import pytest

from contracts.limits import PROOF_WAIT_SECONDS_DEFAULT, WAIT_SECONDS_DEFAULT, WAIT_SECONDS_MAX
from services.tariffs.doors.preferences import Preferences, read_preferences

NOTHING = Preferences(WAIT_SECONDS_DEFAULT, proof=False)


@pytest.mark.parametrize(
    ("header", "preferences"),
    [
        ("", NOTHING),
        ("wait=7", Preferences(7)),
        ("respond-async, WAIT = 7", Preferences(7)),
        ('wait="0"', Preferences(0)),
        ("wait=7; strict, wait=9", Preferences(7)),
        ("wait=100000", Preferences(WAIT_SECONDS_MAX)),
        ("proof=cosigned", Preferences(PROOF_WAIT_SECONDS_DEFAULT, proof=True)),
        ('wait=3,Proof="Cosigned"', Preferences(3, proof=True)),
        ("proof=cosigned; wait=3", Preferences(PROOF_WAIT_SECONDS_DEFAULT, proof=True)),
    ],
)
def test_wishes_are_read_as_rfc_7240_writes_them(header: str, preferences: Preferences):
    """Names in any case, quotes allowed, parameters passed over; of two with one name the first counts."""
    assert read_preferences(header) == preferences


@pytest.mark.parametrize(
    "header",
    [
        "wait",
        "wait=soon",
        "wait=-1",
        "wait=\u0661",
        f"wait={'9' * 50}",
        "proof=please",
        "=;,=",
        "," * 100_000,
        f"{' ' * 5_000}wait=7",
    ],
)
def test_what_cannot_be_read_is_no_wish(header: str):
    """Unknown, unreadable or endless: as if it did not stand there."""
    assert read_preferences(header) == NOTHING
