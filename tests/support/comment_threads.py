"""A made-up thread, and short ways to make comments, for the tests of digests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.domain.articles import Article, Comment, Paragraph
from bot.text.discussion.quotes import CommentText
from bot.text.language.comment_tokens import CommentStemmer

START = datetime(2024, 3, 12, 9, tzinfo=UTC)


def comment(number: int, text: str, author: str | None = None, score: int | None = None) -> Comment:
    """Comment `number`, by an author of its own unless given, ten minutes after the one before."""
    when = START + timedelta(minutes=10 * number)
    return Comment(number, 1, None, author or f"reader{number}", when, text, score)


def comments(*texts: str) -> list[Comment]:
    """Comments by different people, numbered from 1."""
    return [comment(number, text) for number, text in enumerate(texts, start=1)]


def article(
    title: str = "Council moves the fish market", *paragraphs: str, language: str | None = "en"
) -> Article:
    """An article with these paragraphs."""
    body = tuple(Paragraph(text) for text in paragraphs)
    return Article(1, None, title, "courier.example", "tidewatcher", START, False, body, 0, language=language)


def comment_texts(*texts: str) -> tuple[list[CommentText], CommentStemmer]:
    """The comments, parsed, with their English stems."""
    parsed = [CommentText.from_comment(comment) for comment in comments(*texts)]
    stemmer = CommentStemmer("en")
    for comment_text in parsed:
        comment_text.stems = stemmer.stems(comment_text.words)
    return parsed, stemmer


MARKET = article(
    "Council moves the fish market",
    "The council voted 7 to 4 on Tuesday to move the market to the old rail yard by spring.",
    "The 41 stallholders will pay no rent in the first year. A petition against the move has 3,100 names.",
)
RENT = (
    "Free rent for a year is a bribe, and the council knows it.",
    "The rent is a bribe to every stall on the quay.",
    "Rent at the old market was always fair.",
    "I think the rent is fair for what a stall earns.",
    "Nobody else in this town gets a year without rent from the council.",
    "A year of rent for my stall is more than I earn in winter.",
    "Rent on the quay doubled in ten years, so a free year is a fair start.",
)
BUSES = (
    "The bus does not stop anywhere near the rail yard.",
    "Two buses an hour is not enough for a market.",
    "Where will people park when the last bus is gone?",
    "Pensioners come by bus and cannot carry fish up that hill.",
    "Put a bus stop at the gate and the whole problem is solved.",
    "My grandmother would need three buses to buy a herring.",
)
GULLS = (
    "The gulls will find the new roof within a day.",
    "Gulls do not follow maps, they follow chips.",
    "A roof keeps the gulls off the fish, that alone is worth the move.",
    "Feeding gulls should cost a fine, market or no market.",
)
REST = (
    "It was 6 to 5, I counted hands from the gallery.",
    "Has anyone tested the soil of the rail yard for oil?",
    "My uncle laid those rails in 1931 and he would laugh.",
)
FARE = "The fare to the island is a tax on people who only want to see a doctor."
APART = (
    "The county should run every ferry, as it already does at Norrby in the north.",
    "The winter timetable leaves nurses on the quay for three hours at night.",
    "Bicycles hang on a hook and weigh nothing, so two crowns for one is petty.",
    "An island school with nineteen pupils closes when four families move away.",
    "The company lost a propeller in the ice of 2022, and that cost 212,000.",
    "Accounts belong on the table before anybody votes about the licence.",
    "Visitors in July would gladly pay twenty crowns and never complain.",
    "A bridge was two hundred metres too short when engineers drew one in 1974.",
)


def market_thread() -> list[Comment]:
    """Twenty comments with three themes, and what else threads have: a bot, a deletion, a copy, a nod."""
    texts = [*RENT, *BUSES, *GULLS, *REST]
    found = [comment(number, text) for number, text in enumerate(texts, start=1)]
    return [
        *found,
        comment(50, "[deleted]", "[deleted]"),
        comment(51, "I am a bot, and this action was performed automatically.", "AutoModerator"),
        comment(52, RENT[0], "copycat"),
        comment(53, "This."),
    ]
