"""Logs as one JSON object a line on standard error, like those of the services.

Written by hand: three witnesses start in every demo, and the logging library alone would be a third of the start.
"""

import sys
from datetime import UTC, datetime

import msgspec


class Log:
    """Writes events with fields that JSON can hold."""

    def info(self, event: str, **fields: object) -> None:
        self._write("info", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        self._write("warning", event, fields)

    def error(self, event: str, **fields: object) -> None:
        self._write("error", event, fields)

    def _write(self, level: str, event: str, fields: dict[str, object]) -> None:
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        line = msgspec.json.encode({"event": event, **fields, "level": level, "timestamp": now})
        sys.stderr.write(f"{line.decode()}\n")
        sys.stderr.flush()
