"""Recognises articles and comments that are loaded again without a key.

**An article** without a key is identical to one of the same archive, also without a key, with the same
normalised title (ignoring case, punctuation and white space), unless both name a source and the sources
differ, or both name a submitter and the submitters differ. `[deleted]` names nobody. If neither source nor
submitter can be compared, a common headline ("Live updates") is not enough, and one more feature must agree:
the first own paragraph, two empty bodies, or a comment they share. Of several candidates the one with most in
common is chosen, then the oldest. Where both have a link to a page of its own, that alone decides; else they
differ if both were published at known times on different days.

**A comment** without a key is identical to one of the same article, posted in the same minute with the same
text (ignoring white space), by the same author, or where one of the two authors is `[deleted]`. The n-th such
comment of a page is the n-th stored one. A deleted author stays deleted.

Articles and comments with keys are recognised by the key alone, and never match those without.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Protocol, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from bot.domain.articles import DELETED

_BLANK_ASCII = bytes(
    32 if code < 128 and unicodedata.category(chr(code))[0] in "PZC" else code for code in range(256)
)
_REDDIT = re.compile(
    r"(?:[\w-]+\.)?(?:reddit\.com/(?:(?:r|user|u)/[\w-]+/)?comments|redd\.it)/([0-9a-z]{1,12})(?![0-9a-z])"
)
_PLAIN_LINK = re.compile(r"https?://([A-Za-z0-9.-]+)(/[!-\"$->@-~]*)?(?:\?([!-\"$-~]*))?(?:#[!-~]*)?")
"""A link that needs no more than this to be split: most of them, at a third of the cost of `urlsplit`."""
_SITE_PREFIXES = ("www.", "m.", "amp.")
_TRACKING = re.compile(
    r"utm_\w+|at_\w+|fbclid|gclid|dclid|msclkid|igshid|mc_[ce]id|cmpid|cmp|ocid|smid|ito|ns_\w+|partner|ref|"
    r"ref_src|ref_url|referrer|share|shared|source|src|sr_share|taid|via|guccounter|guce_\w+|_ga|spm|xtor"
)


class ArticleIdentity(Protocol):
    """The fields of an article, stored or incoming, that decide its identity."""

    @property
    def source(self) -> str | None: ...
    @property
    def submitter(self) -> str | None: ...
    @property
    def body(self) -> str: ...
    @property
    def link(self) -> str | None: ...
    @property
    def posted_at(self) -> int | None: ...
    @property
    def inferred(self) -> int: ...


class CommentIdentity(Protocol):
    """The fields of a comment, stored or incoming, that decide its identity."""

    @property
    def author(self) -> str: ...
    @property
    def posted_at(self) -> int: ...
    @property
    def text(self) -> str: ...


StoredComment = TypeVar("StoredComment", bound=CommentIdentity)


def normalize_title(title: str) -> str:
    """The title without differences between captures: case, punctuation, width forms, white space."""
    if title.isascii():
        blank = title.casefold().encode().translate(_BLANK_ASCII).decode()
    else:
        folded = unicodedata.normalize("NFKC", title).casefold()
        blank = "".join(" " if unicodedata.category(char)[0] in "PZC" else char for char in folded)
    return " ".join(blank.split()) or " ".join(title.casefold().split())


def title_fingerprint(title: str) -> int:
    """A 64-bit hash (signed) of the normalised title. Raises UnicodeEncodeError for lone surrogates."""
    return hash64(normalize_title(title))


def hash64(text: str) -> int:
    """A 64-bit hash, signed as SQLite's integers are."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def collapse_whitespace(text: str) -> str:
    """The text with each run of white space as one blank."""
    return " ".join(text.split())


def count_agreeing_names(article: ArticleIdentity, other: ArticleIdentity) -> int | None:
    """Number of source and submitter that agree, 0 to 2; None if either differs."""
    agreeing = 0
    for mine, yours in (
        (_comparable_name(article.source), _comparable_name(other.source)),
        (_comparable_name(article.submitter), _comparable_name(other.submitter)),
    ):
        if mine and yours:
            if mine != yours:
                return None
            agreeing += 1
    return agreeing


def same_publication(article: ArticleIdentity, other: ArticleIdentity) -> bool | None:
    """Whether the links of both say that they are the same, or that they differ, or their days that they
    differ; None if neither says anything."""
    links = page_hash(article.link), page_hash(other.link)
    if None not in links:
        return links[0] == links[1]
    if article.posted_at is None or other.posted_at is None or article.inferred or other.inferred:
        return None
    return None if article.posted_at // 86400 == other.posted_at // 86400 else False


def same_beginning(article: ArticleIdentity, other: ArticleIdentity) -> bool:
    """Whether the first own paragraphs are the same, or both bodies are empty."""
    first, second = (collapse_whitespace(known.body.partition("\n\n")[0]) for known in (article, other))
    return first == second


def pair_comments(
    stored: Iterable[StoredComment], incoming: Sequence[CommentIdentity]
) -> list[StoredComment | None]:
    """For each incoming comment the stored one that it matches, or None. Each stored comment is used once.
    The same author takes precedence over a deleted one, so that page order only decides between equals."""
    known = list(stored)
    pairs: list[StoredComment | None] = [None] * len(incoming)
    if not known:
        return pairs
    alike: defaultdict[object, deque[int]] = defaultdict(deque)
    for place, candidate in enumerate(known):
        identity = minute_and_text(candidate)
        alike[identity].append(place)
        alike[identity, candidate.author].append(place)
    unused = set(range(len(known)))

    def take(key: object) -> StoredComment | None:
        places = alike.get(key, deque())
        while places:
            place = places.popleft()
            if place in unused:
                unused.remove(place)
                return known[place]
        return None

    identities = [minute_and_text(comment) for comment in incoming]
    for number, comment in enumerate(incoming):
        pairs[number] = take((identities[number], comment.author))
    for number, comment in enumerate(incoming):
        if pairs[number] is None:
            identity = identities[number]
            pairs[number] = take(identity if comment.author == DELETED else (identity, DELETED))
    return pairs


def minute_and_text(comment: CommentIdentity) -> tuple[int, str]:
    """The key that two captures of one comment share."""
    return comment.posted_at // 60, collapse_whitespace(comment.text)


def reddit_submission_number(link: str) -> int | None:
    """Number of the submission that a Reddit link refers to, or None."""
    match = _REDDIT.match(_canonical_link(link))
    return int(match[1], 36) if match else None


def link_hash(link: str | None) -> int | None:
    """A hash of the normalised link: it ignores scheme, www, m and amp hosts, port, user, trailing slash,
    fragment, tracking parameters, and the order of the others. None for None and for text that is not a
    link."""
    if not link:
        return None
    host, path, query = _link_parts(link)
    if (path or query) and path[:1] != "/":  # hashed as it always was
        host, _, rest = _canonical_link(link).partition("/")
        path, _, query = rest.partition("?")
    if "." not in host:
        return None
    if "//" in path:
        path = re.sub(r"/+", "/", path)
    path = path.strip("/").removesuffix("/amp").removesuffix("index.html").rstrip("/")
    given = parse_qsl(query, keep_blank_values=True) if query else ()
    parameters = sorted((name, value) for name, value in given if not _TRACKING.fullmatch(name))
    return hash64(f"{host}/{path}?{urlencode(parameters) if parameters else ''}")


def page_hash(link: str | None) -> int | None:
    """`link_hash`, but None for a link to a whole site, which many articles may have."""
    if not link:
        return None
    site, _, page = _canonical_link(link).partition("/")
    return link_hash(link) if page.strip("/") or "?" in site else None


def _canonical_link(link: str) -> str:
    """`host/path?query` in normalised form; the path keeps its case except on Reddit, whose ids have none."""
    host, path, query = _link_parts(link)
    return f"{host}{path}?{query}" if query else f"{host}{path}"


def _link_parts(link: str) -> tuple[str, str, str]:
    """Host, path and query of the canonical link."""
    text = link.strip()
    if plain := _PLAIN_LINK.fullmatch(text):
        host, path, query = plain.groups("")
        host = host.lower()
    else:
        try:
            parts = urlsplit(text if "://" in text else f"https://{text}")
            host, path, query = parts.hostname or "", parts.path, parts.query
        except ValueError:
            return "", "", ""
    if host.startswith(_SITE_PREFIXES):
        host = host.removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    if host.endswith(("reddit.com", "redd.it")):
        path = path.lower()
    return host, path, query


def _comparable_name(name: str | None) -> str:
    return "" if not name or name == DELETED else name.strip().casefold().removeprefix("www.")
