"""The English names of months and weekdays, in which dumps, articles, members and schedules write dates."""

from __future__ import annotations

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ABBREVIATED_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
"""The months that newspapers shorten before a day, as they write them."""
CALENDAR_NAMES = frozenset(name.lower() for name in (*MONTHS, *WEEKDAYS))
"""The full names in lower case."""
