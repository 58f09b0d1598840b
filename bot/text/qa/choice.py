"""Chooses the sentence with the fact that is asked for, and the one beside it if only that has the fact."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.index_words import fold
from bot.text.discussion.quotes import is_question
from bot.text.language.context_dependence import points_back
from bot.text.language.index_tokens import raw_words
from bot.text.language.stems import stop_words
from bot.text.qa.answer_types import SPAN_TYPES, Span, answer_spans
from bot.text.qa.citations import answer_span, names_somebody
from bot.text.qa.fact_forms import form_needed, has_form, has_place, is_of_clock_or_calendar
from bot.text.qa.features import AnswerCandidate, counts_asked
from bot.text.qa.passages import PassageSentence, StemTable
from bot.text.qa.question import Question
from bot.text.qa.question_words import LANGUAGES
from bot.text.qa.reasons import gives_reason, states_reason

FACT, FORM, CUT = 3.0, 1.5, 0.3
"""The factors of the odds of a sentence with the fact, with one of its kind, and of one that is cut off."""
MIN_SHARED = 0.6
"""The least share of the question's words in what a commenter says of himself."""
_FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|me|us|mine|ours)\b(?![.]\w)")
MIN_FULLER_ODDS = 0.5
"""The odds, relative to the best sentence, of one that has the same date with its year."""
_TIME_WORDS = re.compile(
    r"\b(?:night|morning|afternoon|evening|noon|midnight|century|decade|spring|summer|autumn|fall|winter"
    r"|as soon as|every \w+ (?:days|weeks|months|years)|years? (?:ago|later))\b",
    re.IGNORECASE,
)
_IN_ALL = re.compile(r" (?:in (?:all|total)|altogether)\b", re.IGNORECASE)
_TOTAL_OF = re.compile(r"\btotal of (?:(?:about|around|some|over|nearly|almost|roughly|more than) )?$")
_CUT = re.compile(r"(?:\.\.\.|…)\W*$")
_CUT_TAIL = 20
"""The last characters, in which dots that cut a sentence off are looked for."""
_GAP = re.compile(r"\s*(?:\.\.\.|…|·)")
_GAP_LENGTH = 6
_TORN = re.compile(r"\W*(?:[A-Z]\. [a-z]|\d+ for the )")
"""A sentence whose first word is torn: W. orld champions, (No.) 1 for the first time."""
_NUMBER_TORN = re.compile(r"\bNos?\. $")
"""What stands before a sentence whose beginning was torn off: No. 1 for the first time."""
_TORN_BEFORE = 5
_ASKS = re.compile(
    r"\W*(?:what|who|where|when|why|how|which)(?: \w+)?"
    r" (?:is|are|was|were|do|does|did|will|would|can|could)\b[^.!]*$",
    re.IGNORECASE,
)
"""A question without its mark."""
_MENU = re.compile(
    r"\W*(?:View|See|Watch|Read|Click|Browse|Explore|Find|Discover|Check|Follow|Get|Track|Visit|Learn|Subscribe"
    r"|Sign up)\b(?: \w+)? [a-z]"
)
"""What a website asks its readers to do."""
_FRAGMENT = re.compile(r"\W*[a-zà-ÿ]+(?![^\W\d_])")
"""A piece of a sentence, which begins with a word in lower case; a name such as iPhone does not."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_VERB = re.compile(
    r"is|are|was|were|be|been|has|have|had|does|did|do|will|would|can|could|may|might|must|should|says?|said"
    r"|\w{2,}ed|\w{2,}[^s]s|won|beat|took|made|led|became|began|broke|brought|built|came|chose|cut|fell|felt|fought"
    r"|found|gave|got|grew|held|hit|kept|knew|left|lost|met|paid|put|ran|read|rose|saw|sent|set|shot|sold|spoke|spent"
    r"|stood|swept|taught|told|thought|went|wrote|drew|drove|died|struck|stole|tied|lie[sd]?|go|get|take|make|win|run"
    r"|cost|hurt|quit|bid|bet|shut|let|spread|burst|cast|split|slid|fled|fed|rode|rang|sang|sank|swam|swore|tore|threw"
    r"|wore|woke|bore|bit|blew|bought|caught|dealt|felt|flew|forgot|froze|hung|hid|laid|lay|lit|rid|slept|sought|stuck"
    r"|include|means?|meant|lent|cannot|underwent|consider|represent|know|want|show|say|use|need|remain|contain"
    r"|\w+['’](?:t|s|re|ve|d|ll)"
)
"""Words in lower case that are or can be verbs."""
_YEAR = re.compile(r"1\d{3}|20\d\d")
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th|er)?")
_DATE_PREPOSITIONS = frozenset(("of", "de"))
"""Words in a date that say nothing: 4 de mayo de 2021."""
_THIS = re.compile(r"\W{0,3}(?:[\w'’-]{1,30} ){1,5}?(?:this|these|such) [a-z]")
_DEFINITE = re.compile(r"The \w+ (?:is|are|was|were|has|had|will|\w+ed)\b")


def by_fact(question: Question, candidates: Sequence[tuple[AnswerCandidate, float]]) -> list[AnswerCandidate]:
    """Returns the candidates, given with their odds, in the order of odds that count whether the sentence has
    the fact. Articles that have it are before commenters."""
    ranked = sorted(candidates, key=lambda pair: -pair[1] * _factor(question, pair[0]))
    if ranked and ranked[0][0].passage.comment is not None:
        ranked.sort(key=lambda pair: not _is_fact_of_article(question, pair[0]))
    if question.question_type == "when" and ranked:
        fuller = [pair for pair in ranked[1:] if _has_fuller_date(question, pair, ranked[0])][:1]
        ranked = [*fuller, *(pair for pair in ranked if pair not in fuller)]
    return [candidate for candidate, _ in ranked]


def _is_fact_of_article(question: Question, candidate: AnswerCandidate) -> bool:
    return candidate.passage.comment is None and answer_span(question, candidate) is not None


def _has_fuller_date(
    question: Question, other: tuple[AnswerCandidate, float], best: tuple[AnswerCandidate, float]
) -> bool:
    """Whether another sentence that is about as likely says the same as the best one, with the year that its
    date lacks: 4 May 2021 for 4 May."""
    first, second = answer_span(question, best[0]), answer_span(question, other[0])
    if first is None or second is None or other[1] < MIN_FULLER_ODDS * best[1] or is_cut(other[0]):
        return False
    short, full = (
        set(raw_words(candidate.sentence.text[slice(*span)].casefold()))
        for candidate, span in ((best[0], first), (other[0], second))
    )
    has_day_and_month = len(short) > 1 and any(_DAY.fullmatch(word) for word in short)
    added = full - short - _DATE_PREPOSITIONS
    is_year = len(added) == 1 and all(map(_YEAR.fullmatch, added))
    return has_day_and_month and short <= full and is_year and _says_same(question, other[0], second, best[0])


def _says_same(question: Question, other: AnswerCandidate, date: Span, best: AnswerCandidate) -> bool:
    """Whether a sentence has the words of the question that the best one has, up to the last of them before
    its date no others, and none right behind that: "the market hall" is not the market."""
    sentence, known = other.sentence, best.sentence.stem_set.union(question.stems)
    if not sentence.stem_set.issuperset(best.sentence.stem_set.intersection(question.stems)):
        return False
    words = zip(sentence.word_starts(), sentence.raw_words, sentence.stems, strict=True)
    before = [(fold(raw), stem) for start, raw, stem in words if start < date[0]]
    last = max((n for n, (_, stem) in enumerate(before) if stem in question.stems), default=-1)
    stops = stop_words(question.language)
    return all(word in stops or stem in known for word, stem in before[: last + 2])


def _factor(question: Question, candidate: AnswerCandidate) -> float:
    factor = CUT if is_cut(candidate) else 1.0
    if question.question_type in SPAN_TYPES:
        factor *= (
            FACT if answer_span(question, candidate) else FORM if _has_kind(question, candidate) else 1.0
        )
    return factor


def _has_kind(question: Question, candidate: AnswerCandidate) -> bool:
    """Whether a sentence has what can be the fact."""
    text, spans = candidate.sentence.text, candidate.answer_spans
    return has_place(text, spans) if question.asks_where else has_form(question, text, spans)


def is_cut(candidate: AnswerCandidate) -> bool:
    """Whether a sentence ends in dots, or before them, as in a search engine's snippet."""
    text, passage = candidate.sentence.text, candidate.passage
    behind = passage.text[candidate.sentence.end : candidate.sentence.end + _GAP_LENGTH]
    return _CUT.search(text[-_CUT_TAIL:]) is not None or (
        text[-1:].isalnum() and _GAP.match(behind) is not None
    )


def may_answer(question: Question, candidate: AnswerCandidate) -> bool:
    """Whether a sentence can be an answer: no question, menu or torn-off piece of text."""
    text, passage = candidate.sentence.text, candidate.passage
    if is_question(text):
        return False
    if passage.comment is not None:
        return not _is_of_oneself(question, candidate)
    if question.question_type == "how":
        return True
    if question.language == "en" and (not has_verb(text) or _ASKS.match(text)):
        return False
    before = passage.text[max(0, candidate.sentence.start - _TORN_BEFORE) : candidate.sentence.start]
    if _MENU.match(text) or _TORN.match(text) or _NUMBER_TORN.search(before):
        return False
    return passage.is_title or not _FRAGMENT.match(text)


def _is_of_oneself(question: Question, candidate: AnswerCandidate) -> bool:
    """Whether a commenter speaks of himself, in a sentence that lacks the question's names or most of its
    words: "We had one goalkeeper" is not of the Rovers. Known in English."""
    if question.language != "en" or _FIRST_PERSON.search(candidate.sentence.text) is None:
        return False
    if _FIRST_PERSON.search(question.text):
        return False
    asked, stems = set(question.stems), candidate.sentence.stem_set
    lacks_name = not question.names.issubset(stems)
    return lacks_name or len(asked & stems) < MIN_SHARED * len(asked)


def has_verb(text: str) -> bool:
    """Whether a word of an English text can be a verb: not in a heading, a list or a caption. Of 1,600
    sentences of an encyclopedia, 6 whole ones have none that is known."""
    return any(_VERB.fullmatch(word) for word in _WORD.findall(text) if word.islower())


def self_contained(
    question: Question, candidate: AnswerCandidate, stem_table: StemTable
) -> AnswerCandidate | None:
    """Returns the candidate, with the sentence before it if it begins with a word that stands for something
    there, or if it is like "The bridge is closed" and only that names what is asked; None if no sentence
    before it can be read alone."""
    sentence, sentences = candidate.sentence, candidate.passage.sentences(stem_table)
    if candidate.passage.is_title:
        return candidate
    position = next((n for n, other in enumerate(sentences) if other.start == sentence.start), 0)
    before = sentences[position - 1] if position else None
    if points_back(sentence.text, question.language):
        if before is None or points_back(before.text, question.language):
            return None
        if is_question(before.text):
            return candidate if sentence.stem_set.issuperset(question.stems) else None
    elif before is None or not (
        _names_subject(question, before, sentence, stem_table) or _points_at(question, before, sentence)
    ):
        return candidate
    return candidate.joined(before, sentence, stem_table)


def _points_at(question: Question, before: PassageSentence, sentence: PassageSentence) -> bool:
    """Whether the sentence has "this network" near its beginning, and the one before it can be read alone."""
    is_clear = not points_back(before.text, question.language) and not is_question(before.text)
    return question.language == "en" and is_clear and _THIS.match(sentence.text) is not None


def _names_subject(
    question: Question, before: PassageSentence, sentence: PassageSentence, stem_table: StemTable
) -> bool:
    """Whether only the sentence before has a name of the question, and this one is about "the" thing."""
    if not _DEFINITE.match(sentence.text):
        return False
    named = {stem_table[raw] for raw in raw_words(question.text) if raw[0].isupper()}
    return bool(named.intersection(question.stems) & before.stem_set - sentence.stem_set)


def with_fact(
    question: Question, candidate: AnswerCandidate, stem_table: StemTable
) -> AnswerCandidate | None:
    """Returns the candidate, with the sentence after it, or before it, if only that has the time, amount or
    reason that is asked for, or a name; None if a name, a time, a price or a reason is asked for and neither
    has it."""
    sentences = candidate.passage.sentences(stem_table)
    position = next(n for n, other in enumerate(sentences) if other.start == candidate.sentence.start)
    beside = [n for n in (position + 1, position - 1) if 0 <= n < len(sentences)]
    if _has_fact(question, candidate.sentence):
        return candidate
    if question.question_type == "who":
        beside.reverse()  # the sentence before says whom a pronoun means
    for other in beside[: 1 if question.question_type == "why" else 2]:
        if _has_fact(question, sentences[other]):
            first, second = sorted((position, other))
            joined = candidate.passage.joined(sentences[first], sentences[second], stem_table)
            # Which words of two sentences are the fact is not known.
            return AnswerCandidate(candidate.passage, joined, [])
    if question.question_type == "why":
        return candidate if gives_reason(candidate.sentence.text, question.language) else None
    is_needed = question.question_type in ("when", "who") or question.asks_money or asks_count_of(question)
    is_needed = is_needed or question.asks_where or form_needed(question) is not None
    return None if is_needed and question.language in ("en", *LANGUAGES) else candidate


def lacks_fact(question: Question, sentence: PassageSentence) -> bool:
    """Whether a sentence has no name, time, place, number, frequency or reason, as the question asks for."""
    is_known = question.language in ("en", *LANGUAGES)
    if question.question_type == "why":
        return is_known and not gives_reason(sentence.text, question.language)
    if question.question_type == "count":
        if asks_count_of(question) or form_needed(question):
            return not _has_fact(question, sentence)
        spans = answer_spans("count", sentence.text, question.all_stems, question.language)
        return is_known and not spans
    return is_known and question.question_type in SPAN_TYPES and not _has_fact(question, sentence)


def asks_count_of(question: Question) -> bool:
    """Whether only a number beside the thing that is counted is the answer."""
    is_share = "percent" in question.text.casefold() or "%" in question.text
    return (
        question.language == "en" and bool(question.counted_stems) and not (question.asks_money or is_share)
    )


def _has_total(question: Question, sentence: PassageSentence, spans: Sequence[Span]) -> bool:
    """Whether a sentence names what is counted, and a number of all: boats and rafts, eleven in all."""
    is_named = not question.counted_stems.isdisjoint(sentence.stem_set)
    return is_named and any(
        _IN_ALL.match(sentence.text, span[1]) or _TOTAL_OF.search(sentence.text, 0, span[0]) for span in spans
    )


def _has_fact(question: Question, sentence: PassageSentence) -> bool:
    text = sentence.text
    if needed := form_needed(question):
        return needed.search(text) is not None
    if question.question_type == "why":
        return question.language != "en" or states_reason(text)
    if question.question_type == "who":
        return names_somebody(question, text)
    if question.question_type not in ("when", "where", "count"):
        return True
    spans = answer_spans(question.question_type, text, question.all_stems, question.language)
    if asks_count_of(question):
        spans = [
            span
            for span in spans
            if not (_YEAR.fullmatch(text[slice(*span)]) or is_of_clock_or_calendar(text, span))
        ]
        return counts_asked(question, sentence, spans) > 0 or _has_total(question, sentence, spans)
    if question.asks_where:
        return has_place(text, spans)
    return has_form(question, text, spans) or (
        question.question_type == "when" and _TIME_WORDS.search(text) is not None
    )
