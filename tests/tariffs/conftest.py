"""Chile and its parties, settled in once on the shared bloc."""

from collections.abc import AsyncIterator

import pytest

from bloc.stack import Stack
from tests.tariffs.partners import Partners
from tests.tariffs.settling import settle_in


@pytest.fixture(scope="session")
async def chile(stack: Stack) -> AsyncIterator[Partners]:
    """The parties of Chile on the shared bloc, with keys, mandates, a catalogue line and a reserve."""
    partners = Partners(stack)
    await settle_in(partners)
    yield partners
    await partners.close()
