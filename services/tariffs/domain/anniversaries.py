"""The same date some years later, by the calendar: how terms of years end."""

from datetime import date


def anniversary(day: date, years: int) -> date:
    """The same date so many years later; 29 February becomes 1 March in a year that has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
