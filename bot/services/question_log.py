"""How many questions were asked and answered; which ones, only if the operator wants that kept."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from bot.clock import Clock
from bot.domain.answers import Answer
from bot.store.state.key_value import KeyValueStore


class QuestionLog:
    """Counts by server, and the operator's file, if there is one."""

    def __init__(self, store: KeyValueStore, log: Path | None, clock: Clock) -> None:
        self._store = store
        self._log = log
        self._clock = clock
        self._turn = asyncio.Lock()

    @property
    def writes_file(self) -> bool:
        """Whether the operator has questions written to a file."""
        return self._log is not None

    async def note(self, guild: int | None, answer: Answer) -> None:
        """Counts a question that was asked in this server, or in a direct message (None); the operator's
        file gets it without the asker's name, and nothing else is kept of it. Raises OSError where the file
        cannot be written."""
        counted = ["asked"] if answer.refused else ["asked", "answered"]
        await self._store.increment([_name(what, guild) for what in counted])
        if self._log is not None:
            line = json.dumps(
                {
                    "at": self._clock().isoformat(timespec="seconds"),
                    "guild": guild,
                    "question": answer.question,
                    "asks": answer.question_type,
                    "refused": answer.refused,
                    "made": answer.made,
                },
                ensure_ascii=False,
            )
            async with self._turn:
                await asyncio.to_thread(_append, self._log, line)

    async def counts(self, guild: int | None) -> tuple[int, int]:
        """How many were asked in a server, or in direct messages, and how many of these were answered."""
        asked, answered = [await self._store.get(_name(what, guild)) for what in ("asked", "answered")]
        return int(asked or 0), int(answered or 0)


def _name(what: str, guild: int | None) -> str:
    return f"{what}:{guild or 0}"


def _append(log: Path, line: str) -> None:
    with log.open("a", encoding="utf-8", errors="replace") as file:
        file.write(line + "\n")
