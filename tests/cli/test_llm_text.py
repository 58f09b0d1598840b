"""The command line with a language model on loopback."""

from __future__ import annotations

import asyncio
import importlib.util
import threading
from collections.abc import Iterator

import pytest

from tests.support.command_line import Desk
from tests.support.model_server import KEY, MODEL, ModelServer, cites, fails, serving

VOTE = "The council voted 7 to 4 to move the market."
ASKED = "How did the council vote on the market?"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """In a thread: each command runs a loop of its own."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    end = asyncio.Event()
    found: list[ModelServer] = []

    async def serve() -> None:
        async with serving(cites((VOTE, "voted 7 to 4"))) as server:
            found.append(server)
            ready.set()
            await end.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    yield found[0]
    loop.call_soon_threadsafe(end.set)
    thread.join()
    loop.close()


@pytest.fixture
def modelled(loaded: Desk, server: ModelServer) -> Desk:
    loaded.env.update(LLM_BASE_URL=server.url, LLM_MODEL=MODEL, LLM_API_KEY=KEY)
    return loaded


def test_an_answer_has_what_was_written_and_what_proves_it(modelled: Desk) -> None:
    answer = modelled("ask", ASKED, "--json").json
    assert answer["made"] == MODEL
    (sentence,) = answer["written"]["sentences"]
    assert sentence["text"] == VOTE
    assert [one["quote"] for one in sentence["citations"]] == [answer["claims"][0]["text"]]
    assert (answer["written"]["dropped"], answer["written"]["unwritten"]) == (0, None)


def test_people_read_it_with_numbers(modelled: Desk) -> None:
    result = modelled("ask", ASKED)
    out = " ".join(result.out.split())
    assert f"{VOTE} [1] [1] “The council voted 7 to 4" in out
    assert f"Written by {MODEL} from these quotes" in out
    assert KEY not in result.out + result.err


@pytest.mark.slow
def test_without_an_answer_the_quotes_are_read(modelled: Desk, server: ModelServer) -> None:
    server.then(fails(500))
    answer = modelled("ask", ASKED, "--json").json
    assert (answer["made"], answer["written"]["unwritten"]) == ("extractive", "unreachable")
    assert "7 to 4" in answer["claims"][0]["text"]
    result = modelled("ask", ASKED)
    assert "Quoted word for word: the language model didn't answer in time" in " ".join(result.out.split())
    assert KEY not in result.out + result.err


def test_its_tokens_are_counted_over_commands(modelled: Desk, server: ModelServer) -> None:
    modelled.env["LLM_SERVER_TOKENS"] = "1500"
    server.then(cites((VOTE, "voted 7 to 4"), tokens=1_400))
    assert modelled("ask", ASKED, "--json").json["made"] == MODEL
    assert modelled("ask", ASKED, "--json").json["written"]["unwritten"] == "server-budget"


def test_a_summary_as_long_as_its_article_is_not_written(modelled: Desk, server: ModelServer) -> None:
    assert modelled("summary", "2", "--sentences", "99", "--json").json["written"] is None
    assert server.asked == []


def test_the_missing_client_is_told(modelled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "openai" else find(name))
    result = modelled("ask", ASKED)
    assert result.code == 2
    assert "pip install 'newsdesk[openai]'" in result.err


def test_a_wrong_setting_is_told_without_the_key(modelled: Desk) -> None:
    modelled.env["LLM_BASE_URL"] = f"https://{KEY}@llm.example/v1"
    result = modelled("ask", ASKED)
    assert result.code == 2
    assert "LLM_BASE_URL: Use only the address. A key belongs in LLM_API_KEY." in result.err
    assert KEY not in result.err
