"""How a digest is posted: in one post or one for each article, with which tags and templates, and whom it
pings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bot.domain.articles import Article
from bot.errors import BadInput

TagCondition = Literal["always", "source", "flair", "search"]
TemplatePart = Literal["heading", "item", "footer"]

MAX_TAG = 20
MAX_TAG_RULES = 20
MAX_POST_TAGS = 5
"""The most tags of one forum post, by Discord's rule."""
MAX_TAG_TEXT = 100
MAX_PUBLISHED = 10
"""The most messages that Discord lets a channel publish in an hour."""
MAX_TEMPLATE = {"heading": 200, "item": 600, "footer": 300}
"""The most characters of each part of a template."""
PLACEHOLDERS: dict[TemplatePart, tuple[str, ...]] = {
    "heading": ("topic", "date", "count"),
    "item": (
        *("number", "title", "linked_title", "source", "author", "date", "comments", "score"),
        *("subreddit", "flair", "link", "text", "also"),
    ),
    "footer": ("topic", "date", "count"),
}
"""What can stand in braces in each part of a template."""
PLACEHOLDER = re.compile(r"\{([^{}\n]{0,40})\}")


@dataclass(frozen=True, slots=True)
class TagRule:
    """Gives a forum post the tag with this name if one of its articles is from the source, has the flair, or
    matches the search `text`."""

    tag: str
    by: TagCondition = "always"
    text: str = ""

    def matches(self, article: Article, *, hit: bool) -> bool:
        """Whether the article gets the tag; `hit` is whether it matches the search."""
        match self.by:
            case "source" | "flair":
                named = article.source if self.by == "source" else article.flair
                return (named or "").casefold() == self.text.strip().casefold()
            case "search":
                return hit
        return True


@dataclass(frozen=True, slots=True)
class PostOptions:
    """How a digest is posted. With `each`, every article has a post, or a forum thread, of its own. `role` is
    pinged at the head of the first post. The templates are empty for the usual texts."""

    each: bool = False
    role: int | None = None
    silent: bool = False
    publish: bool = False
    """Whether posts in announcement channels are published to the channels that follow them."""
    pin: bool = False
    """Whether the newest post is pinned in place of the one before."""
    tags: tuple[TagRule, ...] = ()
    heading: str = ""
    item: str = ""
    footer: str = ""

    def template(self, part: TemplatePart) -> str:
        """One part of the template."""
        return {"heading": self.heading, "item": self.item, "footer": self.footer}[part]

    @property
    def for_one_person(self) -> bool:
        """Whether all of it makes sense in direct messages."""
        return self.role is None and not (self.publish or self.pin or self.tags)

    def check(self) -> None:
        """Raises BadInput("bad-plan" | "unknown-placeholder"): options are also imported from files."""
        for part, most in MAX_TEMPLATE.items():
            if len(getattr(self, part)) > most:
                raise BadInput("bad-plan", field=part)
        for kind, known in PLACEHOLDERS.items():
            for name in PLACEHOLDER.findall(self.template(kind)):
                if name not in known:
                    names = ", ".join(f"{{{name}}}" for name in known)
                    raise BadInput("unknown-placeholder", name=f"{{{name}}}", known=names)
        fits = len(self.tags) <= MAX_TAG_RULES and all(
            0 < len(rule.tag) <= MAX_TAG
            and len(rule.text) <= MAX_TAG_TEXT
            and bool(rule.text.strip()) == (rule.by != "always")
            for rule in self.tags
        )
        if not fits or (self.role is not None and self.role <= 0):
            raise BadInput("bad-plan", field="role" if fits else "tags")
