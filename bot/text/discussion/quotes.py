"""Selects sentences of comments worth quoting: whole, exact, the author's own, clear without context."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from bot.domain.answers import Quote
from bot.domain.articles import DELETED, Comment
from bot.text.language.comment_tokens import CommentStemmer, comment_words
from bot.text.language.context_dependence import depends_on_context
from bot.text.language.markup import has_spoiler, own_spans, own_text, secret_spans, whole_links
from bot.text.language.sentences import sentence_spans
from bot.text.language.word_patterns import UNSPACED

MIN_QUOTE_CHARACTERS = 25
MIN_IDEAL_CHARACTERS, MAX_IDEAL_CHARACTERS = 45, 190
MAX_QUOTE_CHARACTERS = 320
"""Quotes have 25 to 320 characters if the comment has such a sentence, ideally 45 to 190: one to three lines
on a phone."""

_LIST_MARK = re.compile(r"(?:[-*+•]|\d{1,2}[.)])\s+")
_CONTEXT_DEPENDENT_START = re.compile(
    r"(?:and|but|or|so|then|also|besides|that|this|it|these|those|he|she|they|him|his|her|such|which|because"
    r"|thus|therefore|however|otherwise|yes|no|yeah|yep|nope|well|oh|ok|okay|lol|edit|ps|same|exactly|agreed"
    r"|true|sorry|thanks|actually|anyway|instead|else|likewise|neither|sure|indeed|hence|who|um|uh|hmm|heh|ha"
    r"|haha|i mean|for example|for instance|in other words|on the other hand|i agree|i disagree|you|your"
    r"|you're|of course|fair point|good point|fair enough|i withdraw|i stand corrected|update|correction)\b",
    re.IGNORECASE,
)
_SECOND_PERSON = re.compile(
    r"\b(?:you|your|you're|you've|thanks|parent|op|upvot\w+|downvot\w+|karma|mods?)\b", re.IGNORECASE
)
_ADDRESSES_NAME = re.compile(r"[A-Z][a-z]+, |.*, [A-Z][a-z]+[.!?]$", re.DOTALL)
_HAS_VERB = re.compile(
    r"\b(?:is|are|was|were|am|be|been|has|have|had|do|does|did|will|would|can|could|should|shall|may|might|must|i|we"
    r"|they|he|she|it|nobody|who|[a-z]+n't)\b|['’](?:s|re|ve|ll|d|m)\b",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"\b(?:the|of|and|with|for)\b", re.IGNORECASE)
_MARKUP = re.compile(r"[\[\]`|^~]|\*\*|__|&\w+;|https?:|www\.|\s{3,}")
_FULL_STOPS = frozenset(".!?…։。！？؟")
_OPENING_MARKS, _CLOSING_MARKS = frozenset("\"'*_¿¡"), frozenset("\"'*_")
_OPENING_CLASSES = frozenset(("Ps", "Pi", "Pf", "Pd", "Sc", "Zs"))
"""The Unicode classes of brackets, quotation marks (» opens in some languages), dashes, currencies and
blanks."""
_CLOSING_CLASSES = frozenset(("Pe", "Pi", "Pf"))
_QUOTATION_MARKS = frozenset("\"'“‘«„»「『‹›")
_BEGINNING = 40
"""So many characters tell whether a text is of a script with capital letters."""


@dataclass(frozen=True, slots=True)
class CommentSentence:
    """One sentence of a comment, `comment.text[start:end]`, with its words and stems."""

    comment: Comment
    index: int
    """The index of the sentence within its comment."""
    start: int
    end: int
    words: tuple[str, ...]
    stems: frozenset[str]
    language: str = "en"
    """That of the thread, as its ISO 639-1 code."""

    @property
    def text(self) -> str:
        return self.comment.text[self.start : self.end]

    def quote(self) -> Quote:
        """Returns the sentence as a quote, with its slurs marked."""
        return make_quote(self.comment, self.start, self.end)


def _is_dependent(text: str, language: str) -> bool:
    if language == "en":
        return _CONTEXT_DEPENDENT_START.match(text) is not None
    return depends_on_context(text, language)


def _count_addresses(text: str, language: str) -> int:
    """Returns the number of English words that speak to somebody; 0 in other languages, where "op" is a
    preposition."""
    return len(_SECOND_PERSON.findall(text)) if language == "en" else 0


def speaks_to_somebody(sentence: CommentSentence) -> bool:
    """Whether an English sentence has a word such as "you"."""
    return _count_addresses(sentence.text, sentence.language) > 0


def is_question(text: str) -> bool:
    """Whether a sentence ends in a question mark, ignoring closing quotation marks."""
    return text.rstrip("\"'”’*_")[-1:] in ("?", "？", "؟")


def has_markup(text: str) -> bool:
    """Whether a text has marks of Markdown or HTML, or an address."""
    return _MARKUP.search(text) is not None


def is_neat(text: str) -> bool:
    """Whether a text begins with a letter that is not lower-case, a figure or a quotation, behind a dash or
    other opening marks, and ends with a full stop or the like. True in scripts without capital letters, in
    which full stops often are left out, too."""
    if not _has_capitals(text):
        return True
    first = next((mark for mark in text if not _is_mark(mark, _OPENING_MARKS, _OPENING_CLASSES)), "")
    begins = first.isalnum() and (first == first.title() or text[0] in _QUOTATION_MARKS)
    return begins and _has_full_stop(text)


def _has_capitals(text: str) -> bool:
    """Whether sentences in the script of a text begin with a capital letter: not in Georgian, which has them
    only for words in capitals."""
    if text.isascii():
        return True
    letters = [mark for mark in text[:_BEGINNING] if mark.isalpha()]
    return 2 * sum(mark.title() != mark.lower() for mark in letters) >= len(letters)


def _has_full_stop(text: str) -> bool:
    last = next((mark for mark in reversed(text) if not _is_mark(mark, _CLOSING_MARKS, _CLOSING_CLASSES)), "")
    return last in _FULL_STOPS


def _is_mark(character: str, marks: Container[str], classes: Container[str]) -> bool:
    return character in marks or unicodedata.category(character) in classes


def make_quote(comment: Comment, start: int, end: int) -> Quote:
    """Returns `comment.text[start:end]` as a quote, with its slurs and spoilers marked."""
    text = comment.text[start:end]
    return Quote(
        comment.id,
        comment.author,
        comment.posted_at,
        text,
        start,
        end,
        comment.score,
        secret_spans(text),
        comment.replies_to,
        comment.link,
        comment.article,
    )


@dataclass(slots=True)
class CommentText:
    """A comment that says something: its own words, their stems, and its sentences (split on demand)."""

    comment: Comment
    own_text: str
    words: tuple[str, ...]
    stems: frozenset[str] = frozenset()
    _sentences: tuple[CommentSentence, ...] | None = field(default=None, repr=False)

    @classmethod
    def from_comment(cls, comment: Comment) -> CommentText:
        text = own_text(comment.text)
        return cls(comment, text, tuple(comment_words(text)))

    def sentences(self, stemmer: CommentStemmer) -> tuple[CommentSentence, ...]:
        """The comment's own sentences in order, without list marks."""
        if self._sentences is None:
            self._sentences = tuple(self._split(stemmer))
        return self._sentences

    def _split(self, stemmer: CommentStemmer) -> Iterable[CommentSentence]:
        spans = sentence_spans(self.own_text, stemmer.language)
        for index, (start, end) in enumerate(whole_links(self.comment.text, spans)):
            mark = _LIST_MARK.match(self.own_text, start, end)
            start = mark.end() if mark else start
            words = comment_words(self.own_text[start:end])
            # With a part hidden, a sentence is not clear by itself.
            if words and not has_spoiler(self.comment.text[start:end]):
                stems = stemmer.stems(words)
                yield CommentSentence(self.comment, index, start, end, tuple(words), stems, stemmer.language)


def count_stems(texts: Iterable[CommentText]) -> Counter[str]:
    """Returns, for each stem, the number of comments that have it."""
    return Counter(stem for text in texts for stem in text.stems)


def quality(sentence: CommentSentence) -> float:
    """Rates how well a sentence reads alone, by its form: about 0 for a good one, less for each fault."""
    text = sentence.text
    score = 0.0
    length = _length(text)
    if length < MIN_IDEAL_CHARACTERS:
        score -= (MIN_IDEAL_CHARACTERS - length) / 20
    elif length > MAX_IDEAL_CHARACTERS:
        score -= (length - MAX_IDEAL_CHARACTERS) / 60
    is_english = sentence.language == "en"
    penalties = (
        (0.8, _is_dependent(text, sentence.language)),
        (0.5, text[0] != text[0].title()),
        (0.4, not _has_full_stop(text) and _has_capitals(text)),
        (1.0, is_question(text)),
        (1.0, text.endswith(":")),
        (0.3 * min(_count_addresses(text, sentence.language), 3), True),
        (1.0, has_markup(text)),
        (0.6, "\n" in text),
        (0.8, sum(map(str.isupper, text)) > 0.4 * sum(map(str.isalpha, text))),
        (0.6, is_english and _ADDRESSES_NAME.match(text)),
        (0.6, is_english and not _HAS_VERB.search(text) and _ENGLISH.search(text)),
        (-0.15, sentence.index == 0),
        (0.5, len(sentence.stems) < 3),
        (0.2, sentence.comment.author == DELETED),
    )
    for penalty, applies in penalties:
        if applies:
            score -= penalty
    return score


def is_context_dependent(sentence: CommentSentence) -> bool:
    """Whether the sentence opens with a word that refers to the text before it."""
    return _is_dependent(sentence.text, sentence.language)


def has_quotable_length(sentence: CommentSentence) -> bool:
    """Whether the sentence has a length that can be quoted."""
    return MIN_QUOTE_CHARACTERS <= _length(sentence.text) <= MAX_QUOTE_CHARACTERS


def _length(text: str) -> int:
    """The length in letters; a character of a script without spaces counts as two."""
    return len(text) if text.isascii() else len(text) + len(UNSPACED.findall(text))


def quote_comment(comment: Comment) -> list[Quote]:
    """Returns the whole comment as quotes: one, or one for each stretch between what it quotes itself."""
    return [make_quote(comment, start, end) for start, end in own_spans(comment.text)]


def is_repetition(sentence: CommentSentence, other: CommentSentence) -> bool:
    """Whether two sentences are of the same comment, or nearly the same by their stems."""
    shorter = min(len(sentence.stems), len(other.stems))
    is_alike = len(sentence.stems & other.stems) > 0.6 * max(1, shorter)
    return is_alike or sentence.comment.id == other.comment.id


def pick_distinct(
    ranked: Sequence[CommentSentence],
    count: int,
    taken: Iterable[CommentSentence] = (),
    *,
    any_author: bool = False,
) -> list[CommentSentence]:
    """Returns the first `count` sentences of `ranked` that repeat neither each other nor any of `taken`, each
    by a different author unless `any_author`."""
    chosen: list[CommentSentence] = []
    others = list(taken)
    for sentence in ranked:
        if len(chosen) >= count:
            break
        author = sentence.comment.author
        if any(is_repetition(sentence, other) for other in others):
            continue
        if author != DELETED and not any_author and any(author == s.comment.author for s in others):
            continue
        chosen.append(sentence)
        others.append(sentence)
    return chosen
