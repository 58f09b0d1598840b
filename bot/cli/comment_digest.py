"""The comment digest in a terminal."""

from __future__ import annotations

from bot.cli.llm_text import show_provenance, show_written
from bot.cli.terminal import amount, line, minute, show, show_bold, show_dim
from bot.domain.answers import ActivityHistogram, CommentDigest, Disagreement, Divergence, Quote
from bot.text.language.slurs import mask_slurs
from bot.ui.articles.strings import unscored
from bot.ui.kit.format import time_step

_MAX_QUOTES = 3
_BARS = " ▁▂▃▄▅▆▇█"


def show_comment_digest(digest: CommentDigest) -> None:
    """Prints a comment digest, largest themes first, with the coverage in dim text."""
    if digest.total == 0:
        show_bold(line(digest.title))
        show("No comments.")
        return
    show_bold(f"What {_people(digest.total)}: {line(digest.title)}")
    show_written(digest.written)
    for quote in digest.few:
        _quote(quote)
    for theme in digest.themes:
        score = "" if theme.score is None else f" · {amount(theme.score, 'point')}"
        _heading(theme.label, f" · {len(theme.comments)} of {digest.read}{score}")
        for quote in theme.quotes[:_MAX_QUOTES]:
            _quote(quote)
    if digest.other and digest.themes:
        _heading("Other", f" · {digest.other} of {digest.read}")
    if digest.disagreement is not None:
        _disagreement(digest.disagreement)
    if digest.minority is not None:
        _heading("A minority worth reading")
        _quote(digest.minority)
    for beyond in digest.divergences:
        _beyond(beyond)
    if digest.questions:
        _heading("Questions")
        for quote in digest.questions[:_MAX_QUOTES]:
            _quote(quote)
    if digest.links:
        _heading("Links")
        for link in digest.links:
            show(line(link.url), (f" · {amount(len(link.comments), 'comment')}", "dim"), indent=2)
    if digest.activity is not None and not digest.few:
        _busy(digest.activity)
    _provenance(digest)
    show_provenance(digest.written)


def _people(total: int) -> str:
    return "1 comment says" if total == 1 else f"{total:,} comments say"


def _heading(words: str, more: str = "") -> None:
    show("")
    show_bold(line(words), more)


def _quote(quote: Quote) -> None:
    score = "" if quote.score is None else f", {amount(quote.score, 'point')}"
    who = f" — {line(quote.author)}, {minute(quote.posted_at)}{score} · comment {quote.comment}"
    show(f"“{line(mask_slurs(quote.text))}”", (who, "dim"), indent=2)


def _disagreement(disagreement: Disagreement) -> None:
    sides = f" · “{line(disagreement.larger.words)}” against “{line(disagreement.smaller.words)}”, "
    sides += f"{len(disagreement.larger.comments)} to {len(disagreement.smaller.comments)}"
    _heading(f"Where they disagree: {disagreement.about}", sides)
    _quote(disagreement.larger.quote)
    _quote(disagreement.smaller.quote)


def _beyond(statement: Divergence) -> None:
    if (
        statement.kind == "contradicts"
        and statement.article_says is not None
        and statement.comments_say != statement.quotes[0].text
    ):
        says = f"{amount(len(statement.comments), 'comment')}: {line(mask_slurs(statement.comments_say))}"
        _heading("Against the article", f" · {says}, not {line(statement.article_says)}")
    elif statement.kind == "contradicts":
        _heading("Against the article")
    else:
        _heading("Not in the article")
    for quote in statement.quotes[:1]:
        _quote(quote)
    if statement.sentence is not None:
        show(f"“{line(statement.sentence.text)}”", (" — the article", "dim"), indent=2)


def _busy(busy: ActivityHistogram) -> None:
    """Prints the activity, with one bar for each interval."""
    most = max(busy.counts)
    bars = "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] for count in busy.counts)
    last = busy.start + (len(busy.counts) - 1) * busy.step
    peak = busy.start + busy.counts.index(most) * busy.step
    _heading("Busy times", f" · at most {amount(most, 'comment')} in {time_step(busy.step)}, {minute(peak)}")
    show((bars, "green"), indent=2)
    show_dim(f"{minute(busy.start)} to {minute(last)}", indent=2)


def _provenance(digest: CommentDigest) -> None:
    numbered = (
        (digest.deleted, "deleted"),
        (digest.bots, "by bots"),
        (digest.copies, "repeated"),
        (digest.brief, "too short to say anything"),
    )
    left_out = ", ".join(f"{number} {word}" for number, word in numbered if number)
    scores = "" if digest.scored else f" · {unscored(digest)}"
    show_dim(f"\nread {digest.read} of {digest.total}{f' ({left_out})' if left_out else ''}{scores}")
