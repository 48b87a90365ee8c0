#!/usr/bin/env python3
"""The health check of a container: exit status 0 when the given address answers 200. No curl in the image.

Standard library only, and no project code: a check must not load half a service every few seconds.
"""

import sys
import urllib.error
import urllib.request

PATIENCE_SECONDS = 3


def main(url: str) -> int:
    """0 or 1, and what the service said on standard output, which `docker inspect` shows."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_SECONDS) as answer:
            print(answer.status, answer.read(500).decode(errors="replace"))
            return 0 if answer.status == 200 else 1
    except urllib.error.HTTPError as error:
        print(error.code, error.read(500).decode(errors="replace"))
    except OSError as error:
        print(error)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
