"""The service as a release that has not some types of events yet: `python -m tests.tariffs.older_release TYPE …`.

The types are taken out of the registry before anything else is imported, so that all tables are made without them.
"""

import sys
from types import MappingProxyType

from contracts import registry


def main(forgotten: list[str]) -> int:
    """Run the service without these types."""
    if unknown := set(forgotten) - set(registry.EVENT_TYPES):
        raise SystemExit(f"there are no such types: {unknown}")
    rows = {name: row for name, row in registry.EVENT_TYPES.items() if name not in forgotten}
    # The registry is a constant of the release, and this is another release.
    registry.EVENT_TYPES = MappingProxyType(rows)
    from services.tariffs.__main__ import main as run  # only now

    return run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
