"""Whether a text says that what a question asks about was done: with its verb, a noun of it, or a synonym."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.domain.index_words import fold
from bot.text.language.index_tokens import raw_words
from bot.text.language.word_lists import read_lists, word_set
from bot.text.qa.features import AnswerCandidate, is_same
from bot.text.qa.passages import StemTable
from bot.text.qa.question import Question
from bot.text.verification.irregular import base_stem, is_irregular_past

MAX_SENTENCE = 2_000
"""How much of a sentence is read."""
_SAME_DEED = {
    "win": "won",
    "written": "wrote",
    "sung": "sang",
    "creat": "invent",
    "develop": "invent",
    "stolen": "stole",
} | (dict.fromkeys(("murder", "shot", "assassin"), "kill"))
"""Stems of verbs that share the list of another one."""
_ENDINGS = "(?:e?[drs]|e|ing|e?rs|ors?)?"
_ONES_OWN = re.compile(r"\b(?:his|her|its|their|our|your|my) own\b", re.IGNORECASE)
_ACT = re.compile(
    r"\bwho (?:(?:has|have|had) )?(?:(?:is|was|are|were|been) )?(?:first |\w{2,20}ly )?(?P<verb>[a-z]+)\b",
    re.IGNORECASE,
)
"""The act in who proposed it, who was first sued."""
_INDIRECT = re.compile(
    r"\b(?:decid|ask|know|knew|determin|settl|wonder|establish|find out|found out|learn|unclear|unknown"
    r"|disput|argu|debat|question|say|tell)\w{0,5} (?:\w{1,20} ){0,3}?who(?:se)?\b[^,.;:]*",
    re.IGNORECASE,
)
"""An indirect question, which says of nobody that he did it: to decide who invented the bun."""
_GENERAL = word_set(
    "became become used made did got had included associated involved considered called named known referred"
    " based played gave given took taken came gone went kept left held led ruled lived needed wanted liked"
    " thought said put responsible related supposed allowed expected"
)
"""Verbs that name no one act: texts say the same with any other."""


def lacks_act(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> bool:
    """Whether it is asked who did something, or where it was done, and no text around the candidate says that
    it was: of some verbs neither the sentence nor its headline has a word that says so, of others these and
    the sentences beside it lack every form of the verb. Known in English."""
    if question.language != "en":
        return False
    title = candidate.passage.article.title[:MAX_SENTENCE]
    done = _done_by().get(_SAME_DEED.get(question.verb or "", question.verb or ""))
    if question.question_type == "who" and done is not None:
        text = candidate.sentence.text[:MAX_SENTENCE]
        # Within a sentence such a word with a capital is a name.
        text = f"{title.casefold()} {text[:1].lower()}{text[1:]}"
        return done.search(_ONES_OWN.sub(" ", _INDIRECT.sub(" ", text))) is None
    act = _act(question)
    if act is None:
        return False
    texts = (*around(candidate, stem_table), title)
    words = [fold(raw) for text in texts for raw in raw_words(_INDIRECT.sub(" ", text))]
    return not any(is_same(base_stem(act), base_stem(word)) for word in words)


def _act(question: Question) -> str | None:
    """Returns the verb of a question that names what was done; None if that is said in many ways."""
    verb = ""
    if question.question_type == "who" and (asked := _ACT.search(question.text)):
        verb = fold(asked["verb"])
    elif question.asks_where:
        verb = dict(zip(question.stems, question.words, strict=True)).get(question.verb or "", "")
    is_past = verb.endswith("ed") or is_irregular_past(verb)
    return verb if is_past and verb not in _GENERAL else None


def around(candidate: AnswerCandidate, stem_table: StemTable) -> list[str]:
    """Returns the candidate's sentence and those beside it."""
    sentences = candidate.passage.sentences(stem_table)
    position = next((n for n, other in enumerate(sentences) if other.start == candidate.sentence.start), 0)
    return [other.text[:MAX_SENTENCE] for other in sentences[max(0, position - 1) : position + 2]]


@cache
def _done_by() -> Mapping[str, re.Pattern[str]]:
    """Maps the stem of a verb to the words that say that somebody did it."""
    lists = read_lists(Path(__file__).with_name("done.txt"))
    patterns = {
        verb: "|".join(words).replace("_", " ").replace("*", _ENDINGS) for verb, words in lists.items()
    }
    return {verb: re.compile(rf"\b(?:{words})(?!\w)") for verb, words in patterns.items()}
