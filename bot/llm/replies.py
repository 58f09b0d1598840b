"""Parses the replies of a language model: one JSON object of a fixed form."""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from bot.text.language.sentences import sentence_spans

MAX_SENTENCES = 40
"""The most sentences read from one reply."""
_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*)\n\s*```\s*\Z", re.DOTALL)
_MARK = re.compile(r"\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\]")


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
    text = _THOUGHTS.sub("", text, count=1)
    fenced = _FENCE.match(text)
    reply = _decode((fenced[1] if fenced else text).strip().encode("utf-8", "replace"))
    drafts = []
    for entry in reply.sentences[:MAX_SENTENCES]:
        sentences = _MARK.sub("", " ".join(entry.text.split()))
        drafts += [
            DraftSentence(sentences[start:end], tuple(dict.fromkeys(entry.passages)))
            for start, end in sentence_spans(sentences)
        ]
    return tuple(drafts[:MAX_SENTENCES])
