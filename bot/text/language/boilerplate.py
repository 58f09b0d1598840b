"""Recognises boilerplate in article paragraphs: datelines, bylines, credits, captions, teasers."""

from __future__ import annotations

import re

from bot.domain.calendar_names import ABBREVIATED_MONTHS, MONTHS

_AGENCY = (
    r"CNN(?:\.com|Money|\s+Student News)?|AP|AFP|UPI|dpa|DPA|EFE|ANSA|TASS|PTI|ANI|IANS|HLN|WIRED|Wired"
    r"|BBC(?:\s+News)?|Reuters|REUTERS|(?:The )?Associated Press|Bloomberg|Xinhua|Kyodo|Yonhap|Anadolu"
    r"|Interfax|Rolling Stone|The Hollywood Reporter|Billboard|Variety|The Conversation|Mashable|RFE/RL"
    r"|(?:NBC|CBS|ABC|Fox) News"
)
_PLACE = r"[^\W\d_][\w.'’-]*(?:[ ,]+(?:[^\W\d_]\.)+|[ ,/]+[^\W\d_a-z][\w.'’-]*){0,6}"
_SHORT_MONTHS = (*(re.escape(name) + "?" for name in (*ABBREVIATED_MONTHS, "Sep.")), "Jun", "Jul")
_MONTH = f"(?:{'|'.join((*MONTHS, *_SHORT_MONTHS))})"
_DAY = rf"(?:{_MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{_MONTH})(?:,?\s+\d{{4}})?"
_ANY_DAY = rf"(?:{_DAY}|\d{{1,2}}\.?\s+(?:de\s+)?[^\W\d_]{{3,9}}\.?)"
_DASH = r"(?:\.?\s*[-–—]+|:)\s*"
_CAPITALS = r"[A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я.'’-]+(?:[ ,/]+[A-ZÀ-ÞА-Я][\w.'’-]*){0,5}"
_NAME = r"\((?:[A-ZÀ-ÞА-Я]|dpa)[\w.&/' -]{1,40}\)"
_DATELINE = re.compile(
    rf"""\s*(?:
      (?:{_PLACE},?\s*)?(?:{_ANY_DAY}\s*)?\((?:{_AGENCY.replace(" ", r"[ ]")})\)\s*(?:{_DASH})?
    | (?:{_PLACE},?\s*)?(?:{_ANY_DAY}\s*)?{_NAME}\s*{_DASH}(?=["“«„0-9A-ZÀ-ÞА-Я])
    | (?:{_PLACE},?\s*)?{_NAME}(?=[A-Z"“])
    | {_CAPITALS}(?:,?\s+{_DAY})?\s+[–—]\s*
    | {_CAPITALS},\s+{_ANY_DAY}\s*(?:-{{1,2}}|[–—:])\s*(?:РИА[ ]Новости[.,]\s*)?
    | {_CAPITALS}(?:,\s+{_ANY_DAY})?\.?\s+/[А-Я]{{3,}}/\.\s*
    | [A-Z]{{4,}}(?:[ ][A-Z]{{3,}})?:\s+(?=[A-Z])
    | {_DAY}\s+\.\s+
    | [^\s，。]{{0,14}}\d{{1,2}}月\d{{1,2}}日[电電讯訊]\s*
    )""",
    re.VERBOSE,
)

_SURE = frozenset("(/0123456789")
_MAX_DATELINE_CHARACTERS = 90
_MAX_NOTICE_CHARACTERS = 400
_OPENING = re.compile(
    r"""[\s\[(*•»>▶–—-]*(?:
      (?:read|see|watch|listen|more|related|also|photos?|pictures?|video|gallery|opinion|analysis|insight
        |explainer|inspire|get\ involved|in\ pictures|share|recommended|live\ updates|fact\ check)
        (?:\ (?:more|also|next|this|on|now))*\s*[:|»]
    | read\ more\b | read\ the\ (?:full|original|latest)\b | see\ the\ (?:original|full)\ (?:story|article)
    | (?:click|tap|scroll)\ (?:here|down|through|to)\b | sign\ up\b | subscribe\ (?:to|now|here)\b
    | follow\ (?:us|me|@|(?:[\w.'’-]+\ ){1,4}on\ (?:twitter|facebook|instagram|x|tiktok|youtube|telegram)\b)
    | (?:like|join|find)\ us\ on\b | download\ (?:our|the)\ app\b | join\ the\ conversation\b | share\ this\b
    | get\ (?:the\ latest|our|breaking|daily|all)\b.*\b(?:newsletter|inbox|alerts?|app)\b
    | the\ (?:opinions|views)\ expressed\b | editor['’]s\ note\b | (?:story|article)\ continues\b
    | (?:image|photo|media|video|picture)s?\ (?:copyright|caption|credit|source|by)\b
    | file\ (?:photo|image|picture)\b | (?:photograph|image|photo|picture|credit|source)s?\s*:\s
    | media\ playback\b | advertisement\b | enable\ javascript
    | (?:first\ )?(?:published|updated|posted|last\ updated|last\ modified)\s*(?::|at\ \d|on\ \d)
    | (?:reporting|editing|writing)\ by\b | additional\ reporting\b
    | this\ article\ (?:was\ )?originally\ (?:appeared|published)
    | this\ story\ has\ been\ (?:updated|corrected)\b | correction\s*: | have\ you\ got\ a\ (?:story|tip)\b
    | lesen\ sie\ (?:auch|hier|mehr)\b | mehr\ zum\ thema\b | zum\ thema\s*:
    | (?:à\ )?lire\ aussi\b | voir\ aussi\b | abonnez-vous\b
    | le[ae]\ también\b | más\ información\s*: | te\ puede\ interesar\b | suscríbete\b
    | читайте\ (?:также|ещё|еще)\b | подписывайтесь\b | подпишитесь\b
    | اقرأ\ (?:أيضا|أيضًا|المزيد|ايضا) | ayrıca\ okuyun\b | ilgili\ haber
    | 延伸阅读 | 相关阅读 | 更多阅读 | 关注我们
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_ANYWHERE = (
    "contributed to this ",
    "contributed reporting",
    "contributed from ",
    "wrote this story from",
    "wrote and reported from",
    "reported and wrote from",
    "all rights reserved",
    "this material may not be published",
    "solely those of the ",
    "click here ",
    "join the conversation about",
    "on our facebook page:",
    "(photo by",
    "(ap photo",
    "getty images)",
    "via getty images",
    "gallery above",
    "gallery below",
    "video above",
    "video below",
    "our daily newsletter",
    "our free newsletter",
    "our newsletter",
    "e-mail to a friend",
)
_GALLERY = re.compile(
    r"\(?(?:(?:image|photo|picture|slide)\s+)?\d{1,3}\s?(?:of|/)\s?\d{1,3}\b\W", re.IGNORECASE
)
_CREDIT = re.compile(
    r"""\((?:photo|image|picture|credit|foto|bild|фото|fotoğraf)\w*\s?[:：/]?[^()]{0,60}\)\W*$
    | \(?\b(?:ap|afp|reuters|getty(?:\simages)?|epa|pa|dpa)(?:\sphoto|\simages)?
      \s?/\s?[^\W\d_][\w.'’ -]{2,40}\)?$
    | (?:^|\s)(?:(?:photo|image|picture)(?:graph)?s?(?:\scredit)?|credit|foto|bild|фото|fotoğraf|图
      |crédit\sphoto)
      \s?[:：]\s?[^.:]{2,60}$""",
    re.IGNORECASE | re.VERBOSE,
)
_IN_PICTURE = re.compile(
    r"""(?:in\sthis|this|a|an|the)\s(?:[\w.,'’-]+\s){0,6}?
      (?:photo|photograph|picture|image|frame\sgrab|handout)s?
      (?:,|\s(?:\w+\s){0,2}(?:shows?|taken|provided|released|made|from|of)\b)
    | (?:a|an|the)\s(?:general|aerial|file|satellite)?\s?(?:view|logo|portrait|sign)\s(?:of|at|outside)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SEEN_ON = re.compile(rf"\b(?:in|at|on|near|outside)\s[^.!?]{{3,80}},?\s{_MONTH}\s\d{{1,2}},\s\d{{4}}\W*$")
_PAST_TENSE = re.compile(r"(?<!\bis )(?<!\bare )\b(?:\w{2,}ed|was|were|had|has|have|will|said|says)\b")
_NOTICE = re.compile(r"\W*(?:\(c\)\s+)?copyright\b.*\d{4}|.*©\s?\d{4}", re.IGNORECASE)
_BYLINE = re.compile(
    r"\s*(?:By|BY|Von|Par|Por|От)\s+(?:[A-ZÀ-ÞА-Я][\w.'’-]*)(?:\s+(?:and\s+|und\s+|et\s+|y\s+|&\s+)?[A-ZÀ-ÞА-Я][\w.'’-]*){1,6}"
    r"(?:,\s+(?:CNN|AP|Reuters|BBC|[A-Z]\w+)(?:\s+\w+){0,3})?\s*(?:[.|]\s*)?"
)


def dateline_end(text: str) -> int:
    """Returns the offset of the text after the dateline, such as "LONDON (Reuters) - "; 0 if there is
    none."""
    match = _DATELINE.match(text, 0, _MAX_DATELINE_CHARACTERS)
    return match.end() if match else 0


def opens_story(text: str) -> bool:
    """Whether a text begins with a dateline that names an agency or a day, before which no story begins."""
    return not _SURE.isdisjoint(text[: dateline_end(text)])


def is_caption(paragraph: str) -> bool:
    """Whether a paragraph is the caption of a picture: it has a number in a gallery or a credit, or says what
    is to be seen there."""
    text = paragraph.strip()
    return len(text) < _MAX_NOTICE_CHARACTERS and bool(
        _GALLERY.match(text)
        or _CREDIT.search(text)
        or ((_IN_PICTURE.match(text) or _SEEN_ON.search(text)) and not _PAST_TENSE.search(text))
    )


def is_boilerplate(sentence: str) -> bool:
    """Whether a sentence is a credit, a caption, a teaser or the headline of another article."""
    if _OPENING.match(sentence) or _BYLINE.fullmatch(sentence):
        return True
    folded = sentence.lower()
    if any(words in folded for words in _ANYWHERE):
        return len(sentence) < _MAX_NOTICE_CHARACTERS
    if ("©" in sentence or "opyright" in folded) and _NOTICE.match(sentence) is not None:
        return True
    letters = [character for character in sentence if character.isalpha()] if sentence.isupper() else []
    return len(letters) > 12 and sentence.count(" ") >= 3
