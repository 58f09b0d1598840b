"""Parses the replies of a language model: one JSON object of a fixed form."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from bot.text.language.sentences import sentence_spans

MAX_SENTENCES = 40
"""The most sentences read from one reply."""
REPLY_SCHEMA = {
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "passages": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "passages"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["sentences"],
    "additionalProperties": False,
}
"""The JSON schema of a reply, for endpoints that can be held to one."""
_MARK = re.compile(r" ?\[\d{1,3}(?: ?, ?\d{1,3})*\]")


class _Sentence(msgspec.Struct, frozen=True):
    text: str
    passages: list[int]


class _Reply(msgspec.Struct, frozen=True):
    sentences: list[_Sentence]


_decode = msgspec.json.Decoder(_Reply).decode


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One unverified sentence, and the numbers of the passages that it cites."""

    text: str
    passages: tuple[int, ...]


def parse_reply(text: str) -> tuple[DraftSentence, ...]:
    """Parses a reply, which may be inside a code fence, into sentences; if an entry holds several sentences,
    each cites all of the entry's passages. Raises ValueError unless the reply is exactly one JSON object of
    the expected form."""
    try:
        reply = _decode(_without_fence(text).encode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError(str(error)) from error
    drafts: list[DraftSentence] = []
    for entry in reply.sentences[:MAX_SENTENCES]:
        sentences = _MARK.sub("", " ".join(entry.text.split()))
        passages = tuple(dict.fromkeys(entry.passages))
        spans = sentence_spans(sentences)[: MAX_SENTENCES - len(drafts)]
        drafts += [DraftSentence(sentences[start:end], passages) for start, end in spans]
    return tuple(drafts)


def _without_fence(text: str) -> str:
    """The reply without its thoughts and the code fence around it, if it has them."""
    text = text.strip()
    if text.startswith("<think>"):
        text = text.partition("</think>")[2].strip()
    if text.startswith("```") and text.endswith("```"):
        text = text[3:-3].removeprefix("json").strip()
    return text
