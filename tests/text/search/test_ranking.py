"""Ranking on small texts whose order is plain, and what it is learnt from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.language.stems import stem
from bot.text.search import scorer
from bot.text.search.corpus_statistics import CorpusStatistics, deserialize_vectors, serialize_vectors
from bot.text.search.query import parse_query
from bot.text.search.ranking import Documents, Ranker
from bot.text.search.scorer import RelevanceScorer
from bot.text.search.term_vector import term_id, vectorize

TEXTS = [
    ("Fish market moves", "The fish market moves to the rail yard."),
    ("Weather", "Rain over the harbour, wind from the west."),
    ("Harbour news", "The market is full of people. Nobody sells boats."),
    ("Trains", "The rail yard floods. The rail yard is old."),
]


def learnt() -> tuple[CorpusStatistics, list[bytes]]:
    signatures = vectorize([(title, body, "en") for title, body in TEXTS])
    knowledge = CorpusStatistics()
    for signature in signatures:
        knowledge.add_articles([(signature, "en", None)])
    return knowledge, signatures


def order(query: str, **options: Any) -> list[str]:
    knowledge, signatures = learnt()
    wanted = {term_id(stem(word, "en")): 1.0 for word in query.split()}
    scores = Ranker(knowledge.weights()).scores(wanted, Documents(signatures, [0] * len(TEXTS)), **options)
    assert scores.shape == (len(TEXTS),)
    assert 0 <= scores.min() <= scores.max() <= 1.0001
    return [TEXTS[n][0] for n in np.argsort(-scores, kind="stable")]


@pytest.mark.parametrize(
    ("query", "first"),
    [("fish", "Fish market moves"), ("harbour rain", "Weather"), ("rail yard flood", "Trains")],
)
def test_the_best_match_comes_first(query: str, first: str) -> None:
    assert order(query)[0] == first
    assert order(query, literal=True)[0] == first


def test_rarer_words_count_more() -> None:
    knowledge, _ = learnt()
    weights = knowledge.weights()
    assert weights[term_id("market")] < weights[term_id("fish")] < weights[term_id("zeppelin")]


def test_empty_texts_and_unknown_words_are_no_trouble() -> None:
    knowledge, _ = learnt()
    texts = Documents(vectorize([("", "", "en")] * 3), [0, 1, 1])
    assert Ranker(knowledge.weights()).scores({5: 1.0}, texts).tolist() == [0.0, 0.0, 0.0]
    assert Ranker(CorpusStatistics().weights()).scores({}, texts).tolist() == [0.0, 0.0, 0.0]


def test_the_order_does_not_depend_on_which_other_texts_were_found() -> None:
    short, long = "Tram strike in town.", " ".join(f"word{number}" for number in range(80))
    texts = [
        ("", short),
        ("", f"Tram strike. {long}"),
        ("", f"Tram. {long} more"),
        ("", f"Rain. {long}"),
    ]
    signatures = vectorize([(*text, "en") for text in texts])
    knowledge = CorpusStatistics()
    knowledge.add_articles([(signature, "en", None) for signature in signatures])
    ranker = Ranker(knowledge.weights(), mean_sizes=knowledge.mean_sizes(()))
    wanted = {term_id(stem(word, "en")): 1.0 for word in ("tram", "strike")}
    few = ranker.scores(wanted, Documents(signatures[:2], [0] * 2))
    all_of_them = ranker.scores(wanted, Documents(signatures, [0] * 4))
    assert all_of_them[:2].tolist() == pytest.approx(few.tolist(), abs=0.01)
    assert all_of_them[0] > all_of_them[1] > all_of_them[2]


def test_a_large_archive_is_ranked_by_its_own_mean_length(monkeypatch: pytest.MonkeyPatch) -> None:
    long = " ".join(f"word{number}" for number in range(80))
    texts = [
        ("", "Tram strike in town.", "en"),
        ("", f"Tram strike. {long}", "en"),
        ("", f"Tram. {long}", "en"),
    ]
    signatures = vectorize(texts)
    knowledge = CorpusStatistics()
    knowledge.add_articles([(signature, "en", None) for signature in signatures])
    query = parse_query("tram strike")

    def second(count: int) -> float:
        """The score of the second text among so many."""
        scores = RelevanceScorer(knowledge, None)(
            query,
            ("en",),
            {},
            signatures[:count],
            [None] * count,
            [0] * count,
            lambda places: [texts[place] for place in places],
        )
        return scores[1]

    assert second(2) != pytest.approx(second(3), abs=0.01)
    monkeypatch.setattr(scorer, "MIN_BOUNDED_TEXTS", 3)
    assert second(2) == pytest.approx(second(3), abs=0.01)


def test_the_mean_size_of_texts_counts_different_words_of_content() -> None:
    knowledge = CorpusStatistics()
    assert knowledge.mean_sizes(()) == (0, 0)
    signatures = vectorize([("Rail yard", "The rail yard floods.", "en"), ("Rain", "", "en")])
    knowledge.add_articles([(signature, "en", None) for signature in signatures])
    knowledge.add_comments(10, {"rail": 4, "the": 10})
    assert knowledge.mean_sizes({term_id("the")}) == (2, 0.4)


def test_meaning_helps_where_words_do_not_tell() -> None:
    knowledge, signatures = learnt()
    vectors = np.eye(4, 8, dtype=np.float32)
    ranker = Ranker(knowledge.weights(), np.zeros(8, np.float32))
    scores = ranker.scores({term_id("harbour"): 1.0}, Documents(signatures, [0] * 4, vectors), vectors[2])
    assert int(np.argmax(scores)) == 2


def test_knowledge_survives_packing() -> None:
    knowledge, signatures = learnt()
    knowledge.add_comments(10, {"rail": 4})
    vector = serialize_vectors(np.array([[3.0, 4.0]], np.float32))[0]
    knowledge.add_articles([(signatures[0], "de", vector)])
    again = CorpusStatistics(knowledge.serialized())
    assert (again.articles, again.comments, again.languages) == (5, 10, {"en": 4, "de": 1})
    assert (again.weights() == knowledge.weights()).all()
    assert (again.rows() == knowledge.rows()).all()
    mean, before = again.mean(), knowledge.mean()
    assert mean is not None
    assert before is not None
    assert mean.tolist() == before.tolist()
    assert again.rows()[:, term_id("rail")].tolist() == [3, 4]


@given(st.lists(st.lists(st.floats(-1, 1, width=32), min_size=4, max_size=4), min_size=1, max_size=5))
def test_packed_vectors_keep_their_direction(rows: list[list[float]]) -> None:
    given_rows = np.array(rows, np.float32)
    packed = serialize_vectors(given_rows)
    if not any(packed):
        return
    found = deserialize_vectors(packed)
    for row, one in zip(given_rows, found, strict=True):
        size = float(np.linalg.norm(row))
        if size > 1e-3:
            assert float(one @ row) / size > 0.999


def test_a_document_with_a_rare_word_is_not_overtaken_by_others() -> None:
    usual = "The council meets about harbour fees {0}, boats and fish." * 2
    texts = [("", usual.format(number)) for number in range(200)]
    texts.append(("", "Zyxgate: the council was told of it after the meeting on other things."))
    signatures = vectorize([(*text, "en") for text in texts])
    knowledge = CorpusStatistics()
    knowledge.add_articles([(signature, "en", None) for signature in signatures])
    wanted = {term_id(stem(word, "en")): 1.0 for word in ("zyxgate", "council", "harbour", "fees", "boats")}
    scores = Ranker(knowledge.weights()).scores(wanted, Documents(signatures, [0] * len(texts)))
    assert scores.argmax() == 200
