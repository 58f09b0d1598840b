"""The English names of months and weekdays, as used in dumps, articles, options and schedules."""

from __future__ import annotations

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ABBREVIATED_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
"""The abbreviations that newspapers use for months before a day."""
CALENDAR_NAMES = frozenset(name.lower() for name in (*MONTHS, *WEEKDAYS))
"""The full names of months and weekdays, in lower case."""
