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
_DATELINE = re.compile(
    rf"""\s*(?:
      (?:{_PLACE},?\s*)?(?:{_DAY}\s*)?\((?:{_AGENCY})\)\s*(?:[-–—]+|:)?\s*
    | \([A-Z][A-Z&./ -]{{1,24}}\)\s*[-–—]+\s*
    | [A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я.'’-]+(?:[ ,/]+[A-ZÀ-ÞА-Я][\w.'’-]*){{0,5}}(?:,?\s+{_DAY})?\s+[–—]\s*
    | [A-ZÀ-ÞА-Я][A-ZÀ-ÞА-Я.'’-]{{2,}}(?:[ ,/]+[A-ZÀ-ÞА-Я][\w.'’-]*){{0,5}},\s+{_DAY}\s+(?:-{{1,2}}|[–—])\s*
    | {_DAY}\s+\.\s+
    )""",
    re.VERBOSE,
)

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
    "our daily newsletter",
    "our free newsletter",
    "our newsletter",
    "e-mail to a friend",
)
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
