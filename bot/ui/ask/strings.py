"""Texts of answers, apart from quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.answers import Answer, QuestionType, Role
from bot.ui.kit.format import counted

NOT_SAID = {
    0: "The archive does not say.",
    1: "The article and its comments do not say.",
    2: "These articles and their comments do not say.",
}
"""Keyed by the number of articles that the question is about; 2 means two or more."""
NO_WORD = "Nothing there has {words}."
CLOSEST = "Closest:"
NO_QUESTION = (
    "There is no question in that. Ask about something in the archive, such as: when was the vote on the "
    "market?"
)
ASK_AFTER_MENTION = (
    "Ask something behind the mention, such as: {me} when was the vote on the market? In reply to one of "
    "these messages it is about the same articles."
)
MENTION_ME = (
    "Newsdesk cannot read a message that does not mention it. Ask again with {me}, or reply with the mention "
    "on."
)
NOT_THE_ROLE = "That mentions the role, and its messages cannot be read. Ask again with {me}."
HELP = (
    "### Asking\n"
    "{ask} answers in sentences of the archive, word for word, each with its source and time, or says "
    "that the archive does not say. Options narrow it: one `article`, a `source`, `after` and `before`.\n"
    "`who`, `when`, `where`, `how many` lead with the fact\n"
    "`is it so?` shows what speaks for it and against it, and decides nothing\n"
    "`what do people think of ...` shares and quotes of the commenters\n"
    "`latest on ...` newest first\n"
    "**Without the command:** mention the bot in a channel, reply to one of its messages with the "
    "mention on (then it is about the same articles), write to it directly (then it reads the "
    "operator's shared archive), use **Ask about this** on an article or, under Apps, on a message. "
    "**Discuss** opens a thread for an article; a mention there asks about it.\n"
    "-# Messages that do not mention the bot cannot be read by it. Several questions in a minute have "
    "to wait."
)
COUNTED = "Questions are counted and not kept."
STORED = "The operator keeps the questions that are asked, without names."
SAYS: Mapping[bool, Mapping[str, str]] = {
    False: {
        "article": "The article says:",
        "title": "The headline says:",
        "comment": "A commenter claims:",
    },
    True: {
        "article": "Another article says otherwise:",
        "title": "Another headline says otherwise:",
        "comment": "A commenter says otherwise:",
    },
}
"""Keyed by whether the claim differs from the answer, then by the kind of source."""
LATEST = "**Newest first**"
SIDES: Mapping[Role, str] = {"for": "**What speaks for it**", "against": "**What speaks against it**"}
ONE_SIDE: Mapping[Role, str] = {
    "for": "Nothing that speaks against it was found.",
    "against": "Nothing that speaks for it was found.",
}
SPEAKS_OF_IT = "**Nothing says so or denies it.** What speaks of it:"
UNDECIDED = "Both are shown as they stand; which is right is not decided here."
LACKING = "nothing quoted has {words}"
QUOTED = "quoted word for word"
ASKED_BY = "-# “{question}”, asked by {who}"
WANTS: Mapping[QuestionType, str] = {
    "who": "It asks who, so names count.",
    "when": "It asks when, so dates and times count.",
    "where": "It asks where, so places count.",
    "count": "It asks for a number, so figures count.",
    "why": "It asks why, so reasons count.",
    "how": "It asks how.",
    "what": "",
    "yesno": "It asks whether something is so: what speaks for it and against it is shown, not decided.",
    "latest": "It asks for the latest, so the newest come first.",
    "opinion": "It asks for opinions, so only comments answer it.",
}
MODAL_TITLE = "Ask about {what}"
MODAL_LABEL = "Your question"
MODAL_EXAMPLE = "Who voted against it?"


def considered(answer: Answer) -> str:
    """12 articles and 40 comments considered"""
    articles = counted(answer.articles_considered, "article")
    return f"{articles} and {counted(answer.comments_considered, 'comment')} considered"


def sure(answer: Answer) -> str:
    """The confidence in words and as a percentage."""
    if not answer.min_confidence:
        return ""
    return (
        f"The chance that this archive answers it: {answer.confidence:.0%}. "
        f"Below {answer.min_confidence:.0%} it is told that the archive does not say."
    )


def people(read: int) -> str:
    """What 38 people say"""
    return f"What people say in {counted(read, 'comment')}"


def words(missing: Sequence[str]) -> str:
    """“zeppelin”, “zither” or “banjo”"""
    quoted = [f"“{word}”" for word in missing]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}" if len(quoted) > 1 else "".join(quoted)


def question_counts(asked: int, answered: int) -> str:
    """312 questions were asked here, 281 answered."""
    if not asked:
        return ""
    return f"{counted(asked, 'question was', 'questions were')} asked here, {answered:,} answered."
