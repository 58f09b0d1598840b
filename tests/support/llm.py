"""A writer on a real store and a server on loopback, and passages to write from."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.config import ModelSettings
from bot.domain.answers import Citation, Payer, Written
from bot.llm.client import LlmClient
from bot.llm.prompts import Task
from bot.llm.writer import ModelWriter
from bot.store.state.token_usage import TokenUsageStore
from tests.support.engines import engine_at
from tests.support.model_server import KEY, MODEL, ModelServer, serving

NOON = datetime(2024, 3, 12, 12, 0, tzinfo=UTC)
TITLE = "Harbour council votes to move the fish market"
VOTE = "The council voted 7 to 4 on Tuesday to move the market to the old rail yard by spring."
RENT = "Stallholders will pay no rent in the first year."
BRIBE = "Free rent for a year is a bribe, and a cheap one."
ANN = Payer(11, 101)
TASK = Task("answer", "How did the council vote?", 3)


def passage(text: str, author: str | None = None) -> Citation:
    """A sentence of the article, or somebody's comment."""
    kind = "article" if author is None else "comment"
    at = None if author is None else 7
    paragraph = 0 if author is None else None
    return Citation(
        kind,  # type: ignore[arg-type]  # one of the two
        1,
        at,
        paragraph,
        0,
        len(text),
        text,
        TITLE,
        "courier.example",
        author,
        NOON,
    )


PASSAGES = (passage(VOTE), passage(RENT), passage(BRIBE, "netmender"))


class Desk:
    """A writer, its server, and its budgets."""

    def __init__(self, writer: ModelWriter, server: ModelServer, budgets: TokenUsageStore) -> None:
        self.writer = writer
        self.server = server
        self.budgets = budgets

    async def write(
        self, passages: tuple[Citation, ...] = PASSAGES, task: Task = TASK, payer: Payer = ANN
    ) -> Written:
        """What it writes."""
        return await self.writer.write(task, passages, payer)


@asynccontextmanager
async def desk_at(
    data: Path,
    server: ModelServer,
    *,
    seconds: float = 20.0,
    server_most: int = 100_000,
    member_most: int = 9_000,
) -> AsyncGenerator[Desk]:
    """A desk whose model is this server."""
    settings = ModelSettings(server.url, MODEL, KEY, seconds, server_most, member_most)
    budgets = TokenUsageStore.open(engine_at(data))
    client = LlmClient(settings, time.monotonic)
    writer = ModelWriter(client, settings, budgets, lambda: NOON, time.monotonic)
    yield Desk(writer, server, budgets)
    await writer.close()
    await budgets.close()


@pytest.fixture
async def server() -> AsyncGenerator[ModelServer]:
    async with serving() as server:
        yield server


@pytest.fixture
async def desk(tmp_path: Path, server: ModelServer) -> AsyncGenerator[Desk]:
    async with desk_at(tmp_path, server) as desk:
        yield desk
