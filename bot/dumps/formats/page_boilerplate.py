"""Separates page furniture (other headlines, captions, appeals) from the article's own text.

Every rule matches a whole paragraph or line, and does not match if a sentence could read the same: a
furniture line that is kept is a blemish in a summary, a sentence that is marked is lost to every reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.dumps.formats.decode import fold_blanks

# Lines that consist only of these words: buttons and labels of the page.
_LABEL_LIST = """
    ad | ads | advertisement | advertisements | advertising | sponsored | sponsored content |
    promoted | promoted content | comments | share | share this | share this article |
    share this story | print | print this | email | tweet | facebook | twitter | whatsapp | copy link |
    save | save for later | subscribe | sign up | sign in | log in | read more | read full article |
    read the full story | more | related | related articles | related stories | related topics |
    related content | related coverage | recommended | recommended stories | most read | most popular |
    trending | trending now | top stories | also read | see also | see more | show more | load more |
    more on this story | more on this topic | more from this section | continue reading | skip advert |
    skip to content | video | watch live | live updates | latest news | breaking news |
    media playback is unsupported on your device | media playback is not supported on this device |
    anzeige | werbung | mehr zum thema | lesen sie auch | publicité | lire aussi | à lire aussi |
    publicidad | publicidade | leer más | lea también | leia mais | pubblicità | leggi anche |
    advertentie | lees ook | реклама | читайте также | 広告
"""
_LABELS = frozenset(label.strip() for label in _LABEL_LIST.split("|"))


def _any(*patterns: str, flags: int = 0) -> re.Pattern[str]:
    """One pattern of all, which is tried several times as fast as each on its own."""
    return re.compile("|".join(patterns), flags)


_ANYWHERE = _any(
    r"click (?:here|below) (?:to|for)\b.{0,160}",
    r"(?:please )?(?:scroll(?: down)?|swipe|keep scrolling) (?:to|for) (?:continue|read|see|more|view)\b"
    r".{0,120}",
    r"(?:story|article|content) continues (?:below|after)\b.{0,80}",
    r"continue reading (?:the main story|below)\b.{0,80}",
    r"\W*advertisement\s*[-–—:|].{0,80}",
    r"(?:image|media) caption\b.{0,400}|(?:video|photo) caption\s*:.{0,400}",
    r"image (?:copyright|source)\b.{0,120}\b(?:image|media) caption\b.{0,400}",
    r"(?:file photo|photo(?:graph)?s?|image|picture|photo credit|image credit)\s*:.{0,400}",
    r"(?:also read|more on this|related(?: (?:articles?|stor(?:y|ies)|coverage|content|topics?|news))?)"
    r"\s*[:»›>|].{0,250}",
    r"(?:lire aussi|à lire aussi|lesen sie auch|mehr zum thema|leer más|lea también|leia mais|leggi anche"
    r"|lees ook|читайте также)\s*[:»›>|–—-].{0,250}",
    r"(?:please )?(?:sign up|subscribe|get our|get the|join our)\b.{0,160}"
    r"\b(?:newsletters?|inbox|briefing)\b.{0,120}",
    r"(?:please )?(?:support|help fund|donate to|help us fund)\b.{0,40}"
    r"\b(?:journalism|newsroom|reporting)\b.{0,200}",
    r"(?:follow .{1,40}|(?:like|find|join) us) on (?:twitter|facebook|instagram|x|telegram|tiktok"
    r"|youtube)\b.{0,80}",
    r"(?:download|get) (?:our|the) (?:free )?.{0,30}\bapps?\b.{0,80}",
    r"(?:we|this (?:web)?site) uses? cookies\b.{0,400}",
    r"(?:please )?enable javascript\b.{0,200}|javascript (?:is|must be) .{0,200}",
    r"(?:©|(?:\(c\)|copyright)\s*(?:©\s*)?\d{4}).{0,200}",
    r".{0,200}\ball rights reserved\b.{0,200}",
    r"image for\b.{0,300}",
    r"\(?(?:image|photo|picture|slide) \d+ (?:of|/) \d+\)?",
    r"slideshow \(? ?\d+ images? ?\)?",
    flags=re.IGNORECASE,
)

# All but one of these patterns begin with one of these words, and most lines with another.
_BEGINNING_LIST = """
    advertisement also article c click content continue copyright donate download enable file find follow fund
    get help image javascript join keep leer lees leggi leia lesen lea like lire mehr media more photo
    photograph photographs photos picture please related scroll sign slide slideshow story subscribe support
    swipe this video we © à читайте
"""
_BEGINNINGS = frozenset(_BEGINNING_LIST.split())
_BEGINNING = re.compile(r"[^\w©]*([^\W\d_]+|©)")
_RIGHTS = "all rights reserved"

# With a full stop these are sentences ("Image copyright law is changing."): they match only without one.
_OPEN_ENDED = _any(
    r"(?i:image (?:copyright|source)),? [A-Z@©/].{0,80}",
    r"(?i:read|see|watch|listen|learn|find out|discover) (?i:more|also|next)\b.{0,160}",
    r"(?i:read|see|watch|listen)(?: (?i:now|here|this|live))?\s*[:»›>|].{0,250}",
    r"(?i:more (?:from|on|about|stories)) .{1,80}",
    r"(?i:(?:sign up|subscribe|register) (?:to|for|here|now)\b.{0,120}"
    r"\b(?:e-?mails?|alerts?|updates|access|trial))",
    r"(?i:share (?:this|on|via|with)\b.{0,60})",
    r"(?i:video|credit)\s*:.{0,200}",
    r"(?i:by) [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}(?:(?:,| and| in| for) .{1,60})?",
    r"(?i:published|updated|posted|last (?:updated|modified)|first published)\b.{0,20}\d.{0,60}",
    r"\([A-Z][\w. ]{1,20}\)\s*[-–—]*",
)

_STOPS = (".", "!", "?", "。", "！", "？", "…")
_CLOSING = "\"'”’»)]"
_WORDS = re.compile(r"\w(?:.*\w)?", re.DOTALL)
_MAX_CHARACTERS = 700
_MIN_WORDS_IN_CAPITALS = 3
_MIN_LETTERS_IN_CAPITALS = 10


def is_furniture(line: str, title: str, *, capitals: bool = True) -> bool:
    """Whether a paragraph, or one line of it, is page furniture. `title` is the page's headline (a repeat of
    it is furniture); with `capitals=False`, for pages written in capitals, lines in capitals are not
    furniture."""
    if len(line) > _MAX_CHARACTERS:
        return False
    text = fold_blanks(line)
    folded = text.casefold()
    if folded.strip(" .:»›>|-–—") in _LABELS or _same_headline(folded, title):
        return True
    beginning = _BEGINNING.match(folded)
    if ((beginning and beginning[1] in _BEGINNINGS) or _RIGHTS in folded) and _ANYWHERE.fullmatch(text):
        return True
    if not text.rstrip(_CLOSING).endswith(_STOPS) and _OPEN_ENDED.fullmatch(text):
        return True
    return capitals and in_capitals(text)


def in_capitals(text: str) -> bool:
    """Whether a text is a headline in capitals: three words or more, no lower-case letter, and neither
    punctuated nor quoted like a sentence."""
    if not text.isupper() or text[0] in "\"'“‘«" or re.search(r"[.。][\"'”’»)]*$", text):
        return False
    letters = sum(map(str.isalpha, text))
    return len(text.split()) >= _MIN_WORDS_IN_CAPITALS and letters >= _MIN_LETTERS_IN_CAPITALS


def mostly_capitals(paragraphs: Sequence[str]) -> bool:
    """Whether capitals are not significant on this page: more than half of its text is in paragraphs without
    a lower-case letter."""
    total = sum(len(paragraph) for paragraph in paragraphs)
    return sum(len(paragraph) for paragraph in paragraphs if paragraph.isupper()) * 2 > total


def _same_headline(folded: str, title: str) -> bool:
    headline = _headline(title)
    return bool(title) and headline in folded and _between_words(folded) == headline


@lru_cache(maxsize=1)  # the title is the same for every line of a page
def _headline(title: str) -> str:
    return _between_words(fold_blanks(title).casefold())


def _between_words(folded: str) -> str:
    words = _WORDS.search(folded)
    return words[0] if words else ""
