"""What cards say about scheduled digests: when, what, what became of them, and why."""

from __future__ import annotations

from bot.digests import Choice, Delivery, Plan, Schedule, Timing
from bot.ui.fit import fit
from bot.ui.phrases import counted

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PREVIEW = "-# Preview: so it would look now. Nothing is posted before it is saved."
MOVED = " · the clocks change: that day has no {at}"
SAVED = "Saved as digest {number}: {what}, {when}, in <#{channel}>. Next {next}."
NOT_SAVED = "Not saved. Nothing will be posted."
PAUSED = "Digest {number} is paused. {resume} goes on with the next slot."
RESUMED = "Digest {number} goes on. Next {next}."
DELETED = "Digest {number} is deleted: {what}, in <#{channel}>. What it posted stays."
RUNNING = "Digest {number} posts in <#{channel}> in a moment, beside its own slots."
NONE = "Nothing is scheduled here yet. {create} plans a digest and shows it before it is saved."
NO_HISTORY = "Nothing has been due yet. Next {next}."
NOTHING_NEW = "Nothing new for this digest."
TOLD = (
    "Digest {number} in <#{channel}> has paused itself: {reason} Mend it, then {resume} goes on with the "
    "next slot. {why} tells more."
)
NOT_A_CANDIDATE = "It was not among the articles that this digest looks at: {what}."
NOTHING_TO_TELL = "No slot of this digest has come yet."

REASONS = {
    "bot-removed": "Newsdesk is no longer in that server.",
    "channel-gone": "the channel is not there any more.",
    "deleted": "the digest was deleted.",
    "discord-refused": "Discord does not take the post.",
    "fault": "a fault of the bot's; the operator's log has it.",
    "may-not-look": "Newsdesk may not read the history there, without which it could post twice.",
    "may-not-post": "Newsdesk may not write there. It needs View Channel and Send Messages.",
    "nothing": "there was nothing to post.",
    "paused": "the digest was paused.",
    "thread-archived": "the thread is archived and locked.",
    "too-late": "it came later than this digest may be.",
    "unreachable": "Discord could not be reached; it is tried again.",
}
RULES = {
    "picked": "picked",
    "new-comments": "picked again for its new comments",
    "shown-before": "left out: this digest has shown it, and it has no new comments",
    "over-18": "left out: marked 18+, and the channel is not for that",
    "enough": "left out: others came first",
}
_OUTCOMES = {
    "claimed": "due",
    "sending": "being posted",
    "posted": "posted",
    "empty": "nothing to post",
    "missed": "missed",
    "failed": "failed",
}


def when(timing: Timing) -> str:
    """every Monday at 08:30 (Europe/Berlin)"""
    at = clock(timing)
    text = {
        "daily": f"every day at {at}",
        "weekdays": f"Monday to Friday at {at}",
        "weekly": f"every {DAYS[(timing.day or 0) % 7]} at {at}",
        "monthly": f"on day {timing.day} of the month at {at}",
        "cron": f"at `{timing.cron}`",
    }[timing.every]
    return f"{text} ({timing.zone})"


def clock(timing: Timing) -> str:
    """08:30"""
    return f"{timing.minute // 60:02}:{timing.minute % 60:02}"


def what(choice: Choice) -> str:
    """the newest of courier.example"""
    text = fit(choice.text, 100)
    period = _period(choice)
    return {
        "newest": "what came in since the last one",
        "on-this-day": "on this day in earlier years",
        "most-discussed": f"the most discussed {period}",
        "search": f"the newest for “{text}”",
        "source": f"the newest of {text}",
        "subreddit": f"the newest of r/{text}",
        "random": "a random pick",
    }[choice.what]


def heading(choice: Choice) -> str:
    """New in the archive"""
    period = _period(choice)
    return {
        "newest": "New in the archive",
        "on-this-day": "On this day",
        "most-discussed": f"Most discussed {period}",
        "search": f"New for “{fit(choice.text, 100)}”",
        "source": f"New from {fit(choice.text, 100)}",
        "subreddit": f"New from r/{fit(choice.text, 100)}",
        "random": "From the archive",
    }[choice.what]


def _period(choice: Choice) -> str:
    if choice.days is None:
        return "of all time"
    return "of the last day" if choice.days == 1 else f"of the last {choice.days:,} days"


def facts(plan: Plan) -> str:
    """5 headlines · a missed one is posted up to 2 hours late · nothing is posted when there is nothing"""
    name = {"headlines": "headline", "summaries": "summary", "digests": "article with its comment digest"}
    many = {"headlines": "headlines", "summaries": "summaries", "digests": "articles with comment digests"}
    late = f"posted up to {counted(plan.late, 'hour')} late" if plan.late else "skipped"
    return " · ".join(
        [
            f"at most {counted(plan.choice.count, name[plan.style], many[plan.style])}",
            f"a missed one is {late}",
            "silent when there is nothing" if plan.skip_empty else "says so when there is nothing",
        ]
    )


def state(of: Schedule) -> str:
    """active; paused: the channel is not there any more."""
    if of.state == "active":
        return "active"
    return f"paused: {REASONS[of.reason]}" if of.reason in REASONS else "paused"


def outcome(one: Delivery) -> str:
    """posted 5; failed: the channel is not there any more."""
    text = _OUTCOMES[one.state]
    if one.state == "posted":
        return f"{text} {counted(len(one.articles), 'article')}"
    return f"{text}: {REASONS[one.reason]}" if one.reason in REASONS and one.state != "empty" else text
