"""Answers questions from stored texts: every claim is a quote of them, or there is an honest no."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from bot.domain.answers import Answer, Citation, Claim, CommentDigest, Evidence, Refusal, Role
from bot.domain.articles import Article, Comment
from bot.text.language.index_tokens import raw_words
from bot.text.language.negations import NEGATIONS, is_negation
from bot.text.language.word_vectors import Vectors
from bot.text.qa.citations import cite, lead
from bot.text.qa.conflicts import disagreeing
from bot.text.qa.features import (
    QUESTION_FEATURES,
    AnswerCandidate,
    ExtractedFeatures,
    FeatureExtractor,
    WordVectorCache,
)
from bot.text.qa.opinions import opinions
from bot.text.qa.passages import StemTable, best_passages, inverse_document_frequencies
from bot.text.qa.question import Question, understand
from bot.text.qa.scoring import Judge, Judgement

MOST_CLAIMS = 3
SECOND, THIRD = 0.02, 0.3
"""A further sentence joins the answer if it is so likely beside the best one."""
RELATED = 0.5
"""What a sentence must match, of what the best does, to speak of the same thing."""
CLOSEST = 2
CONSIDERED = 6
"""Passages that an answer names as considered."""
OWN_WORDS = 3
"""A sentence of the article with all of the subject counts as much as so many comments that touch it."""
SUBJECT = 0.6
"""What must be covered of the subject of a question for the latest, or for opinions."""
SAYS_SO = 0.85
"""What must be covered of a question of yes or no by a sentence that is for or against it."""


class Answerer:
    """Answers questions; `vectors` gives the table of word vectors, or None, when it is first needed. May be
    used by several threads, one at a time gets to work."""

    def __init__(self, vectors: Callable[[], Vectors | None] = lambda: None) -> None:
        self._load = vectors
        self._lock = threading.Lock()
        self._ready = False
        self._meanings: WordVectorCache | None = None
        self._judge = Judge(with_vectors=False)
        self._words: dict[str, StemTable] = {}

    def understand(self, text: str) -> Question:
        """See `bot.text.qa.question.understand`."""
        return understand(text)

    def answer(self, question: Question, material: Evidence) -> Answer:
        """The answer that the material gives. Deterministic for the same table of vectors."""
        if not question.words:
            return Answer(question.text, question.question_type, (), "no-question")
        evidence = self.extract_features(question, material)
        judgement = self._judge.judge(evidence)
        if question.question_type == "latest":
            judgement = replace(judgement, enough=_subject_covered(evidence) >= SUBJECT)
        elif (
            question.question_type == "opinion"
        ):  # without commenters, see `opinions`, nobody's opinion is known
            judgement = replace(judgement, enough=False)
        ranked = [evidence.candidates[n] for n in judgement.order]
        if not ranked:
            return _told(question, material, "nothing-found")
        considered = _considered(ranked, judgement)
        if not judgement.enough:
            closest = tuple(cite(one) for one in _different(ranked))
            return _told(question, material, "not-said", closest=closest, considered=considered)
        match question.question_type:
            case "latest":
                claims = _latest(evidence, judgement)
            case "yesno":
                claims = _both_sides(question, evidence, judgement)
            case _:
                claims = _best(question, ranked, judgement)
        return _told(question, material, None, claims=claims, considered=considered)

    def find_discussed_article(self, question: Question, material: Evidence) -> Article | None:
        """The article whose commenters are asked for their opinion: the best match that has comments."""
        evidence = self.extract_features(question, material)
        if _subject_covered(evidence) < SUBJECT:
            return None
        votes = Counter(comment.article for comment in material.comments)
        for one, covered in zip(evidence.candidates, _covered(evidence), strict=True):
            if one.passage.comment is None:
                votes[one.passage.article.id] += ceil(OWN_WORDS * covered)
        articles = {article.id: article for article in (*material.articles, *material.threads)}
        for number, _ in votes.most_common():
            if articles[number].comment_count:
                return articles[number]
        return None

    def answer_opinion(
        self,
        question: Question,
        material: Evidence,
        article: Article,
        comments: Sequence[Comment],
        digest: CommentDigest,
    ) -> Answer:
        """What the article's commenters think, by all its `comments`; refused where they say nothing."""
        claims = opinions(question, article, comments, digest)
        if not claims:
            return _told(question, material, "not-said")
        return _told(question, material, None, claims=claims, considered=_Considered(1.0))

    def extract_features(self, question: Question, material: Evidence) -> ExtractedFeatures:
        """The sentences that may answer, with their features."""
        with self._lock:
            self._prepare()
            words = self._words.setdefault(question.language, StemTable(question.language))
            idf = inverse_document_frequencies(question, material)
            passages = best_passages(question, material, idf, words)
            return FeatureExtractor(
                question, passages, idf, words, self._meanings, material.document_count
            ).extract()

    def _prepare(self) -> None:
        if not self._ready:
            vectors = self._load()
            self._meanings = WordVectorCache(vectors) if vectors is not None else None
            self._judge = Judge(with_vectors=vectors is not None)
            self._ready = True


@dataclass(frozen=True, slots=True)
class _Considered:
    """What an answer says about how it came to be."""

    confidence: float = 0.0
    needed: float = 0.0
    passages: tuple[Citation, ...] = ()


def _considered(ranked: Sequence[AnswerCandidate], judgement: Judgement) -> _Considered:
    passages = tuple(cite(one) for one in _different(ranked, CONSIDERED))
    return _Considered(round(judgement.confidence, 4), judgement.needed, passages)


def _best(question: Question, ranked: Sequence[AnswerCandidate], judgement: Judgement) -> list[Claim]:
    """The best sentence, the next ones if they may be it as well, and who says otherwise."""
    chosen: list[AnswerCandidate] = []
    copies: dict[int, list[AnswerCandidate]] = {}
    for one, worth in zip(ranked, judgement.worth, strict=True):
        same = next((n for n, other in enumerate(chosen) if _same(one, other)), None)
        if same is not None:
            if not _beside(one, chosen[same]):
                copies.setdefault(same, []).append(one)
        elif one.passage.is_title and any(_beside(one, other) for other in chosen):
            continue
        elif len(chosen) < MOST_CLAIMS and worth >= (1.0, SECOND, THIRD)[len(chosen)]:
            chosen.append(one)
    # A further sentence seldom has the fact: of those of the development data one in six.
    leads = [lead(question, chosen[0]), *(None for _ in chosen[1:])]
    claims = [_claim("answer", one, copies.get(n, ()), leads[n]) for n, one in enumerate(chosen)]
    near = [
        one for one, worth in zip(ranked, judgement.worth, strict=True) if worth > 0 and one not in chosen[:1]
    ]
    against = disagreeing(question, chosen[0], near)
    quoted = {id(one) for one in against}
    claims = [claim for claim, one in zip(claims, chosen, strict=True) if id(one) not in quoted]
    return claims + [_claim("differs", one, (), lead(question, one)) for one in against]


def _latest(evidence: ExtractedFeatures, judgement: Judgement) -> list[Claim]:
    """For each of the newest articles that speak of it the headline, if that does, or the best sentence,
    newest first; where there is none, comments."""
    least = RELATED * max(_covered(evidence))
    chosen: dict[tuple[int, int | None], AnswerCandidate] = {}
    covered = _covered(evidence)
    headlines = [number for number in judgement.order if evidence.candidates[number].passage.is_title]
    for number in (*headlines, *judgement.order):
        one = evidence.candidates[number]
        if covered[number] >= least:
            comment = one.passage.comment
            chosen.setdefault((one.passage.article.id, comment.id if comment else None), one)
    found = sorted(chosen.values(), key=_newest)
    # What commenters mention is news only where no article is.
    found = [one for one in found if one.passage.comment is None] or found
    return [_claim("latest", one, (), None) for one in found[:MOST_CLAIMS]]


def _newest(one: AnswerCandidate) -> float:
    at = cite(one).posted_at
    return -at.timestamp() if at else 0.0


def _both_sides(question: Question, evidence: ExtractedFeatures, judgement: Judgement) -> list[Claim]:
    """Sentences that speak of all that is asked, told apart by whether they deny it. Neither answers. Where
    none speaks of all, the best are neither for nor against."""
    covered = _covered(evidence)
    all_of_it = [number for number in judgement.order if covered[number] >= SAYS_SO]
    least = RELATED * max(covered)
    denies = _denies(question.text)
    shown: list[tuple[Role, AnswerCandidate]] = []
    for number in all_of_it or judgement.order:
        one = evidence.candidates[number]
        side: Role = "for" if _denies(one.sentence.text) == denies else "against"
        side = side if all_of_it else "answer"
        known = any(_same(one, other) or (one.passage.is_title and _beside(one, other)) for _, other in shown)
        room = sum(other == side for other, _ in shown) < CLOSEST
        if not known and room and (not shown or covered[number] >= least):
            shown.append((side, one))
    return [_claim(side, one, (), None) for side, one in shown]


def _denies(text: str) -> bool:
    found = text.casefold().replace("’", "'").split()
    denials = NEGATIONS["en"] | {"against"}
    return any(word.strip(".,;:!?\"'") in denials or is_negation(word.strip(".,;:!?")) for word in found)


def _subject_covered(evidence: ExtractedFeatures) -> float:
    """How much of a subject, a few words, the best sentence, its neighbours and its title have."""
    return float(evidence.question_row[QUESTION_FEATURES.index("around")])


def _covered(evidence: ExtractedFeatures) -> list[float]:
    return [float(row[0]) for row in evidence.rows]


def _same(one: AnswerCandidate, other: AnswerCandidate) -> bool:
    """Whether two sentences say the same in the same words, as agency reports do."""
    mine, theirs = one.sentence.stem_set, other.sentence.stem_set
    return len(mine & theirs) > 0.85 * max(len(mine), len(theirs), 1)


def _beside(one: AnswerCandidate, other: AnswerCandidate) -> bool:
    """Whether they are of one article or comment, such as a headline and the text below it."""
    mine, theirs = one.passage, other.passage
    return mine.article.id == theirs.article.id and mine.comment is theirs.comment


def _different(ranked: Sequence[AnswerCandidate], most: int = CLOSEST) -> list[AnswerCandidate]:
    found: list[AnswerCandidate] = []
    for one in ranked[: 4 * most]:
        known = any(_same(one, other) or (one.passage.is_title and _beside(one, other)) for other in found)
        if len(found) < most and not known:
            found.append(one)
    return found


def _claim(
    role: Role, one: AnswerCandidate, copies: Sequence[AnswerCandidate], span: tuple[int, int] | None
) -> Claim:
    citations = (cite(one), *(cite(copy) for copy in copies))
    return Claim(role, citations[0].quote, citations, span)


def _told(
    question: Question,
    material: Evidence,
    refused: Refusal | None,
    *,
    claims: Sequence[Claim] = (),
    closest: tuple[Citation, ...] = (),
    considered: _Considered = _Considered(),
) -> Answer:
    shown = [citation.quote for claim in claims for citation in claim.citations]
    shown += [citation.title for claim in claims for citation in claim.citations]
    shown += [text for citation in closest for text in (citation.quote, citation.title)]
    have = _stems(shown, question.language)
    words = dict(zip(question.words, question.stems, strict=True))
    return Answer(
        question=question.text,
        question_type=question.question_type,
        claims=tuple(claims),
        refused=refused,
        closest=closest,
        confidence=considered.confidence,
        min_confidence=considered.needed,
        passages=considered.passages,
        matched_words=tuple(word for word, stem in words.items() if stem in have),
        missing_words=tuple(word for word, stem in words.items() if stem not in have),
        articles_considered=len(material.articles),
        comments_considered=len(material.comments),
    )


def _stems(texts: Iterable[str], language: str) -> set[str]:
    words = StemTable(language)
    return {words[raw] for text in texts for raw in raw_words(text)}
