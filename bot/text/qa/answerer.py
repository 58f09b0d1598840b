"""Answers questions from stored texts: every claim quotes them; without evidence there is no answer."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from math import ceil

import numpy as np

from bot.domain.answers import MIN_UNCLEAR, Answer, Citation, Claim, CommentDigest, Evidence, Refusal, Role
from bot.domain.articles import Article, Comment
from bot.domain.index_words import fold
from bot.text.language.index_tokens import raw_words
from bot.text.language.stems import empty_words
from bot.text.language.word_vectors import Vectors
from bot.text.qa.answer_types import Span
from bot.text.qa.choice import (
    by_fact,
    lacks_fact,
    may_answer,
    self_contained,
    with_fact,
)
from bot.text.qa.citations import NAMED, answer_span, cite, with_limit
from bot.text.qa.closest import closest_passage
from bot.text.qa.conflicts import conflicting_candidates
from bot.text.qa.cut_sentences import whole_or_trimmed, with_qualifiers
from bot.text.qa.decisive_forms import decisive_form
from bot.text.qa.features import (
    QUESTION_FEATURES,
    AnswerCandidate,
    ExtractedFeatures,
    FeatureExtractor,
    WordVectorCache,
)
from bot.text.qa.mismatches import is_of_another, says_otherwise
from bot.text.qa.opinions import opinion_claims
from bot.text.qa.passages import StemTable, best_passages, inverse_document_frequencies
from bot.text.qa.question import FORM_WORDS, Question, parse_question
from bot.text.qa.recasing import recased, respell
from bot.text.qa.repetitions import distinct, is_copy, is_repetition
from bot.text.qa.requirements import requirements, unmet_by_all, unmet_requirements
from bot.text.qa.scoring import CandidateRanking, CandidateScorer
from bot.text.qa.sides import has_event, side
from bot.text.qa.subjects import (
    apart_words,
    is_among,
    is_in_other_language,
    is_optional,
    lacking_names,
    rarest_lacking,
    spelt_out,
)

MIN_RELATIVE_ODDS = 0.02
"""The minimum odds, relative to the best candidate, of the one that is shown."""
MIN_SECOND_ODDS = 0.5
"""The same of one that is shown because the best one cannot be read alone, or says of another name
what is asked."""
MAX_LATEST = 3
MIN_RELATED_COVERAGE = 0.5
"""The share of the best sentence's coverage that a sentence needs to be about the same subject."""
MIN_SUBJECT_COVERAGE = 0.6
"""The minimum coverage of the subject in questions for the latest news, or for opinions."""
MAX_OF_SIDE = 2
"""The most sentences for, and against."""
MAX_READ = 2
MAX_TRIED = 3
"""The number of best candidates of which one must have the fact, and be clear alone."""
VECTOR_LANGUAGE = "en"
"""The language of the table of word vectors; words of others are alike in it by chance."""
MAX_CHECKED = 10
"""The number of best candidates that are checked for what the question requires."""
MAX_CONSIDERED = 6
"""The maximum number of passages that an answer lists as considered."""
SENTENCE_VOTES = 3
"""A sentence of the article that has the whole subject counts as this many matching comments."""


class Answerer:
    """Answers questions. `vectors` returns the table of word vectors, or None; it is called on first use.
    Thread-safe: only one thread works at a time."""

    parse_question = staticmethod(parse_question)
    respell = staticmethod(respell)

    def __init__(self, vectors: Callable[[], Vectors | None] = lambda: None) -> None:
        self._load_vectors = vectors
        self._lock = threading.Lock()
        self._is_ready = False
        self._vectors: WordVectorCache | None = None
        self._vector_scorer = CandidateScorer("vectors")
        self._word_scorer = CandidateScorer("words")
        self._language_scorer = CandidateScorer("languages")
        self._stem_tables: dict[str, StemTable] = {}

    def answer(self, question: Question, evidence: Evidence) -> Answer:
        """Returns the answer that the evidence gives. Deterministic for the same table of vectors."""
        if not question.words:
            return Answer(question.text, question.question_type, (), "no-question")
        typed, question = question.text, recased(question, evidence)
        answer = self._answer(question, evidence)
        return replace(answer, question=typed)

    def _answer(self, question: Question, evidence: Evidence) -> Answer:
        features = self.extract_features(question, evidence)
        ranking = self._scorer_for(question).rank(features)
        ranked = [features.candidates[n] for n in ranking.order]
        if not ranked:
            return _build_answer(question, evidence, "nothing-found")
        possible, unmet = self._check(question, ranked, ranking)
        stem_table = self._stem_tables[question.language]
        is_likely = ranking.is_answered or (
            decisive_form(question) is not None and ranking.confidence >= MIN_UNCLEAR
        )
        is_answered = is_likely and bool(possible)
        match question.question_type:
            case "latest":
                is_answered = _subject_coverage(features) >= MIN_SUBJECT_COVERAGE
                claims = _latest_claims(features, ranking)
            case "opinion":  # without comments nobody's opinion is known, see `opinion_claims`
                claims = []
            case "yesno":
                claims = _side_claims(question, possible, stem_table)
            case _:
                claims = _answer_claims(question, possible, stem_table) if possible else []
        if is_answered and claims:
            answer = _build_answer(question, evidence, claims=claims)
        else:
            idf = inverse_document_frequencies(question, evidence)
            nearest = closest_passage(question, ranked[:MAX_CHECKED], idf, stem_table)
            closest = () if nearest is None else (cite(nearest),)
            if nearest and not unmet_requirements(requirements(question), nearest, stem_table):
                unmet = ()
            answer = _build_answer(question, evidence, "not-said", closest=closest, read=ranked)
            lacking = () if nearest is None else lacking_names(question, nearest, stem_table)
            if nearest is not None and not lacking:
                lacking = rarest_lacking(question, nearest, answer.missing_words, idf, stem_table)
            answer = replace(
                answer,
                unmet=unmet,
                lacks_fact=nearest is not None and lacks_fact(question, nearest.sentence),
                apart_words=apart_words(question, ranked, stem_table),
                lacking_words=lacking,
            )
        return replace(
            answer,
            confidence=round(ranking.confidence, 4),
            min_confidence=ranking.min_confidence,
            passages=tuple(map(cite, distinct(ranked, MAX_CONSIDERED))),
        )

    def _check(
        self, question: Question, ranked: Sequence[AnswerCandidate], ranking: CandidateRanking
    ) -> tuple[list[AnswerCandidate], tuple[str, ...]]:
        """Returns the candidates that meet what the question requires, best first, and the words of the
        question that none of the best candidates meets."""
        stem_table = self._stem_tables[question.language]
        needed = requirements(question)
        possible: list[tuple[AnswerCandidate, float]] = []
        pairs = list(zip(ranked, ranking.relative_odds, strict=True))[:MAX_CHECKED]
        unmet = unmet_by_all(needed, [candidate for candidate, _ in pairs], stem_table)
        if form := decisive_form(question):
            # A sentence of the right form need not repeat the question's words.
            best = ranked[0].passage.article.id
            pairs += [(c, MIN_RELATIVE_ODDS) for c in ranked if c.passage.article.id == best]
            pairs = [(c, odds) for c, odds in pairs if form(c)]
        minimum = MIN_RELATIVE_ODDS
        for candidate, odds in pairs:
            missing = unmet_requirements(needed, candidate, stem_table)
            is_other = says_otherwise(question, candidate, stem_table)
            may = not missing and not is_other and may_answer(question, candidate)
            if may and (possible or odds >= minimum):
                possible.append((candidate, odds))
            elif is_other and not possible and is_of_another(question, candidate, stem_table):
                minimum = MIN_SECOND_ODDS
        chosen = by_fact(question, possible)
        unmet = () if possible else unmet
        likely = {id(candidate) for candidate, odds in possible if odds >= MIN_SECOND_ODDS}
        for position, candidate in enumerate(chosen[:MAX_TRIED]):
            if position and question.question_type not in NAMED and id(candidate) not in likely:
                break
            complete = with_fact(question, candidate, stem_table)
            if complete is None and question.question_type not in (*NAMED, "when"):
                break
            if complete and self_contained(question, complete, stem_table):
                return [
                    whole_or_trimmed(question, complete, stem_table),
                    *chosen[position + 1 :],
                ], unmet
        return [], unmet

    def find_discussed_article(self, question: Question, evidence: Evidence) -> Article | None:
        """Returns the article about whose comments the question asks: the best match that has comments. None
        if no article matches."""
        features = self.extract_features(question, evidence)
        if _subject_coverage(features) < MIN_SUBJECT_COVERAGE:
            return None
        votes = Counter(comment.article for comment in evidence.comments)
        for candidate, coverage in zip(features.candidates, _coverages(features), strict=True):
            if candidate.passage.comment is None:
                votes[candidate.passage.article.id] += ceil(SENTENCE_VOTES * coverage)
        articles = {article.id: article for article in (*evidence.articles, *evidence.threads)}
        ranked = (articles[number] for number, _ in votes.most_common())
        return next((article for article in ranked if article.comment_count), None)

    def answer_opinion(
        self,
        question: Question,
        evidence: Evidence,
        article: Article,
        comments: Sequence[Comment],
        comment_digest: CommentDigest,
    ) -> Answer:
        """Returns what the article's commenters think, from all its `comments`; a refusal if they say
        nothing."""
        claims = opinion_claims(question, article, comments, comment_digest)
        if not claims:
            return _build_answer(question, evidence, "not-said")
        return replace(_build_answer(question, evidence, claims=claims), confidence=1.0)

    def extract_features(self, question: Question, evidence: Evidence) -> ExtractedFeatures:
        """Returns the sentences that may answer the question, with their features."""
        with self._lock:
            self._prepare()
            stem_table = self._stem_tables.setdefault(question.language, StemTable(question.language))
            idf = inverse_document_frequencies(question, evidence)
            passages = best_passages(question, evidence, idf, stem_table)
            extractor = FeatureExtractor(
                question, passages, idf, stem_table, self._vectors_for(question), evidence.document_count
            )
            # Products of small float32 matrices now and then raise a false "invalid value" in BLAS.
            with np.errstate(invalid="ignore"):
                return extractor.extract()

    def _prepare(self) -> None:
        if not self._is_ready:
            vectors = self._load_vectors()
            self._vectors = WordVectorCache(vectors) if vectors is not None else None
            self._is_ready = True

    def _vectors_for(self, question: Question) -> WordVectorCache | None:
        """Returns the table of word vectors if it has the words of the question's language."""
        return self._vectors if question.language == VECTOR_LANGUAGE else None

    def _scorer_for(self, question: Question) -> CandidateScorer:
        if self._vectors_for(question) is not None:
            return self._vector_scorer
        return self._word_scorer if question.language == "en" else self._language_scorer


def _answer_claims(
    question: Question, possible: Sequence[AnswerCandidate], stem_table: StemTable
) -> list[Claim]:
    """Returns the best sentence, with its copies elsewhere, and conflicting ones. A further sentence seldom
    has the fact: one in six in the development data."""
    best, *others = possible
    copies = [c for c in others if is_copy(c, best) and not c.passage.is_beside(best.passage)]
    conflicts = conflicting_candidates(question, best, others)
    span = answer_span(question, best)
    if span and question.question_type in ("count", "when"):
        span = with_limit(best.sentence.text, span, question.language)
    shown = self_contained(question, best, stem_table) or best
    shift = best.sentence.start - shown.sentence.start
    return [
        _claim("answer", shown, span and (span[0] + shift, span[1] + shift), copies),
        *(_claim("differs", other, answer_span(question, other)) for other in conflicts),
    ]


def _latest_claims(features: ExtractedFeatures, ranking: CandidateRanking) -> list[Claim]:
    """Returns one claim for each of the newest articles on the subject, newest first: its headline if that
    covers the subject, else the best sentence. Comments if no article covers it."""
    coverages = _coverages(features)
    least = MIN_RELATED_COVERAGE * max(coverages)
    chosen: dict[tuple[int, int | None], AnswerCandidate] = {}
    headlines = [number for number in ranking.order if features.candidates[number].passage.is_title]
    for number in (*headlines, *ranking.order):
        candidate = features.candidates[number]
        if coverages[number] >= least:
            comment = candidate.passage.comment
            chosen.setdefault((candidate.passage.article.id, comment.id if comment else None), candidate)
    newest = sorted(chosen.values(), key=_age)
    # What commenters mention counts as news only if no article covers it.
    newest = [candidate for candidate in newest if candidate.passage.comment is None] or newest
    return [_claim("latest", candidate) for candidate in newest[:MAX_LATEST]]


def _age(candidate: AnswerCandidate) -> float:
    posted_at = cite(candidate).posted_at
    return -posted_at.timestamp() if posted_at else 0.0


def _side_claims(
    question: Question, possible: Sequence[AnswerCandidate], stem_table: StemTable
) -> list[Claim]:
    """Returns sentences that say yes or no; neither side is an answer. If none says so plainly, the best one
    is neither for nor against; none if its passage lacks what is asked."""
    if not possible or not has_event(question, possible[0], stem_table):
        return []
    possible = [with_qualifiers(question, candidate, stem_table) for candidate in possible]
    sides = [(side(question, candidate), candidate) for candidate in possible]
    shown: list[tuple[Role, AnswerCandidate]] = []
    for role, candidate in [pair for pair in sides if pair[0] != "answer"] or sides[:1]:
        has_room = sum(other == role for other, _ in shown) < MAX_OF_SIDE
        complete = self_contained(question, candidate, stem_table)
        if has_room and complete and not is_repetition(complete, [other for _, other in shown]):
            shown.append((role, complete))
    return [_claim(role, candidate) for role, candidate in shown]


def _subject_coverage(features: ExtractedFeatures) -> float:
    """Returns how much of a subject (a few words) the best sentence, its neighbours and its title cover."""
    return float(features.question_row[QUESTION_FEATURES.index("around")])


def _coverages(features: ExtractedFeatures) -> list[float]:
    """Returns how much of the question each sentence covers."""
    return [float(row[0]) for row in features.rows]


def _claim(
    role: Role, candidate: AnswerCandidate, span: Span | None = None, copies: Sequence[AnswerCandidate] = ()
) -> Claim:
    citations = (cite(candidate), *map(cite, copies))
    return Claim(role, citations[0].quote, citations, span)


def _build_answer(
    question: Question,
    evidence: Evidence,
    refused: Refusal | None = None,
    *,
    claims: Sequence[Claim] = (),
    closest: tuple[Citation, ...] = (),
    read: Sequence[AnswerCandidate] = (),
) -> Answer:
    """`read` are the candidates that a refusal without closest passages is about."""
    citations = [*closest, *(citation for claim in claims for citation in claim.citations)]
    citations = citations or list(map(cite, distinct(read, MAX_READ)))
    texts = [text for citation in citations for text in (citation.quote, citation.title)]
    cited = {citation.article for citation in citations}
    near = [article for article in (*evidence.articles, *evidence.threads) if article.id in cited]
    texts_near = [paragraph.text for article in near for paragraph in article.paragraphs]
    shown = _stems(texts, question.language) | spelt_out(question, [*texts, *texts_near])
    words = dict(zip(question.words, question.stems, strict=True))
    as_asked = {fold(raw): raw for raw in reversed(raw_words(question.text))}
    unsought = frozenset() if question.is_empty else empty_words(question.language) | FORM_WORDS
    matched = {word for word, stem in words.items() if is_among(stem, shown)}
    missing = {
        word: as_asked.get(word, word)
        for word in words
        if word not in matched
        and (word not in unsought or as_asked.get(word, word).isupper())
        and not is_optional(as_asked.get(word, word), question.language)
    }
    absent = evidence.absent
    if absent is None and missing:
        absent = frozenset(words[word] for word in missing) - _evidence_stems(evidence, question.language)
    return Answer(
        question=question.text,
        question_type=question.question_type,
        claims=tuple(claims),
        refused=refused,
        closest=closest,
        matched_words=tuple(word for word in words if word in matched),
        missing_words=tuple(missing.values()),
        absent_words=tuple(
            raw
            for word, raw in missing.items()
            # In a language whose words have many endings, one of them may be elsewhere with another.
            if words[word] in (absent or ()) and (question.language == "en" or not raw.islower())
        ),
        articles_considered=len(evidence.articles),
        comments_considered=len(evidence.comments),
        in_other_language=bool(closest) and all(is_in_other_language(c.quote, question) for c in closest),
    )


def _evidence_stems(evidence: Evidence, language: str) -> set[str]:
    articles = (*evidence.articles, *evidence.threads)
    texts = [article.title for article in articles]
    texts += [paragraph.text for article in articles for paragraph in article.paragraphs]
    return _stems([*texts, *(comment.text for comment in evidence.comments)], language)


def _stems(texts: Iterable[str], language: str) -> set[str]:
    stem_table = StemTable(language)
    return {stem_table[raw] for text in texts for raw in raw_words(text)}
