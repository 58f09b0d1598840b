"""What comments say that the article does not: figures and statements against it, and facts added to it.

Words alone cannot tell who is right. Only pairs are kept whose sentences share most of their words, or that
count the same thing differently; everything else is left unsaid.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Sequence
from dataclasses import dataclass

from bot.domain.answers import Divergence, Sentence
from bot.domain.articles import Article
from bot.text.discussion.quotes import (
    CommentSentence,
    CommentText,
    has_quotable_length,
    is_context_dependent,
    is_question,
    pick_distinct,
    quality,
)
from bot.text.language.comment_tokens import CommentStemmer, comment_words
from bot.text.language.negations import is_negation
from bot.text.language.number_words import ONE_TO_TWELVE
from bot.text.language.quantities import RANGE, Quantity, find_numbers, find_quantities
from bot.text.language.sentences import article_sentences

MAX_CONTRADICTIONS = 3
MAX_ADDITIONS = 2
MAX_READ_FOR_ADDITIONS = 1_000
"""So many comments are read for what they add; all are for what they say against the article."""
_NOT_SURE = re.compile(
    r"\b(?:if|would|could|should|might|may|maybe|perhaps|imagine|suppose|guess|probably|bet|hope|wish|let's"
    r"|need|needs|must|until|unless|like)\b",
    re.IGNORECASE,
)
_COUNTS = re.compile(rf"\d|\b(?:{'|'.join(ONE_TO_TWELVE)})\b", re.IGNORECASE)
_REPORT = r"(?:article|story|piece|report|headline|paper|it) (?:says|said|claims|has|gives|writes|reports)"
_AGAINST = re.compile(rf"\d to \d|\b{_REPORT}\b", re.IGNORECASE)
"""A vote or the article's own figure is spoken of without any word of the article."""
_WITNESS = re.compile(
    r"\b(?:i|we) (?:worked|work (?:at|in|for|on|as|there)|live|lived|was there|were there|counted|saw|heard"
    r"|asked|called|used to|grew up|teach|taught|run|ran|own|owned|signed|voted|attended|checked|measured)\b"
    r"|\bas (?:a|an|the) [a-z]+(?: [a-z]+)?,? (?:i|we)\b|\baccording to (?:the|my|our|their|a)\b"
    r"|\bmy (?:own )?(?:stall|shop|street|town|city|school|job|boss|family|father|mother|brother|sister|wife"
    r"|husband|son|daughter|neighbou?rs?|uncle|aunt|office|company)\b",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"\b(?:article|story|piece|report|headline|author|reporter|journalist|paper)s?\b[^.?!]{0,40}"
    r"(?:\b(?:fails? to|failed to|forgets? to|forgot to|neglects? to|omits?|omitted|ignores?|ignored"
    r"|leaves? out|left out|misses|missed|skips?|skipped|never)\b"
    r"|\b(?:doesn['’]t|didn['’]t|don['’]t|does not|did not|do not) (?:mention|say|tell|explain|note|ask))",
    re.IGNORECASE,
)
_CLAIMED = re.compile(
    rf"\b{_REPORT}\b"
    r"(?P<theirs>[^.;]{0,40}?\d[\d,.]*(?: to \d+)?[^.;,\d]{0,20}?),? (?:but|though|and|while|when|not|yet)\b"
    r"(?P<ours>[^.;]{0,60}?\d[\d,.]*(?: to \d+)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Stated:
    """A sentence of the article ready to be compared."""

    sentence: Sentence
    stems: frozenset[str]
    figures: tuple[Quantity, ...]
    denied: frozenset[str]


def find_divergences(
    article: Article, voices: Sequence[CommentText], stems: CommentStemmer, quoted: Container[int] = ()
) -> list[Divergence]:
    """What `voices` say against the article, then what they add to it, comments in `quoted` left out there;
    empty where there is no article."""
    stated = [_stated(sentence, stems) for sentence in article_sentences(article)]
    if not stated:
        return []
    known = frozenset(stem for each in stated for stem in each.stems) | stems.stems(
        comment_words(article.title)
    )
    near = [voice for voice in voices if known & voice.stems or _AGAINST.search(voice.own_text)]
    counting = _sentences([voice for voice in near if _COUNTS.search(voice.own_text)], stems)
    counting = [s for s in counting if _COUNTS.search(s.text)]
    closest = _sentences([voice for voice in near if len(known & voice.stems) >= 3], stems)
    against = [
        *_corrections(counting, stated),
        *_figures_against(counting, stated, stems),
        *_denials([s for s in closest if len(known & s.stems) >= 3], stated, stems),
    ]
    shown = {quote.comment for found in against for quote in found.quotes}
    some = [
        voice
        for voice in near[:: max(1, len(near) // MAX_READ_FOR_ADDITIONS)]
        if voice.comment.id not in shown
    ]
    added = [s for s in _sentences(some, stems) if s.comment.id not in quoted]
    return against[:MAX_CONTRADICTIONS] + _added(added, known, stems)


def _sentences(voices: Sequence[CommentText], stems: CommentStemmer) -> list[CommentSentence]:
    return [s for voice in voices for s in voice.sentences(stems) if not is_question(s.text)]


def _stated(sentence: Sentence, stems: CommentStemmer) -> _Stated:
    found = comment_words(sentence.text)
    return _Stated(
        sentence, stems.stems(found), tuple(find_quantities(sentence.text, stems)), _denied(found, stems)
    )


def _denied(found: Sequence[str], stems: CommentStemmer) -> frozenset[str]:
    """The stems within three words behind a negation."""
    return frozenset(
        stem
        for at, word in enumerate(found)
        if is_negation(word)
        for stem in stems.stems(found[at + 1 : at + 4])
    )


def _corrections(said: Sequence[CommentSentence], stated: Sequence[_Stated]) -> list[Divergence]:
    """Sentences that name the article's own figure and set another against it."""
    found: list[Divergence] = []
    for s in said:
        claimed = _CLAIMED.search(s.text)
        if claimed is None:
            continue
        theirs = find_numbers(claimed["theirs"])
        each = next((each for each in stated if theirs & find_numbers(each.sentence.text)), None)
        if each is None or find_numbers(claimed["ours"]) <= theirs:
            continue
        found.append(
            Divergence(
                "contradicts",
                claimed["ours"].strip(),
                (s.comment.id,),
                (s.quote(),),
                claimed["theirs"].strip(),
                each.sentence,
            )
        )
    return found


def _figures_against(
    said: Sequence[CommentSentence], stated: Sequence[_Stated], stems: CommentStemmer
) -> list[Divergence]:
    """Figures of comments that differ from the article's for the same thing, those said most often first."""
    known = {value for each in stated for value in find_numbers(each.sentence.text)}
    found: defaultdict[tuple[Quantity, _Stated, Quantity], list[CommentSentence]] = defaultdict(list)
    for s in said:
        for figure in find_quantities(s.text, stems):
            if (known.issuperset(figure.values) and figure.unit != RANGE) or _NOT_SURE.search(s.text):
                continue
            match = _counterpart(figure, s, stated)
            if match is not None:
                key = next((k for k in found if k[0].values == figure.values and k[1:] == match), None)
                found[key or (figure, *match)].append(s)
    most = sorted(found.items(), key=lambda item: (-len(item[1]), item[1][0].comment.id))
    return [
        Divergence(
            "contradicts",
            figure.text,
            tuple(dict.fromkeys(s.comment.id for s in who)),
            tuple(s.quote() for s in pick_distinct(sorted(who, key=quality, reverse=True), 2)),
            other.text,
            each.sentence,
        )
        for (figure, each, other), who in most
    ]


def _counterpart(
    figure: Quantity, said: CommentSentence, stated: Sequence[_Stated]
) -> tuple[_Stated, Quantity] | None:
    """The article's sentence that counts the same thing, and its figure."""
    best: tuple[int, _Stated, Quantity] | None = None
    for each in stated:
        shared = len((each.stems & said.stems) - {figure.unit})
        for other in each.figures:
            if other.unit != figure.unit or other.values == figure.values:
                continue
            # Two counts of one vote have the same sum, whatever else the sentence says.
            needed = 0 if figure.unit == RANGE and sum(figure.values) == sum(other.values) else 2
            if shared < needed or not 0.1 <= figure.values[0] / max(other.values[0], 1e-9) <= 10:
                continue
            if best is None or shared > best[0]:
                best = (shared, each, other)
    return None if best is None else best[1:]


def _denials(
    said: Sequence[CommentSentence], stated: Sequence[_Stated], stems: CommentStemmer
) -> list[Divergence]:
    """Sentences that say what the article says, but for a "not" at a word that both have."""
    found: list[Divergence] = []
    for s in said:
        if not has_quotable_length(s) or len(s.stems) < 3 or _NOT_SURE.search(s.text):
            continue
        denied = _denied(s.words, stems)
        for each in stated:
            shared = each.stems & s.stems
            if bool(shared & denied) == bool(shared & each.denied):
                continue
            if len(shared) >= 3 and len(shared) >= 0.75 * len(s.stems):
                found.append(
                    Divergence(
                        "contradicts",
                        s.text,
                        (s.comment.id,),
                        (s.quote(),),
                        each.sentence.text,
                        each.sentence,
                    )
                )
                break
    return found


def _added(said: Sequence[CommentSentence], known: frozenset[str], stems: CommentStemmer) -> list[Divergence]:
    """What people add who were there, have a source, or miss something in the article."""
    ranked: list[tuple[float, CommentSentence]] = []
    for s in said:
        if not has_quotable_length(s) or is_context_dependent(s):
            continue
        missing = _MISSING.search(s.text) is not None
        witness = _WITNESS.search(s.text) is not None
        if not (missing or (witness and not _NOT_SURE.search(s.text))):
            continue
        if len(s.stems & known) < (1 if missing else 2):
            continue
        new = len(s.stems - known)
        worth = quality(s) + 0.1 * min(new, 6) + 0.3 * bool(find_quantities(s.text, stems)) + 0.5 * missing
        if new >= 2 and worth > -0.5:
            ranked.append((worth, s))
    ranked.sort(key=lambda pair: (-pair[0], pair[1].comment.id))
    return [
        Divergence("adds", s.text, (s.comment.id,), (s.quote(),))
        for s in pick_distinct([s for _worth, s in ranked], MAX_ADDITIONS)
    ]
