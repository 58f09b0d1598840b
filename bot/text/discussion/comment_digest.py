"""What a thread says: themes with their share, quotes that show them, an honest count of what was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.domain.answers import CommentDigest
from bot.domain.articles import Article, Comment
from bot.text.discussion import themes
from bot.text.discussion.comment_filter import FilteredComments, filter_comments
from bot.text.discussion.contradictions import find_divergences
from bot.text.discussion.disagreement import find_disagreement
from bot.text.discussion.links_and_activity import activity_histogram, cited_links
from bot.text.discussion.questions_and_minority import best_questions, minority_quote
from bot.text.discussion.quotes import CommentText, quote_comment
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer, comment_words
from bot.text.language.word_vectors import Vectors

MIN_COMMENTS_FOR_THEMES = 8
"""A thread with fewer readable comments is shown as those comments."""
MAX_SUBJECTS = 40
"""So many nouns are tried for what a thread may disagree about."""


def build_comment_digest(
    article: Article, comments: Sequence[Comment], vectors: Vectors | None = None
) -> CommentDigest:
    """The digest of `comments`, all those stored under `article`, in any order. Deterministic; every quote is
    a piece of a comment to the character. Takes a second or more of CPU for thousands of comments."""
    reading = filter_comments(comments)
    scored = bool(comments) and all(c.score is not None for c in comments)
    if len(reading.substantive) < MIN_COMMENTS_FOR_THEMES:
        return _without_themes(article, len(comments), reading, scored=scored)
    voices, stems = _parse_comments(reading.substantive, article)
    subject = stems.stems(comment_words(article.title))
    usage = WordUsage(voices, stems, subject)
    found, grouping = themes.find_themes(voices, usage, vectors)
    themed = {voice.comment.id for theme in found for voice in theme.comments}
    left = [voice for voice in voices if voice.comment.id not in themed]
    shown = themes.quote_themes(found, grouping, stems, scored=scored)
    opposed = find_disagreement(voices, _subjects(voices, usage), usage)
    quoted = {quote.comment for theme in shown for quote in theme.quotes}
    if opposed is not None:
        quoted |= {opposed.larger.quote.comment, opposed.smaller.quote.comment}
    unquoted = [voice for voice in voices if voice.comment.id not in quoted]
    return CommentDigest(
        article=article.id,
        title=article.title,
        total=len(comments),
        read=len(voices),
        deleted=reading.deleted,
        themes=tuple(shown),
        other=len(left),
        questions=best_questions(unquoted, stems, scored=scored),
        bots=reading.bots,
        copies=reading.copies,
        brief=len(reading.brief),
        scored=scored,
        disagreement=opposed,
        minority=minority_quote(
            [v for v in left if v.comment.id not in quoted], voices, subject, stems, scored=scored
        ),
        divergences=tuple(find_divergences(article, voices, stems, quoted)),
        links=cited_links(voice.comment for voice in voices),
        activity=activity_histogram(comments),
    )


def _subjects(voices: Sequence[CommentText], usage: WordUsage) -> list[str]:
    """The stems of the nouns that most comments have."""
    counts = Counter(stem for voice in voices for stem in voice.stems)
    least = max(4, 0.05 * len(voices))
    common = sorted(
        (stem for stem in counts if counts[stem] >= least), key=lambda stem: (-counts[stem], stem)
    )
    return [stem for stem in common[:MAX_SUBJECTS] if usage.is_noun(stem)]


def _without_themes(
    article: Article, total: int, reading: FilteredComments, *, scored: bool
) -> CommentDigest:
    shown = sorted((*reading.substantive, *reading.brief), key=lambda c: (c.posted_at, c.id))
    voices, stems = _parse_comments(shown, article)
    return CommentDigest(
        article=article.id,
        title=article.title,
        total=total,
        read=len(shown),
        deleted=reading.deleted,
        themes=(),
        other=0,
        few=tuple(quote_comment(comment) for comment in shown),
        bots=reading.bots,
        copies=reading.copies,
        scored=scored,
        divergences=tuple(
            each for each in find_divergences(article, voices, stems) if each.kind == "contradicts"
        ),
        links=cited_links(shown),
    )


def _parse_comments(
    comments: Sequence[Comment], article: Article
) -> tuple[list[CommentText], CommentStemmer]:
    voices = [CommentText.from_comment(comment) for comment in comments]
    stems = CommentStemmer.for_texts([voice.words for voice in voices], article.language)
    for voice in voices:
        voice.stems = stems.stems(voice.words)
    return voices, stems
