"""Results derived from articles and comments, as frozen dataclasses: summaries, comment digests and answers,
each with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.articles import Article, Comment
from bot.domain.stories import StoryThread

# Text.


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article: `text == article.paragraphs[paragraph].text[start:end]`. `masks` are the
    [start, end) spans of `text` to hide until the reader reveals them (slurs and spoilers)."""

    text: str
    paragraph: int
    start: int
    end: int
    masks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """The main people and organisations, places and dates of an article, spelled as in the article, most
    frequent first."""

    who: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The most important sentences of an article, in reading order; `sentence_count` counts all of its
    sentences."""

    article: int
    sentences: tuple[Sentence, ...]
    sentence_count: int
    minutes: int
    """Reading time of the whole article in minutes; at least 1 if it has a body."""
    terms: KeyTerms = KeyTerms()
    written: Written | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """An exact quote: `text == comment.text[start:end]`. `masks` are the [start, end) spans of `text` to hide
    until the reader reveals them (slurs and spoilers); `replies_to` is as in a comment."""

    comment: int
    author: str
    posted_at: datetime
    text: str
    start: int
    end: int
    score: int | None = None
    masks: tuple[tuple[int, int], ...] = ()
    replies_to: str | None = None
    link: str | None = None
    """As in a comment."""
    article: int | None = None
    """The article of the comment."""
    place: str | None = None
    """The name of the comment's thread, in a digest of several threads."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A sentence that speaks for several comments, or that many reply to or vote for: `quotes` has it first,
    then what another person says. `comments` say the same, the most similar first; `mentioning` are all
    comments that mention one of `words`, for or against; `replies` are the other comments below the first
    one. `score` is the sum of the scores of `comments`, if every comment of the thread has one. Where nobody
    says it in a sentence that can be quoted, the theme is not `is_quotable`: only its words and their count
    are shown."""

    comments: tuple[int, ...]
    quotes: tuple[Quote, ...]
    score: int | None = None
    replies: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    mentioning: tuple[int, ...] = ()
    is_quotable: bool = True

    @property
    def every_comment(self) -> tuple[int, ...]:
        """All comments of the theme, those that say it first."""
        return tuple(dict.fromkeys(self.comments + self.mentioning + self.replies))


RestKind = Literal["mentions", "points", "questions", "short", "jokes"]


@dataclass(frozen=True, slots=True)
class Rest:
    """Comments in no theme and without a word that is `mentioned`, by what they are: longer comments (kind
    `points`), questions, short remarks, and jokes; or all comments that mention the word `subject`."""

    kind: RestKind
    comments: tuple[int, ...]
    subject: str = ""

    @property
    def every_comment(self) -> tuple[int, ...]:
        """As that of a theme."""
        return self.comments


@dataclass(frozen=True, slots=True)
class Divergence:
    """A point that comments make and the article does not. A contradiction has the figures or wordings of
    both sides in `comments_say` and `article_says`, and the article's sentence; an addition has only
    `comments_say`."""

    kind: Literal["contradicts", "adds"]
    comments_say: str
    comments: tuple[int, ...]
    quotes: tuple[Quote, ...]
    article_says: str | None = None
    sentence: Sentence | None = None


@dataclass(frozen=True, slots=True)
class CitedLink:
    """A link from the comments; `host` is the part to display."""

    url: str
    host: str
    comments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ActivityHistogram:
    """The activity of a thread: the number of comments in each interval of equal length, starting at `start`
    (aware UTC)."""

    start: datetime
    step: timedelta
    counts: tuple[int, ...]

    @property
    def end(self) -> datetime:
        """The end of the last interval."""
        return self.start + len(self.counts) * self.step

    @property
    def peak(self) -> tuple[datetime, int]:
        """The start of the busiest interval, and its number of comments."""
        highest = max(self.counts)
        return self.start + self.counts.index(highest) * self.step, highest


@dataclass(frozen=True, slots=True)
class CommentDigest:
    """What the comments of a thread say. `total == read + deleted + bots + copies + brief + unread`: `unread`
    ones are beyond the sample that is read of a very long thread, `deleted` comments have no text left,
    `copies` repeat an earlier comment, `brief` ones are too short to say anything. Each read comment is in
    at least one of the `themes` or of the groups `mentioned`, which are words that comments in no theme
    mention, each with all comments that do; or else in the `rest`. `subjects` are the words of the themes
    and of `mentioned`, the most frequent first, with the number of comments that mention each, and
    `on_subjects` of the read comments mention one of them. `few` holds the comments themselves, oldest
    first, if there are too few for themes, or if they say more than these (they count as read even if brief,
    unless they only quote others); a comment is several quotes if it quotes others in between. `scored` is
    whether every comment has a score; if not, scores are not used."""

    article: int
    title: str
    total: int
    read: int
    deleted: int
    themes: tuple[Theme, ...]
    rest: tuple[Rest, ...] = ()
    subjects: tuple[tuple[str, int], ...] = ()
    on_subjects: int = 0
    mentioned: tuple[Rest, ...] = ()
    few: tuple[Quote, ...] = ()
    questions: tuple[Quote, ...] = ()
    single_points: tuple[Quote, ...] = ()
    """What single comments say, if there are few themes."""
    bots: int = 0
    copies: int = 0
    brief: int = 0
    unread: int = 0
    scored: bool = False
    divergences: tuple[Divergence, ...] = ()
    links: tuple[CitedLink, ...] = ()
    activity: ActivityHistogram | None = None
    written: Written | None = None
    known: int | None = None
    """As `Article.known_comments`."""
    threads: tuple[StoryThread, ...] = ()
    """The threads of the article's story whose comments these are, oldest first, with all captures of each
    that have some of them."""
    text_of: int | None = None
    """The article of the story whose text the comments are compared with, if that is another one."""
    reports: int = 0
    """The number of other threads that report the same event, whose comments are not read."""

    def with_places(self, names: Mapping[int, str]) -> CommentDigest:
        """The digest with the name of its thread in each quote."""

        def placed(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
            return tuple(replace(quote, place=names.get(quote.article or 0)) for quote in quotes)

        return replace(
            self,
            themes=tuple(replace(theme, quotes=placed(theme.quotes)) for theme in self.themes),
            few=placed(self.few),
            questions=placed(self.questions),
            single_points=placed(self.single_points),
            divergences=tuple(replace(each, quotes=placed(each.quotes)) for each in self.divergences),
        )

    @property
    def quotable_themes(self) -> tuple[Theme, ...]:
        """The themes whose quotes can be shown."""
        return tuple(theme for theme in self.themes if theme.is_quotable)

    @property
    def groups(self) -> tuple[Theme | Rest, ...]:
        """The groups of comments that can be opened."""
        return (*self.themes, *self.mentioned, *self.rest)


# Text that a language model writes, if the operator has set one up.

Unwritten = Literal["server-budget", "member-budget", "unreachable", "unusable", "unproven", "repeated"]
"""Why no written text is shown: the day's tokens are used up, no answer arrived in time, the answer could not
be parsed, or its sentences could not be verified or only repeat a headline or quotes."""


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A verified sentence: its citations contain all of its names, numbers, negations and quotations."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The text that a language model wrote from quotes: its verified sentences and how many were `dropped`
    because verification failed, or why there are none. The quotes are shown in any case."""

    model: str
    sentences: tuple[WrittenSentence, ...] = ()
    dropped: int = 0
    unwritten: Unwritten | None = None


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose daily tokens pay for a request: those of a server (None: direct messages and the command line
    share a budget) and of a member (None: the operator, who has no personal limit)."""

    guild: int | None = None
    member: int | None = None


@dataclass(frozen=True, slots=True)
class Spending:
    """The language model's name and host, the tokens that the payer's server and member have spent today,
    their limits, and when the next day begins."""

    model: str
    host: str
    server: int
    server_most: int
    member: int
    member_most: int
    until: datetime


# Answers.

QuestionType = Literal["who", "when", "where", "count", "why", "how", "what", "yesno", "latest", "opinion"]
"""What a question asks for; `count` includes "how many" and "how much"."""
Role = Literal["answer", "for", "against", "differs", "latest", "opinion"]
MIN_UNCLEAR = 0.1
"""The confidence from which a refusal does not say that the archive has no answer."""
Refusal = Literal["nothing-found", "not-said", "no-question"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The material for an answer: articles and comments, best match first; the articles of these comments
    that are not in `articles` are in `threads`. `document_frequencies` maps each stem of the question to the
    number of documents that contain it, out of about `document_count` in its language. `absent` are the stems
    that nothing in the asker's archives contains; None if these texts are all that the question is about."""

    articles: tuple[Article, ...]
    comments: tuple[Comment, ...]
    threads: tuple[Article, ...]
    document_frequencies: Mapping[str, int]
    document_count: int
    absent: frozenset[str] | None = None
    respelled: Mapping[str, str] = field(default_factory=dict)
    """Words of the question that nothing contains, and the nearest spelling that something does."""


@dataclass(frozen=True, slots=True)
class Citation:
    """The source of a claim. `quote` is exactly `paragraphs[paragraph].text[start:end]` of the article,
    `title[start:end]` of a title, or `text[start:end]` of the comment. `author` is the commenter, or the
    submitter of the article; `posted_at` is its time; `link` is the article's original address, or that of
    the comment at its source. `masks` are the [start, end) spans of `quote` to hide until the reader reveals
    them (slurs and spoilers)."""

    kind: Literal["article", "title", "comment"]
    article: int
    comment: int | None
    paragraph: int | None
    start: int
    end: int
    quote: str
    title: str
    source: str | None
    author: str | None
    posted_at: datetime | None
    masks: tuple[tuple[int, int], ...] = ()
    link: str | None = None
    replies_to: str | None = None
    """As in a comment."""

    @property
    def is_title(self) -> bool:
        """Whether the quote is a title, which has no markup."""
        return self.kind == "title"


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer. `text` is the first citation's quote; for an opinion that has `supporters`,
    it is the words that so many of the comments mention. `commenters` is the number of comments that were
    read. `answer_span` is the span of the first quote that answers the question; if two sources disagree, the
    other source's claim has the role `differs`."""

    role: Role
    text: str
    citations: tuple[Citation, ...]
    answer_span: tuple[int, int] | None = None
    supporters: int | None = None
    commenters: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The archive's answer to a question: claims, or `refused` with the reason and the closest passages. The
    reasons are `nothing-found` (no word of the question occurs in the archive), `not-said` (no passage
    answers it) and `no-question` (nothing was asked). `confidence` is the estimated probability, from 0 to 1,
    that the archive answers the question; it is refused below `min_confidence`. `matched_words` are the words
    of the question that the cited or closest passages contain, `missing_words` those that they lack, and
    `absent_words` those of them that nothing in the archive contains.
    `passages` are the best candidates, best first, whether or not they were used. `unmet` are the years and
    the like of the question that no passage is about."""

    question: str
    question_type: QuestionType
    claims: tuple[Claim, ...]
    refused: Refusal | None = None
    closest: tuple[Citation, ...] = ()
    written: Written | None = None
    confidence: float = 0.0
    unmet: tuple[str, ...] = ()
    matched_words: tuple[str, ...] = ()
    missing_words: tuple[str, ...] = ()
    absent_words: tuple[str, ...] = ()
    articles_considered: int = 0
    comments_considered: int = 0
    made: str = "extractive"
    """`extractive`, or the name of the language model that wrote it from the citations."""
    min_confidence: float = 0.0
    passages: tuple[Citation, ...] = ()
    in_other_language: bool = False
    """Whether the closest passages are in another language than the question."""
    respelled: bool = False
    """Whether `question` is not as it was typed: misspelt words are corrected."""
    lacks_fact: bool = False
    """Whether the closest passage has nothing of the kind that is asked for, such as a time or a reason."""
    apart_words: tuple[str, ...] = ()
    """Two words of the question that no passage found has together, if there are such."""
    lacking_words: tuple[str, ...] = ()
    """The names and numbers of the question that the closest passage and its headline do not mention, or else
    the rarest word."""

    @property
    def is_unclear(self) -> bool:
        """Whether it is refused although the closest passages may say it in other words."""
        is_near = self.confidence >= MIN_UNCLEAR or not self.missing_words
        return self.refused == "not-said" and bool(self.closest) and not self.unmet and is_near
