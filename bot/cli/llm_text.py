"""Text written by a language model, in a terminal."""

from __future__ import annotations

from bot.cli.terminal import dotted, line, show, show_dim
from bot.domain.answers import Citation, Written
from bot.i18n import msg
from bot.text.language.markup import plain
from bot.ui.kit.llm_text import cited, provenance


def show_written(written: Written | None) -> bool:
    """Prints the sentences with the numbers of their sources, and the sources; returns False if there are
    none."""
    if written is None or not written.sentences:
        return False
    sources = cited(written)
    sentences = []
    for sentence in written.sentences:
        numbers = [str(sources.index(citation) + 1) for citation in sentence.citations]
        sentences.append(f"{line(sentence.text)} [{', '.join(numbers)}]")
    show(" ".join(sentences))
    for number, source in enumerate(sources, 1):
        quote = msg("quoted", text=line(plain(source.quote)))
        show_dim(f"[{number}] {quote} {_whose(source)}", indent=2, then=6)
    return True


def show_provenance(written: Written | None) -> None:
    """Prints how the text was made, if a language model was asked."""
    if written is not None:
        show_dim(provenance(written, line))


def _whose(source: Citation) -> str:
    if source.kind == "comment":
        number = msg("cli-comment-number", id=str(source.comment))
        return dotted(msg("cli-commenter", author=source.author or ""), number)
    return dotted(source.source or source.title, msg("cli-article-number", id=str(source.article)))
