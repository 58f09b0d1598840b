"""Whether a passage is about the subject of a question: its whole names, and most of its other words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import combinations, pairwise

from bot.domain.index_words import fold
from bot.text.language.detect import detect_language
from bot.text.language.index_tokens import raw_words
from bot.text.language.places import place_names
from bot.text.language.stems import empty_words, stem, stop_words
from bot.text.language.word_lists import word_set
from bot.text.language.word_patterns import NOT_SMALL
from bot.text.qa.fact_forms import unit_stems
from bot.text.qa.features import AnswerCandidate, is_same
from bot.text.qa.passages import StemTable
from bot.text.qa.question import FORM_WORDS, Question
from bot.text.verification.irregular import base_stem

MIN_SHARED, MIN_SHARED_WITH_PAIR = 0.6, 0.5
"""The least share of the question's words in a passage on its subject, and in one with two words of the
question side by side, such as "fish market"."""
MIN_SPELT_ALIKE = 5
"""The letters from which two names that differ in one are taken for the same."""
SAME_BEGINNING = 4
"""The letters that the names of a place and its people have in common."""
MAX_INITIALS = 6
"""The most letters of an abbreviation that is looked for as a name."""
MIN_WORDS_OF_LANGUAGE = 8
MAX_PARAGRAPHS = 50
MAX_PARAGRAPH = 2_000
"""How much of an article is read for a full name."""
NOUNS_AS_NAMES = ("de",)
"""Languages that write every noun like a name."""
_EXAMPLES = word_set("example examples often always sometimes")
_NO_ADVERBS = word_set(
    "anomaly apply assembly beastly belly beverly billy biweekly bodily brotherly bubbly bully burly"
    " carly chilly comply costly courtly cowardly cuddly curly daily dally deadly dilly disorderly doily"
    " dolly duopoly early earthly elderly emily family fatherly filly folly fortnightly friendly ghastly"
    " ghostly godly grizzly gully heavenly hilly holly holy homely homily hourly imply jelly jolly kelly"
    " kimberly leisurely likely lily lively lolly lonely lovely lowly manly melancholy milly misapply"
    " molly monopoly monthly motherly multiply nelly nightly oligopoly only orderly panoply philly polly"
    " portly potbelly princely quarterly queenly rally reassembly rely reply saintly sally scholarly"
    " shapely shelly sicily sickly silly sisterly smelly spindly sprightly stately sully supply surly"
    " tally thessaly timely tully ugly underbelly unearthly unfriendly ungodly unlikely unruly unsightly"
    " untimely weekly wily wobbly womanly woolly worldly wrinkly yearly"
)
"""Words that end in -ly and say more than how something is, also names typed in small letters."""
MIN_ADVERB = 5
_KIND = re.compile(
    r"(?:\A\W*|\b(?:at|by|during|for|from|in|of|on|to|under|with) )(?:what|which) ([\w'’-]+)", re.IGNORECASE
)
"""What a question asks for: not "the pier which collapsed"."""
_ASKING_VERBS = word_set(
    "call calls refer referred referring refers use used uses try tried tries considered expect expected"
)
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_RUN = re.compile(
    rf"\b{NOT_SMALL}[\w'’-]*(?:\s(?:(?:of|de|la|le|von|van|der|den|al|the)\s){{0,2}}{NOT_SMALL}[\w'’-]*)*"
)
_LINKED = re.compile(r"\s(?:of|de|la|le|for|and|&)\s|\d")
"""In a name that is known by all of its words, as those of bodies are."""
_PHRASE = re.compile(
    rf"(?<!^)(?<![.!?] ){_RUN.pattern}(?: \d+)?|[$£€]?\d{{1,3}}(?:[.,]\d{{3}}){{1,5}}(?![\w'’-])|[\w'’-]+"
)
"""A name of several words, with a number behind it, a large number, or a word."""


def is_on_subject(
    question: Question, candidate: AnswerCandidate, idf: Mapping[str, float], stem_table: StemTable
) -> bool:
    """Whether the candidate's passage or its headline has the rarest name of the question, whole, and most
    of the question's words, and the candidate itself more than a name of the headline."""
    passage = candidate.passage
    text = f"{candidate.sentence.text} {passage.article.title}"
    stems = {stem_table[raw] for raw in raw_words(undotted(text))}.union(passage.stems)
    stems |= spelt_out_near(question, candidate)
    asked = set(question.stems)
    if _only_has_name_of_title(question, candidate, stem_table):
        return False
    shared = sum(is_among(word, stems) for word in asked)
    has_pair = not set(pairwise(question.stems)).isdisjoint(pairwise(candidate.sentence.stems))
    if shared < max(1, (MIN_SHARED_WITH_PAIR if has_pair else MIN_SHARED) * len(asked)):
        return False
    runs = name_runs(question)
    if question.language not in NOUNS_AS_NAMES:
        rarest = max(question.names, key=lambda name: (idf.get(name, 0.0), name), default=None)
        runs = [run for run in runs if rarest in run]
    if not runs or any(all(is_among(name, stems) for name in run) for run in runs):
        return True
    # Behind a full name in the same article, its last word is enough.
    last = [run for run in runs if is_among(run[-1], stems)]
    everywhere = article_stems(candidate, stem_table) if last else set()
    return any(everywhere.issuperset(run) for run in last)


def has_pair_beyond_names(question: Question, candidate: AnswerCandidate) -> bool:
    """Whether the candidate has two words of the question side by side that are not both of a name."""
    pairs = (pair for pair in pairwise(question.stems) if not question.names.issuperset(pair))
    return not set(pairs).isdisjoint(pairwise(candidate.sentence.stems))


def _only_has_name_of_title(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> bool:
    """Whether a sentence shares nothing with a question but a name that the headline has."""
    title = {stem_table[raw] for raw in candidate.passage.title_words}
    beyond = [word for word in question.stems if word not in question.names or not is_among(word, title)]
    shown = candidate.sentence.stem_set
    return bool(beyond) and len(beyond) < len(question.stems) and not any(is_among(w, shown) for w in beyond)


def spelt_out(question: Question, texts: Iterable[str]) -> set[str]:
    """Returns the stems of the question's abbreviations whose long form is in the texts: EU, of European
    Union, or mpg, of miles per gallon."""
    sought = {fold(raw) for raw in raw_words(undotted(question.text)) if _is_abbreviation(raw)}
    units = _units_spelt_out(question, texts := list(texts))
    if not sought or question.text.isupper():
        return units
    abbreviations: set[str] = set()
    for text in texts:
        for run in _RUN.finditer(text[:MAX_PARAGRAPH]):
            letters = "".join(raw[0] for raw in raw_words(run[0]) if raw[0].isupper())[: 2 * MAX_INITIALS]
            abbreviations.update(word for word in sought if word.upper() in letters)
    return units | {stem(word, question.language) for word in abbreviations}


def _units_spelt_out(question: Question, texts: Sequence[str]) -> set[str]:
    """Returns the stems of the question's abbreviated units whose long form is in the texts; known in
    English."""
    units = {word: unit_stems([word]) for word in question.stems} if question.language == "en" else {}
    if not any(units.values()):
        return set()
    here = {stem(fold(raw), "en") for text in texts for raw in raw_words(text[:MAX_PARAGRAPH])}
    return {word for word, long in units.items() if not long.isdisjoint(here)}


def _is_abbreviation(raw: str) -> bool:
    return raw.isalpha() and raw.isupper() and 1 < len(raw) <= MAX_INITIALS


def spelt_out_near(question: Question, candidate: AnswerCandidate) -> set[str]:
    article = candidate.passage.article
    paragraphs = [paragraph.text for paragraph in article.paragraphs[:MAX_PARAGRAPHS]]
    return spelt_out(question, (article.title, candidate.sentence.text, *paragraphs))


def article_stems(candidate: AnswerCandidate, stem_table: StemTable) -> set[str]:
    """Returns the stems of the candidate's article."""
    paragraphs = candidate.passage.article.paragraphs[:MAX_PARAGRAPHS]
    texts = [undotted(paragraph.text[:MAX_PARAGRAPH]) for paragraph in paragraphs]
    return {stem_table[raw] for text in texts for raw in raw_words(text)}


def lacking_names(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> tuple[str, ...]:
    """Returns the names and numbers of the question, as typed, that neither the candidate nor its headline
    has in any form; of a name whose last word they have, only what nothing in the article has. In languages
    that write every noun like a name, only numbers are known."""
    shown = shown_stems(candidate, stem_table) | spelt_out_near(question, candidate)
    sought = question.numbers if question.language in NOUNS_AS_NAMES else question.names | question.numbers
    lacking: list[str] = []
    for phrase, stems in _phrases(question):
        missed = {word for word in stems if word in sought and not _is_shown(word, shown)}
        if missed and len(stems) > 1 and _is_shown(stems[-1], shown) and not _LINKED.search(phrase):
            everywhere = article_stems(candidate, stem_table)
            lacking += [
                raw
                for raw in raw_words(phrase)
                if (word := stem(fold(raw), question.language)) in missed and not is_among(word, everywhere)
            ]
        elif missed:
            lacking.append(phrase)
    return tuple(lacking)


def shown_stems(candidate: AnswerCandidate, stem_table: StemTable) -> set[str]:
    """Returns the stems of the candidate and its headline, with those of the verbs of irregular forms."""
    text = f"{candidate.sentence.text} {candidate.passage.article.title}"
    raws = raw_words(undotted(text))
    return {stem_table[raw] for raw in raws} | {_base_stem(raw, stem_table.language) for raw in raws}


def _base_stem(raw: str, language: str) -> str:
    """Returns the stem of a word, or in English of the base of an irregular form: find for found."""
    word = fold(raw)
    return base_stem(word) if language == "en" else stem(word, language)


def _is_shown(word: str, shown: Collection[str]) -> bool:
    return is_among(word, shown) or has_beginning(word, shown)


def apart_words(
    question: Question, candidates: Sequence[AnswerCandidate], stem_table: StemTable
) -> tuple[str, ...]:
    """Returns two names or words of the question, as typed, that no passage with its headline has together;
    none if each two are together somewhere."""
    texts: dict[int, set[str]] = {}
    for candidate in candidates:
        passage = candidate.passage
        if id(passage) not in texts:
            texts[id(passage)] = {*passage.stems, *(stem_table[raw] for raw in passage.title_words)}
            texts[id(passage)] |= spelt_out_near(question, candidate)
    unsought = FORM_WORDS | empty_words(question.language)
    phrases = [
        pair
        for pair in _phrases(question)
        if fold(pair[0]) not in unsought and len(pair[0]) > 1 and not is_optional(pair[0], question.language)
    ]
    named = [pair for pair in phrases if not pair[0].islower()]
    if question.language != "en" and len(named) > 1:  # its words that only ask are not all known
        phrases = named
    if len(phrases) == 1:  # a title with a name, such as the captain of a ship
        raws = {raw: [stem(fold(raw), question.language)] for raw in raw_words(phrases[0][0])}
        phrases = [pair for pair in raws.items() if pair[1][0] in phrases[0][1]]
    having = {
        phrase: {key for key, words in texts.items() if all(is_among(word, words) for word in stems)}
        for phrase, stems in phrases
    }
    ranked = sorted(
        phrases,
        key=lambda pair: (bool(having[pair[0]]), question.names.isdisjoint(pair[1]), -len(pair[0])),
    )
    pairs = combinations((phrase for phrase, _ in ranked), 2)
    apart = next((pair for pair in pairs if having[pair[0]].isdisjoint(having[pair[1]])), ())
    return tuple(phrase for phrase, _ in phrases if phrase in apart)


def rarest_lacking(
    question: Question,
    candidate: AnswerCandidate,
    missing: Sequence[str],
    idf: Mapping[str, float],
    stem_table: StemTable,
) -> tuple[str, ...]:
    """Returns the rarest of the question's words that are missing, as typed: a name first, and what was done
    last; nothing if all only say what is asked for ("which century", "call"), have other forms in the
    candidate or its headline, or are first words of a name there that the article has whole."""
    shown = shown_stems(candidate, stem_table) | _first_names(question, candidate, stem_table)
    stems = {raw: stem(fold(raw), question.language) for raw in missing}
    asked = {fold(match[1]) for match in _KIND.finditer(question.text)} | _ASKING_VERBS
    ranked = sorted(
        (
            raw
            for raw, word in stems.items()
            if not _is_shown(word, shown) and _base_stem(raw, question.language) not in shown
            if question.language != "en" or fold(raw) not in asked
        ),
        key=lambda raw: (
            stems[raw] not in question.names,
            stems[raw] == question.verb,
            -idf.get(stems[raw], 0.0),
        ),
    )
    return tuple(ranked[:1])


def _first_names(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> set[str]:
    """Returns the first words of the question's names whose last word the candidate or its headline has, if
    the article has the whole names."""
    shown = shown_stems(candidate, stem_table)
    runs = [run for run in name_runs(question) if len(run) > 1 and is_among(run[-1], shown)]
    everywhere = article_stems(candidate, stem_table) if runs else set()
    return {word for run in runs if everywhere.issuperset(run) for word in run}


def _phrases(question: Question) -> list[tuple[str, list[str]]]:
    """Returns each name and each other content word of the question, as typed, with its stems."""
    phrases: dict[str, list[str]] = {}
    for match in _PHRASE.finditer(question.text):
        stems = [stem(fold(raw), question.language) for raw in raw_words(match[0])]
        stems = [word for word in stems if word in question.stems]
        if len(stems) > 1 or match[0].isalnum():
            phrases.setdefault(match[0], stems)
        else:
            for raw in raw_words(match[0]):
                phrases.setdefault(raw, [stem(fold(raw), question.language)])
    return [(phrase, stems) for phrase, stems in phrases.items() if set(stems).intersection(question.stems)]


def has_beginning(name: str, stems: Collection[str]) -> bool:
    """Whether a text has a name that begins alike, which often is of the same place: Turkish for Turkey."""
    return any(
        len(other) >= SAME_BEGINNING and other[:SAME_BEGINNING] == name[:SAME_BEGINNING] for other in stems
    )


def is_optional(raw: str, language: str) -> bool:
    """Whether a word of an English question is an adverb such as "typically", or only asks for an example: a
    passage that lacks it does not lack what is asked."""
    if language != "en" or not raw.islower():
        return False
    is_insect = raw.endswith("fly") and not raw.endswith(("iefly", "ffly"))
    is_adverb = raw.endswith("ly") and len(raw) >= MIN_ADVERB and not is_insect
    return raw in _EXAMPLES or (is_adverb and raw not in _NO_ADVERBS and raw not in _folded_places())


@cache
def _folded_places() -> frozenset[str]:
    return frozenset(map(fold, place_names("en")))


def is_among(word: str, stems: Collection[str]) -> bool:
    """Whether a text with these stems has a word in any form, or spelt with one other letter."""
    return word in stems or any(is_same(word, other) or is_spelt_alike(word, other) for other in stems)


def is_spelt_alike(word: str, other: str) -> bool:
    """Whether two long words differ in one letter, which is changed, added or left out."""
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) < MIN_SPELT_ALIKE or len(longer) - len(shorter) > 1 or any(map(str.isdigit, longer)):
        return False
    same = next((n for n, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return shorter[same + (len(shorter) == len(longer)) :] == longer[same + 1 :]


def is_in_other_language(quote: str, question: Question) -> bool:
    """Whether a quote is; one that is hardly more than names shows no language."""
    words = [word for word in raw_words(quote) if not word[0].isupper() and not word.isdigit()]
    return len(words) >= MIN_WORDS_OF_LANGUAGE and detect_language(quote) not in (None, question.language)


def name_runs(question: Question) -> list[list[str]]:
    """Returns the stems of each name of one or more words, in order."""
    stops = stop_words(question.language)
    runs = (raw_words(run[0]) for run in _RUN.finditer(undotted(question.text)))
    names = [
        [stem(fold(raw), question.language) for raw in run if raw.isupper() or fold(raw) not in stops]
        for run in runs
    ]
    return [run for run in names if not question.names.isdisjoint(run)]


def undotted(text: str) -> str:
    """Writes abbreviations without full stops: US for U.S."""
    return _DOTTED.sub(lambda match: match[0].replace(".", ""), text)
