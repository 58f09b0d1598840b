"""How many questions were asked and answered; which ones, only if the operator wants that kept."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from bot.clock import Clock
from bot.domain.answers import Answer
from bot.store.state.settings import State


class Tally:
    """Counts for Library, and the operator's file, if there is one."""

    def __init__(self, state: State, log: Path | None, clock: Clock) -> None:
        self._state = state
        self._log = log
        self._clock = clock
        self.keeps = log is not None
        self._turn = asyncio.Lock()

    async def note(self, guild: int | None, answer: Answer) -> None:
        """Counts a question; a file that cannot be written raises OSError."""
        counted = ["asked"] if answer.refused else ["asked", "answered"]
        await self._state.count([_name(what, guild) for what in counted])
        if self._log is not None:
            line = json.dumps(
                {
                    "at": self._clock().isoformat(timespec="seconds"),
                    "guild": guild,
                    "question": answer.question,
                    "asks": answer.asks,
                    "refused": answer.refused,
                    "made": answer.made,
                },
                ensure_ascii=False,
            )
            async with self._turn:
                await asyncio.to_thread(_append, self._log, line)

    async def told(self, guild: int | None) -> tuple[int, int]:
        """How many were asked in a server, or in direct messages, and how many of these were answered."""
        asked, answered = [await self._state.fact(_name(what, guild)) for what in ("asked", "answered")]
        return int(asked or 0), int(answered or 0)


def _name(what: str, guild: int | None) -> str:
    return f"{what}:{guild or 0}"


def _append(log: Path, line: str) -> None:
    with log.open("a", encoding="utf-8", errors="replace") as file:
        file.write(line + "\n")
