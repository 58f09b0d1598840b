"""Texts of /help and /about."""

from __future__ import annotations

START = (
    "Newsdesk keeps articles and the comments under them, and finds, shows and quotes them.\n"
    "Members start with {search} and {ask}. Moderators load an archive with {load}. All commands: {help}."
)
ABOUT = (
    "Newsdesk searches and reads an archive of news threads. What it shows is quoted to the letter: "
    "summaries are sentences of the article, digests are sentences of the commenters."
)
ALONE = "No AI service is involved, and nothing leaves this bot's own machine."
PRIVACY = (
    "It reads no messages but those that mention it, reply to it with the mention on, are written to it "
    "alone, or that you open with Apps. {questions} Long searches are kept without a name, so that their "
    "buttons go on working; and when you last used it in a server, for /catchup."
)
HELP_MORE = "{help} with a topic tells more about searching, asking, following and loading."
CONTEXT_HELP = {
    "Find in the archive": "On a message: looks up its links and its headline",
    "Ask about this": "On a message: asks the articles that it speaks of",
}
HELD = "Here it reads {held}."
