"""The form of what a digest, a follow or a server leaves out, and its description."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import discord
from discord import ui

from bot.domain.exclusions import MAX_MINIMUM, MAX_TYPED, Exclusions, LeftOut
from bot.errors import BadInput
from bot.i18n import msg
from bot.ui.kit.component_tree import field_value
from bot.ui.kit.context import Interaction
from bot.ui.kit.format import dotted
from bot.ui.kit.truncate import truncate

MAX_LISTED = 200
"""The UTF-16 units of one list of words or names in a description."""
_ID = re.compile(r"leaveout:(?P<ref>server|[nf]\d+|[0-9a-f]{20})")
_MINIMUM = re.compile(r"(score|comments)\s{0,3}:?\s{0,3}(-?[0-9]{1,7})", re.IGNORECASE)


class LeaveOutForm(ui.Modal):
    """What is left out; `ref` names whose filters these are. Raises BadInput("exclusions-too-long") for
    filters that do not fit, which earlier versions imported."""

    def __init__(self, ref: str, exclusions: Exclusions) -> None:
        super().__init__(title=msg("leave-out-title"), custom_id=f"leaveout:{ref}", timeout=None)
        exclusions.check()
        fields = exclusions.fields()
        self._add("words", msg("leave-out-words"), fields["words"], msg("leave-out-words-hint"))
        self._add("sources", msg("leave-out-sources"), fields["sources"], msg("leave-out-sources-hint"))
        self._add("authors", msg("leave-out-authors"), fields["authors"], msg("leave-out-commas"))
        self._add("flair", msg("leave-out-flair"), fields["flair"], msg("leave-out-commas"))
        minimums = []
        if exclusions.min_score is not None:
            minimums.append(f"score {exclusions.min_score}")
        if exclusions.min_comments:
            minimums.append(f"comments {exclusions.min_comments}")
        self._add("minimum", msg("leave-out-minimum"), minimums, msg("leave-out-minimum-hint"))

    def is_finished(self) -> bool:
        """Always true: a submission is self-contained, so discord.py need not keep the form."""
        return True

    def _add(self, field: str, title: str, names: Iterable[str], hint: str) -> None:
        typed = ui.TextInput[Any](
            custom_id=field, default=", ".join(names), max_length=MAX_TYPED, required=False
        )
        self.add_item(ui.Label(text=title, description=hint, component=typed))


def submitted(interaction: Interaction, kinds: str) -> tuple[str, Exclusions] | None:
    """Whose filters a submitted form changes, and to what; None for other interactions, and unless the ref
    matches the pattern `kinds`. Raises BadInput("bad-minimum" | "bad-exclusions" | "exclusions-too-long")."""
    data: Mapping[str, Any] = interaction.data or {}
    match = _ID.fullmatch(str(data.get("custom_id", "")))
    if interaction.type is not discord.InteractionType.modal_submit or match is None:
        return None
    if not re.fullmatch(kinds, match["ref"]):
        return None
    typed = {name: field_value(data, name) for name in ("words", "sources", "authors", "flair", "minimum")}
    sources = [name.removeprefix("/") for name in _names(typed["sources"])]
    score, comments = _minimums(typed["minimum"])
    exclusions = Exclusions(
        _names(typed["words"]),
        tuple(name for name in sources if not name.casefold().startswith("r/")),
        tuple(name.removeprefix("/").removeprefix("u/") for name in _names(typed["authors"])),
        tuple(name[2:] for name in sources if name.casefold().startswith("r/") and name[2:]),
        _names(typed["flair"]),
        score,
        comments,
    )
    exclusions.check()
    return match["ref"], exclusions


def describe(exclusions: Exclusions) -> str:
    """leaves out the words “gulls” and “ferry” · the source courier.example; empty if nothing is left out."""
    if not exclusions.any:
        return ""
    lists = (
        ("words", exclusions.words),
        ("sources", exclusions.sources),
        ("authors", exclusions.authors),
        ("subreddits", [f"r/{name}" for name in exclusions.subreddits]),
        ("flair", exclusions.flair),
    )
    parts = [
        msg("leave-out-list", filter=name, names=truncate(", ".join(names), MAX_LISTED))
        for name, names in lists
        if names
    ]
    if exclusions.min_score is not None:
        parts.append(msg("leave-out-score", count=exclusions.min_score))
    if exclusions.min_comments:
        parts.append(msg("leave-out-comments", count=exclusions.min_comments))
    return msg("leave-out", what=dotted(*parts))


def reason(left_out: LeftOut) -> str:
    """skipped by this digest's filter: the word “gulls”"""
    if left_out.filter in ("score", "comments"):
        count = int(left_out.text or 0)
        what = msg("leave-out-score" if left_out.filter == "score" else "leave-out-comments", count=count)
    elif left_out.filter == "authors":
        what = msg("leave-out-author")
    else:
        name = f"r/{left_out.text}" if left_out.filter == "subreddits" else left_out.text
        what = msg("leave-out-list", filter=left_out.filter, names=truncate(name, 60))
    return msg("leave-out-reason", whose="server" if left_out.server else "digest", what=what)


def _names(text: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(filter(None, (" ".join(name.split()) for name in re.split(r"[,\n;、，]", text))))
    )


def _minimums(text: str) -> tuple[int | None, int]:
    """The minimum of the score and of comments in a text such as `score 10, comments 5`."""
    minimums = {name.lower(): int(count) for name, count in _MINIMUM.findall(text)}
    rest = _MINIMUM.sub("", text).strip(" ,;\n、，")
    if rest or any(abs(count) > MAX_MINIMUM for count in minimums.values()):
        raise BadInput("bad-minimum", text=rest or text)
    return minimums.get("score"), max(0, minimums.get("comments", 0))
