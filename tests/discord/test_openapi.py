"""The checks of what the bot sends must catch what Discord refuses, or they prove nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.openapi import DiscordApi, Sent, limit_problems, pings

CALLBACK = "/interactions/1/token/callback"
MESSAGES = "/channels/1/messages"
QUIET: dict[str, list[str]] = {"parse": []}


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(label: str, custom_id: str) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": label, "custom_id": custom_id}


def card(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"flags": 1 << 15, "components": [{"type": 17, "components": list(components)}], **more}


def completion(*names: str) -> dict[str, Any]:
    return {"type": 8, "data": {"choices": [{"name": name, "value": name} for name in names]}}


@pytest.fixture
def api(discord_api: DiscordApi | None) -> DiscordApi:
    if discord_api is None:
        pytest.skip("needs Discord's OpenAPI file (set DISCORD_OPENAPI)")
    return discord_api


RIGHT = [
    Sent("POST", MESSAGES, card(text("Hello"), {"type": 1, "components": [button("More", "more")]})),
    Sent("POST", MESSAGES, {"content": "Hello", "message_reference": {"message_id": 5, "channel_id": 6}}),
    Sent("POST", CALLBACK, completion("harbour", "h" * 100)),
    Sent("POST", CALLBACK, {"type": 5, "data": {"flags": 64}}),
    Sent("PATCH", "/webhooks/1/token/messages/@original", {"content": "Hello"}),
    Sent("GET", "/users/@me", None),
]

WRONG = [
    Sent("POST", MESSAGES, {"content": "x" * 4_001}),
    Sent("POST", MESSAGES, card({"type": 1, "components": [button("x" * 81, "more")]})),
    Sent("POST", MESSAGES, card({"type": 1, "components": [button("More", "x" * 101)]})),
    Sent("POST", CALLBACK, {"type": 99}),
    Sent("POST", "/channels/1/threads", {"name": "x" * 101, "type": 11}),
    Sent("PUT", "/applications/1/commands", [{"name": "search", "description": "x" * 101, "type": 1}]),
    Sent("PUT", "/applications/1/commands", [{"name": "x" * 33, "description": "Search", "type": 1}]),
    Sent("POST", "/no/such/operation", {}),
]


@pytest.mark.parametrize("sent", RIGHT, ids=str)
def test_a_right_request_passes(api: DiscordApi, sent: Sent) -> None:
    assert api.problems(sent) == []


@pytest.mark.parametrize("sent", WRONG, ids=lambda sent: f"{sent} {str(sent.body)[:30]}")
def test_a_wrong_request_is_found(api: DiscordApi, sent: Sent) -> None:
    (problem,) = api.problems(sent)
    assert problem.startswith(f"{sent.method} {sent.path}")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (Sent("POST", CALLBACK, completion(*(str(number) for number in range(26)))), "26 completions"),
        (Sent("POST", CALLBACK, completion("h" * 101)), "a completion of 101 characters"),
        (Sent("POST", CALLBACK, completion("")), "a completion of 0 characters"),
        (Sent("POST", MESSAGES, card(text("x" * 2_001), text("x" * 2_000))), "4001 characters of text"),
        (Sent("POST", MESSAGES, card(*(text("x") for _ in range(40)))), "41 components"),
        (Sent("POST", CALLBACK, {"type": 4, "data": card(text("x" * 4_001))}), "4001 characters of text"),
        (
            Sent("POST", MESSAGES, card({"type": 1, "components": [button("A", "a"), button("B", "a")]})),
            "share a custom_id",
        ),
        (Sent("POST", MESSAGES, {}, files=(11 * 1024 * 1024,)), "a file of"),
        (Sent("POST", MESSAGES, {}, files=(9 * 1024 * 1024,) * 3), "files of"),
        (Sent("POST", MESSAGES, {}, files=(1,) * 11), "11 files"),
        (Sent("PUT", "/applications/1/commands", [{"name": "a", "description": ""}]), "description of a"),
        (
            Sent(
                "PUT",
                "/applications/1/commands",
                [{"name": "a", "description": "x", "options": [{"name": "b", "description": "x" * 101}]}],
            ),
            "description of b",
        ),
        (
            Sent("PUT", "/applications/1/commands", [{"name": "a", "description": "x"}] * 2),
            "share a name",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_limit_beyond_the_description_is_found(sent: Sent, said: str) -> None:
    problems = limit_problems(sent)
    assert len(problems) >= 1
    assert any(said in problem for problem in problems)


@pytest.mark.parametrize("sent", RIGHT, ids=str)
def test_a_right_request_is_within_the_limits(sent: Sent) -> None:
    assert limit_problems(sent) == []


@pytest.mark.parametrize(
    "body",
    [
        {"content": "Hello @everyone"},
        {"content": "Hello", "allowed_mentions": {"parse": ["everyone"]}},
        card(text("Hello"), allowed_mentions={"parse": [], "users": ["5"]}),
    ],
)
def test_a_message_that_could_ping_is_found(body: dict[str, Any]) -> None:
    assert pings(Sent("POST", MESSAGES, body))
    assert pings(Sent("POST", CALLBACK, {"type": 4, "data": body}))
    assert not pings(Sent("POST", MESSAGES, {**body, "allowed_mentions": QUIET}))


def test_what_is_no_message_cannot_ping() -> None:
    assert not pings(Sent("POST", CALLBACK, {"type": 5}))
    assert not pings(Sent("PUT", "/applications/1/commands", [{"name": "a", "description": "x"}]))
