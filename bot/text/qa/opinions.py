"""Answers questions about people's opinions from the comment digest: shares and quotes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.answers import Claim, CommentDigest, Quote
from bot.domain.articles import Article, Comment
from bot.text.discussion.comment_digest import read_comments
from bot.text.discussion.quotes import CommentText, has_quotable_length, pick_distinct, quality
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.index_tokens import index_words
from bot.text.language.stems import stem
from bot.text.qa.citations import cite_quote
from bot.text.qa.question import Question

MAX_THEMES = 3
MAX_QUOTES = 2
MIN_MENTIONS = 2
"""The minimum number of comments that mention a subject for their share to be given."""


def opinion_claims(
    question: Question, article: Article, comments: Sequence[Comment], comment_digest: CommentDigest
) -> list[Claim]:
    """Returns what the article's commenters say: first about the subject asked for, if it differs from the
    article's own, then their themes; without a theme that can be quoted, what single comments say."""

    read = read_comments(comments, comment_digest)

    def claim(text: str, quotes: Sequence[Quote], supporters: int | None = None) -> Claim:
        citations = tuple(cite_quote(article, quote, comment_digest.threads) for quote in quotes)
        return Claim("opinion", text, citations, supporters=supporters, commenters=len(read))

    asked = set(question.stems) - _stems(article.title, question.language)
    single = comment_digest.single_points or comment_digest.few
    claims = [
        claim(theme.quotes[0].text, theme.quotes[:MAX_QUOTES])
        for theme in comment_digest.quotable_themes
        if theme.quotes
    ] or [claim(quote.text, [quote]) for quote in single]
    claims.sort(key=lambda claim: -_relevance(claim, asked, question.language))
    del claims[MAX_THEMES:]
    mentioning, quotes = _mentions(question, asked, read)
    if mentioning < MIN_MENTIONS or not quotes:
        return claims
    label = " ".join(word for word, stem in zip(question.words, question.stems, strict=True) if stem in asked)
    return [claim(label.capitalize(), quotes, mentioning), *claims]


def _mentions(
    question: Question, asked: set[str], comments: Sequence[Comment]
) -> tuple[int, Sequence[Quote]]:
    """Returns the number of the comments that mention the asked words that the article's title does not have,
    and the best sentences in which they do."""
    language = question.language
    stems = CommentStemmer(language)
    texts = map(CommentText.from_comment, comments)
    mentioning = [text for text in texts if asked & _stems(text.own_text, language)]
    sentences = [
        sentence
        for text in mentioning
        for sentence in text.sentences(stems)
        if has_quotable_length(sentence) and asked & _stems(sentence.text, language)
    ]
    sentences.sort(key=lambda sentence: (-quality(sentence), sentence.comment.id))
    return len(mentioning), [sentence.quote() for sentence in pick_distinct(sentences, MAX_QUOTES)]


def _relevance(claim: Claim, asked: set[str], language: str) -> int:
    """Returns the number of asked stems in the claim."""
    text = " ".join([claim.text, *(citation.quote for citation in claim.citations)])
    return len(asked & _stems(text, language))


def _stems(text: str, language: str) -> set[str]:
    return {stem(word, language) for word in index_words(text)}
