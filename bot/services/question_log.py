"""Counts the questions asked and answered; stores their texts only if the operator enables it."""

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
        """Whether the operator has enabled the file of questions."""
        return self._log is not None

    async def note(self, guild: int | None, answer: Answer) -> None:
        """Counts a question asked in this server, or in a direct message (None). The operator's file, if
        enabled, gets it without the member's name; nothing else of it is stored. Raises OSError if the file
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
        """Returns the numbers of questions asked and answered in a server, or in direct messages."""
        asked, answered = [await self._store.get(_name(what, guild)) for what in ("asked", "answered")]
        return int(asked or 0), int(answered or 0)


def _name(what: str, guild: int | None) -> str:
    return f"{what}:{guild or 0}"


def _append(log: Path, line: str) -> None:
    with log.open("a", encoding="utf-8", errors="replace") as file:
        file.write(line + "\n")
