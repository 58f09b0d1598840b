"""Selects sentences that can head a theme: clear alone, serious, and the author's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile

from bot.text.discussion.quotes import (
    CommentSentence,
    has_quotable_length,
    is_context_dependent,
    is_question,
    quality,
    speaks_to_somebody,
)
from bot.text.language.quotations import has_open_quotation
from bot.text.language.slurs import slur_spans
from bot.text.language.stopwords import STOP_WORDS
from bot.text.language.word_lists import WordLists

MAX_CHARACTERS = 200
MIN_QUALITY = -0.9
_LISTS = WordLists(__file__, "headings.txt")
_JOKE = re.compile(
    r"[;:]-?[)DP](?!\w)|\b(?:lol|lmao|rofl|haha\w*|jk)\b|(?<!\w)/s\b|[\U0001F600-\U0001F64F\U0001F923]",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"]{30,}"|“[^“”]{30,}”|^["“«„]')
_CUT = re.compile(r"(?:\b(?:e\.?g|i\.?e|vs|mr|mrs|dr)\.|\.\.\.|…|[,;:\-–—])$", re.IGNORECASE)
_KNOWN_FIGURE = re.compile(r"[\"“]?The [$£€]?\d(?![\w.,]*(?:%|-| (?:of|that|which|who)\b))", re.IGNORECASE)
"""A figure that somebody else named: "The 1,200 is not a head of islanders"."""
_VERB = re.compile(
    r"\b(?:is|are|was|were|am|be|been|has|have|had|do|does|did|will|would|can|could|should|shall|may|might|must|i|we"
    r"|you|they|he|she|it|nobody|everybody|who|[a-z]+n['’]t|cannot|[a-z]{2,}ed|(?!yours|ours|theirs|his|its|this)"
    r"[a-z]{2,}[^\Ws]s)\b|['’](?:s|re|ve|ll|d|m)\b",
    re.IGNORECASE,
)
"""Words that are or can be verbs, or stand before them."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_SHORT = re.compile(r"'(?:s|re|ll|d|ve)$")
_TURNS = re.compile(
    r"[\s\"'”’)]{0,6}(?:but|however|yet|although|though|except|still|that said|on the other hand)\b",
    re.IGNORECASE,
)
"""How the next sentence begins if it limits the one before."""
_ANECDOTE = re.compile(
    r"^(?:for|to) me\b"
    r"|^(?:i|we|my \w+) (?:just |once |also )?(?:was|were|had|did|went|got|saw|read|heard|met|[a-z]+ed)\b"
    r"|\b(?:recently|yesterday|last (?:week|month|night)|(?:day|week|month|year)s? ago)\b"
    r"|^(?:after|once|when|while) (?:i|we|my)\b|^an? [a-z]{1,20} (?:i know|i knew|of mine)\b"
    r"|^\W*\d+ ?[&)/]",
    re.IGNORECASE,
)
"""What somebody lived through or felt, and answers to a list, which say nothing for others."""
_ABOUT_ONESELF = re.compile(
    r"(?:[^,]{1,30}, )?i(?:['’](?:ve|m))? (?!(?:(?:[a-z]{1,20}ly|also|just|never|rather) )?(?:agree|always"
    r"|(?:am )?(?:[a-z]{1,20}ly )?(?:against|all for|all in favou?r|convinced|for|in favou?r|opposed)"
    r"|assume|believe|bet|can|cannot|care|consider|could|disagree|dislike|distrust|do|doubt|expect|favou?r"
    r"|fear|feel|guess|hate|have always|hope|imagine|insist|know(?! (?:an?|how|many|one|some|two)\b)"
    r"|like|love|may|might|mistrust|must|object"
    r"|oppose|prefer|reckon|refuse|reject|respect|see|should|still|strongly|support|suppose|suspect|think"
    r"|trust|understand|want|welcome|wish|would|[a-z]+n['’]t)\b)",
    re.IGNORECASE,
)
"""What begins with "I" and no opinion: "I play the double bass"."""
_AFTER_QUESTION = re.compile(r"[?:][\"'”’)]{0,3}\s{0,5}\Z")
"""What stands before a sentence that answers its author's own question or completes a list."""
_MAX_BEFORE = 10
_THOUGHT = (
    r"(?:approach|argument|attitude|article|claim|comment|essay|example|fact|idea|issue|logic|opinion|position"
    r"|problem|question|reason|reasoning|sentence|situation|statement|theory|view|viewpoint)"
)
"""What "that" points at."""
_SAYING = (
    r"(?:(?:accept|admit|agree|argue|assume|believe|claim|complain|deny|doubt|expect|fear|feel|find|forget|guess"
    r"|hear|hold|hope|imagine|insist|know|learn|mean|notice|prove|read|realise|realize|remember|say|see|seem|show"
    r"|suggest|suppose|suspect|teach|tell|think|understand|wish|worry)(?:e?d|s|ing)?|are|arguing|aware|belief"
    r"|believing|certain|clear|convinced|denie[ds]|evidence|fact|felt|found|happy|heard|held|idea|is|knew|known"
    r"|meant|obvious|proof|proven|said|saw|seen|shown|sign|so|sure|taught|thought|told|true|understood|was"
    r"|were)"
)
"""Behind these words, "that" may only join two clauses: "say that problem solving is a skill"."""
_REFERS = re.compile(
    r"\b(?:as|like) (?:i|we) (?:already |just )?(?:said|mentioned|wrote)\b|\bas (?:mentioned|stated)\b"
    r"|\b(?:about|as|at|by|for|from|in|of|to|with) such an?\b(?! (?:manner|way))"
    r"|\A\W*there(?:['’]s| is) another\b"
    r"|\A\W*another (?:advantage|argument|aspect|benefit|example|factor|idea|issue|point|problem|question"
    r"|reason|side|solution|thing|way|[a-z]{1,20} (?:is|that|to|which|who))\b"
    r"|\A\W*(?:additionally|again|alternatively|finally|firstly|furthermore|heck|lastly|likewise|meanwhile"
    r"|moreover|next|plus|secondly|similarly|thirdly)\b"
    rf"|(?:\A\W*|\b(?!{_SAYING}\b)\w{{1,20}}[^\w\s]{{0,2}} )that {_THOUGHT}\b"
    rf"|\bthat {_THOUGHT}(?=['’]s\b|[^\w\s'’-]|\W*\Z| (?:[a-z]+n['’]t|applies|are|can|cannot|could|did|do"
    r"|does|fails|had|has|have|holds|ignores|is|makes|may|might|must|needs|should|was|were|will|would)\b)"
    r"|(?:\A\W*|, )for (?:example|instance),|\A\W*for (?:example|instance)\b"
    r"|\bfor (?:example|instance) (?:are|can|could|did|do|does|had|has|have|is|may|might|must|should|was|were"
    r"|will|would)\b"
    r"|\A(?:(?!\b(?:and|but|only|or|which|while|who)\b)[^,;]){0,200}?\b(?:also\b|as well\W*\Z)"
    r"|\A\W*(?:an?|my|one|the) (?:(?:basic|best|big|bigger|biggest|core|first|good|great|hard|important"
    r"|interesting|last|main|major|nasty|obvious|only|other|real|sad|same|second|serious|simple|single|third"
    r"|true|underlying|usual|whole|worst) )?"
    r"(?:answer|bottom line|difference|difficulty|goal|idea|irony|issue|key"
    r"|moral|part|point|problem|question|reason|result|secret|solution|thing|trick|trouble)(?: here)?"
    r"(?:['’]s| comes| is| was)\b"
    r"|\A\W*(?:as (?:far|for)|regarding|speaking of)\b"
    r"|\b(?:are|be|been|being|is|was|were)(?: (?:just|nearly|not|only|quite))? as (?!(?:an?|always|described"
    r"|ever|expected|far|follows|if|intended|it|much|of|opposed|such|the|they|though|to|usual|we|well|yet|you"
    r"|i)\b)[a-z]{3,20}\b(?![\s\S]{0,200}\bas\b)"
    r"|\A\W*(?:an?|one) (?:\w+ )?example\b|\A\W*even (?!if\b|though\b|when\b|with\b|so\b)|\A[(\[]",
    re.IGNORECASE,
)
"""Words that refer to an earlier sentence, continue it, or compare with what it says ("is not as fast")."""
_COMPARES = re.compile(
    r"\b(?:are|is|was|were)(?:n['’]t| not)?(?: (?:a (?:bit|little|lot)|also|even|far|generally|just|little"
    r"|much|no|often|significantly|slightly|so much|usually|way)){0,2} (?:(?:more|less) [a-z]{4,20}|better"
    r"|bigger|cheaper|cleaner|colder|easier|faster|happier|harder|healthier|higher|larger|lower|newer|older"
    r"|poorer|quicker|richer|safer|shorter|simpler|slower|smaller|stronger|warmer|weaker|worse)"
    r"(?: and (?:(?:more|less) )?[a-z]{4,20})?\W*\Z",
    re.IGNORECASE,
)
"""How a sentence ends that compares: "The night bus is cheaper."."""
_OTHER_SIDE = re.compile(
    r"\b(?:after|because|before|compared|except|if|never|no one|nobody|nothing|now|since|than|today|unless"
    r"|versus|when|where|without)\b|\A\W*no\b|\bthe [^\W\d_]{2,20}er\b",
    re.IGNORECASE,
)
"""Words that say what a sentence compares with, or that nothing compares."""
_ADVICE = re.compile(
    r"\W*(?:best|better|easier|much better|no need|no point|time|worse) (?:for|in|that|to)\b", re.IGNORECASE
)
"""How sentences begin that lack their verb: "Better to wait"."""
_OF_THEM = re.compile(
    r"\b(?:all|both|each|either|few|many|most|neither|none|one|some) of (?:them|these|those|it)\b",
    re.IGNORECASE,
)
_MIN_NOUN_LETTERS = 3
_NAMED_BEHIND = re.compile(
    r"\A\W*(?:after|because of|beyond|by|despite|for|from|in|on|to|under|with|without) their\b[^,]{1,60},"
    r"((?: [\w'’-]+){1,3})",
    re.IGNORECASE,
)
"""A sentence that says behind the comma whose it is: "Despite their wealth, athletes go broke"."""


def can_head(sentence: CommentSentence) -> bool:
    """Whether a sentence can stand above what others say: whole, clear alone, and neither a question, a joke,
    an insult, a quotation nor a greeting."""
    text = sentence.text
    return (
        has_quotable_length(sentence)
        and len(text) <= MAX_CHARACTERS
        and len(sentence.stems) >= 3
        and not is_question(text)
        and not is_context_dependent(sentence)
        and not has_open_quotation(text)
        and not slur_spans(text)
        and not is_joke(text)
        and not _QUOTED.search(text)
        and not _CUT.search(text)
        and not _KNOWN_FIGURE.match(text)
        and quality(sentence) >= MIN_QUALITY
        and not (sentence.language == "en" and _is_unclear(text))
        and not (sentence.comment.parent is not None and speaks_to_somebody(sentence))
        and not _TURNS.match(sentence.comment.text, sentence.end)
        and not _AFTER_QUESTION.search(sentence.comment.text[: sentence.start][-_MAX_BEFORE:])
    )


def _is_unclear(text: str) -> bool:
    """Whether an English sentence refers to another one, describes one day, or does not say who."""
    return refers_back(text) or is_about_oneself(text) or lacks_subject(text)


def is_about_oneself(text: str) -> bool:
    """Whether an English sentence tells what its writer lived through or does."""
    return _ABOUT_ONESELF.match(text) is not None or _ANECDOTE.search(text) is not None


def has_verb(sentence: CommentSentence) -> bool:
    """Whether a word of an English sentence can be a verb: not in "Trade mark lawyer, not yours."."""
    return _VERB.search(sentence.text) is not None


def is_joke(text: str) -> bool:
    """Whether a text says that it is not meant seriously."""
    return _JOKE.search(text) is not None


def refers_back(text: str) -> bool:
    """Whether a pronoun of an English sentence stands for something that an earlier sentence names."""
    if _OF_THEM.search(text) or _REFERS.search(text):
        return True
    if _COMPARES.search(text) and not _OTHER_SIDE.search(text):
        return True
    words = _WORD.findall(text.casefold().replace("’", "'"))
    spelled = _WORD.findall(text.replace("’", "'"))
    if any(_is_bare_given_name(spelled, index) for index in range(len(spelled))):
        return True
    named_behind = _NAMED_BEHIND.match(text)
    behind = [] if named_behind is None else named_behind[1].casefold().split()
    for index, word in enumerate(words):
        previous = words[index - 1] if index else ""
        following = words[index + 1] if index + 1 < len(words) else ""
        if _SHORT.sub("", word) in _LISTS["pronouns"] and not _names_something(words[: index - 1] + behind):
            return True
        if _SHORT.sub("", word) in _LISTS["several"] and not any(map(_are_several, words[:index] + behind)):
            return True
        if word in _LISTS["he-or-she"] and not any(map(_is_person, spelled[:index], range(index))):
            return True
        if word == "there" and _points_somewhere(words, index):
            return True
        ends = not following or following in _LISTS["name-nothing"]
        if word in _LISTS["pointing"] and (
            (ends and previous in _LISTS["before-pointing"])
            or (word in ("this", "these") and following not in _LISTS["before-everyone"])
            or (word == "that" and previous in _LISTS["prepositions"])
        ):
            return True
    return bool(words) and words[-1] in _LISTS["refers-at-end"]


def _names_something(words: Sequence[str]) -> bool:
    """Whether one of the words may be what a pronoun stands for; none is that follows "to" or "would"."""
    return any(
        _can_be_named(word) and not (index and words[index - 1] in _LISTS["before-verbs"])
        for index, word in enumerate(words)
    )


def _are_several(word: str) -> bool:
    """Whether "they" can stand for a word: a plural, or somebody."""
    is_plural = (
        len(word) >= _MIN_NOUN_LETTERS and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    )
    is_plural &= word not in _LISTS["no-plurals"]
    return is_plural or word in _LISTS["groups"] or word.removesuffix("'s") in _LISTS["persons"]


def _is_person(word: str, index: int) -> bool:
    """Whether a word at this place of a sentence may name a person: one of the list, or a name."""
    is_name = index > 0 and word[0].isupper() and len(word) >= _MIN_NOUN_LETTERS and not word.isupper()
    return is_name or word.casefold().removesuffix("s") in _LISTS["persons"]


def _is_bare_given_name(spelled: Sequence[str], index: int) -> bool:
    """Whether a word is somebody's given name without a surname: readers do not know whose."""
    if not is_given_name(spelled[index].removesuffix("'s")):
        return False
    before = spelled[index - 1] if index else ""
    if before.casefold() in _LISTS["titles"] or (before[:1].isupper() and not _is_opener(before, index - 1)):
        return False
    if spelled[index].endswith("'s"):
        return True
    behind = dropwhile(_LISTS["within-names"].__contains__, spelled[index + 1 :])
    return not next(behind, "")[:1].isupper()


def is_given_name(word: str) -> bool:
    """Whether a word, as it is spelled, is a given name in English."""
    return word.istitle() and word.casefold() in _LISTS["given-names"]


def _is_opener(word: str, index: int) -> bool:
    """Whether a word at this place of a sentence has its capital letter because the sentence begins."""
    folded = word.casefold()
    return index == 0 and (
        folded in STOP_WORDS["en"]
        or folded in _LISTS["name-nothing"]
        or folded in _LISTS["openers"]
        or folded.endswith(("ly", "n't"))
    )


def _points_somewhere(words: Sequence[str], index: int) -> bool:
    """Whether "there" is a place that an earlier sentence names."""
    following = words[index + 1] if index + 1 < len(words) else ""
    exists = following in _LISTS["after-existing-there"] or (
        index and words[index - 1] in ("is", "are", "be")
    )
    return not exists and not (index and words[index - 1] in _LISTS["before-no-there"])


def lacks_subject(text: str) -> bool:
    """Whether an English sentence begins as notes and asides do: without saying who or what."""
    if _ADVICE.match(text):
        return True
    match = _WORD.search(text.casefold().replace("’", "'"))
    return match is not None and match[0] in _LISTS["no-subject"]


def _can_be_named(word: str) -> bool:
    is_other = word.endswith(("ly", "ed"))
    return len(word) >= _MIN_NOUN_LETTERS and not is_other and word not in _LISTS["name-nothing"]
