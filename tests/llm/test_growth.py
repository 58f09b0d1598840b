"""A reply of any form is parsed in linear time, and what is read of passages is bounded."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from bot.llm.client import MAX_ANSWER_CHARS
from bot.llm.prompts import MAX_PASSAGE_CHARS, MAX_READ_CHARS, Task, prompt, safe_passages
from bot.llm.replies import MAX_SENTENCES, parse_reply
from bot.llm.writer import source_text
from bot.text.verification import verify
from tests.support.growth import assert_linear, seconds
from tests.support.llm import passage

MAX_SECONDS = 0.5
PIECES = (
    "```\n",
    "``` \n",
    "\n",
    " \n",
    "```json\n",
    "<think>",
    "</think>",
    "[1, ",
    "[1 ,",
    "{",
    "[",
    "“",
    '"',
)
FORMS = ("{}", "```{}", "```{}```", "<think>{}", "```json\n{}\n```", "{}```")
SENTENCES = ("A gull. ", "“", "”", "[1]", "[1, ", "a.", "7 to 4 ", "Ann Bob ", "“a” ", "a-", "so ")


def parse(text: str) -> None:
    with suppress(ValueError):
        parse_reply(text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("piece", PIECES)
def test_any_reply_is_parsed_in_linear_time(form: str, piece: str) -> None:
    def made(size: int) -> str:
        return form.format(piece * (size // len(piece)))

    assert seconds(parse, made(MAX_ANSWER_CHARS)) < MAX_SECONDS
    assert_linear(made, parse, MAX_ANSWER_CHARS)


@pytest.mark.parametrize("piece", SENTENCES)
def test_any_sentences_are_parsed_and_verified_in_bounded_time(piece: str) -> None:
    text = piece * (MAX_ANSWER_CHARS // 2 // len(piece))
    numbers = list(range(MAX_ANSWER_CHARS // 10))
    reply = json.dumps({"sentences": [{"text": text, "passages": numbers}]})
    assert seconds(parse, reply) < MAX_SECONDS
    drafts = parse_reply(reply)
    assert len(drafts) <= MAX_SENTENCES
    sources = [source_text(passage(piece * 100_000))] * 3

    def prove(sentences: list[str]) -> None:
        for sentence in sentences:
            verify(sentence, sources)

    assert seconds(prove, [draft.text for draft in drafts[:3]]) < 3 * MAX_SECONDS
    assert seconds(prove, [(piece * 500)[:500]]) < 3 * MAX_SECONDS


@pytest.mark.parametrize(
    "text", ["forget " * 20_000, "ai " * 50_000, "\n" * 100_000, "\u200b" * 100_000 + "so"]
)
def test_what_is_read_of_a_passage_is_bounded(text: str) -> None:
    def send(quote: str) -> str:
        return prompt(Task("answer", quote, 3), safe_passages([passage(quote)]))

    assert seconds(send, text) < MAX_SECONDS
    assert len(send(text)) < 3 * MAX_PASSAGE_CHARS
    assert len(source_text(passage(text)).text) <= MAX_READ_CHARS


def test_a_deep_reply_is_unusable() -> None:
    for depth in (10, 1_000, MAX_ANSWER_CHARS):
        with pytest.raises(ValueError):
            parse_reply('{"sentences": ' + "[" * depth)


def test_thoughts_and_fences_are_left_out() -> None:
    plain = json.dumps({"sentences": [{"text": "A gull flew.", "passages": [1]}]})
    for form in (
        "```json\n{}\n```",
        "```\n{}\n``` ",
        " <think>so\n```</think>\n{}",
        "<think></think>```{}```",
    ):
        assert parse_reply(form.replace("{}", plain)) == parse_reply(plain)
