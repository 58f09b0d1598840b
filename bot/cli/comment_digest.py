"""The comment digest in a terminal."""

from __future__ import annotations

from bot.cli.llm_text import show_provenance, show_written
from bot.cli.terminal import dotted, line, minute, quoted, replying_to, show, show_bold, show_dim, source_text
from bot.domain.answers import ActivityHistogram, CommentDigest, Divergence, Quote
from bot.i18n import formats, msg
from bot.text.language.markup import plain
from bot.ui.articles import strings
from bot.ui.kit.format import points

_MAX_QUOTES = 3
_BARS = " ▁▂▃▄▅▆▇█"


def show_comment_digest(digest: CommentDigest) -> None:
    """Prints a comment digest, largest themes first, with the coverage in dim text."""
    show_bold(line(digest.title))
    if digest.total == 0:
        show(msg("comments-none"))
        return
    if digest.themes or digest.rest:
        show_dim(strings.opening(digest))
    show_written(digest.written)
    for quote in digest.few:
        _quote(quote)
    for theme in digest.quotable_themes:
        _heading(strings.theme_counts(theme) or msg("comments", count=1))
        for quote in theme.quotes[:_MAX_QUOTES]:
            _quote(quote)
    if digest.single_points:
        _heading(strings.single_points_heading(digest))
        for quote in digest.single_points:
            _quote(quote)
    if others := strings.other_subjects(digest):
        _heading(others)
    if text := strings.rest(digest, {quote.comment for quote in digest.single_points}):
        _heading(text)
    for divergence in digest.divergences:
        _divergence(divergence)
    if digest.questions:
        _heading(msg("comment-digest-questions"))
        for quote in digest.questions[:_MAX_QUOTES]:
            _quote(quote)
    if digest.links:
        _heading(msg("comment-digest-links"))
        for link in digest.links:
            count = msg("comments", count=len(link.comments))
            show(line(link.url), (f" · {count}", "dim"), indent=2)
    if digest.activity is not None and not digest.few:
        _activity(digest.activity)
    show_dim("\n" + strings.coverage(digest))
    if digest.reports:
        show_dim(strings.other_reports(digest.reports))
        show_dim(msg("cli-comments-timeline", id=str(digest.article)))
    show_provenance(digest.written)


def _heading(text: str) -> None:
    show("")
    show_bold(line(text))


def _quote(quote: Quote) -> None:
    number = msg("cli-comment-number", id=str(quote.comment))
    who = dotted(
        quote.author,
        replying_to(quote.replies_to),
        quote.place,
        minute(quote.posted_at),
        points(quote.score),
        number,
        quote.link,
    )
    show(*quoted(*source_text(quote.text)), (f" — {who}", "dim"), indent=2)


def _divergence(divergence: Divergence) -> None:
    count, first = len(divergence.comments), divergence.quotes[0].text if divergence.quotes else ""
    if divergence.kind != "contradicts":
        _heading(msg("comment-digest-added"))
    elif divergence.article_says is not None and divergence.comments_say != first:
        theirs = line(plain(divergence.comments_say))
        ours = line(plain(divergence.article_says))
        _heading(msg("cli-digest-disputed-figures", count=count, theirs=theirs, ours=ours))
    else:
        _heading(msg("comment-digest-disputed", count=count))
    for quote in divergence.quotes[:1]:
        _quote(quote)
    if divergence.sentence is not None:
        show(msg("comment-digest-article-says", quote=line(plain(divergence.sentence.text))), indent=2)


def _activity(activity: ActivityHistogram) -> None:
    """Prints the activity, with one bar for each interval."""
    most = max(activity.counts)
    bars = "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in activity.counts)
    start, end = activity.start, activity.start + (len(activity.counts) - 1) * activity.step
    peak = minute(start + activity.counts.index(most) * activity.step)
    span = formats.rough_duration(activity.step)
    _heading(msg("cli-digest-busiest", count=most, span=span, time=peak))
    show((bars, "green"), indent=2)
    caption = msg("comment-digest-chart-caption", start=minute(start), end=minute(end), span=span)
    show_dim(caption, indent=2)
