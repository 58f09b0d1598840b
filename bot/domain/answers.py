"""What is made of articles and comments as frozen dataclasses: summaries, comment digests, answers, each with
what proves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.articles import Article, Comment

# Text.


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article: `text == article.paragraphs[paragraph].text[start:end]`."""

    text: str
    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """The few names of people and bodies, names of places, and dates that an article is about, each as the
    article writes it, the most frequent first."""

    who: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentences that carry an article, in reading order; `sentence_count` counts all that it has."""

    article: int
    sentences: tuple[Sentence, ...]
    sentence_count: int
    minutes: int
    """Reading time of the whole article in minutes, at least 1 where there is a body."""
    terms: KeyTerms = KeyTerms()
    written: Written | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of a comment, to the character: `text == comment.text[start:end]`. `masks` are [start, end)
    spans of `text` that a reader should choose to see (slurs)."""

    comment: int
    author: str
    posted_at: datetime
    text: str
    start: int
    end: int
    score: int | None = None
    masks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Theme:
    """What several commenters say: a label, the comments that say it, and the quotes that show it. `score` is
    the sum over its comments where every comment of the thread has one."""

    label: str
    comments: tuple[int, ...]
    quotes: tuple[Quote, ...]
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """One side of a disagreement: the word or short phrase that marks it, who says it, and its best quote."""

    words: str
    comments: tuple[int, ...]
    quote: Quote


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two views on one subject that the words of the comments set against each other."""

    about: str
    larger: Viewpoint
    smaller: Viewpoint


@dataclass(frozen=True, slots=True)
class Divergence:
    """What comments say and the article does not. A contradiction has both figures or wordings in
    `comments_say` and `article_says`, and the article's sentence; an addition has only `comments_say`."""

    kind: Literal["contradicts", "adds"]
    comments_say: str
    comments: tuple[int, ...]
    quotes: tuple[Quote, ...]
    article_says: str | None = None
    sentence: Sentence | None = None


@dataclass(frozen=True, slots=True)
class CitedLink:
    """A link that comments point to; `host` is what to show."""

    url: str
    host: str
    comments: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ActivityHistogram:
    """When a thread was active: comments in each step of time from `start` (aware UTC) on."""

    start: datetime
    step: timedelta
    counts: tuple[int, ...]

    @property
    def end(self) -> datetime:
        """When the last step ends."""
        return self.start + len(self.counts) * self.step

    @property
    def peak(self) -> tuple[datetime, int]:
        """When the busiest step begins, and its number of comments."""
        highest = max(self.counts)
        return self.start + self.counts.index(highest) * self.step, highest


@dataclass(frozen=True, slots=True)
class CommentDigest:
    """What a thread says. `total == read + deleted + bots + copies + brief`: `deleted` had no text left,
    `copies` repeat an earlier comment, `brief` are too short to say anything. Shares of themes are of `read`;
    `other` counts the read comments in no theme. `few` holds the comments themselves, oldest first, where
    there are too few for themes (they count as read even when brief). `scored` says that every comment has a
    score; without it nothing here rests on scores."""

    article: int
    title: str
    total: int
    read: int
    deleted: int
    themes: tuple[Theme, ...]
    other: int
    few: tuple[Quote, ...] = ()
    questions: tuple[Quote, ...] = ()
    bots: int = 0
    copies: int = 0
    brief: int = 0
    scored: bool = False
    disagreement: Disagreement | None = None
    minority: Quote | None = None
    divergences: tuple[Divergence, ...] = ()
    links: tuple[CitedLink, ...] = ()
    activity: ActivityHistogram | None = None
    written: Written | None = None


# What a language model writes, where the operator has one.

Unwritten = Literal["server-budget", "member-budget", "unreachable", "unusable", "unproven"]
"""Why nothing written is shown: the day's tokens are spent, no answer came in time, what came could not be
read, or too little of it was proven."""


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence whose every name, number, negation and quotation stands in what it cites."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What a language model made of quotes: sentences that are proven, how many were `dropped` as they are
    not, or why there are none. What is quoted stands beside it either way."""

    model: str
    sentences: tuple[WrittenSentence, ...] = ()
    dropped: int = 0
    unwritten: Unwritten | None = None


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose daily tokens pay for writing: a server's (None: direct messages and the command line have one
    together) and a member's (None: the operator, who has no limit of their own)."""

    guild: int | None = None
    member: int | None = None


@dataclass(frozen=True, slots=True)
class Spending:
    """The language model, what a payer's server and member have spent of its tokens today, what they may
    spend, and when the next day begins."""

    model: str
    host: str
    server: int
    server_most: int
    member: int
    member_most: int
    until: datetime


# Answers.

QuestionType = Literal["who", "when", "where", "count", "why", "how", "what", "yesno", "latest", "opinion"]
"""What a question asks for; `count` is how many, how much and the like."""
Role = Literal["answer", "for", "against", "differs", "latest", "opinion"]
Refusal = Literal["nothing-found", "not-said", "no-question"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a question is answered from: articles and comments, best match first, the articles of these
    comments among the articles or in `threads`, and for each asked stem how many of all `document_count`
    texts have it."""

    articles: tuple[Article, ...]
    comments: tuple[Comment, ...]
    threads: tuple[Article, ...]
    document_frequencies: Mapping[str, int]
    document_count: int


@dataclass(frozen=True, slots=True)
class Citation:
    """What proves a claim: `quote` is `paragraphs[paragraph].text[start:end]` of the article, or
    `title[start:end]` of a title, or `text[start:end]` of the comment, to the character. `author` is the
    commenter, or who submitted the article; `posted_at` is when; `link` is where the article came from.
    `masks` are [start, end) spans of `quote` that a reader should choose to see (slurs)."""

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


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that an answer says. `text` is the first citation's quote, or for an opinion the label of
    what `supporters` of the `commenters` say. `answer_span` is the span of the first quote that is the fact
    asked for; where two sources disagree, the other's claim has the role `differs`."""

    role: Role
    text: str
    citations: tuple[Citation, ...]
    answer_span: tuple[int, int] | None = None
    supporters: int | None = None
    commenters: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the archive says to a question: claims, or `refused` with the reason (`nothing-found`: no word of
    it stands anywhere; `not-said`: nothing says it; `no-question`: nothing was asked) and the closest
    passages. `confidence` is the estimated chance that the archive answers it, from 0 to 1; below
    `min_confidence` it is refused. `matched_words` are the asked words that the cited or closest passages
    have, `missing_words` those that they lack. `passages` are the best that were considered, best first,
    whatever was made of them."""

    question: str
    question_type: QuestionType
    claims: tuple[Claim, ...]
    refused: Refusal | None = None
    closest: tuple[Citation, ...] = ()
    written: Written | None = None
    confidence: float = 0.0
    matched_words: tuple[str, ...] = ()
    missing_words: tuple[str, ...] = ()
    articles_considered: int = 0
    comments_considered: int = 0
    made: str = "extractive"
    """`extractive`, or the name of the language model that phrased it from the citations."""
    min_confidence: float = 0.0
    passages: tuple[Citation, ...] = ()
