"""Evidence for questions: short articles and comments of an archive of some hundred texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.answers import Answer, Evidence
from bot.domain.articles import Article, Comment, Paragraph
from bot.text.language.index_tokens import index_words
from bot.text.language.stems import stem
from bot.text.qa.answerer import Answerer

START = datetime(2024, 3, 12, 9, tzinfo=UTC)


def article(number: int, title: str, *paragraphs: str, comments: int = 0, day: int = 0) -> Article:
    return Article(
        number,
        None,
        title,
        f"site{number}.example",
        "tidewatcher",
        START + timedelta(days=day),
        False,
        tuple(Paragraph(text) for text in paragraphs),
        comments,
    )


def comment(number: int, of: int, text: str, author: str = "netmender") -> Comment:
    return Comment(number, of, None, f"{author}{number}", START + timedelta(minutes=number), text)


def material(articles: Sequence[Article], comments: Sequence[Comment] = ()) -> Evidence:
    """All of an archive of some thousand texts that matches."""
    texts = [" ".join([a.title, *(p.text for p in a.paragraphs)]) for a in articles]
    texts += [c.text for c in comments]
    holding: dict[str, int] = {}
    for text in texts:
        for one in {stem(word, "en") for word in index_words(text)}:
            holding[one] = holding.get(one, 0) + 1
    return Evidence(tuple(articles), tuple(comments), (), holding, 300)


MARKET = article(
    1,
    "Harbour council votes to move the fish market",
    "The council voted 7 to 4 on Tuesday to move the fish market to the old rail yard by spring. "
    "Stallholders will pay no rent in the first year.",
    "A petition against the move has 3,100 names. Mayor Ada Quill called the vote a fresh start.",
    comments=3,
)
FERRY = article(
    2, "Night ferry returns", "The night ferry sails again from June. It carries 90 cars to Norrby.", day=4
)
ARCHIVE = material([MARKET, FERRY])


def ask(text: str, found: Evidence = ARCHIVE) -> Answer:
    answerer = Answerer()
    return answerer.answer(answerer.parse_question(text), found)
