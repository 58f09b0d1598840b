"""The forms of a digest's further settings: how it is posted, and its template. They can be submitted even
after a restart."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, cast

import discord
from discord import ui

from bot.domain.digests import DigestConfig
from bot.domain.post_options import (
    MAX_TEMPLATE,
    PLACEHOLDERS,
    PostOptions,
    TagCondition,
    TagRule,
)
from bot.errors import BadInput
from bot.i18n import msg
from bot.ui.kit.component_tree import field_value, field_values
from bot.ui.kit.context import Interaction
from bot.ui.kit.routes import number

FormKind = Literal["posts", "template"]
Change = Callable[[DigestConfig], DigestConfig]
"""The settings with what a form changes."""
EACH = "each"
HOW = {"silent": "post-form-silent", "publish": "post-form-publish", "pin": "post-form-pin"}
PARTS = {
    "heading": "template-form-heading",
    "item": "template-form-item",
    "footer": "template-form-footer",
}
MAX_TAGS = 4000
"""The most characters of the typed rules for tags, by Discord's rule; all rules that a plan may have fit."""
_ID = re.compile(r"digestoptions:(?P<kind>posts|template)\.(?P<ref>n\d+|[0-9a-f]{20})")
_RULE = re.compile(r"(?P<tag>.{1,40}?)\s*:\s*(?P<by>source|flair|search)\s+(?P<text>.+)", re.IGNORECASE)


class OptionForm(ui.Modal):
    """One of the forms; `ref` is n and the digest's number, or the name of a draft."""

    def __init__(self, kind: FormKind, ref: str, config: DigestConfig) -> None:
        title = msg("post-form-title") if kind == "posts" else msg("template-form-title")
        super().__init__(title=title, custom_id=f"digestoptions:{kind}.{ref}", timeout=None)
        if kind == "posts":
            self._add_posts(config)
        else:
            self._add_template(config.posts)

    def is_finished(self) -> bool:
        """Always true: a submission is self-contained, so discord.py need not keep the form."""
        return True

    def _add_posts(self, config: DigestConfig) -> None:
        options = config.posts
        counts = [
            discord.SelectOption(label=msg("post-form-one"), value="one", default=not options.each),
            discord.SelectOption(label=msg("post-form-each"), value=EACH, default=options.each),
        ]
        self._add(msg("post-form-count"), ui.Select[Any](custom_id="count", options=counts))
        role = ui.RoleSelect[Any](
            custom_id="role",
            min_values=0,
            required=False,
            default_values=[discord.Object(options.role)] if options.role is not None else [],
        )
        self._add(msg("post-form-role"), role, msg("post-form-role-hint"))
        how = [
            discord.SelectOption(label=msg(id_), value=name, default=getattr(options, name))
            for name, id_ in HOW.items()
        ]
        several = ui.Select[Any](
            custom_id="how", min_values=0, max_values=len(how), required=False, options=how
        )
        self._add(msg("post-form-how"), several)
        if config.target == "forum":
            typed = ui.TextInput[Any](
                custom_id="tags",
                style=discord.TextStyle.paragraph,
                default=typed_tags(config),
                max_length=MAX_TAGS,
                required=False,
            )
            self._add(msg("post-form-tags"), typed, msg("post-form-tags-hint"))

    def _add_template(self, options: PostOptions) -> None:
        for kind, names in PLACEHOLDERS.items():
            typed = ui.TextInput[Any](
                custom_id=kind,
                style=discord.TextStyle.paragraph,
                default=options.template(kind),
                max_length=MAX_TEMPLATE[kind],
                required=False,
            )
            self._add(msg(PARTS[kind]), typed, msg("template-form-hint", names=" ".join(names)))

    def _add(self, title: str, component: ui.Item[Any], hint: str | None = None) -> None:
        self.add_item(ui.Label(text=title, description=hint, component=component))


def submitted(interaction: Interaction) -> tuple[str, Change] | None:
    """What a submitted form is about, and its changes; None for other interactions. Raises
    BadInput("bad-tag-rule" | "no-such-role")."""
    data: Mapping[str, Any] = interaction.data or {}
    match = _ID.fullmatch(str(data.get("custom_id", "")))
    if interaction.type is not discord.InteractionType.modal_submit or match is None:
        return None
    if match["kind"] == "template":
        texts = {name: field_value(data, name).strip() for name in PARTS}
        return match["ref"], lambda config: replace(config, posts=replace(config.posts, **texts))
    role = _role(field_value(data, "role"))
    how = field_values(data, "how")
    chosen: dict[str, Any] = {name: name in how for name in HOW}
    chosen |= {"each": field_value(data, "count") == EACH, "role": role}
    tag, rules = parse_tags(field_value(data, "tags"))

    def change(config: DigestConfig) -> DigestConfig:
        always = tag if config.target == "forum" else config.tag
        return replace(config, tag=always, posts=replace(config.posts, **chosen, tags=rules))

    return match["ref"], change


def _role(chosen: str) -> int | None:
    """The id of the chosen role. Raises BadInput("no-such-role") if it is forged."""
    try:
        return number(chosen) if chosen else None
    except ValueError:
        raise BadInput("no-such-role") from None


def typed_tags(config: DigestConfig) -> str:
    """The tag of every post and the rules, a line each, as `parse_tags` reads them."""
    rules = [
        rule.tag if rule.by == "always" else f"{rule.tag}: {rule.by} {rule.text}"
        for rule in config.posts.tags
    ]
    return "\n".join([config.tag, *rules] if config.tag else rules)


def parse_tags(text: str) -> tuple[str | None, tuple[TagRule, ...]]:
    """Parses lines such as `News`, `Sport: source courier.example`, `Help: flair Question` and `Market:
    search "fish market"`: the first tag without a condition, and the rules. Raises
    BadInput("bad-tag-rule")."""
    always: str | None = None
    rules = []
    for line in filter(None, map(str.strip, text.splitlines())):
        match = _RULE.fullmatch(line)
        if match is not None:
            by = cast(TagCondition, match["by"].lower())
            rules.append(TagRule(match["tag"].strip(), by, match["text"].strip()))
        elif ":" in line:
            raise BadInput("bad-tag-rule", text=line)
        elif always is None:
            always = line
        else:
            rules.append(TagRule(line))
    return always, tuple(rules)
