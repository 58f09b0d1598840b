"""Reads one article page of the mirror: headline, source, submitter, body, comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.articles import Paragraph
from bot.domain.calendar_names import MONTHS
from bot.domain.dump import ParsedComment, ParsedThread
from bot.dumps.containers.sniff import head_text
from bot.dumps.containers.walk import Member
from bot.dumps.formats.comment_headers import Header, find_headers, parse_header
from bot.dumps.formats.decode import clean_text, decode_text, fold_blanks
from bot.dumps.formats.format import Format, ReadRequest
from bot.dumps.formats.page_boilerplate import is_furniture, mostly_capitals
from bot.dumps.formats.records import Item, left_out_thread
from bot.dumps.rejections import Rejected

_BYLINE = re.compile(r"Authored by(?: (?P<domain>.+?))??(?P<submitted> and submitted by(?: (?P<user>.+))?)?")
_IMAGE = re.compile(r"image for(?: (?P<title>.+))?")
_MONTH = rf"(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)}|sept)\.?"
_EDITION_DATE = re.compile(
    rf"(?:.{{0,60}}\W)??(?:{_MONTH} \d{{1,2}}[a-z]{{0,2}},? \d{{4}}"
    rf"|\d{{1,2}}[a-z]{{0,2}}\.? {_MONTH},? \d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4})(?:\W.{0,40})?",
    re.IGNORECASE,
)
_STRAY_BLANK = re.compile(r" (?<=[\w\"'”’)\]%] )(?=[,.](?:\s|[\"'”’)]|$))(?!\. \.)")
_XML = re.compile(
    r"\s*<(?:\?xml|(?:opml|urlset|sitemapindex|mediawiki|nitf|newsml|svg|tei|plist)(?=[\s>]))\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…。！？:][\"'”’»)\]]{0,3}[ \t]{0,9}$")
_LEADS = (":", ",", ";", "–", "—", "...", "…")
_BLANK_LINES = re.compile(r"\n\n+")
_MAX_WIDTH = 80
"""Characters to which programs break lines."""
_MAX_LINES = 500_000
_MAX_TITLE_LINES = 3
MAX_TITLE_CHARACTERS = 2_000
"""Titles and metadata lines are shorter."""
_MAX_LONE_TITLE_CHARACTERS = 400
"""Without a byline below it, the first line is a title only if it is at most this long."""


@dataclass(frozen=True, slots=True)
class _Head:
    """The page's header, and the line on which the body starts."""

    title: str
    source: str | None
    submitter: str | None
    body: int


def _read(member: Member, request: ReadRequest) -> Iterator[Item]:
    if _XML.match(head_text(member.head)):
        raise Rejected("not-a-page", "rejected-xml", 1)
    thread = parse_page(member.read(request.budget.limits.single))
    if reason := request.filters.reason_against_thread(thread):
        yield left_out_thread(thread, reason, member.where)
    else:
        yield request.filters.without_filtered_comments(thread)


FORMAT = Format(lambda _: True, _read)
"""Tried last: text of no other format is a page, or is rejected."""


def parse_page(data: bytes | str) -> ParsedThread:
    """Parses the thread on one page; raises only Rejected, for anything that is not a page.

    The stored text differs from the page only in this: line breaks are `\\n`; runs of blanks in titles and
    body paragraphs become one blank; a blank before a comma or full stop in the body, left by a removed link,
    is dropped; comments lose trailing blanks and repeated blank lines. Paragraphs of page furniture are
    marked and kept, and split from prose in the same block. The article's time is that of its earliest
    comment (`inferred`), as pages have none.
    """
    text = decode_text(data) if isinstance(data, bytes) else clean_text(data)
    if text.count("\n") > _MAX_LINES:
        raise Rejected("too-large", "rejected-too-many-lines", count=_MAX_LINES)
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        raise Rejected("empty", "rejected-empty", 1)
    head = _find_head(lines, first)
    headers = find_headers(lines, head.body if head else first)
    head = head or _head_without_byline(lines, first, headers)
    end = headers[0].line if headers else len(lines)
    if text.count("Authored by") > sum(line.count("Authored by") for line in lines[: head.body]):
        _refuse_several(lines, head.body, end)
    comments = tuple(_comments(lines, headers))
    spaced = _has_blank_line(lines[first:]) and not _is_close(lines, head.body, end)
    return ParsedThread(
        title=head.title,
        source=head.source,
        submitter=head.submitter,
        posted_at=min((comment.posted_at for comment in comments), default=None),
        inferred=bool(comments),
        paragraphs=tuple(paragraphs_of(lines[head.body : end], head.title, spaced=spaced)),
        comments=comments,
    )


def is_byline(line: str) -> bool:
    """Whether the line names the source, and perhaps who submitted the article."""
    return _match(_BYLINE, [line], 0) is not None


def _match(pattern: re.Pattern[str], lines: Sequence[str], number: int) -> re.Match[str] | None:
    """The match of a whole line with its blanks folded; None past the end."""
    if number >= len(lines) or len(lines[number]) > MAX_TITLE_CHARACTERS:
        return None
    return pattern.fullmatch(fold_blanks(lines[number]))


def _find_head(lines: Sequence[str], first: int) -> _Head | None:
    """Returns title, byline and image line; None if the byline is not at the top. The title may span a few
    lines; if it is missing, the image line may contain it."""
    titles: list[str] = []
    number = first
    while number < len(lines) and len(titles) <= _MAX_TITLE_LINES:
        match = _match(_BYLINE, lines, number)
        if match and match["submitted"]:
            title = " ".join(titles)
            body, image_title = _after_image(lines, number + 1, title)
            if image_title and (not title or titles[-1] == image_title):
                title = image_title  # the lines above it belong to the page, not to the title
            _refuse_title(title, first)
            return _Head(title, match["domain"], match["user"], body)
        if lines[number].strip():
            titles.append(fold_blanks(lines[number]))
        number += 1
    return None


def _after_image(lines: Sequence[str], number: int, title: str) -> tuple[int, str | None]:
    """Returns the line after the image line and the title in that, which is None if there is no image line.
    If it is separated from the byline, a line that begins "image for" must be bare or repeat the title, else
    it is prose."""
    start = number
    while number < len(lines) and not lines[number].strip():
        number += 1
    match = _match(_IMAGE, lines, number)
    if match is None:
        return number, None
    named = match["title"] or ""
    if number == start or not title or named in ("", title):
        return number + 1, named
    return number, None


def _refuse_title(title: str, first: int) -> None:
    if not title:
        raise Rejected("no-title", "rejected-no-title", first + 1)
    if len(title) > MAX_TITLE_CHARACTERS:
        raise Rejected("not-a-page", "rejected-long-title", first + 1)


def _head_without_byline(lines: Sequence[str], first: int, headers: list[Header]) -> _Head:
    """Recognises a page whose byline is missing or names no submitter by its comments, or by an image line
    that repeats the title. Raises Rejected for anything else, with the reason."""
    title = fold_blanks(lines[first])
    body, source = first + 1, None
    while body < len(lines) and not lines[body].strip():
        body += 1
    byline = _match(_BYLINE, lines, body)
    if byline:
        body, source = body + 1, byline["domain"]
    body, image_title = _after_image(lines, body, title)
    if headers or (title and image_title == title):
        lone = (headers and headers[0].line == first) or len(title) > _MAX_LONE_TITLE_CHARACTERS
        _refuse_title("" if lone else title, first)
        return _Head(title, source, None, body)
    raise _not_a_page(lines, first, title)


def _not_a_page(lines: Sequence[str], first: int, title: str) -> Rejected:
    bylines = sum(1 for number in range(first, len(lines)) if _match(_BYLINE, lines, number))
    teasers = sum(1 for line in lines if line.rstrip().endswith(" »"))
    dated = len(title) <= _MAX_LONE_TITLE_CHARACTERS and _EDITION_DATE.fullmatch(title)
    if bylines > 1 or (dated and (bylines or teasers > 1)):
        return Rejected("index-page", "rejected-index", first + 1)
    return Rejected("not-a-page", "rejected-not-a-page", first + 1)


def _refuse_several(lines: Sequence[str], body: int, end: int) -> None:
    """Raises Rejected for several pages joined into one file: their comments would all belong to one article.
    A byline with the names of a site and a submitter starts another page. A comment, which is below the line
    `end`, may quote it in its own words, but not below a title."""
    before, above = "", ""
    for number in range(body, len(lines)):
        byline = _match(_BYLINE, lines, number) if lines[number].startswith("Authored by") else None
        if byline is not None:
            titled = number < end or (_is_title(before, above) and _is_followed(lines, number))
            if titled and _names_submitter(byline):
                raise Rejected("several-pages", "rejected-several-pages", number + 1)
            below = _match(_IMAGE, lines, number + 1)
            if below and below["title"] == fold_blanks(above):
                raise Rejected("several-pages", "rejected-several-pages", number + 1)
        if lines[number].strip():
            before, above = above, lines[number]


def _is_title(before: str, line: str) -> bool:
    """Whether a line above a byline among comments may be a title: it is neither the beginning of a comment,
    nor a sentence, nor does it lead to a quotation."""
    return not (line.rstrip().endswith((".", *_LEADS)) or parse_header(line) or parse_header(before))


def _is_followed(lines: Sequence[str], number: int) -> bool:
    """Whether the text below a byline does not continue its sentence."""
    below = next((lines[at].strip() for at in range(number + 1, len(lines)) if lines[at].strip()), "")
    return not below[:1].islower() or parse_header(below) is not None


def _names_submitter(byline: re.Match[str]) -> bool:
    """Whether a byline names a submitter, and a site if anything: a paragraph may begin as it does, with
    words in their places."""
    domain, user = byline["domain"] or ".", byline["user"] or " "
    return "." in domain and " " not in domain and " " not in user


def _comments(lines: Sequence[str], headers: Sequence[Header]) -> list[ParsedComment]:
    ends = [header.line for header in headers[1:]] + [len(lines)]
    return [
        ParsedComment(header.author, header.posted_at, _comment_text(lines[header.line + 1 : end]))
        for header, end in zip(headers, ends, strict=False)
    ]


def _has_blank_line(lines: Sequence[str]) -> bool:
    """Whether any of the lines is blank, before the last that is not."""
    blank = False
    for line in lines:
        if not line or line.isspace():
            blank = True
        elif blank:
            return True
    return False


def _is_close(lines: Sequence[str], body: int, end: int) -> bool:
    """Whether the lines of a body without blank lines are its paragraphs, not one that was broken to a width.
    They mostly end as sentences do, and follow the head without a blank line too or are long."""
    text = "\n".join(lines[body:end]).strip().split("\n")
    if not all(line.strip() for line in text):
        return False
    if sum(1 for line in text if _SENTENCE_END.search(line)) * 2 < len(text):
        return False
    is_apart = not lines[body - 1].strip() or not "".join(lines[body : body + 1]).strip()
    return not is_apart or sum(map(len, text)) > _MAX_WIDTH * len(text)


def _comment_text(lines: Sequence[str]) -> str:
    text = "\n".join(lines).strip("\n")
    if "\n" not in text:
        return text.rstrip()
    text = "\n".join([line.rstrip() for line in lines]).strip("\n")
    return re.sub(r"\n{3,}", "\n\n", text) if "\n\n\n" in text else text


def paragraphs_of(lines: Sequence[str], title: str, *, spaced: bool) -> list[Paragraph]:
    """The body's paragraphs. `spaced` is False for pages without blank lines, where each line is a
    paragraph."""
    text = "\n".join(map(fold_blanks, lines))
    if " ," in text or " ." in text:
        text = _STRAY_BLANK.sub("", text)
    blocks = _BLANK_LINES.split(text) if spaced else text.split("\n")
    blocks = [block.strip("\n") for block in blocks if block.strip()]
    capitals = not mostly_capitals(blocks)
    paragraphs: list[Paragraph] = []
    for block in blocks:
        if is_furniture(block, title, capitals=capitals):
            paragraphs.append(Paragraph(block, furniture=True))
        elif "\n" in block:
            paragraphs.extend(_split_boilerplate(block, title, capitals=capitals))
        else:
            paragraphs.append(Paragraph(block))
    return paragraphs


def _split_boilerplate(block: str, title: str, *, capitals: bool) -> list[Paragraph]:
    """Splits a block of prose, with its furniture lines as separate paragraphs."""
    parts: list[Paragraph] = []
    prose: list[str] = []
    for line in block.split("\n"):
        if is_furniture(line, title, capitals=capitals):
            if prose:
                parts.append(Paragraph("\n".join(prose)))
            parts.append(Paragraph(line, furniture=True))
            prose = []
        else:
            prose.append(line)
    if prose:
        parts.append(Paragraph("\n".join(prose)))
    return parts
