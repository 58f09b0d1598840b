"""Dumps of every format with known numbers of records. A new format adds its writer to WRITERS."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.support.dump_pages import NOON, page
from tests.support.reddit_records import COMMENT, SUBMISSION, line
from tests.support.web_pages import ARTICLE, mhtml, warc

AT = int(NOON.timestamp())


@dataclass(frozen=True)
class SampleThread:
    """An article with comments of these numbers; `more` of its comments are only announced."""

    number: int
    comments: tuple[int, ...] = ()
    more: int = 0
    over_18: bool = False
    captured: int = 0


@dataclass(frozen=True)
class Sample:
    """A file, and how many articles and comments it holds, of which so many cannot be read."""

    data: bytes
    articles: int
    comments: int
    rejected: int = 0


Writer = Callable[[Sequence[SampleThread]], Sample]


def submission_of(thread: SampleThread, **more: object) -> dict[str, Any]:
    fields = {"id": f"s{thread.number}", "title": f"Headline {thread.number}", "over_18": thread.over_18}
    times = {"retrieved_on": AT + thread.captured, "score": thread.captured}
    return SUBMISSION | fields | times | {"num_comments": len(thread.comments) + thread.more} | more


def comment_of(thread: SampleThread, number: int, **more: object) -> dict[str, Any]:
    place = {"link_id": f"t3_s{thread.number}", "parent_id": f"t3_s{thread.number}"}
    fields = {"id": f"c{thread.number}x{number}", "body": f"Remark {number}.", "over_18": thread.over_18}
    times = {"retrieved_on": AT + thread.captured, "score": thread.captured}
    return COMMENT | place | fields | times | more


def _count(threads: Sequence[SampleThread]) -> int:
    return sum(len(thread.comments) for thread in threads)


def json_lines(threads: Sequence[SampleThread]) -> Sample:
    """Comments before submissions, and one comment without a time."""
    comments = [comment_of(thread, number) for thread in threads for number in thread.comments]
    records = [*comments, comment_of(threads[0], 99, created_utc="soon"), *map(submission_of, threads)]
    return Sample(b"".join(map(line, records)), len(threads), len(comments) + 1, 1)


def comment_lines(threads: Sequence[SampleThread]) -> Sample:
    """Comments alone."""
    comments = [comment_of(thread, number) for thread in threads for number in thread.comments]
    data = b"".join(map(line, comments)) or line(comment_of(threads[0], 1))
    return Sample(data, 0, len(comments) or 1)


def json_list(threads: Sequence[SampleThread]) -> Sample:
    """Submissions with their comments inside, each answering the one before."""
    documents = []
    for thread in threads:
        replies: list[dict[str, Any]] = []
        for number in reversed(thread.comments):
            replies = [comment_of(thread, number, replies=replies)]
        documents.append(submission_of(thread, comments=replies))
    return Sample(json.dumps(documents).encode(), len(threads), _count(threads))


def listing(threads: Sequence[SampleThread]) -> Sample:
    """Pages of Reddit's API, one after another; the last child of a page stands for more comments."""

    def page_of(thread: SampleThread) -> dict[str, Any]:
        comments = [{"kind": "t1", "data": comment_of(thread, number)} for number in thread.comments]
        place = {"parent_id": f"t3_s{thread.number}", "count": thread.more, "children": []}
        more = [{"kind": "more", "data": place}] if thread.more else []
        article = {"kind": "t3", "data": submission_of(thread)}
        return {"kind": "Listing", "data": {"children": [article, *comments, *more]}}

    data = "\n".join(json.dumps(page_of(thread), indent=1) for thread in threads)
    return Sample(data.encode(), len(threads), _count(threads))


def table(threads: Sequence[SampleThread]) -> Sample:
    """Comments, one of them without an id."""
    columns = ("id", "link_id", "parent_id", "author", "body", "created_utc", "score", "retrieved_on")
    rows = [comment_of(thread, number) for thread in threads for number in thread.comments]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows([*rows, comment_of(threads[0], 99, id="")])
    return Sample(text.getvalue().encode(), 0, len(rows) + 1, 1)


def mirror_page(threads: Sequence[SampleThread]) -> Sample:
    """A page of the first thread."""
    thread = threads[0]
    comments = [(f"voice{n}", NOON - timedelta(minutes=n), f"Remark {n}.") for n in thread.comments]
    return Sample(page(f"Bell {thread.number} rings", comments=comments).encode(), 1, len(comments))


def feed(threads: Sequence[SampleThread]) -> Sample:
    """An entry for each thread."""
    items = "".join(
        f"<item><title>Quay {thread.number}</title><link>https://quay.example/{thread.number}</link>"
        "<description>It ran.</description></item>"
        for thread in threads
    )
    data = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Q</title>{items}</channel></rss>'
    return Sample(data.encode(), len(threads), 0)


def own_export(threads: Sequence[SampleThread]) -> Sample:
    """Newsdesk's own export, with a comment that has no time."""
    lines = []
    for thread in threads:
        fields = {"key": f"t3_s{thread.number}", "over_18": thread.over_18, "captured": AT + thread.captured}
        counts = {"known": len(thread.comments) + thread.more, "score": thread.captured}
        lines.append({"newsdesk_export": 1, "title": f"Headline {thread.number}", **fields, **counts})
        for number in thread.comments:
            said = {"author": "ann", "posted_at": AT, "text": f"Remark {number}."}
            key = {"key": f"t1_c{thread.number}x{number}", "captured": AT + thread.captured}
            lines.append({"comment": said | key})
    lines.append({"comment": {"author": "ann", "text": "No time."}})
    data = "".join(f"{json.dumps(record, separators=(',', ':'))}\n" for record in lines)
    return Sample(data.encode(), len(threads), _count(threads) + 1, 1)


WRITERS: dict[str, Writer] = {
    "own export": own_export,
    "JSON lines": json_lines,
    "comments alone": comment_lines,
    "JSON list": json_list,
    "listing": listing,
    "table": table,
    "page": mirror_page,
    "feed": feed,
    "saved page": lambda _: Sample(ARTICLE.encode(), 1, 0),
    "MHTML": lambda _: Sample(mhtml(), 1, 0),
    "WARC": lambda _: Sample(warc(pages=0), 1, 0),
}
