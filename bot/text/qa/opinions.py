"""Questions about what people think, answered from the comment digest: shares and quotes."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.answers import Claim, CommentDigest, Quote, Viewpoint
from bot.domain.articles import Article, Comment
from bot.text.discussion.comment_filter import filter_comments
from bot.text.discussion.quotes import CommentText, has_quotable_length, pick_distinct, quality
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.index_tokens import index_words
from bot.text.language.stems import stem
from bot.text.qa.citations import cite_quote
from bot.text.qa.question import Question

MOST = 3
QUOTES = 2
LEAST = 2
"""So many commenters must speak of a thing to be a share."""


def opinions(
    question: Question, article: Article, comments: Sequence[Comment], digest: CommentDigest
) -> list[Claim]:
    """What the commenters of the article say: first of what is asked beside the article's own subject, then
    their themes; where there are too few comments for themes, the comments themselves."""
    asked = set(question.stems) - _stems(article.title, question.language)
    special = _mentions(question, asked, article, comments, digest.read)
    claims = [
        Claim(
            "opinion",
            theme.label,
            tuple(cite_quote(article, quote) for quote in theme.quotes[:QUOTES]),
            supporters=len(theme.comments),
            commenters=digest.read,
        )
        for theme in digest.themes
        if theme.quotes
    ]
    few = [_one(article, quote) for quote in digest.few]
    ranked = sorted(claims or few, key=lambda claim: -_speaks(claim, asked, question.language))[:MOST]
    if digest.disagreement is not None:
        ranked += [
            _view(article, view, digest) for view in (digest.disagreement.larger, digest.disagreement.smaller)
        ]
    return [*special, *ranked]


def _mentions(
    question: Question, asked: set[str], article: Article, comments: Sequence[Comment], read: int
) -> list[Claim]:
    """Who speaks of what is asked, in words that the article's title does not have."""
    found = [
        (voice, [said for said in voice.sentences(stems) if _stems(said.text, question.language) & asked])
        for stems in [CommentStemmer(question.language)]
        for voice in map(CommentText.from_comment, filter_comments(comments).substantive)
        if asked & _stems(voice.own_text, question.language)
    ]
    sentences = [said for _, some in found for said in some if has_quotable_length(said)]
    best = pick_distinct(sorted(sentences, key=lambda said: (-quality(said), said.comment.id)), QUOTES)
    if len(found) < LEAST or not best:
        return []
    label = " ".join(word for word, stem in zip(question.words, question.stems, strict=True) if stem in asked)
    quotes = tuple(cite_quote(article, said.quote()) for said in best)
    return [Claim("opinion", label.capitalize(), quotes, supporters=len(found), commenters=read)]


def _one(article: Article, quote: Quote) -> Claim:
    return Claim("opinion", quote.text, (cite_quote(article, quote),))


def _view(article: Article, view: Viewpoint, digest: CommentDigest) -> Claim:
    return Claim(
        "opinion",
        view.words,
        (cite_quote(article, view.quote),),
        supporters=len(view.comments),
        commenters=digest.read,
    )


def _speaks(claim: Claim, asked: set[str], language: str) -> int:
    text = " ".join([claim.text, *(citation.quote for citation in claim.citations)])
    return len(asked & _stems(text, language))


def _stems(text: str, language: str) -> set[str]:
    return {stem(word, language) for word in index_words(text)}
