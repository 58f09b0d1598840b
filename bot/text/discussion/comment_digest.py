"""Builds the digest of a thread's comments: themes with their shares, quotes, and counts of what was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.answers import CommentDigest
from bot.domain.articles import Article, Comment
from bot.text.discussion.comment_filter import filter_comments
from bot.text.discussion.contradictions import find_divergences
from bot.text.discussion.disagreement import find_disagreement
from bot.text.discussion.links_and_activity import activity_histogram, cited_links
from bot.text.discussion.questions_and_minority import best_questions, minority_quote
from bot.text.discussion.quotes import CommentText, count_stems, quote_comment
from bot.text.discussion.themes import find_themes, quote_themes
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer, comment_words
from bot.text.language.markup import own_spans
from bot.text.language.word_vectors import Vectors

MIN_COMMENTS_FOR_THEMES = 8
"""A thread with fewer readable comments gets these comments instead of themes."""
MAX_READ_COMMENTS = 10_000
"""A sample of this size shows the share of a theme to within one percent, in a few seconds of CPU time."""
MAX_SUBJECTS = 40
"""The number of most frequent nouns tried as subjects of a disagreement."""


def build_comment_digest(
    article: Article, comments: Sequence[Comment], vectors: Vectors | None = None
) -> CommentDigest:
    """Digests the comments stored under `article`, given in any order; of more than MAX_READ_COMMENTS a
    sample. Deterministic. Every quote is an exact piece of a comment. Takes a second or more of CPU time for
    thousands of comments."""
    sample = _sample(comments)
    filtered = filter_comments(sample)
    scored = bool(comments) and all(comment.score is not None for comment in comments)
    has_themes = len(filtered.substantive) >= MIN_COMMENTS_FOR_THEMES
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
        other=0,
        bots=filtered.bots,
        copies=filtered.copies,
        brief=len(filtered.substantive) + len(filtered.brief) - len(shown),
        unread=len(comments) - len(sample),
        scored=scored,
        links=cited_links(shown),
    )
    if has_themes:
        counted = replace(counted, activity=activity_histogram(comments))
        return _with_themes(counted, article, texts, stemmer, vectors)
    divergences = find_divergences(article, texts, stemmer)
    return replace(
        counted,
        few=tuple(quote for comment in shown for quote in quote_comment(comment)),
        divergences=tuple(each for each in divergences if each.kind == "contradicts"),
    )


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
    scored = counted.scored
    subject = stemmer.stems(comment_words(article.title))
    usage = WordUsage(texts, stemmer, subject)
    counts = count_stems(texts)
    clusters, clustering = find_themes(texts, usage, vectors)
    themed = {text.comment.id for theme in clusters for text in theme.texts}
    themes = quote_themes(clusters, clustering, stemmer, scored=scored)
    opposed = find_disagreement(texts, _subjects(counts, len(texts), usage), usage)
    quoted = {quote.comment for theme in themes for quote in theme.quotes}
    if opposed is not None:
        quoted |= {opposed.larger.quote.comment, opposed.smaller.quote.comment}
    unquoted = [text for text in texts if text.comment.id not in quoted]
    unthemed = [text for text in unquoted if text.comment.id not in themed]
    return replace(
        counted,
        themes=tuple(themes),
        other=len(texts) - len(themed),
        questions=best_questions(unquoted, stemmer, scored=scored),
        disagreement=opposed,
        minority=minority_quote(unthemed, counts, subject, stemmer, scored=scored),
        divergences=tuple(find_divergences(article, texts, stemmer, quoted)),
    )


def _subjects(counts: Counter[str], total: int, usage: WordUsage) -> list[str]:
    """Returns the stems of the nouns that occur in the most comments."""
    least = max(4, 0.05 * total)
    common = sorted(
        (stem for stem in counts if counts[stem] >= least), key=lambda stem: (-counts[stem], stem)
    )
    return [stem for stem in common[:MAX_SUBJECTS] if usage.is_noun(stem)]


def _parse_comments(
    comments: Sequence[Comment], article: Article
) -> tuple[list[CommentText], CommentStemmer]:
    texts = [CommentText.from_comment(comment) for comment in comments]
    stemmer = CommentStemmer.for_texts([text.words for text in texts], article.language)
    for text in texts:
        text.stems = stemmer.stems(text.words)
    return texts, stemmer
