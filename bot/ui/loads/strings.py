"""Texts of cards and messages about loads."""

from __future__ import annotations

from bot.domain.loads import Progress, Receipt
from bot.ui.kit.format import counted, dotted, duration, file_size

EMPTY_OWN = "Nothing has been loaded here yet. {load} takes a dump of articles and comments."
EMPTY_OPERATORS = "The operator has loaded nothing yet."
UNDO_QUESTION = (
    "**Take back load {load}?** {name}\n"
    "What it brought ({articles}, {comments}) leaves the archive; what it changed goes back to what it was."
)
UNDONE = "**Took back load {load}.** {articles} and {comments} removed{restored}. By {who}."
CANCELLING = "Load {load} stops at the next safe point. Its receipt follows in a moment."
PAUSING = "Load {load} pauses at the next safe point."
NO_LOADS = "Nothing has been loaded into this server's archive yet. {load} takes a file."
STARTS = "**Loading** {name} · reading the file"
WAITS = "**Waiting** {name} · another load is running; this one starts by itself"
DROPPED = "It was cancelled while it waited; nothing was stored."
FAILED = "**Stopped** {name}"
INTERRUPTED = "The bot is ending. What was stored is kept; the load goes on by itself when it is back."
OUT_OF_SIGHT = (
    "Newsdesk may not write in this channel: after 15 minutes the progress stops here. "
    "{loads} has the receipt."
)
MIN_ESTIMATED_COMMENTS = 10_000
"""The number of comments from which the total is estimated."""
REJECTS_FILE = "rejected-{load}.ndjson"
REJECTS_CUT = (
    "The file here is the beginning of {size}; the operator has all of it in the data folder as "
    "rejects/{load}.ndjson."
)
PREVIEWED = "Nothing was stored. The same command without the dry run loads it."
HELP = (
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
    """3 left out by the filter; empty if 0"""
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
