"""Texts about erasures for cards and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.backups import Backup
from bot.domain.loads import AuthorPreview
from bot.i18n import formats, msg


def what_is_here(preview: AuthorPreview, line: Callable[[str], str]) -> list[str]:
    """How much of an author was found, or names like theirs, each as `line` shows it."""
    counts = {"comments": preview.comments, "articles": preview.articles}
    what = formats.joined(msg(id_, count=count) for id_, count in counts.items() if count)
    return [
        msg("privacy-found", what=what, threads=preview.threads) if what else msg("privacy-found-nothing"),
        "" if preview.complete else msg("privacy-found-part"),
        msg("privacy-nearest", names=formats.joined(map(line, preview.nearest))) if preview.nearest else "",
    ]


def backups_left(backups: Sequence[Backup], name: Callable[[Backup], str]) -> str:
    """The backups that still contain what was erased, each by its `name` and day."""
    if not backups:
        return msg("privacy-backups")
    named = [
        msg("privacy-backup", name=name(backup), day=formats.day(backup.made_at)) for backup in backups[-5:]
    ]
    return msg("privacy-backups-known", backups=formats.joined(named))
