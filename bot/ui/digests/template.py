"""The templates of a digest's heading, items and footer: a moderator's markdown, in which placeholders stand
for values that are escaped and cut to length."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain.digests import DigestEntry, DigestPost
from bot.domain.post_options import PLACEHOLDER
from bot.ui.digests import strings
from bot.ui.kit import format
from bot.ui.kit.markdown import link, quiet_address, time
from bot.ui.kit.truncate import clip, truncate, utf16_length

MAX_TITLE = 200
MAX_NAME = 60
_MENTION = re.compile(r"<(?=[@#])|@(?=everyone|here)")


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders replaced. Nothing in it mentions anybody, and what replaces a
    placeholder is not searched for others."""
    text, end = "", 0
    for match in PLACEHOLDER.finditer(template):
        text += _quiet(template[end : match.start()]) + values.get(match[1], match[0])
        end = match.end()
    return text + _quiet(template[end:])


def post_values(content: DigestPost) -> dict[str, str]:
    """The values of the heading's and the footer's placeholders."""
    return {
        "topic": strings.heading(content.plan.choice),
        "date": time(content.at),
        "count": str(len(content.entries)),
    }


def item(template: str, number: int, entry: DigestEntry, text: str, also: str, room: int) -> str:
    """One article by a template, at most `room` long; `text` is its summary or a quote, which gets what the
    other values leave. `also` names the other threads of its story; it is left out if there is no room."""
    article = entry.article
    values = {
        "number": str(number),
        "source": truncate(article.source or "", MAX_NAME),
        "author": truncate(article.submitter or "", MAX_NAME),
        "date": time(article.posted_at) if article.posted_at else "",
        "comments": format.comment_count(article),
        "score": "" if article.score is None else str(article.score),
        "subreddit": truncate(f"r/{article.subreddit}", MAX_NAME) if article.subreddit else "",
        "flair": truncate(article.flair or "", MAX_NAME),
        "text": "",
    }
    for longest, others in ((MAX_TITLE, also), (MAX_NAME, also), (MAX_NAME, "")):
        address = quiet_address(article.link)
        title = truncate(article.title, longest)
        values |= {
            "title": title,
            "linked_title": link(article.title[:longest], article.link) or title,
            "link": f"<{address}>" if address else "",
            "also": others,
        }
        if utf16_length(fill(template, values)) <= room:
            break
    rest = room - utf16_length(fill(template, values))
    values["text"] = text if utf16_length(text) <= rest else ""
    return clip(fill(template, values), room).strip()


def _quiet(markdown: str) -> str:
    return _MENTION.sub(r"\\\g<0>", markdown)
