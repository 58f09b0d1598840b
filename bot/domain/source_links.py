"""The addresses of threads and comments at their source, made from the ids in the dumps."""

from __future__ import annotations

import re

_REDDIT = "https://www.reddit.com"
_SUBREDDIT = re.compile(r"[A-Za-z0-9_-]{2,50}")


def reddit_thread(key: str | None, subreddit: str | None) -> str | None:
    """The address of a submission on Reddit by its key (`t3_...`); None for other keys."""
    if key is None or not key.startswith("t3_"):
        return None
    # Reddit finds a submission without its subreddit, too.
    inside = f"/r/{subreddit}" if subreddit and _SUBREDDIT.fullmatch(subreddit) else ""
    return f"{_REDDIT}{inside}/comments/{key[3:]}/"


def reddit_comment(key: str | None, thread: str | None, subreddit: str | None) -> str | None:
    """The address of a comment on Reddit by its key (`t1_...`) and that of its thread; None for other
    keys."""
    address = reddit_thread(thread, subreddit)
    return f"{address}_/{key[3:]}/" if address and key is not None and key.startswith("t1_") else None
