"""Records and rows, whose fields have the names that tools usually give them, as Reddit's or as articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeAlias

from bot.clock import to_unix
from bot.domain.books import RecordKind
from bot.domain.dump import ParsedThread
from bot.dumps.formats.article import ArticleRecord, host_of
from bot.dumps.formats.article_times import article_time
from bot.dumps.formats.reddit_times import unix_seconds
from bot.dumps.rejections import Rejected

# fmt: off
_ALIASES: Final = {
    "title": ("title", "headline", "headlinetext", "webtitle", "articletitle", "newstitle", "headlines",
              "news"),
    "text": ("selftext", "maintext", "articlebody", "fulltext", "bodytext", "articletext", "cleanedtext",
             "plaintext", "body", "text",
             "article", "content", "contenttext", "contenthtml", "paragraphs", "comment", "message",
             "rawcontent", "rawtext"),
    "summary": ("description", "summary", "shortdescription", "excerpt", "abstract", "snippet",
                "leadparagraph", "trailtext", "standfirst", "metadescription", "subtitle", "teaser", "lead"),
    "link": ("url", "link", "canonicalurl", "canonicallink", "weburl", "articleurl", "newsurl", "articlelink",
             "permalink", "href", "linkurl", "fullpermalink", "finalurl", "pageurl", "respondedurl",
             "requestedurl", "source"),
    "source": ("sourcedomain", "domain", "hostname", "host"),
    "publisher": ("source", "publication", "publisher", "sourcename", "sitename", "outlet", "newspaper",
                  "medianame", "sourcehostname", "site", "provider"),
    "author": ("author", "authors", "byline", "by", "creator", "username", "user", "authorname", "writer"),
    "time": ("createdutc", "timecreated", "datepublish", "publishdate", "publisheddate", "datepublished",
             "publishedat", "publicationdate", "pubdate", "published", "publishtime", "webpublicationdate",
             "date", "datetime", "created", "createdat", "createddate", "datecreated", "timestamp",
             "time", "seendate", "creatediso", "posted", "postedat", "postdate", "publishedon"),
    "id": ("id", "name", "fullname", "redditid"),
    "submission": ("linkid", "submissionid", "postid", "threadid", "submission", "postfullname"),
    "parent": ("parentid", "parent", "parentcommentid"),
    "score": ("score", "ups", "upvotes", "points", "karma"),
    "subreddit": ("subreddit", "subredditname", "subredditnameprefixed"),
    "over_18": ("over18", "nsfw"),
    "flair": ("linkflairtext", "flair"),
    "num_comments": ("numcomments", "commsnum", "commentcount", "commentscount"),
    "retrieved_on": ("retrievedon", "retrievedutc"),
    "edited": ("edited",),
}
_MARKS: Final = frozenset({
    "subreddit", "subredditid", "subredditname", "linkid", "selftext", "numcomments", "commsnum", "isself",
    "linkflairtext", "upvoteratio", "createdutc", "over18", "gilded", "gildings", "submissionid",
})
"""Fields of Reddit's records, and of no article."""
_ARTICLE: Final = frozenset({"text", "summary", "link", "time", "author", "source", "publisher"})
_INNER_NAMES: Final = ("name", "main", "rendered", "title", "text", "original", "uri", "value")
# fmt: on
_FIELD_OF: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    alias: tuple((field, names.index(alias)) for field, names in _ALIASES.items() if alias in names)
    for names_ in _ALIASES.values()
    for alias in names_
}
_PREFIX: Final = re.compile(r"(?P<kind>comment|post|submission)(?P<name>.+)")
_NO_VALUE: Final = frozenset({"", "nan", "null", "none", "n/a", "<na>", "nat"})
_NO_TEXT: Final = frozenset({"", "nan"})
_PLACE: Final = re.compile(
    r"(?:https?://(?:[\w-]+\.)?reddit\.com)?(?P<path>/(?:r|u|user)/[\w-]{2,50}/comments/"
    r"(?P<submission>[0-9a-z]{1,13})(?:/[^/]*/(?P<comment>[0-9a-z]{1,13}))?)",
    re.ASCII,
)
_QUOTED: Final = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_BY: Final = re.compile(r"^(?i:by:?\s+|/?u/)")

RedditRecord: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Names:
    """The fields that the names of records mean: for each, the places of its values, most usual first."""

    places: Mapping[str, tuple[int, ...]]
    is_reddit: bool
    day_first: bool | None = None
    """Whether dates such as 3/4/2020 are in April, if that is known."""

    @property
    def kind(self) -> RecordKind:
        """What records with these names are, if they are any."""
        return "articles" if {"title", "post.title"} & self.places.keys() else "comments"

    @property
    def are_article(self) -> bool:
        """Whether an object with these names is an article: a title alone may be that of anything."""
        return not self.is_reddit and "title" in self.places and not _ARTICLE.isdisjoint(self.places)

    @property
    def are_known(self) -> bool:
        """Whether records with these names can be comments, submissions or articles."""
        has_text = bool({"text", "comment.text"} & self.places.keys())
        has_thread = bool({"submission", "link"} & self.places.keys())
        return bool({"title", "post.title"} & self.places.keys()) or (has_text and has_thread)


@lru_cache(maxsize=256)
def names_of(names: tuple[str, ...]) -> Names:
    """The meaning of names, whatever their case and the signs between their words."""
    plain = [re.sub(r"[\W_]", "", name.casefold()) for name in names]
    ranked: dict[str, list[tuple[int, int]]] = {}
    for place, name in enumerate(plain):
        meanings, prefix = _FIELD_OF.get(name, ()), ""
        if not meanings and (match := _PREFIX.fullmatch(name)):
            meanings = _FIELD_OF.get(match["name"], ())
            prefix = "comment." if match["kind"] == "comment" else "post."
        for field, rank in meanings:
            ranked.setdefault(prefix + field, []).append((rank, place))
    if {"from", "to"}.issubset(plain):
        ranked.pop("text", None)  # private messages are no comments
    marks = _MARKS.intersection(plain) - ({"createdutc"} if "created" in plain else set())
    is_reddit = bool(marks) or {"id", "score", "created"}.issubset(plain)
    return Names(
        {field: tuple(place for _, place in sorted(places)) for field, places in ranked.items()}, is_reddit
    )


def records_of(names: Names, values: Sequence[Any]) -> Iterator[RedditRecord | ParsedThread]:
    """The records that values mean: one of Reddit or an article, or a comment after its submission. Raises
    Rejected if they mean none."""
    row = _Row(names, values)
    title, comment = row.text("title", "post."), row.text("text", "comment.")
    place = row.place()
    is_joined = "comment.text" in names.places and bool(title)
    submission = row.key("submission") or (place["submission"] if place else "")
    if title and not is_joined and title == "Comment" and comment and not row.link():
        raise Rejected("not-a-record", "rejected-lone-comment")  # as a common script writes comments
    if title:
        own = "" if is_joined else row.key("id")
        key = row.key("id", "post.") if "post.id" in names.places else own or submission
        key = key or (place["submission"] if place else "")
        if key and (names.is_reddit or place or is_joined):
            record = row.submission(key, title, is_joined=is_joined)
            is_timed = "created_utc" in record
            yield record if is_timed else row.untimed(key, title, is_joined=is_joined)
        else:
            yield row.article(title).to_thread()
            return
        if not is_joined:
            return
        submission = submission or key
    if not comment and (is_joined or "title" in names.places or "text" not in names.places):
        if not title:
            raise Rejected("not-a-record", "rejected-no-record")
        return
    key = row.key("id", "comment.") or (place["comment"] if place else "")
    if submission and key:
        yield row.comment(key, submission, comment)
    elif not comment:
        raise Rejected("not-a-record", "rejected-no-record")
    elif names.is_reddit or "parent" in names.places:
        raise Rejected("not-a-record", "rejected-lone-comment")
    else:
        raise Rejected("no-title", "rejected-untitled-article")


class _Row:
    """The values of one record."""

    def __init__(self, names: Names, values: Sequence[Any]) -> None:
        self._places = names.places
        self._day_first = names.day_first
        self._values = values

    def all(self, field: str, prefix: str = "") -> Iterator[Any]:
        for name in (prefix + field, field) if prefix else (field,):
            for place in self._places.get(name, ()):
                value = self._values[place]
                missing = _NO_TEXT if field in ("title", "text") else _NO_VALUE
                if value is not None and not (isinstance(value, str) and value.strip().casefold() in missing):
                    yield value

    def text(self, field: str, prefix: str = "", between: str = "\n\n") -> str:
        for value in self.all(field, prefix):
            if text := _as_text(value, between):
                return text
        return ""

    def key(self, field: str, prefix: str = "") -> str:
        """An id without its prefix. A number in JSON is none: it may be in base 10 or 36."""
        key = next((value.strip() for value in self.all(field, prefix) if isinstance(value, str)), "")
        return key[3:] if key[:3] in ("t1_", "t3_") else key

    def place(self) -> re.Match[str] | None:
        """The address on Reddit that names a comment, or else a submission."""
        matches = [match for link in self.links() if (match := _PLACE.match(link))]
        return next((match for match in matches if match["comment"]), matches[0] if matches else None)

    def links(self) -> list[str]:
        values = (_as_text(value, "").strip() for value in self.all("link", "post."))
        return [value for value in values if host_of(value) or value.startswith("/")]

    def link(self) -> str | None:
        """What the record links to, other than to itself on Reddit if there is another."""
        links = [link for link in self.links() if not link.startswith("/") or link.startswith("//")]
        return next((link for link in links if not _PLACE.match(link)), links[0] if links else None)

    def author(self, prefix: str = "") -> str | None:
        author = self.text("author", prefix, ", ").strip()
        if author.startswith("["):  # a list as Python writes it
            author = ", ".join(map("".join, _QUOTED.findall(author))) or author
        author = _BY.sub("", author, count=1)
        return None if author.isdecimal() else author or None

    def seconds(self, prefix: str = "") -> Any:
        times = list(self.all("time", prefix))
        for value in times:
            with suppress(Rejected):
                return unix_seconds(value)
            if at := article_time(value, day_first=self._day_first):
                return to_unix(at)
        return times[0] if times else None

    def over_18(self) -> bool:
        return self.text("over_18").casefold() in ("true", "1", "1.0", "yes", "t")

    def shared(self, prefix: str) -> RedditRecord:
        score = self.text("score", prefix)
        with suppress(ValueError, OverflowError):
            score = str(int(float(score)))
        subreddit = self.text("subreddit").removeprefix("/").removeprefix("r/")
        fields = {
            "author": self.author(prefix),
            "created_utc": self.seconds(prefix),
            "score": score,
            "subreddit": subreddit,
            "over_18": self.over_18() or None,
            "retrieved_on": self.text("retrieved_on", prefix),
            "edited": self.text("edited", prefix),
        }
        return {name: value for name, value in fields.items() if value not in (None, "")}

    def submission(self, key: str, title: str, *, is_joined: bool) -> RedditRecord:
        place = self.place()
        record = (
            {"id": key, "title": title} if is_joined else {"id": key, "title": title, **self.shared("post.")}
        )
        text = self.text("text", "post.") if not is_joined else ""
        more = {
            "selftext": text,
            "url": self.link(),
            "permalink": place["path"] if place else None,
            "domain": self.text("source"),
            "link_flair_text": self.text("flair", "post."),
            "num_comments": self.text("num_comments", "post."),
        }
        return record | {name: value for name, value in more.items() if value}

    def comment(self, key: str, submission: str, text: str) -> RedditRecord:
        parent = self.text("parent", "comment.").strip()
        record = {"id": key, "link_id": submission, "body": text, **self.shared("comment.")}
        return record | ({"parent_id": parent} if parent else {})

    def untimed(self, key: str, title: str, *, is_joined: bool) -> ParsedThread:
        """A submission whose time is not known; that of its first comment stands in for it."""
        article = self.article(title)
        if is_joined:  # the text and author are the comment's
            article = replace(article, text="", author=self.text("author", "post.") or None, score=None)
        return replace(article.to_thread(), key=f"t3_{key}", posted_at=None)

    def article(self, title: str) -> ArticleRecord:
        link = self.link()
        publisher = self.text("publisher", between=" ")
        text = self.text("text")
        if not text and any(self.all("text")):
            raise Rejected("not-a-record", "rejected-no-record")  # it is there, but is no text
        times = (article_time(value, day_first=self._day_first) for value in self.all("time"))
        score = self.shared("").get("score", "")
        return ArticleRecord(
            title,
            text,
            self.text("summary"),
            link=link,
            source=self.text("source").removeprefix("www.")
            or host_of(link or "")
            or host_of(publisher)
            or publisher,
            author=self.author(),
            posted_at=next(filter(None, times), None),
            subreddit=self.text("subreddit") or None,
            score=int(score) if score.lstrip("-").isdigit() and len(score) < 16 else None,
            over_18=self.over_18(),
        )


def _as_text(value: object, between: str) -> str:
    """The text of a value in JSON: an object's name, the items of a list."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return between.join(
            filter(None, (_as_text(item, " ") for item in value[:10_000] if not isinstance(item, list)))
        )
    if isinstance(value, Mapping):
        inner = next((value[name] for name in _INNER_NAMES if isinstance(value.get(name), str)), "")
        return str(inner)
    return "" if isinstance(value, bool) or value is None else str(value)
