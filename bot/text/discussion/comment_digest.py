"""Builds the digest of a thread's comments: themes with their shares, quotes, and counts of what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.answers import CommentDigest
from bot.domain.articles import Article, Comment
from bot.text.discussion.clusters import cluster
from bot.text.discussion.comment_filter import FilteredComments, filter_comments
from bot.text.discussion.contradictions import ArticleComparison
from bot.text.discussion.conversations import add_replies, agrees
from bot.text.discussion.links_and_activity import activity_histogram, cited_links
from bot.text.discussion.questions import best_questions
from bot.text.discussion.quotes import CommentText, quote_comment
from bot.text.discussion.single_points import single_points
from bot.text.discussion.spelling import Spelling
from bot.text.discussion.subjects import describe, main_subjects, other_words, sort_rest
from bot.text.discussion.themes import find_themes
from bot.text.discussion.topics import TopicSearch
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer, comment_words
from bot.text.language.markup import own_spans
from bot.text.language.word_vectors import Vectors

MIN_COMMENTS_FOR_THEMES = 8
"""A thread with fewer readable comments gets these comments instead of themes."""
MAX_LISTED_COMMENTS = 20
"""A thread with no more readable comments gets them, too, if votes tell which are the best, or if its themes
have fewer than MIN_COVERED of them."""
MIN_COVERED = 0.5
MAX_READ_COMMENTS = 10_000
"""A sample of this size shows the share of a theme to within one percent, in a few seconds of CPU time."""


def build_comment_digest(
    article: Article, comments: Sequence[Comment], vectors: Vectors | None = None
) -> CommentDigest:
    """Digests the comments stored under `article`, given in any order; of more than MAX_READ_COMMENTS a
    sample. Deterministic. Every quote is an exact piece of a comment. Takes a second or more of CPU time for
    thousands of comments."""
    sample = _sample(comments)
    filtered = _filtered(sample)
    has_themes = len(filtered.substantive) >= MIN_COMMENTS_FOR_THEMES
    digest = _digest(article, comments, len(sample), filtered, vectors, has_themes=has_themes)
    if has_themes and digest.read <= MAX_LISTED_COMMENTS and _is_better_listed(digest):
        return _digest(article, comments, len(sample), filtered, vectors, has_themes=False)
    return digest


def read_comments(comments: Sequence[Comment], digest: CommentDigest) -> Sequence[Comment]:
    """Returns those of the comments, given in any order, that their digest has read and counts."""
    if not digest.few:
        return _filtered(_sample(comments)).substantive
    numbers = {quote.comment for quote in digest.few}
    return [comment for comment in comments if comment.id in numbers]


def _is_better_listed(digest: CommentDigest) -> bool:
    covered = {number for theme in digest.themes for number in theme.mentioning}
    return digest.scored or len(covered) < MIN_COVERED * digest.read


def _digest(
    article: Article,
    comments: Sequence[Comment],
    sampled: int,
    filtered: FilteredComments,
    vectors: Vectors | None,
    *,
    has_themes: bool,
) -> CommentDigest:
    """Returns the digest with themes, or that of a few comments, which are all quoted."""
    scored = bool(comments) and all(comment.score is not None for comment in comments)
    shown: Sequence[Comment] = filtered.substantive
    if not has_themes:
        speaking = [comment for comment in filtered.brief if own_spans(comment.text)]
        shown = sorted((*filtered.substantive, *speaking), key=_time)
    texts, stemmer = _parse_comments(shown, article)
    counted = CommentDigest(
        article=article.id,
        title=article.title,
        total=len(comments),
        read=len(shown),
        deleted=filtered.deleted,
        themes=(),
        bots=filtered.bots,
        copies=filtered.copies,
        brief=len(filtered.substantive) + len(filtered.brief) - len(shown),
        unread=len(comments) - sampled,
        scored=scored,
        links=cited_links(shown),
    )
    if has_themes:
        counted = replace(counted, activity=activity_histogram(comments))
        return _with_themes(counted, article, texts, stemmer, vectors)
    return replace(
        counted,
        few=tuple(quote for comment in shown for quote in quote_comment(comment)),
        divergences=tuple(ArticleComparison(article, texts, stemmer).contradictions()),
    )


def _filtered(comments: Sequence[Comment]) -> FilteredComments:
    """Filters the comments. Brief replies that agree are read: they count for what they answer."""
    filtered = filter_comments(comments)
    agreeing: list[Comment] = []
    others: list[Comment] = []
    for comment in filtered.brief:
        (agreeing if comment.parent and agrees(comment.text) else others).append(comment)
    substantive = sorted((*filtered.substantive, *agreeing), key=_time)
    return replace(filtered, substantive=tuple(substantive), brief=tuple(others))


def _time(comment: Comment) -> tuple[datetime, int]:
    return comment.posted_at, comment.id


def _sample(comments: Sequence[Comment]) -> Sequence[Comment]:
    """At most MAX_READ_COMMENTS of the comments, at even distances in the order of time: none has a better
    chance, and every hour of the discussion has its share."""
    count = len(comments)
    if count <= MAX_READ_COMMENTS:
        return comments
    ordered = sorted(comments, key=_time)
    return [ordered[place * count // MAX_READ_COMMENTS] for place in range(MAX_READ_COMMENTS)]


def _with_themes(
    counted: CommentDigest,
    article: Article,
    texts: Sequence[CommentText],
    stemmer: CommentStemmer,
    vectors: Vectors | None,
) -> CommentDigest:
    usage = WordUsage(texts, stemmer)
    clustering = cluster([text.words for text in texts], stemmer, vectors)
    search = TopicSearch(texts, usage, comment_words(article.title), vectors)
    topics = search.topics(clustering)
    comparison = ArticleComparison(article, texts, stemmer)
    contradictions = comparison.contradictions()
    # No sentence is shown twice: these quotes stand beside the article's words.
    quoted = {quote.comment for divergence in contradictions for quote in divergence.quotes}
    spelling = Spelling.of_thread(texts, usage, vectors, article.title)
    named = search.with_synonyms([*topics, *search.other_nouns(topics)])
    clear = find_themes(
        texts, usage, clustering, named[: len(topics)], named[len(topics) :], spelling, quoted
    )
    themes = add_replies(clear, texts, stemmer, clustering, spelling, quoted)
    mentioned = other_words(texts, themes, topics, search.frequent_nouns(), search.frequent_others())
    shown = describe(themes, spelling, scored=counted.scored)
    subjects, on_subjects = main_subjects(texts, themes, mentioned)
    quoted |= {quote.comment for theme in shown if theme.is_quotable for quote in theme.quotes}
    headed = [theme for theme in themes if spelling.is_quotable(theme.head)]
    points = single_points(texts, headed, stemmer, clustering, spelling, quoted)
    quoted |= {quote.comment for quote in points}
    additions = comparison.additions(quoted)
    quoted |= {quote.comment for addition in additions for quote in addition.quotes}
    unquoted = [text for text in texts if text.comment.id not in quoted]
    return replace(
        counted,
        themes=tuple(shown),
        rest=sort_rest(texts, themes, mentioned),
        mentioned=mentioned,
        subjects=subjects,
        on_subjects=on_subjects,
        single_points=points,
        questions=best_questions(unquoted, stemmer, scored=counted.scored),
        divergences=(*contradictions, *additions),
    )


def _parse_comments(
    comments: Sequence[Comment], article: Article
) -> tuple[list[CommentText], CommentStemmer]:
    texts = [CommentText.from_comment(comment) for comment in comments]
    stemmer = CommentStemmer.for_texts([text.words for text in texts], article.language)
    for text in texts:
        text.stems = stemmer.stems(text.words)
    return texts, stemmer
