"""Splits text into sentences, given as spans, so that quotations are exact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.answers import Sentence
from bot.domain.articles import Article
from bot.domain.calendar_names import CALENDAR_NAMES
from bot.text.language.abbreviations import Abbreviations, abbreviations
from bot.text.language.boilerplate import dateline_end, is_boilerplate, is_caption, opens_story
from bot.text.language.markup import head, own_text, whole_links
from bot.text.language.word_lists import word_set
from bot.text.language.word_patterns import LETTERS, WORD

_CLOSERS = "\"'”’»«›‹“‘)\\]}」』）】》〉"
_OPENING = frozenset("\"'“‘”’„‚«»‹›([{¿¡「『（【《〈*-–—")

# A full stop with closing marks after it; a bracketed number is a footnote mark, as is [citation needed].
_CANDIDATE = re.compile(
    rf"""(?P<stop>[.!?…؟۔।]+(?:[ ][.…]+)*)
    (?P<close>(?:[{_CLOSERS}]|\[(?:\d{{1,3}}|citation[ ]needed)\]|[ \xa0\u202f]»(?![^\s,.]))*)
    |(?P<wide>[。！？｡]+)(?P<shut>[”’」』）】》〉»"']*)
    |(?P<line>\n[ \t\r\n]*)""",
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"[^\s\"'“”‘’«»()\[\]{}„‚¿¡/—–]+\Z")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_ITEM = re.compile(
    r"(?:(?<=\s)|\A)(?P<bullet>[•⁃‣]?)\s?(?P<mark>\d{1,2}|[a-z])(?:\.\)|[.)])\s+(?=[^\W\d_a-z])"
)
_ITEM_BULLET = re.compile(r"(?:[•⁃‣▪■●◦∙·]\s*|(?:[*+]|-{1,2})\s+)(?=\S)")
_SMALL_I = re.compile(r"(?<![\w.'’&/-])i(?:['’](?:m|ve|ll|d))?(?=\s[a-z])")
_AT_TIME = re.compile(
    r"\s*(?:at|by|around|about|before|after|until|from|since)\s+\d[\d:.]*\s*[ap]\.m", re.IGNORECASE
)
_LIST_MARK = re.compile(r"\s*[(\[]?(?:\d{1,3}|[A-Za-z])")
_BULLET = re.compile(r"[>*•·‣–—-]|\d{1,3}[.)]\s")
_WEB_ENDINGS = word_set("com net org co uk js io gov edu py tv us de fr info")
_CLOCK = CALENDAR_NAMES | word_set(
    "et est edt ct cst cdt mt mst mdt pt pst pdt gmt utc bst cet cest ist eastern central pacific mountain"
    " local greenwich"
)
_SPEECH = (
    "said|says|asked|asks|added|adds|told|wrote|writes|replied|recalled|exclaimed|shouted|yelled|tweeted|joked"
    "|wondered|explained|continued|responded|answered|declared|cried|insisted|noted"
)
_ATTRIBUTION = re.compile(rf"\s+(?:[^\W\d_][\w.'’-]*,?\s+){{1,4}}?(?:{_SPEECH})\b")
_WIDE_ATTRIBUTION = re.compile(
    r"と|って|など|、|，|,|[^，。！？、“”「」\s]{0,8}(?:说|說|表示|称|稱|指出|问|問|强调|強調|认为|認為|写道|寫道)"
)
_MAX_TEASERS = 8
_MAX_TEASER_CHARACTERS = 900
"""Captions and teasers before the dateline are at most this many paragraphs, and this long."""
_LOOK_BACK = 48
_LOOK_AHEAD = 48
_QUOTE_REACH = 4000
MAX_READ = 100_000
"""The most characters of an article that are split: no more of it is shown either."""


def sentence_spans(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Returns the sentences of `text` as ascending, disjoint [start, end) spans that begin and end with a
    character that is not white space. Together they contain every such character.

    `language` is an ISO 639-1 code; an unknown one is treated like English. Time is linear in the text."""
    spans: list[tuple[int, int]] = []
    start = 0
    for end in (*_boundaries(text, abbreviations(language)), len(text)):
        piece = text[start:end]
        kept = piece.strip()
        if kept:
            first = start + len(piece) - len(piece.lstrip())
            spans.append((first, first + len(kept)))
        start = end
    return spans


def article_sentences(article: Article) -> list[Sentence]:
    """Returns the article's own sentences in reading order, without boilerplate, datelines and what
    precedes them, bylines, captions, credits or teasers of other articles; without what it quotes as others'
    words, unless it has nothing else. Reads MAX_READ characters."""
    language = article.language or "en"
    stored = []
    left = MAX_READ
    for number, paragraph in enumerate(article.paragraphs):
        if not paragraph.furniture and left > 0:
            stored.append((number, head(paragraph.text, left)))
            left -= len(paragraph.text)
    own = [own_text(text) for _, text in stored]
    if not any(map(str.strip, own)):
        own = [text for _, text in stored]
    sentences: list[Sentence] = []
    for (number, text), read in list(zip(stored, own, strict=True))[_story_start(own) :]:
        skip = dateline_end(read)
        if is_caption(read[skip:]) and len(own) > 1:
            continue
        spans = [(start + skip, end + skip) for start, end in sentence_spans(read[skip:], language)]
        for start, end in whole_links(text, spans):
            if mark := _ITEM_BULLET.match(read, start, end):
                start = mark.end()
            if not is_boilerplate(read[start:end]):
                sentences.append(Sentence(text[start:end], number, start, end))
    return sentences


def _story_start(paragraphs: list[str]) -> int:
    """Returns the index of the paragraph with the dateline, if what precedes it is short."""
    for index, paragraph in enumerate(paragraphs[: _MAX_TEASERS + 1]):
        if opens_story(paragraph):
            return index if sum(map(len, paragraphs[:index])) < _MAX_TEASER_CHARACTERS else 0
    return 0


def _boundaries(text: str, known: Abbreviations) -> Iterator[int]:
    items, marks = _list_items(text, known)
    yield from sorted({*items, *(end for end in _sentence_ends(text, known) if end not in marks)})


def _list_items(text: str, known: Abbreviations) -> tuple[list[int], set[int]]:
    """Returns where the items of a list within a text begin, and where their marks end: "1) Wash the rice 2)
    Boil it". The marks follow one another, from the beginning of the text."""
    marked: list[re.Match[str]] = []
    for match in _ITEM.finditer(text):
        if known.ordinals and ")" not in match[0]:
            continue
        if not marked and text[: match.start()].strip():
            break
        if not marked or (
            match["bullet"] == marked[0]["bullet"] and _follows(marked[-1]["mark"], match["mark"])
        ):
            marked.append(match)
    if len(marked) < 2:
        return [], set()
    ends = {end for match in marked for end in range(match.start("mark"), match.end() + 1)}
    return [match.start() for match in marked[1:]], ends


def _follows(mark: str, other: str) -> bool:
    if mark.isdigit() and other.isdigit():
        return int(other) == int(mark) + 1
    return len(mark) == len(other) == 1 and ord(other) == ord(mark) + 1


def _sentence_ends(text: str, known: Abbreviations) -> Iterator[int]:
    start = 0
    first = LETTERS.search(text)
    casual = first is not None and (
        first[0][0].islower() or ("i" in known.starters and _SMALL_I.search(text) is not None)
    )
    for match in _CANDIDATE.finditer(text):
        end = match.end()
        if match["stop"] is not None:
            end, ends = _stop(text, start, match, known, casual)
        elif match["line"] is not None:
            ends = _line_ends(text, match)
        else:
            ends = not (match["shut"] and _WIDE_ATTRIBUTION.match(text, end))
        if ends:
            yield end
            start = end


def _line_ends(text: str, match: re.Match[str]) -> bool:
    """Whether a line end ends a sentence: a blank line does, a single line end only after a full stop or
    before a list item."""
    before = text[max(0, match.start() - 1) : match.start()]
    return (
        match[0].count("\n") > 1
        or before in tuple(".!?…:;。！？؟\"'”’)")
        or _BULLET.match(text, match.end()) is not None
    )


def _stop(
    text: str, start: int, match: re.Match[str], known: Abbreviations, casual: bool
) -> tuple[int, bool]:
    """Returns where the sentence would end, and whether it ends there; in a `casual` text, sentences begin
    with small letters."""
    stop, end = match["stop"], match.end()
    if end == len(text):
        return end, True
    if not text[end].isspace():
        return _unspaced(text, start, match)
    at = _next_visible(text, end)
    if at is None:
        return end, True
    if match["close"].startswith("]") and text[match.start() - 1 : match.start()] == "[":
        return end, False
    begins_small = casual or text.startswith(("http://", "https://", "www."), at)
    if text[at].islower() and begins_small and not match["close"] and stop[-2:] not in ("..", "…"):
        return end, _ends_casually(text, start, match, known)
    if text[at].islower() or text[at] in ",;:.!?…،؛":
        return end, False
    if stop == ".":
        return end, _full_stop_ends(text, start, match, at, known)
    if stop[-1] in ".…" and text[match.start() - 1 : match.start()].isspace():
        return end, _starts(text, at, known) and text[at : at + 1] != "I"
    quoted = bool(match["close"]) and _ATTRIBUTION.match(text, end) is not None
    return end, not quoted or _starts(text, at, known)


def _ends_casually(text: str, start: int, match: re.Match[str], known: Abbreviations) -> bool:
    word = _word_before(text, start, match.start()).lower()
    listed = known.never | known.sometimes | known.counters | known.places | known.years
    return match["stop"] != "." or (len(word) > 1 and "." not in word and word not in listed)


def _unspaced(text: str, start: int, match: re.Match[str]) -> tuple[int, bool]:
    """Handles a full stop without a space after it: in an address, in a number, or where the text lost the
    space."""
    stop, close, end = match["stop"], match["close"], match.end()
    before = _word_before(text, start, match.start())
    follows = text[end]
    if not follows.isalpha() or follows.islower():
        return end, False
    if close and close[-1] in "\"'":
        opened = text.count(close[-1], max(0, text.rfind("\n", 0, end), end - _QUOTE_REACH), end - 1)
        # After an even number of such marks, this one opens a quotation and belongs to what follows.
        return end - (opened % 2 == 0), len(before) > 1
    if not follows.isupper():
        caseless = stop in "؟۔।" or ord(follows) > 0x2E7F or not before[-1:].isascii()
        return end, "…" not in stop and caseless and (len(before) > 1 or stop[0] != ".") and not before[
            -1:
        ].isdigit()
    word = WORD.match(text, end)
    first = word[0] if word else ""
    address = "@" in before or "@" in text[end : end + _LOOK_AHEAD].split(maxsplit=1)[0]
    if first.lower() in _WEB_ENDINGS or address or before.lower().startswith("www") or "." in before:
        return end, False
    plain = len(before) > 1 and (before[-2:].islower() or before[-1].isdigit())
    opens = first[1:2].islower() or text[end + 1 : end + 2].isspace() or "'" in first[:2]
    return end, opens and plain


def _full_stop_ends(text: str, start: int, match: re.Match[str], at: int, known: Abbreviations) -> bool:
    cased = _word_before(text, start, match.start())
    word = cased.lower().strip(".,;:*_")
    if not word or _LIST_MARK.fullmatch(text, start, match.start()):
        return not word
    if word in known.never:
        return len(word) > 2 and cased.islower() and match["close"] != "" and _starts(text, at, known)
    if word in ("a.m", "p.m"):
        if _word_at(text, at) in known.never and _AT_TIME.fullmatch(text, start, match.start()):
            return False
        return not text[at].isdigit() and _word_at(text, at) not in _CLOCK
    if word in known.counters and text[at].isdigit():
        return False
    if word in known.years:
        return text[max(start, match.start() - 8) : match.start() - len(cased)].rstrip()[-1:].isdigit()
    if word.isdigit():
        return not (known.ordinals and len(word) < 3) or _starts(text, at, known)
    place = (
        word in known.places and text[max(start, match.start() - len(cased) - 2) : match.start()][:1] == ","
    )
    initial = (len(word) == 1 and cased.isupper()) or _DOTTED.fullmatch(word) is not None
    if known.years and cased.islower():
        return True
    if place or initial or word in known.sometimes:
        return _starts(text, at, known)
    return True


def _word_before(text: str, start: int, position: int) -> str:
    match = _LAST_WORD.search(text[max(start, position - _LOOK_BACK) : position])
    return match[0] if match else ""


def _word_at(text: str, at: int) -> str:
    match = WORD.match(text, at)
    return match[0].lower().replace("’", "'") if match else ""


def _starts(text: str, at: int, known: Abbreviations) -> bool:
    """Whether the word at `at` begins a sentence; a single letter with a full stop is an initial."""
    word = _word_at(text, at)
    if len(word) == 1 and text[at + 1 : at + 2] == ".":
        return False
    return not word or word in known.starters or word.partition("'")[0] in known.starters


def _next_visible(text: str, position: int) -> int | None:
    """Returns the position of the next letter, digit or mark, after spaces and opening marks."""
    for index in range(position, min(len(text), position + _LOOK_AHEAD)):
        if not text[index].isspace() and text[index] not in _OPENING:
            return index
    return None
