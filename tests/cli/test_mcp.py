"""AI tools read an archive through the official SDK: what they get is what the command line prints."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.support.command_line import Desk
from tests.support.paths import ROOT
from tests.support.world import load, thread

mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed")
pytestmark = pytest.mark.slow

THEIRS = "The tram of the other server is late"


@asynccontextmanager
async def client(desk: Desk, *options: str) -> AsyncGenerator[Any]:
    """A client of `newsdesk mcp`, which runs as a process of its own."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "NEWSDESK_DATA": str(desk.data), "NEWSDESK_VECTORS": "off"}
    server = mcp.StdioServerParameters(command=sys.executable, args=["-m", "bot", *options, "mcp"], env=env)
    async with (
        mcp.stdio_client(server) as (incoming, outgoing),
        mcp.ClientSession(incoming, outgoing) as session,
    ):
        await session.initialize()
        yield session


async def called(session: Any, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await session.call_tool(tool, arguments)
    assert not result.is_error, result.content
    document: dict[str, Any] = json.loads(result.content[0].text)
    assert result.structured_content == document
    return document


async def printed(desk: Desk, *argv: str) -> dict[str, Any]:
    """What the command line prints; in a thread, as this one has a running event loop."""
    desk.env["NEWSDESK_VECTORS"] = "off"
    return (await asyncio.to_thread(desk, *argv, "--json")).json


async def test_tools_return_what_the_command_line_prints(loaded: Desk) -> None:
    async with client(loaded) as session:
        tools = (await session.list_tools()).tools
        names = {"search", "article", "comments", "thread", "comment_digest", "ask"}
        assert {tool.name for tool in tools} == names
        assert all(tool.annotations.read_only_hint for tool in tools)
        search = await called(session, "search", query="market", limit=3)
        assert search["total"] > 0
        assert search == await printed(loaded, "search", "market", "--limit", "3")
        article = await called(session, "article", id="2")
        assert article == await printed(loaded, "article", "2", "--comments", "0")
        assert (article["comments"], article["comment_total"]) == ([], 2)
        first = await called(session, "comments", id="2", limit=1)
        assert first == await printed(loaded, "article", "2", "--comments", "1")
        rest = await called(session, "comments", id="2", offset=1)
        assert first["comments"] + rest["comments"] == (await printed(loaded, "article", "2"))["comments"]
        listed = await called(session, "thread", id="2", order="oldest", limit=1)
        options = ("--list", "--order", "oldest", "--limit", "1")
        assert listed == await printed(loaded, "comments", "2", *options)
        assert await called(session, "comment_digest", id="2") == await printed(loaded, "comments", "2")
        question = "What will stallholders pay in the first year?"
        assert await called(session, "ask", question=question) == await printed(loaded, "ask", question)


async def test_mistakes_are_answered_and_options_cannot_be_smuggled_in(loaded: Desk) -> None:
    load(loaded.data, 5, [thread(THEIRS, "It waits at the quay.")], "theirs.txt")
    async with client(loaded) as session:
        missing = await session.call_tool("article", {"id": "999999"})
        assert missing.is_error
        assert "999999" in missing.content[0].text
        assert (await session.call_tool("search", {"query": "x", "limit": 5000})).is_error
        assert (await session.call_tool("search", {"query": "x", "after": "someday"})).is_error
        for query in ("--guild 5 tram", "tram", 'tram" OR guild:5'):
            assert THEIRS not in json.dumps(await called(session, "search", query=query))
        assert (await session.call_tool("article", {"id": THEIRS})).is_error
    async with client(loaded, "--guild", "5") as session:
        [hit] = (await called(session, "search", query="tram"))["hits"]
        assert hit["title"] == THEIRS
        assert (await called(session, "search", query="market"))["hits"] == []


def test_without_the_extra_it_says_what_to_install(loaded: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    shown = loaded("mcp")
    assert shown.code == 2
    assert "pip install 'newsdesk[mcp]'" in shown.err
