"""Names within sentences: runs of capitalised words, each with what stands around it, by language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.text.language.abbreviations import abbreviations, words
from bot.text.language.stopwords import STOP_WORDS

_TOKEN = re.compile(r"[^\W\d_][^\W_]*(?:[’'&-][^\W_]+)*(?:\.(?:[^\W\d_]\.)+)?|\d+|[^\w\s]")
_POSSESSIVE = re.compile(r"[’']s?$")
_SUFFIX = re.compile(r"[’'].*$")
_AGE = re.compile(r", (?:an? )?(?:aged )?\d\d(?:,|-year)|,? \(\d\d\)")
_WHO = re.compile(r", (?:who|whose|die|der|qui|quien|который|которая)\b")
_LONGEST = 5
_MOST_LETTERS = 40

TITLES = words(
    "mr mrs ms miss dr prof gen lt col sgt capt cpl cmdr adm rep sen gov rev st supt det maj brig cpt sir"
    " lord lady dame baron president vice minister prime chancellor king queen prince princess duke"
    " duchess emperor pope cardinal archbishop bishop rabbi imam sheikh ayatollah father sister brother"
    " pastor judge justice mayor sheriff officer detective sergeant captain lieutenant colonel general"
    " major admiral private constable inspector senator congressman congresswoman congressmen"
    " representative governor secretary attorney chief deputy assistant commissioner ambassador director"
    " chairman chairwoman chair leader spokesman spokeswoman coach manager striker midfielder defender"
    " goalkeeper quarterback professor doctor former ex ceo cfo principal editor-in-chief actor actress"
    " singer rapper comedian director producer author writer journalist correspondent reporter editor"
    " analyst foreign defense defence state finance health interior home police fire army democrat"
    " republican democratic conservative labour labor rookie aunt uncle saint hurricane olympic herr frau"
    " bundeskanzler bundeskanzlerin kanzler kanzlerin bundespräsident präsident präsidentin minister"
    " ministerin außenminister außenministerin innenminister innenministerin finanzminister"
    " verteidigungsminister ministerpräsident ministerpräsidentin bürgermeister bürgermeisterin"
    " oberbürgermeister sprecher sprecherin chef chefin parteichef trainer bundestrainer professor papst"
    " könig königin richter staatsanwalt m mm mme mmes mlle monsieur madame docteur maître sr sra señor"
    " señora don doña presidente presidenta г-н г-жа президент министр премьер губернатор мэр sayın bay"
    " bayan cumhurbaşkanı başbakan bakan bakanı başkan başkanı genel milletvekili profesör prof doç"
)
"""What stands before the name of a person and is not part of it."""

_OPENERS = words(
    "meet watch see read find say take call ask look check remember imagine consider despite unlike like"
)
"""Verbs that open a sentence right before a name."""
_ALSO_PARTS = words(
    "state home fire police army defense defence health finance foreign labor labour don lady saint st"
)
"""Titles, or parts of them, that also stand within other names."""
_COMPOUND = re.compile(
    r"-(?:led|based|produced|born|backed|affiliated|made|style|era|area|trained|owned|run|old|like|wide|type|themed"
    r"|only|linked|related|inspired|shaped|sized|bound|held|controlled|funded|sponsored)$"
)

BODIES = words(
    "university college school academy institute police department ministry council committee"
    " commission court senate house congress parliament party union league association federation"
    " organisation organization agency bureau administration authority office bank fund foundation trust"
    " company corporation corp inc co ltd plc llc group holdings airlines airways motors hospital clinic"
    " church museum club fc united city rovers wanderers army navy force corps guard service services"
    " forces front movement brigade society center centre network times post journal news magazine press"
    " board team nations alliance coalition partei verein bank polizei universität ministerium bundestag"
    " bundesrat gericht bundesgericht bundesverfassungsgericht verband gewerkschaft klinik stiftung amt"
    " bundesamt landtag kommission universidad ministerio consejo tribunal partido banco policía"
    " ayuntamiento gobierno congreso senado fundación asociación sindicato comisión federación guardia"
    " université ministère conseil tribunal parti banque police mairie assemblée sénat fondation"
    " association syndicat commission fédération cour gendarmerie университет министерство совет суд"
    " партия банк полиция дума госдума комитет комиссия союз фонд üniversitesi bakanlığı meclisi partisi"
    " bankası mahkemesi derneği vakfı belediyesi müdürlüğü kurulu başkanlığı federasyonu birliği"
)
_OF = words(
    "university college bank house department ministry court city bay gulf isle church institute board"
    " council district republic state county society museum bishop archbishop cathedral port mount"
    " strait cape palace chamber office bureau league islands united states association federation"
    " school army board kingdom"
)
SITES = words(
    "street road avenue lane square river lake island islands county airport park bay beach mountain"
    " mountains mount valley hills harbour harbor port bridge canal coast peninsula desert ocean sea"
    " gulf strait district province village forest creek province straße allee platz fluss flughafen"
    " insel see calle avenida plaza río aeropuerto isla provincia rue avenue place rivière aéroport île"
    " улица площадь река озеро остров область caddesi sokağı meydanı nehri gölü adası havalimanı ilçesi"
    " mahallesi köyü"
)
_PARTICLES = words("de del della di du des da dos la van von der den ter bin ibn al el y zu le")
_JOINING = {
    "en": words("de del della di du da dos la van von der den ter bin ibn al el le"),
    "de": words("von van zu de la di bin al el ten"),
    "es": words("de del la las los y van von bin al"),
    "fr": words("de du des la le van von bin al el ben"),
    "ru": frozenset[str](),
    "tr": frozenset[str](),
}
_PLACE_BEFORE = {
    "en": words("in near outside across throughout inside around into"),
    "de": words("in aus nach bei"),
    "es": words("en desde hacia"),
    "fr": words("à en au aux vers"),
    "ru": words("в во из"),
}
_SUFFIX_OF_PLACE = words("da de ta te dan den tan ten daki deki taki teki")
_SPEECH = {
    "en": words(
        "said says told tweeted wrote added explained argued insisted claimed asked testified announced"
        " denied warned admitted acknowledged replied recalled believes thinks joked vowed pleaded"
    ),
    "de": words("sagte sagt erklärte betonte teilte kündigte kritisierte forderte warnte"),
    "es": words("dijo dice aseguró afirmó explicó anunció declaró señaló añadió informó advirtió"),
    "fr": words("dit déclaré affirmé expliqué annoncé indiqué ajouté estime assure"),
    "ru": words("сказал сказала заявил заявила сообщил сообщила отметил отметила написал пояснил добавил"),
    "tr": words("dedi söyledi açıkladı belirtti konuştu ifade vurguladı"),
}


@dataclass(slots=True)
class Mention:
    """A name where it stands: its words without titles, and what speaks for a person or for a place."""

    text: str
    parts: tuple[str, ...]
    sentence: int
    first: bool
    """It opens the sentence, where any word has a capital."""
    person: int = 0
    placed: bool = False
    follows: str = ""
    """The name that stands behind a comma right after it: "Salem, Oregon"."""


@dataclass(slots=True)
class _Run:
    tokens: list[re.Match[str]] = field(default_factory=list)
    titles: int = 0
    suffix: str = ""


def mentions(sentences: Sequence[str], language: str) -> list[Mention]:
    """The names of the sentences in order. A word that also stands there in small letters is none, nor is one
    that only opens its sentence and stands nowhere else with a capital."""
    small = {word for text in sentences for word in re.findall(r"[^\W\d_]+", text) if word[0].islower()}
    found: list[Mention] = []
    for number, text in enumerate(sentences):
        letters = [char for char in text if char.isalpha()]
        if sum(map(str.isupper, letters)) * 2 > len(letters):
            continue
        found += _of_sentence(text, number, language, small)
    inside = {part for one in found if not one.first or len(one.parts) > 1 for part in one.parts}
    return [one for one in found if not one.first or len(one.parts) > 1 or one.parts[0] in inside]


def _of_sentence(text: str, number: int, language: str, small: set[str]) -> Iterator[Mention]:
    previous: Mention | None = None
    previous_end = 0
    for run in _runs(text, language):
        tokens = run.tokens
        opens = not any(char.isalnum() for char in text[: tokens[0].start()])
        if opens:
            tokens = _without_opener(tokens, language, small)
        tokens = _without_titles(tokens, run)
        if not tokens:
            continue
        start, end = tokens[0].start(), tokens[-1].end()
        parts = tuple(_trimmed(token[0], language) for token in tokens)
        name = text[start : tokens[-1].start()] + parts[-1]
        one = Mention(" ".join(name.split()), parts, number, opens and start == run.tokens[0].start())
        one.person = 2 * bool(run.titles) + _evidence(text, start, end, language)
        before = re.findall(r"[\w’'-]+", text[max(0, start - 24) : start])
        one.placed = bool(before) and before[-1].lower() in _PLACE_BEFORE.get(language, ())
        if language == "tr":
            one.placed = run.suffix in _SUFFIX_OF_PLACE
        joint = text[previous_end:start] if previous is not None else ""
        if previous is not None and joint == ", ":
            previous.follows = one.text
        yield one
        previous, previous_end = one, end


def _runs(text: str, language: str) -> Iterator[_Run]:
    """Runs of capitalised words with one blank between them, and what may join them."""
    joining = _JOINING.get(language, _JOINING["en"])
    run = _Run()
    waiting: list[re.Match[str]] = []
    end = 0
    for token in _TOKEN.finditer(text):
        word, gap = token[0], text[end : token.start()]
        end = token.end()
        last = (waiting or run.tokens)[-1:] or None
        near = gap in (" ", "\xa0") or (gap == "" and last is not None and last[0][0].endswith("."))
        if word == "." and last is not None and gap == "" and _dotted(last[0][0]):
            continue
        if run.tokens and near and not run.suffix:
            head = _bare(run.tokens[-1][0])
            if word in joining or (word == "of" and language == "en" and head in _OF):
                waiting.append(token)
                continue
            if _is_capital(word) and len(run.tokens) < _LONGEST:
                run.tokens += [*waiting, token]
                waiting = []
                run.suffix = _ending(word, language)
                continue
        if run.tokens:
            yield run
        run, waiting = _Run(), []
        if _is_capital(word):
            run.tokens.append(token)
            run.suffix = _ending(word, language)
    if run.tokens:
        yield run


def _without_titles(tokens: list[re.Match[str]], run: _Run) -> list[re.Match[str]]:
    """The name itself: "French Foreign Minister Laurent Fabius" is called Laurent Fabius."""
    words = [_bare(token[0]) for token in tokens]
    if not BODIES.intersection(words):
        inner = [
            at for at, word in enumerate(words[:-1]) if at and word in TITLES and word not in _ALSO_PARTS
        ]
        if inner:
            run.titles += 1
            tokens, words = tokens[inner[-1] + 1 :], words[inner[-1] + 1 :]
    while tokens and _bare(tokens[0][0]) in TITLES:
        run.titles += 1
        tokens = tokens[1:]
    while tokens and _bare(tokens[-1][0]) in _PARTICLES | TITLES:
        tokens = tokens[:-1]
    return tokens


def _dotted(word: str) -> bool:
    return len(word) == 1 or _bare(word) in TITLES


def _is_capital(word: str) -> bool:
    return (
        word[0].isupper()
        and _COMPOUND.search(word) is None
        and word not in ("I", "I'm", "I'll", "I've", "I'd", "I’m", "I’ll", "I’ve", "I’d")
    )


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word.lower()).rstrip(".")


def _ending(word: str, language: str) -> str:
    """What a possessive or a Turkish case adds behind an apostrophe: the name ends there."""
    found = _SUFFIX.search(word)
    if found is None or (language != "tr" and _POSSESSIVE.search(word) is None):
        return ""
    return found[0][1:].lower() or "s"


def _trimmed(word: str, language: str) -> str:
    return (_SUFFIX if language == "tr" else _POSSESSIVE).sub("", word) or word


def _without_opener(tokens: list[re.Match[str]], language: str, small: set[str]) -> list[re.Match[str]]:
    """The words of a name that opens a sentence, without those that have a capital only for that."""
    stops = STOP_WORDS.get(language, frozenset()) | abbreviations(language).starters | _OPENERS
    while tokens and (_bare(tokens[0][0]) in stops or _bare(tokens[0][0]) in small):
        if _bare(tokens[0][0]) in TITLES:
            break
        tokens = tokens[1:]
    return tokens


def _evidence(text: str, start: int, end: int, language: str) -> int:
    after, before = text[end : end + 24], text[max(0, start - 24) : start]
    speech = _SPEECH.get(language, frozenset())
    following = re.match(r"[’']?s? ([^\W\d_]+)", after)
    leading = re.search(r"([^\W\d_]+),? $", before)
    found = 2 * bool(_AGE.match(after)) + bool(_WHO.match(after))
    found += bool(following and following[1] in speech)
    found += bool(leading and leading[1] in speech and leading[1] not in ("told", "asked", "warned"))
    return found
