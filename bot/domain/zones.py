"""Time zones by the names that people type."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import BadInput


@cache
def zone_names() -> tuple[str, ...]:
    """All IANA zone names, sorted. The first call reads the disk, which takes a few milliseconds."""
    return tuple(sorted(available_timezones()))


def known_zone(name: str) -> ZoneInfo:
    """The IANA zone with this name; case is ignored, and spaces count as underscores. Raises
    BadInput("bad-zone")."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        typed = name.strip().replace(" ", "_").casefold()
    for known in zone_names():
        if known.casefold() == typed:
            return ZoneInfo(known)
    raise BadInput("bad-zone", text=name)
