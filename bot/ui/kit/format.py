"""What cards say beside the archive's own words; mistakes have their sentences in
`bot.ui.kit.error_messages`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.answers import CommentDigest, KeyTerms, Summary
from bot.domain.articles import CommentPage, Stats
from bot.domain.loads import Erased, Progress, Receipt
from bot.domain.search import Filters, Order, Place, SearchPage

_ENDED = re.compile(r"[.!?…。！？][\"'”’»)\]]*\s*$")
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
EMPTY = "Nothing has been loaded here yet. Moderators load a dump of articles and comments with {load}."
EMPTY_SHARED = (
    "Nothing has been loaded here yet. A direct message reads the operator's shared archive alone; a server "
    "has its own."
)
EMPTY_OWN = "Nothing has been loaded here yet. {load} takes a dump of articles and comments."
EMPTY_OPERATORS = "The operator has loaded nothing yet."
HEADLINE_ONLY = "Only the headline: the archive has no text for this article."
NO_COMMENTS = "Nobody has commented on this in the archive."
SHARED_BY = "-# shared by {who}"
POSTED = "Posted: {link}"
POSTED_BY = "-# posted by {who}"
FAULT = "That did not work, and the fault is the bot's. The operator finds it in the log as {reference}."
UNDO_QUESTION = (
    "**Take back load {load}?** {name}\n"
    "What it brought ({articles}, {comments}) leaves the archive; what it changed goes back to what it was."
)
UNDONE = "**Took back load {load}.** {articles} and {comments} removed{restored}. By {who}."
CANCELLING = "Load {load} stops at the next safe point. Its receipt follows in a moment."
PAUSING = "Load {load} pauses at the next safe point."
NO_LOADS = "Nothing has been loaded into this server's archive yet. {load} takes a file."
LOAD_STARTS = "**Loading** {name} · reading the file"
LOAD_WAITS = "**Waiting** {name} · another load is running; this one starts by itself"
LOAD_DROPPED = "It was cancelled while it waited; nothing was stored."
LOAD_FAILED = "**Stopped** {name}"
LOAD_INTERRUPTED = "The bot is ending. What was stored is kept; the load goes on by itself when it is back."
LOAD_OUT_OF_SIGHT = (
    "Newsdesk may not write in this channel: after 15 minutes the progress stops here. "
    "{loads} has the receipt."
)
MIN_ESTIMATED_COMMENTS = 10_000
"""Comments from which on it is estimated how many there will be."""
HELP_MORE = "{help} with a topic tells more about searching, asking, following and loading."
CONTEXT_HELP = {
    "Find in the archive": "On a message: looks up its links and its headline",
    "Ask about this": "On a message: asks the articles that it speaks of",
}
HELD = "Here it reads {held}."
REJECTS_FILE = "rejected-{load}.ndjson"
REJECTS_CUT = (
    "The file here is the beginning of {size}; the operator has all of it in the data folder as "
    "rejects/{load}.ndjson."
)
PREVIEWED = "Nothing was stored. The same command without the dry run loads it."

FORGET_QUESTION = (
    "What they wrote and posted loses its words and their name, in threads, in searches and in what loads "
    "changed before.\nIt stays so when a dump that has it is loaded again, or a load is taken back. The "
    "places of their comments stay, as deleted ones, so that answers to them keep theirs.\n"
    "Nothing of it comes back: **this cannot be undone.** The receipt tells how much it was."
)
FORGET_LIMITS = (
    "Posts of Newsdesk that quote them are edited where Discord lets it. Not covered: the operator's shared "
    "archive, which the operator cleans; what others say of them or quote."
)
FORGETTING = "**Forgetting {name}** · this takes a moment in a large archive"
FORGOT_LIMITS = "No later load brings it back. What members copied or quoted themselves is theirs."

SEARCH_HELP = (
    "### Searching\n"
    "Words are looked for in headlines, articles and comments, in any order and with the endings of each "
    "text's language. A thread counts once, with the best piece of it. Threads that have every word come "
    "first, then those that have some; the card says how many.\n"
    '`"rail yard"` these words in a row, as they stand\n'
    "`market -fish` without a word\n"
    '`market -"rail yard"` without these words in a row\n'
    "`tram OR gulls` either of two, also `tram | gulls`\n"
    "`stall*` words that begin so\n"
    "`rail-yard` as any sign between words: these words in a row\n"
    "**Options** narrow it: `in` articles or comments; `source`, a site; `author`, who posted the article or "
    "wrote the comment; `after` (from that day on) and `before`, such as 2024, 2024-03-12, 12 Mar 2024, 3 "
    "days ago. Without changing what is found, **Newest** puts the newest first.\n"
    "-# Accents and capitals do not matter. Chinese, Japanese and Korean need no spaces. Where nothing has a "
    "word, its nearest spelling is searched and the card says so; numbers are never respelt."
)
DUMPS_HELP = (
    "### Loading\n"
    "A dump is a `.txt` page of an article with its comments, a Reddit dump (JSON lines of submissions or "
    "comments), or a `.zip`, `.tar`, `.tar.gz`, `.gz`, `.xz` or `.zst` of them. {load} takes one as an "
    "attachment, or by its path below the operator's drop folder, where bigger ones are.\n"
    "Options narrow it: subreddit, after, before, min\\_score; what is marked 18+ stays out unless over\\_18 "
    "is set. dry\\_run only says what would be loaded.\n"
    "A load can be paused, resumed and cancelled; it goes on by itself after a restart of the bot. What "
    "cannot be read is listed with its reason in a file; the rest is loaded. Loading the same dump again "
    "changes nothing, a newer one brings what is new. {undo} takes a load back.\n"
    "-# {forget} takes what one author wrote out of this server's archive, for good."
)


def thousands(count: int) -> str:
    """1,204"""
    return f"{count:,}"


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """1,204 threads, 1 thread"""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def dotted(*parts: str) -> str:
    """The parts that are not empty, with dots between them."""
    return " · ".join(filter(None, parts))


def small(*parts: str) -> str:
    """`dotted` as a small line; empty where all parts are."""
    line = dotted(*parts)
    return f"-# {line}" if line else ""


def points(score: int | None) -> str:
    """7 points; empty where the score is not known"""
    return "" if score is None else counted(score, "point")


def page_of(page: int, count: int) -> str:
    """page 2 of 3; empty where there is one page"""
    return f"page {page + 1} of {count}" if count > 1 else ""


def day(moment: datetime) -> str:
    """12 Mar 2024; for labels, where Discord shows no times of its own."""
    return f"{moment.day} {moment:%b} {moment.year}"


def minute(moment: datetime) -> str:
    """12 Mar 2024 09:14 UTC"""
    return f"{day(moment)} {moment:%H:%M} UTC"


def time_step(length: timedelta) -> str:
    """5 minutes, an hour, a day, 4 weeks"""
    for seconds, name, article in ((604_800, "week", "a"), (86_400, "day", "a"), (3_600, "hour", "an")):
        if length.total_seconds() >= seconds:
            count = round(length.total_seconds() / seconds)
            return f"{article} {name}" if count == 1 else f"{count} {name}s"
    return counted(round(length.total_seconds() / 60), "minute")


def duration(seconds: float) -> str:
    """0.4 s, 12 s, 2 min 24 s, 3 h 5 min"""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def years(first: datetime | None, last: datetime | None) -> str:
    """2017 to 2024"""
    if first is None or last is None:
        return ""
    return f"{first.year}" if first.year == last.year else f"{first.year} to {last.year}"


def date_range(first: datetime | None, last: datetime | None) -> str:
    """12 Mar 2017 to 3 Jan 2024"""
    if first is None or last is None:
        return ""
    return day(first) if day(first) == day(last) else f"{day(first)} to {day(last)}"


def file_size(count: int) -> str:
    """212 MB"""
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count //= 1000
    return f"{count:,} GB"


def reading(summary: Summary, comments: int) -> str:
    """3 of 21 sentences · 4 min read · 38 comments"""
    parts = [f"{len(summary.sentences)} of {counted(summary.of, 'sentence')}", f"{summary.minutes} min read"]
    return dotted(*(parts if summary.of else []), counted(comments, "comment"))


def key_terms(terms: KeyTerms) -> list[str]:
    """Who: Ines Pohl, Ada Marlowe / Where: Bell Harbour / When: Tuesday; a piece for each that is known"""
    kinds = (("Who", terms.who), ("Where", terms.where), ("When", terms.when))
    return [f"{kind}: {', '.join(names)}" for kind, names in kinds if names]


def item_range(offset: int, shown: int, total: int, capped: bool = False) -> str:
    """1–5 of 14"""
    last = f"–{offset + shown:,}" if shown > 1 else ""
    return f"{offset + 1:,}{last} of {'more than ' if capped else ''}{total:,}"


def listing(page: CommentPage) -> str:
    """1–5 of 47, newest first · 1 more is deleted"""
    gone = page.article.comment_count - page.total
    if not page.comments:
        return f"{counted(gone, 'comment')}, deleted" if gone > 0 else NO_COMMENTS
    shown = f"{item_range(page.offset, len(page.comments), page.total)}, newest first"
    return f"{shown} · {gone:,} more {'is' if gone == 1 else 'are'} deleted" if gone > 0 else shown


def matching(page: SearchPage) -> str:
    """Which hits have everything that was asked for, where some have not."""
    if page.full is None or page.full >= page.total:
        return ""
    if not page.full:
        return "none has every word"
    return "the first has every word" if page.full == 1 else f"the first {page.full:,} have every word"


def search_scope(filters: Filters, place: Place, order: Order) -> list[str]:
    """How a search was narrowed and ordered, in pieces that hold what people typed as they typed it."""
    parts = {"relevance": ["relevance"], "newest": ["newest first"], "score": ["highest score first"]}[order]
    parts += {"both": [], "articles": ["articles only"], "comments": ["comments only"]}[place]
    if filters.source:
        parts.append(f"from {filters.source}")
    if filters.author:
        parts.append(f"by {filters.author}")
    if filters.after:
        parts.append(f"since {day(filters.after)}")
    if filters.before:
        parts.append(f"before {day(filters.before)}")
    return parts


def nothing_found(query: str, narrowed: Sequence[str], held: str) -> str:
    """Nothing in this archive says “zeppelin”. 1,204 threads, 2017 to 2024; of a narrowed search it does not
    tell what the whole archive says."""
    if narrowed:
        return f"Nothing found for {query} ({', '.join(narrowed)}). This archive has {held}."
    return f"Nothing in this archive says {query}. {held}."


def erased(what: Erased) -> str:
    """Words and name were taken out of 41 comments and 2 articles."""
    if not what.comments and not what.articles:
        return "Nothing here had that name; later loads leave it out."
    parts = [(what.comments, "comment"), (what.articles, "article")]
    where = " and ".join(counted(count, name) for count, name in parts if count)
    return f"Words and name were taken out of {where}."


def clipped(excerpt: str) -> tuple[str, str]:
    """What stands before and behind a piece of a text: … where it begins or ends within a sentence."""
    before = "" if excerpt[:1].isupper() or not excerpt[:1].isalpha() else "…"
    return before, "" if _ENDED.search(excerpt) else "…"


def thread_count(page: SearchPage) -> str:
    """14 threads, more than 1,000 threads"""
    return ("more than " if page.capped else "") + counted(page.total, "thread")


def archive_size(stats: Stats) -> str:
    """1,204 threads, 2017 to 2024"""
    return ", ".join(filter(None, [counted(stats.articles, "thread"), years(stats.first, stats.last)]))


def coverage(digest: CommentDigest) -> str:
    """read 38 of 41 (3 deleted) · no scores in this dump"""
    kinds = (
        (digest.deleted, "deleted"),
        (digest.bots, "by bots"),
        (digest.copies, "repeated"),
        (0 if digest.few else digest.brief, "too short"),
    )
    unread = ", ".join(f"{count:,} {kind}" for count, kind in kinds if count)
    text = f"read {digest.read:,} of {digest.total:,}" + (f" ({unread})" if unread else "")
    return text if digest.scored else f"{text} · {unscored(digest)}"


def unscored(digest: CommentDigest) -> str:
    """Why a digest speaks of no scores, or not of all: no scores in this dump"""
    quotes = [*digest.few, *digest.questions, *(quote for theme in digest.themes for quote in theme.quotes)]
    if any(quote.score is not None for quote in quotes):
        return "not every comment has a score"
    return "no scores in this dump"


def progress(progress: Progress) -> tuple[str, str, str]:
    """` · 41% · 80 s left`, `2,100,000 of about 5.1 M comments · 61,204 articles · 38,000/s`, and
    `212 MB of 520 MB read · 18 rejected`."""
    done, total = progress.done, progress.total or 0
    how_far = f" · {min(99, done * 100 // total)}%" if total else ""
    if progress.left is not None:
        how_far += f" · {duration(max(1.0, progress.left))} left"
    comments = counted(progress.comments, "comment")
    if progress.comments >= MIN_ESTIMATED_COMMENTS and total and done * 50 > total:
        comments = f"{progress.comments:,} of about {roughly(progress.comments * total // done)} comments"
    rate = f"{int(progress.rate):,}/s" if progress.rate >= 1 else ""
    read = f"{file_size(done)} of {file_size(total)} read" if total else f"{file_size(done)} read"
    rejected = f"{progress.rejected:,} rejected" if progress.rejected else ""
    return (
        how_far,
        dotted(comments, counted(progress.articles, "article"), rate),
        dotted(read, left_out(progress.skipped), rejected),
    )


def left_out(count: int) -> str:
    """3 left out by the filter; empty for none"""
    return f"{count:,} left out by the filter" if count else ""


def roughly(count: int) -> str:
    """5.1 M, 61,000"""
    if count >= 1_000_000:
        return f"{count / 1_000_000:.1f} M"
    return f"{round(count, -3):,}" if count >= 10_000 else f"{count:,}"


def outcome(receipt: Receipt) -> str:
    """The first word of a receipt, in bold."""
    return {
        "done": "Loaded",
        "cancelled": "Stopped",
        "paused": "Paused",
        "failed": "Failed",
        "undone": "Taken back",
        "undoing": "Taken back in part",
    }.get(receipt.state, "Loading")


def counts(receipt: Receipt) -> str:
    """Articles 61,204 new · 310 updated. Comments 5,188,031 new. 23 rejected."""
    sentences = []
    for name, counts in (("Articles", receipt.articles), ("Comments", receipt.comments)):
        kinds = ((counts.new, "new"), (counts.updated, "updated"), (counts.unchanged, "unchanged"))
        parts = dotted(*(f"{count:,} {kind}" for count, kind in kinds if count))
        sentences.append(f"{name} {parts or 'none'}.")
    if receipt.rejected:
        sentences.append(f"{receipt.rejected:,} rejected.")
    if receipt.skipped:
        sentences.append(f"{left_out(receipt.skipped)}.")
    return " ".join(sentences)
