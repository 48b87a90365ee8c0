"""Moments and days as people type them: up to where a history is read, and which days are asked about."""

from datetime import date, datetime

from bloc.trouble import Trouble


def moment_typed(text: str, option: str) -> int | datetime | None:
    """A position, or an aware moment; None when nothing was typed. Raises Trouble."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Trouble(
            f"{text} is neither a position nor a moment.",
            f"Write {option} 4711 or {option} 2026-07-01T00:00:00Z.",
        ) from error
    if moment.tzinfo is None:
        raise Trouble(f"{text} names no time zone.", f"Write {text}Z for UTC.")
    return moment


def day_typed(text: str, option: str) -> date | None:
    """A day; None when nothing was typed. Raises Trouble."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Trouble(f"{text} is no day.", f"Write {option} 2026-07-01.") from error


def days_typed(first: str, end: str) -> tuple[date | None, date | None]:
    """Days from --from to before --to; None leaves a side open. Raises Trouble, also where there is no day between."""
    start, stop = day_typed(first, "--from"), day_typed(end, "--to")
    if start is not None and stop is not None and start >= stop:
        mend = "Name the day after the last one: --to 2026-07-01."
        raise Trouble(f"There is no day from {first} to before {end}.", mend)
    return start, stop
