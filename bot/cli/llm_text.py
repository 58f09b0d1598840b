"""What a language model wrote, in a terminal."""

from __future__ import annotations

from bot.cli.terminal import line, show, styled
from bot.domain.answers import Citation, Written
from bot.ui.kit.llm_text import cited, provenance


def show_written(written: Written | None) -> bool:
    """The sentences with the numbers of what they rest on, and that below; whether there are any."""
    if written is None or not written.sentences:
        return False
    sources = cited(written)
    said = [
        f"{line(one.text)} [{', '.join(str(sources.index(source) + 1) for source in one.citations)}]"
        for one in written.sentences
    ]
    show(" ".join(said))
    for number, source in enumerate(sources, 1):
        show(styled((f"[{number}] “{line(source.quote)}” {_whose(source)}", "dim")), indent=2, then=6)
    return True


def show_made(written: Written | None) -> None:
    """Which way it was made, if a language model was asked."""
    if written is not None:
        show(styled((provenance(written, line), "dim")))


def _whose(source: Citation) -> str:
    if source.kind == "comment":
        return f"a commenter, {line(source.author or '')} · comment {source.comment}"
    return f"{line(source.source or source.title)} · article {source.article}"
