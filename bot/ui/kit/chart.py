"""Draws the activity of a thread as a small PNG: bars on a transparent background, legible in both themes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

WIDTH, HEIGHT = 960, 176
"""Pixels; twice the displayed size on most screens."""
BASE = 4
"""The height of the baseline."""
GAP = 0.28
"""The gap between two bars, as a fraction of the width available for each bar."""
ROUND = 8.0
"""The maximum radius of the bars' upper corners."""
SHADES = 16
"""The number of opacity levels for antialiased edges."""
MIN_BAR = 6
"""The minimum height of a non-empty bar: one comment among thousands must stay visible."""

_BAR, _HIGHEST, _LINE = (0x5F, 0xA8, 0x89), (0x2E, 0x9E, 0x72), (0x8B, 0x90, 0x99)
# Indexed colours: transparent, then the shades of each of the three colours.
_PALETTE = [(0, 0, 0, 0)] + [
    (*colour, round(255 * shade / SHADES))
    for colour in (_BAR, _HIGHEST, _LINE)
    for shade in range(1, SHADES + 1)
]


def chart(counts: Sequence[int]) -> bytes:
    """A PNG with one bar for each of `counts`, the highest in a stronger colour. It contains no text: Discord
    shows the times beside it in each reader's time zone."""
    highest = max(counts)
    step = WIDTH / len(counts)
    wide = step * (1 - GAP)
    bars = [
        (step * at + step * GAP / 2, wide, max(MIN_BAR, (HEIGHT - BASE) * count / highest), count == highest)
        for at, count in enumerate(counts)
        if count
    ]
    rows = b"".join(b"\0" + _row(y, bars) for y in range(HEIGHT))
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(value for *colour, _ in _PALETTE for value in colour)),
            _chunk(b"tRNS", bytes(alpha for *_, alpha in _PALETTE)),
            _chunk(b"IDAT", zlib.compress(rows, 6)),
            _chunk(b"IEND", b""),
        ]
    )


def _row(y: int, bars: Sequence[tuple[float, float, float, bool]]) -> bytes:
    """One row of pixels; row 0 is at the top."""
    if y >= HEIGHT - BASE:
        return bytes([3 * SHADES]) * WIDTH
    row = bytearray(WIDTH)
    for left, wide, tall, is_highest in bars:
        top = HEIGHT - BASE - tall
        if y + 1 <= top:
            continue
        cut = _cut(y + 0.5 - top, min(ROUND, wide / 2, tall))
        start, stop = left + cut, left + wide - cut
        part = min(1.0, y + 1 - top)
        first, last = int(start), min(WIDTH, int(stop))
        row[first + 1 : last] = bytes([SHADES * (1 + is_highest)]) * (last - first - 1)
        for x in {first, last} if part == 1 else range(first, last + 1):
            shade = round(SHADES * part * (min(x + 1, stop) - max(x, start)))
            if x < WIDTH:
                row[x] = shade + SHADES * is_highest if shade else 0
    return bytes(row)


def _cut(below: float, radius: float) -> float:
    """How far a rounded corner reaches into a bar at the distance `below` from its top."""
    if below >= radius:
        return 0.0
    rise = radius - max(0.0, below)
    return float(radius - (radius * radius - rise * rise) ** 0.5)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
