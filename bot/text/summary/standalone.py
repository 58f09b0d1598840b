"""Judges whether a sentence of an article can be read without the sentences around it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from bot.text.language.context_dependence import depends_on_context, is_fragment
from bot.text.language.dates import calendar_words
from bot.text.language.names import NAME_LISTS
from bot.text.language.places import place_names
from bot.text.language.quotations import has_open_quotation
from bot.text.language.stopwords import STOP_WORDS
from bot.text.language.word_lists import WordLists
from bot.text.language.word_patterns import NOT_SMALL, WORD
from bot.text.summary.introductions import POINTED_NOUN, definite_nouns, pointed_nouns
from bot.text.summary.salience import key_of
from bot.text.summary.self_contained import without_present, without_self_contained

_LISTS = WordLists(__file__, "standalone.txt", separator=",")
_QUOTED = re.compile(
    r"“[^“”]*”|\"[^\"]*\"|«[^«»]*»|»[^«»]*[«»]|”[^“”]*”|„[^„“”]*[“”]"
    r"|„[^„\"]*\"|「[^「」]*」|『[^『』]*』|(?<!\w)['‘][^'’]{12,}['’](?!\w)"
)
_OPENED = re.compile("[“”\"«»„「『'‘]")
"""A mark that may begin a quotation; to look for it takes a tenth of the time."""
_DEFINITE_FIGURE = re.compile(r"\b[Tt]he [$£€]?(\d[\d.,]*)(?:%|m|bn)? [a-z]")
_CALENDAR = "|".join((*sorted(calendar_words("en")), "spring", "summer", "autumn", "winter"))
_SPEECH = "|".join(sorted(NAME_LISTS["speech.en"] | _LISTS["en.speech"]))
_SHORT_QUOTE = re.compile(
    r"[\"“](?:[^\s\"”]{1,40} ){0,4}[^\s\"”]{1,40},[\"”] "
    rf"(?:[^\s,]{{1,40}},? ){{0,7}}?(?:{_SPEECH})\b"
)
"""Somebody's few words, which say little by themselves: "A country woke up," the mayor said. A title is none:
"Harbour Nights," the long-running play, ends."""
_POST = re.compile(r"\A[\"“].*\b(?:tweeted|(?:Twitter|Facebook|Instagram) user)\b")
_TEASER = re.compile(r"\b(?:[Tt]une in\b|[ap]\.?m\.? (?:ET|EST|EDT|GMT)\b.{0,40} on [A-Z]|\AWatch )")
_AHEAD = re.compile(
    r"\A(?:In|On|At|During|After|Before|With|For) (?:his|her|their) [^,]{1,60}(?:, [^,]{1,60})?, (?=[A-Z])"
)
"""An opening whose pronoun stands for the name behind it: "In her letter, Oakes"."""
_NAMED_AHEAD = re.compile(
    r"\A(?:(?:After|Although|As|At|Before|Despite|During|For|From|In|On|Once|Since|When|While|With)"
    r" [^\"“]{1,200}?[,:]"
    r"|(?:H|Sh)e [^\"“.]{1,100}? but|They say [^\"“.]{1,100}?, (?:and|as|but))"
    r" (?:(?!(?:the(?= [A-Z])|as|at|by|for|from|in|into|near|not|of|on|over|to|with|[a-z]+ed(?= [A-Z]))\b)"
    r"[a-z]{1,20} ){0,3}([A-Z][\w'’-]{1,30} [A-Z][\w'’-]{1,30})(?: [A-Z][\w'’-]{1,30}){0,3},? [a-z]"
)
"""A first sentence whose subject, behind at most three words for a role, says for whom its pronoun stands:
"Before she was queen, Ines Pohl sang"."""
_BARE_NUMBER = re.compile(
    r"\A(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Dozens|Hundreds|Thousands|Several|Few|\d+)"
    r" (?:were|was|had|have|has|are|is|did|do|will|would|could|can|\w+ed)\b"
)
"""A number that stands for those it counts: "Four served with the guard"."""
_POINTS_BACK = re.compile(
    r"\A(?:Other [a-z]|[A-Z][a-z]+ aside,|Like [^,]{1,60}, (?:her|his|its|their)\b)"
    r"|, (?:that is|though)\W*\Z|\bthat(?:[.;!]| all too\b)"
    r"|\b(?:believes?|expects?|fears?|hopes?|knows?|said|says?|thinks?|worr(?:y|ies)) that"
    r" (?:can|could|has|is|may|might|was|will|would)\b"
)
"""What compares with the sentence before, or stands for it: "Other quays", "Like Oakes's boat, his ferry",
"they fear that could help", "he knows that."."""
_LATER = frozenset(("afterward", "afterwards", "earlier", "later"))
_DAYS_LATER = re.compile(
    r"([^,;\d]*)\b(?:days?|hours?|minutes?|moments?|months?|weeks?|years?)"
    rf" (?:{'|'.join(sorted(_LATER))})\b(?! than\b)"
)
_SINCE_WHEN = re.compile(
    r"\b(?:after|before|since|when)\b"
    rf"|\b(?:by|from|in|of|on|until) (?:(?:early|late|mid)[ -])?(?i:{_CALENDAR})\b"
    r"|[a-z]{2} (?:and|but|then) (?:\w+ed|became|came|did|died|fell|gave|got|had|has|is|left|lost|made|rose"
    r"|sank|sold|was|were|went|won)\b"
    r"|\b(?:compared (?:to|with)|from|(?<!less )(?<!more )than|versus) (?:[a-z]+ ){2,4}earlier\Z"
)
"""What says from when "days later" counts, if that stands before it, or what comes first."""
_UNNAMED_SPEAKER = re.compile(
    rf"[,!?][\"”] (?:(?:{_SPEECH}) )?the (?:[^\W\d_][\w.-]* ){{0,3}}?([a-z][a-z-]+)"
    rf"(?: (?:{_SPEECH})\b|\.|,(?! [A-Z]))"
)
"""Who speaks, if known but not named: "We will sail," the old captain said."""
_ACTING = re.compile(
    r"(?:\A|[,;] |[,!?][\"”] )([^\W\d_]+)(?:['’]s)?(?:,? who)? (?=[^\W\d_])"
    r"(?!(?:and|or|of|in|at|on|for|de|und|et|y)\b)[^\W_]+"
)
"""A capitalised subject, or the owner of it, and what follows it, which is not another name: "Oakes left",
"We sail," Oakes said."""
_CLEFT = re.compile(r"It(?:['’]s| is| was| has been) .*\b(?:that|to|who)\b")
"""An opening that says what "it" is: "It's no secret that the ferry is late"."""
_BROKEN_OFF = re.compile(r"\w ?(?:\.\.\.|…) \w")
_SPEAKER = re.compile(
    r"\b(?:said|says|added|told|wrote|asked|according to) ([^\W\d_]+)[.,;]"
    r"|\A([^\W\d_]+)(?= (?:at|from|of) [A-Z])"
)
_REPORTED = re.compile(
    r"\b(?:said|says|told \w+|that|believes?|claims?|because) ([^\W\d_]+)"
    r" (?:was|is|had|has|will|would|could|should)\b"
)
"""Somebody of whom others speak: "the port said Oakes had left"."""
_OPENING_PHRASE = re.compile(
    r"\A(?:After|As|At|Before|By|Despite|During|For|From|In|On|Since|Under|When|While|With)\b[^,]{2,60}, "
    r"(?:(?:where|who|whose) [^,]{2,60}, )?(?=the [a-z])"
)
_PREDICATE = "(?:are|came|comes?|goes|had|has|have|is|ran|runs?|sat|stands?|stood|was|went|were|will)"
_EXPLAINED_SUBJECT = re.compile(
    rf"[Tt]he (?:(?!{_PREDICATE}\b)[a-z-]+ ){{1,4}}?"
    r"(?:(?:at|between|from|in|near|off|to) [A-Z]|(?:that|which|who|whose) [a-z])"
    r"|[Tt]he (?:[a-z-]+ ){0,5}[a-z-]+, [A-Z][\w-]+(?: [A-Z][\w-]+)+,"
)
"""A subject that says which is meant: "The ferry from Norrby", "The minister, Ines Pohl,". "The poll comes
from Norrby" does not."""
_CAPITALISED = re.compile(rf"{NOT_SMALL}(?<![^\W_].)(?<![^\W_]['’].)[^\W_]*(?:['’][^\W_]+)*")
"""A word (WORD) that begins with no small letter."""
_LABEL = r"[A-Z][^\s:]*(?: [^\s:]+)?: "
_FIELDS = re.compile(rf"\A{_LABEL}(?:(?:[A-Z\d](?:\S{{0,40}}[^\s.!?:])?|and|of|the) ){{1,12}}?{_LABEL}")
"""Fields of a table in one line: "Departure: Bell Harbour, 10:01 Destination: Northmoor". What is between two
names of speakers is a sentence."""
_COUNTED = re.compile(r"(?:First|Second|Secondly|Third|Thirdly|Next|Finally|Lastly), ")
_APOSTROPHE = "'"
_CLOSING = "\"'”’»«“)]」』）"
_QUESTION = ("?", "？", "؟")
_MAX_OPENING_WORDS = 4
_MIN_UNQUOTED_WORDS = 2
_MAX_SUBJECT_WORDS = 4
_MAX_LEAD_OPENING = 3
_MIN_BLANKS = 2
_MIN_ENGLISH_BLANKS = 3


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be read before a sentence."""

    previous: bool = False
    """The sentence before it."""
    introductions: tuple[frozenset[str], ...] = ()
    """Of each of these sets of keys, one: the subject of "The company ..."."""
    surnames: tuple[str, ...] = ()
    """The keys of surnames that stand alone, which the sentence before it need not have."""

    def are_met(self, previous: bool, known: Collection[str]) -> bool:
        """Whether a reader can follow who has read the sentence before it, or words with the keys `known`."""
        if not all(key in known for key in self.surnames):
            return False
        return previous or not (self.previous or any(keys.isdisjoint(known) for keys in self.introductions))


def is_quotable(sentence: str, language: str, behind_another: bool = False) -> bool:
    """Whether the sentence is whole and states something: no question, heading or aside, no half of a
    quotation, and none without words about who says it. It may be shorter behind the one before it: "He was
    63."."""
    end = sentence.rstrip(_CLOSING)
    return not (
        _is_short(sentence, language, behind_another)
        or has_open_quotation(sentence)
        or (_OPENED.match(sentence) and not WORD.search(_unquoted(sentence)))
        or sentence[0] in "([（"
        or (language == "en" and any(p.match(sentence) for p in (_SHORT_QUOTE, _POST)))
        or (language == "en" and _TEASER.search(sentence) is not None)
        or _FIELDS.match(sentence) is not None
        or _first_letter(sentence).islower()
        or end.endswith((*_QUESTION, ":", "：", "...", "…", " ."))
    )


def _is_short(sentence: str, language: str, behind_another: bool) -> bool:
    blanks = sentence.count(" ")
    if behind_another:
        return blanks < _MIN_BLANKS or sentence[-1:].isalnum()
    return is_fragment(sentence, language) or (language == "en" and blanks < _MIN_ENGLISH_BLANKS)


def is_for_effect(sentence: str, first: bool, language: str) -> bool:
    """Whether an English sentence tells its readers to do something ("Admit it"), breaks off ("Snow to ...
    Well"), or is the first one of an article and keeps them guessing ("It's playing out like a scene")."""
    words = [word.lower().replace("’", "'") for word in WORD.findall(sentence[:80])]
    if language != "en" or not words:
        return False
    if sentence[0] in '"“':
        return first and not WORD.search(_unquoted(sentence))
    if words[0] == "just":
        del words[0]
    if ("..." in sentence or "…" in sentence) and _BROKEN_OFF.search(_unquoted(sentence)):
        return True
    return words[:1] != [] and (
        words[0] in _LISTS["en.told"]
        or (first and words[0].partition("'")[0] == "it" and _CLEFT.match(sentence) is None)
    )


def is_addressed(sentence: str, language: str) -> bool:
    """Whether the writer speaks of themselves or to the readers."""
    personal = _LISTS.get(f"{language}.personal", frozenset())
    return not personal.isdisjoint(map(str.lower, WORD.findall(_unquoted(sentence))))


def sentence_needs(
    sentences: Sequence[str], numbers: Collection[int], language: str, of_headline: Collection[int] = ()
) -> dict[int, Needs]:
    """Returns what the sentences with these numbers need. The first one introduces its subject itself; one
    behind a question answers it, unless it says what the headline says (`of_headline`)."""
    surnames = _surnames(sentences, language)
    nouns = definite_nouns(sentences, numbers, language)
    needs: dict[int, Needs] = {}
    for number in numbers:
        sentence = sentences[number]
        if number == 0:
            needs[number] = Needs(_points_ahead(sentence, language))
            continue
        same = number in of_headline
        answers = not same and sentences[number - 1].rstrip(_CLOSING).endswith(_QUESTION)
        own = _unquoted(without_present(sentence, language), ' " ')
        pointed = pointed_nouns(own) if language == "en" else ()
        needs[number] = Needs(
            answers or _points_back(sentence, own, language, same),
            (*_subject(sentence, language), *nouns.get(number, ()), *pointed),
            tuple(surnames.get(number, ())),
        )
    return needs


def _unquoted(sentence: str, mark: str = " ") -> str:
    """Returns the sentence with `mark` for each of its quotations."""
    return _QUOTED.sub(mark, sentence) if _OPENED.search(sentence) else sentence


def _first_letter(sentence: str) -> str:
    return next((char for char in sentence if char.isalnum()), "")


@cache
def _anywhere(language: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Returns the single words that point back at any place in a sentence, and the phrases with spaces around
    them."""
    entries = _LISTS.get(f"{language}.anywhere", frozenset())
    return frozenset(e for e in entries if " " not in e), tuple(f" {e} " for e in entries if " " in e)


@cache
def _openings(language: str) -> tuple[str, ...]:
    """Returns the words and phrases that point back in an opening, with spaces around them, each word up to
    its apostrophe."""
    return tuple(
        f" {' '.join(word.partition(_APOSTROPHE)[0] for word in entry.split())} "
        for entry in _LISTS.get(f"{language}.opening", ())
    )


def _points_back(sentence: str, own: str, language: str, of_headline: bool) -> bool:
    """Whether words of the sentence, of which `own` are outside quotations, point to what is before it. The
    headline is what a sentence that says the same points to, but for its opening."""
    own = without_self_contained(own, language)
    if language == "en":
        own = POINTED_NOUN.sub(r"\1", own)
    words = [word.lower().replace("’", "'") for word in WORD.findall(own)]
    if len(words) < _MIN_UNQUOTED_WORDS and len(own) < len(sentence):
        return True
    if language == "en" and (_COUNTED.match(own) or _BARE_NUMBER.match(own) or _POINTS_BACK.search(own)):
        return True
    later = None
    if language == "en" and not _LATER.isdisjoint(words):
        later = _DAYS_LATER.match(own)
    if later is not None and _SINCE_WHEN.search(later[0]) is None:
        return True
    if depends_on_context(own if own[:1] != " " else sentence, language):
        return True
    single, phrases = _anywhere(language)
    pointing = words[:_MAX_OPENING_WORDS] if of_headline else words
    spaced = f" {' '.join(pointing)} "
    if not single.isdisjoint(pointing) or any(phrase in spaced for phrase in phrases):
        return True
    opened = [word.partition("'")[0] for word in words[:_MAX_OPENING_WORDS]]
    opening = f" {' '.join(opened)} "
    if any(phrase in opening for phrase in _openings(language)):
        return True
    return _has_orphaned_pronoun(_AHEAD.sub("In ", own), language)


def _points_ahead(sentence: str, language: str) -> bool:
    """Whether a first sentence keeps the reader guessing whom it speaks of: "She is a diver ..."."""
    words = [word.lower().partition("'")[0] for word in WORD.findall(sentence.replace("’", "'"))]
    pronouns = _LISTS.get(f"{language}.people", frozenset()) | _LISTS.get(f"{language}.things", frozenset())
    if not (pronouns - {"it", "its"}).isdisjoint(words[:_MAX_LEAD_OPENING]):
        named = _NAMED_AHEAD.match(sentence) if language == "en" else None
        return named is None or named[1] in place_names(language)
    return " ".join(words[:2]) in _LISTS.get(f"{language}.ahead", ())


@cache
def _words_without_subject(language: str) -> frozenset[str]:
    return STOP_WORDS.get(language, frozenset()) | calendar_words(language)


def _has_orphaned_pronoun(sentence: str, language: str) -> bool:
    """Whether a pronoun comes before any word that it can stand for."""
    people = _LISTS.get(f"{language}.people", frozenset())
    things = _LISTS.get(f"{language}.things", frozenset())
    stops = _words_without_subject(language)
    has_name = has_noun = False
    tokens = WORD.findall(sentence)
    for place, token in enumerate(tokens):
        word = token.lower().replace("’", "'").partition("'")[0]
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        if (word in people and not has_name) or (word in things and not has_noun):
            # "Dijo que" leaves out who said it, "dijo la alcaldesa" does not.
            return word not in _LISTS.get(f"{language}.speech", ()) or not (
                following in _LISTS.get(f"{language}.speakers", ()) or following[:1].isupper()
            )
        if word in stops or word.isdigit() or len(word) == 1:
            continue
        has_noun = True
        has_name |= (
            token[0].isupper()
            and (place > 0 or following[:1].isupper() or "'" in token or "’" in token)
            and token not in place_names(language)
        )
        if has_name:
            return False
    return False


def _subject(sentence: str, language: str) -> tuple[frozenset[str], ...]:
    """Returns the keys of "media giant" for "The media giant was not fined": a definite subject without a
    name, which something must have introduced; and those of "the 60% rise" and of an unnamed speaker."""
    if language != "en":
        return ()
    opening = _OPENING_PHRASE.match(sentence)
    start = opening.end() if opening else 0
    words = WORD.findall(sentence[start:])
    figures = tuple(frozenset((key_of(match[1]),)) for match in _DEFINITE_FIGURE.finditer(sentence))
    speaker = _UNNAMED_SPEAKER.search(sentence) if _OPENED.search(sentence) else None
    if speaker is not None and speaker[1] not in _LISTS["en.unique"]:
        figures = (*figures, frozenset((key_of(speaker[1]),)))
    if not words or words[0].lower() != "the" or _EXPLAINED_SUBJECT.match(sentence, start):
        return figures
    keys: list[str] = []
    subject = [
        word for word in " ".join(words[1:]).replace(" of the ", " ").split() if word not in ("and", "or")
    ]
    for word in subject[:_MAX_SUBJECT_WORDS]:
        if word[0].isupper() or word == "of" or word in _LISTS["en.unique"]:
            return figures
        if word in STOP_WORDS["en"] or (keys and word.endswith("ed")):
            break
        keys.append(key_of(word))
    return (*figures, frozenset(keys)) if keys else figures


def _surnames(sentences: Sequence[str], language: str) -> dict[int, list[str]]:
    """Returns, by sentence, the surnames that do something there alone ("Griffin had served") and are part of
    a longer name elsewhere."""
    stops = STOP_WORDS.get(language, frozenset())
    full: set[str] = set()
    single: dict[int, set[str]] = {}
    for number, sentence in enumerate(sentences):
        for first, last in _capitalised_runs(sentence, stops):
            if first != last:
                full.add(last)
            else:
                single.setdefault(number, set()).add(last)
    return {
        number: [
            key
            for pattern in (_ACTING, _SPEAKER, _REPORTED)
            for match in pattern.finditer(sentences[number])
            if (key := key_of(match[match.lastindex or 1])) in names
        ]
        for number, keys in single.items()
        if (names := (keys & full) - _place_keys(language))
    }


@cache
def _place_keys(language: str) -> frozenset[str]:
    return frozenset(map(key_of, place_names(language)))


def _capitalised_runs(sentence: str, stops: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yields the keys of the first and the last word of each run of capitalised words, without titles."""
    titles = NAME_LISTS["titles"]
    first = last = ""
    end = -1
    for match in _CAPITALISED.finditer(sentence):
        word = match[0]
        if not word[0].isupper() or (small := word.lower()) in stops or small in titles:
            continue
        if last and sentence[end : match.start()] in (" ", ". "):
            last = key_of(word)
        else:
            if last:
                yield first, last
            first = last = key_of(word)
        end = match.end()
    if last:
        yield first, last
