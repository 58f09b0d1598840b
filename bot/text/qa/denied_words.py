"""Words of a question that a sentence has only where it denies them: not proven, leased rather than sold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.domain.index_words import fold
from bot.text.language.word_lists import word_set
from bot.text.qa.choice import has_verb
from bot.text.qa.passages import PassageSentence
from bot.text.qa.question import Question
from bot.text.qa.reasons import states_reason
from bot.text.qa.subjects import is_among
from bot.text.verification.irregular import base_stem

MAX_SENTENCE = 2_000
"""How much of a sentence is read."""
MAX_CONTRASTED = 6
"""The most words of a contrast that are denied."""
_NEGATED = re.compile(
    r"\b(?:not|never|cannot|\w{2,6}n['’]t)"
    r"(?: (?:an?|the|be|been|being|have|yet|ever|always"
    r"|(?!(?:only|merely|simply|solely|purely|exclusively|mainly|primarily)\b)\w{2,20}ly)){0,4}"
    r" (?P<word>[^\W_]+)",
    re.IGNORECASE,
)
"""What is not so: has not been proven, do not fully accept. Not merely sold, and not just sold, is sold."""
_EXCEPTED = re.compile(
    r"[^;:()]{0,120}?\b(?:until|till|before (?=\w)|unless|except|without)\b"
    r"|[^,;:()]{0,120}?\b(?:(?:more|less|fewer|longer|shorter|later|earlier|further|higher|lower) than|but)\b"
    r"|[^;:()]{0,120}?, but (?:[$£€]?\d|(?:rather|about|only|also|in|on|at|by|for|from|to)\b)",
    re.IGNORECASE,
)
"""Behind what is not so, from when, where or how much it is: did not open until May, does not cost more
than 5 pounds."""
_EXCEPTED_BEFORE = re.compile(r"\W*(?:until|till|before|unless|except|without)\b", re.IGNORECASE)
_CONTRAST = re.compile(r"\b(?:rather than|instead of|as opposed to|unlike)\b", re.IGNORECASE)
_BEGINS_PHRASE = word_set(
    "a an the his her its their this that these those any most some all in on at by for from of to with"
)
_ENDS_PHRASE = word_set(
    "in on at by for from to with during since until after before when while where because so and but or as"
)
_RELATIVES = word_set("that which who")
_EXCLUDES = re.compile(r"\b(?:no|not|never|cannot|none|nobody|nothing|only|\w{2,6}n['’]t)\b", re.IGNORECASE)
"""What makes a question one for what is denied."""
_CLAUSE_END = re.compile(r"[,;:()]")
_WORD = re.compile(r"[^\W_]+")


def only_denies(question: Question, sentence: PassageSentence) -> bool:
    """Whether a sentence has a word of the question nowhere but right behind a negation, or in a contrast; it
    then says of something that it is not what is asked. Known in English, and not of yes and no, which a
    denial answers."""
    if question.language != "en" or question.question_type == "yesno":
        return False
    if _EXCLUDES.search(question.text) or _CONTRAST.search(question.text):
        return False
    text = sentence.text[:MAX_SENTENCE]
    denied = {*_negated(text, question.question_type == "why"), *_contrasted(text)}
    if not denied:
        return False
    words = [(word.start(), base_stem(fold(word[0]))) for word in _WORD.finditer(text)]
    inside = {word for start, word in words if start in denied}
    outside = {word for start, word in words if start not in denied}
    asked = set(map(base_stem, question.words))
    return any(is_among(word, inside) and not is_among(word, outside) for word in asked)


def _negated(text: str, asks_why: bool) -> Iterator[int]:
    """Yields where the words begin that are denied without an exception. A reason, if that is asked for, is
    also one for what did not happen."""
    if _EXCEPTED_BEFORE.match(text) or (asks_why and states_reason(text)):
        return
    for match in _NEGATED.finditer(text):
        if _EXCEPTED.match(text, match.end()) is None:
            yield match.start("word")


def _contrasted(text: str) -> Iterator[int]:
    """Yields where the words of contrasts begin, each up to the end of a phrase. Where a contrast opens a
    sentence, only a comma near it shows its end. Where no verb is before it, as in "Norrby rather than Oslo
    hosts the games", its phrase is a noun, and capitalised words behind that."""
    for contrast in _CONTRAST.finditer(text):
        clause_end = _CLAUSE_END.search(text, contrast.end())
        words = list(_WORD.finditer(text, contrast.end(), clause_end.start() if clause_end else len(text)))
        before = _WORD.findall(text, 0, contrast.start())
        if before or (clause_end and len(words) <= MAX_CONTRASTED):
            yield from _phrase(words[:MAX_CONTRASTED], not before or any(map(has_verb, before[:-1])))


def _phrase(words: Sequence[re.Match[str]], may_be_small: bool) -> Iterator[int]:
    """Yields where the words of the first phrase begin; `may_be_small` if those behind its first noun need no
    capital letters."""
    is_begun, before = False, ""
    for word in words:
        raw = word[0]
        is_end = raw in _ENDS_PHRASE or (has_verb(raw) and before not in _RELATIVES)
        if is_begun and (is_end or not (may_be_small or raw[0].isupper())):
            return
        yield word.start()
        is_begun, before = is_begun or raw not in _BEGINS_PHRASE, raw
