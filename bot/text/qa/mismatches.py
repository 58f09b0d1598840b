"""What a sentence says otherwise than the question: no negation, an opposite, another year or number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

from bot.domain.index_words import fold
from bot.text.language.index_tokens import raw_words
from bot.text.language.negations import NEGATIONS, is_negation
from bot.text.language.number_words import small_numbers
from bot.text.language.stems import stem
from bot.text.language.word_lists import read_lists
from bot.text.qa.denied_words import only_denies
from bot.text.qa.features import AnswerCandidate, is_same
from bot.text.qa.other_names import has_other_name, has_other_pair
from bot.text.qa.passages import PassageSentence, StemTable
from bot.text.qa.predicates import around, lacks_act
from bot.text.qa.question import Question
from bot.text.qa.requirements import YEAR
from bot.text.qa.roles import has_roles_reversed
from bot.text.qa.subjects import NOUNS_AS_NAMES, article_stems, is_among, name_runs, spelt_out_near, undotted
from bot.text.verification.irregular import base_stem, is_irregular_past

_NOT_NEGATED = re.compile(r"\b(?:whether )?or not\b|\bNo\.? ?(?=\d)", re.IGNORECASE)
"""What negates nothing: whether or not, No. 1."""
_DENIALS = re.compile(
    r"\b(?:refus\w+|fail(?:s|ed|ing|ures?)?|lack\w*|prevent\w*|prohibit\w*|forb(?:ade|id\w*)|ban(?:s|ned|ning)?"
    r"|bar(?:s|red|ring)|den(?:y\w*|ies|ied|ials?)|reject\w*|avoid\w*|exclu\w+|except\w*|unless|only"
    r"|other than|instead|rather|hardly|rarely|stop(?:s|ped|ping)?|unable|impossible|un(?:til|like\w*)|too)\b"
    r"|\bnon-?(?!e\b)\w",
    re.IGNORECASE,
)
"""Words that also say that something is not so."""
_MAX_SENTENCE = 2_000
"""How much of a sentence is read for them."""
_MAX_NEGATED, _MAX_DENIED = 4, 6
"""The words behind a negation that are denied: in a question, and in a sentence that answers it."""
_NAMED = ("who", "count", "how")
"""Types of questions that are about a whole name. Those for things are as often asked with another one."""
_PREFIXES = ("un", "in", "im", "dis", "non", "ir", "il")
_MIN_PREFIXED = 5
"""The letters that a word has at least whose opposite has a prefix or an ending."""
_MIN_PREFIXED_WITH_A = 7
"""The same for the prefix of asynchronous: across is not the opposite of cross."""
_PRIZES = frozenset(("award", "prize", "cup", "trophi", "medal", "bowl", "oscar"))
"""Stems of the last words of the names of prizes."""
_FIELD = re.compile(r"\b(?:Prize|Award|Medal) (?:in|for) (?:the )?([A-Z][a-z]+)\b")
"""What a prize is for: the Nobel Prize in Literature."""
_ADVERB = r"(?:(?:\w{2,20}ly|first|later|also|then) )?"
_DONE_TO = re.compile(
    rf"\b(?:was|were|is|are) (?:the )?(?P<name>[A-Z][\w'’-]*(?:[ :]{{1,2}}(?:of |the |and )?"
    rf"(?:[A-Z][\w'’-]*|\d+)){{0,8}}) {_ADVERB}(?P<verb>[a-z]+)"
)
"""What something is done to: was the Petrel 2 built."""
_PART_DONE_TO = re.compile(
    r"(?:['’]s?|,? (?:episode|part|chapter)\b.{0,3}\w+)(?!\w)"
    r"(?P<part>(?: (?:(?:of|for|in|from) the )?"
    r"(?!(?:the|he|she|it|they|you|we|I|that|which|who|says?|said)\b)[\w'’-]{1,40}){0,6}?)"
    rf" (?:was|were|is|are|be|been) {_ADVERB}(?P<verb>[a-z]+)",
    re.IGNORECASE,
)
"""Behind a name, what the same is done to a thing of it: Petrel 2's engine was built, Season 3, episode 4
was shown."""
_PART_WON = re.compile(
    r"\b(?:win|wins|winning|won|took|takes|claim(?:s|ed)?) (?:an?|the|his|her|their) (?:[\w'’-]+ ){0,3}?"
    r"(?P<part>stage|leg|round|set|heat|game|match|race)s?\b(?: \d+)? (?:of|at|in) (?:the|this|last)\b",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"[IVX]{2,}")
_LIFE = {
    "born": re.compile(
        r"\bborn\b|\bbirth(?:s|day|days|place|date)?\b|\d{4} ?[-–] ?(?:\d{4}|\))", re.IGNORECASE
    ),
    "die": re.compile(
        r"\b(?:die[ds]?|dying|dead|deaths?|kill(?:s|ed|ing)?|murder(?:s|ed)?|execut(?:ed|ion))\b"
        r"|\d{4} ?[-–] ?\d{4}",
        re.IGNORECASE,
    ),
}
"""Of questions when or where somebody was born or died: what the sentence or those beside it must have."""


def says_otherwise(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> bool:
    """Whether the candidate speaks of something that excludes what is asked. Of questions on an encyclopedia
    that are answered, 1 in 100 is then refused, and 15 in 100 of those that its articles do not answer."""
    sentence = candidate.sentence
    if question.language != "en":
        return _has_other_count(question, sentence)
    return (
        _has_other_count(question, sentence)
        or _is_not_negated(question, sentence)
        or _has_opposite(question, sentence)
        or only_denies(question, sentence)
        or _has_other_number(question, sentence)
        or _lacks_life(question, candidate, stem_table)
        or lacks_act(question, candidate, stem_table)
        or _is_part_won(question, sentence)
        or _is_of_part(question, sentence)
        or _has_other_prize(question, candidate, stem_table)
        or _lacks_name(question, candidate, stem_table)
        or is_of_another(question, candidate, stem_table)
    )


def _is_not_negated(question: Question, sentence: PassageSentence) -> bool:
    """Whether the question asks what is not so, and the sentence only says what is, or denies something
    else."""
    asked = _NOT_NEGATED.sub(" ", question.text)
    negated = [start for start, word in _words(asked) if is_negation(word, NEGATIONS["en"])]
    if not negated:
        return False
    text = sentence.text[:_MAX_SENTENCE]
    denials = [start for start, word in _words(text) if is_negation(word, NEGATIONS["en"])]
    denials += [denial.start() for denial in _DENIALS.finditer(text)]
    sought = set(map(base_stem, question.words))
    denied = [word for word in _stems_behind(asked, negated[0], _MAX_NEGATED) if word in sought]
    # The first is what is denied, if the sentence has it: not accepted about the law.
    if denied and is_among(denied[0], {base_stem(fold(raw)) for raw in sentence.raw_words}):
        denied = denied[:1]
    scopes = [_stems_behind(text, start, _MAX_DENIED) for start in denials]
    return not any(not denied or any(is_among(word, scope) for word in denied) for scope in scopes)


def _words(text: str) -> list[tuple[int, str]]:
    """Returns the words of a text in lower case, with the places where they begin."""
    words = re.finditer(r"[\w'’-]+", text.casefold().replace("’", "'"))
    return [(word.start(), word[0]) for word in words]


def _stems_behind(text: str, start: int, limit: int) -> list[str]:
    """Returns the stems of the base forms of the word at `start` and of the `limit` words behind it, up to a
    comma."""
    words = re.finditer(r"[^\W_]+(?:['’][^\W_]+)?", re.split("[,;:]", text[start:], maxsplit=1)[0])
    return [base_stem(fold(word[0])) for word in islice(words, limit + 1)]


def _negates(text: str) -> bool:
    return any(is_negation(word, NEGATIONS["en"]) for _, word in _words(text))


def _has_opposite(question: Question, sentence: PassageSentence) -> bool:
    """Whether the sentence has the opposite of a word of the question, and not the word."""
    stems = sentence.stem_set
    is_negated = _negates(sentence.text[:_MAX_SENTENCE])
    for asked in question.stems:
        if any(is_same(asked, other) and not _differ_by_affix(asked, other) for other in stems):
            continue
        if _opposites().get(asked, frozenset()) & stems - set(question.stems):
            return True
        if not is_negated and any(_differ_by_affix(asked, other) for other in stems):
            return True
    return False


@cache
def _opposites() -> Mapping[str, frozenset[str]]:
    """Maps the stem of each word of the list to the stems that it excludes."""
    opposites: defaultdict[str, set[str]] = defaultdict(set)
    for group in read_lists(Path(__file__).with_name("opposites.txt"))["en"]:
        stems = {stem(fold(word), "en") for word in group.split("-")}
        for word_stem in stems:
            opposites[word_stem] |= stems - {word_stem}
    return {word_stem: frozenset(others) for word_stem, others in opposites.items()}


def _differ_by_affix(word: str, other: str) -> bool:
    """Whether one word is the other with a prefix or an ending that negates it."""
    shorter, longer = sorted((word, other), key=len)
    if len(shorter) < _MIN_PREFIXED:
        return False
    if longer.endswith("less"):
        return stem(longer.removesuffix("less"), "en") == shorter
    prefix = longer.removesuffix(shorter)
    return prefix in _PREFIXES or (prefix == "a" and len(shorter) >= _MIN_PREFIXED_WITH_A)


def _has_other_number(question: Question, sentence: PassageSentence) -> bool:
    """Whether the sentence names another year than the question, or something else with a number where the
    question has one: Henry III for Henry II, "since 2008" for "since 1978"."""
    words, asked = sentence.raw_words, raw_words(question.text)
    here = set(map(fold, words))
    years = set(filter(YEAR.fullmatch, asked))
    if years and years.isdisjoint(here) and any(map(YEAR.fullmatch, here)):
        return True
    numbered: dict[tuple[str, str], str] = {}
    for before, word in pairwise(words):
        if _kind(word):
            numbered.setdefault((fold(before), _kind(word)), fold(word))
    others = [
        fold(word)
        for before, word in pairwise(asked)
        if numbered.get((fold(before), _kind(word)), fold(word)) != fold(word)
    ]
    # A time or an amount beside another number first is that one's.
    return any(word not in here or question.question_type in ("when", "count") for word in others)


def _has_other_count(question: Question, sentence: PassageSentence) -> bool:
    """Whether the sentence has another small number of a thing of which the question has one: four centres
    for five."""
    asked = _counted(raw_words(question.text), question.language)
    here = _counted(sentence.raw_words, question.language)
    return any(values.isdisjoint(here.get(thing, values)) for thing, values in asked.items())


def _counted(words: Sequence[str], language: str) -> dict[str, set[int]]:
    """Maps the stems of things to the small numbers right before them."""
    counted: defaultdict[str, set[int]] = defaultdict(set)
    numbers = small_numbers(language)
    for raw, thing in pairwise(words):
        word = fold(raw)
        value = int(word) if word.isdecimal() and len(word) < 3 else numbers.get(word)
        if value is not None and (thing.islower() or language in NOUNS_AS_NAMES):
            counted[stem(fold(thing), language)].add(value)
    return counted


def _kind(word: str) -> str:
    """Returns what kind of number a word is: a year, a Roman numeral, or another with digits; "" for none."""
    if YEAR.fullmatch(word):
        return "year"
    if _ROMAN.fullmatch(word):
        return "roman"
    return "digits" if any(map(str.isdigit, word)) else ""


def _is_part_won(question: Question, sentence: PassageSentence) -> bool:
    """Whether it is asked who won something, and the sentence says who won a part of it: a stage, a leg."""
    if question.question_type != "who" or question.verb not in ("win", "won"):
        return False
    part = _PART_WON.search(sentence.text[:_MAX_SENTENCE])
    return part is not None and stem(fold(part["part"]), "en") not in question.all_stems


def _is_of_part(question: Question, sentence: PassageSentence) -> bool:
    """Whether it is asked what was done to a name, and the sentence says wherever it has the name that it was
    done to something of it: the release of the Petrel 2, and the Petrel 2's update."""
    asked = _DONE_TO.search(question.text) if question.question_type in ("when", "where") else None
    if asked is None or not (asked["verb"].endswith("ed") or is_irregular_past(asked["verb"])):
        return False
    text, verb = sentence.text[:_MAX_SENTENCE], base_stem(fold(asked["verb"]))
    name = asked["name"].split(": ")[-1]
    last = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    parts = [_PART_DONE_TO.match(text, match.end()) for match in last.finditer(text)]
    return bool(parts) and all(
        part is not None
        and is_same(base_stem(fold(part["verb"])), verb)
        and not any(is_same(base_stem(fold(raw)), verb) for raw in raw_words(part["part"]))
        for part in parts
    )


def _has_other_prize(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> bool:
    """Whether the question names a prize, and the sentence only another one: the Marlowe Award for the Quill
    Award, or one in another field."""
    texts = (candidate.sentence.text[:_MAX_SENTENCE], candidate.passage.article.title[:_MAX_SENTENCE])
    sentence, title = ([stem_table[raw] for raw in raw_words(undotted(text))] for text in texts)
    fields = [stem(fold(field), "en") for field in _FIELD.findall(question.text)]
    has_other_field = any(map(_FIELD.search, texts)) and not all(
        is_among(field, {*sentence, *title}) for field in fields
    )
    return any(
        any(is_same(run[-1], word) for word in sentence)
        and (has_other_field or not any(_has_in_order(run, stems) for stems in (sentence, title)))
        for run in name_runs(question)
        if len(run) > 1 and run[-1] in _PRIZES
    )


def _has_in_order(run: Sequence[str], stems: Sequence[str]) -> bool:
    """Whether a text has the words of a name in order, with at most two others between two of them."""
    position = -1
    for number, word in enumerate(run):
        near = range(position + 1, len(stems) if not number else min(position + 4, len(stems)))
        position = next((n for n in near if is_among(word, {stems[n]})), -1)
        if position < 0:
            return False
    return True


def _lacks_name(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> bool:
    """Whether a name of several words in a question for a person or an amount is not whole near the sentence.
    Behind a full name in the same article, its last word is enough."""
    runs = [run for run in name_runs(question) if len(run) > 1]
    if question.question_type not in _NAMED or not runs:
        return False
    near = _stems_near(candidate, stem_table)
    missed = [run for run in runs if not all(is_among(word, near) for word in run)]
    if not missed:
        return False
    everywhere = article_stems(candidate, stem_table) | near
    return any(run[-1] not in near or not everywhere.issuperset(run) for run in missed)


def is_of_another(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> bool:
    """Whether the candidate says of another name what is asked, or has its roles reversed. Known in
    English."""
    if question.language != "en":
        return False
    near = frozenset(_stems_near(candidate, stem_table) | spelt_out_near(question, candidate))
    if has_roles_reversed(question, candidate.sentence.text) or has_other_pair(
        question, candidate, near, stem_table
    ):
        return True
    if not has_other_name(question, candidate, near, frozenset(), stem_table):
        return False
    everywhere = frozenset(article_stems(candidate, stem_table))
    return has_other_name(question, candidate, near, everywhere, stem_table)


def _stems_near(candidate: AnswerCandidate, stem_table: StemTable) -> set[str]:
    """Returns the stems of the candidate's sentence, of those beside it and of the headline."""
    texts = [*around(candidate, stem_table), candidate.passage.article.title[:_MAX_SENTENCE]]
    return {stem_table[raw] for text in texts for raw in raw_words(undotted(text))}


def _lacks_life(question: Question, candidate: AnswerCandidate, stem_table: StemTable) -> bool:
    """Whether it is asked when or where somebody was born or died, and the sentences speak of neither."""
    if question.question_type not in ("when", "where"):
        return False
    text = " ".join(around(candidate, stem_table))
    return any(word in question.stems and not pattern.search(text) for word, pattern in _LIFE.items())
