"""Groups of texts."""

from __future__ import annotations

import numpy as np
import pytest

from bot.text.discussion.clusters import MAX_SAMPLE, cluster, cluster_count, ward_clusters
from bot.text.language.comment_tokens import CommentStemmer, comment_words
from bot.text.language.word_vectors import load_vectors, normalize_rows
from tests.support.comment_threads import GULLS, RENT
from tests.support.growth import limited


def test_ward_finds_what_lies_apart() -> None:
    rng = np.random.default_rng(3)
    centres = np.array([[0, 0], [10, 0], [0, 10]], np.float32)
    rows = np.concatenate([centre + rng.standard_normal((20, 2)).astype(np.float32) for centre in centres])
    labels = ward_clusters(rows, 3).tolist()
    assert labels == [0] * 20 + [1] * 20 + [2] * 20


def test_ward_joins_small_heaps_before_large_ones() -> None:
    # Between the means of {0, 1} and {5, 6} lie 5, but four texts; {20} is one text at 6 from {26}.
    rows = np.array([[0.0], [1.0], [5.0], [6.0], [20.0], [26.0]], np.float32)
    assert ward_clusters(rows, 3).tolist() == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize("groups", [1, 4, 9])
def test_ward_makes_as_many_groups_as_asked(groups: int) -> None:
    rows = np.eye(9, dtype=np.float32)
    assert len(set(ward_clusters(rows, groups).tolist())) == groups


@pytest.mark.parametrize("seed", range(30))
def test_repeated_texts_are_clustered_to_the_end(seed: int) -> None:
    # A product of matrices differs in the last bit with the order of its factors: of rows equally
    # far apart, each once had another nearest, and the chain of neighbours grew until the memory was full.
    rng = np.random.default_rng(seed)
    different = rng.standard_normal((rng.integers(4, 40), rng.integers(2, 60))).astype(np.float32)
    rows = normalize_rows(different[rng.integers(0, len(different), rng.integers(4, 400))])
    with limited(5):
        labels = ward_clusters(rows, 3).tolist()
    assert len(set(labels)) == 3


@pytest.mark.parametrize("setting", ["shipped", "off"])
def test_texts_of_one_subject_come_together(setting: str) -> None:
    texts = [comment_words(text) for text in (*RENT, *GULLS)]
    labels = cluster(texts, CommentStemmer("en"), load_vectors(setting), 2).labels.tolist()
    right = labels[: len(RENT)].count(0) + labels[len(RENT) :].count(1)
    assert right >= 9


def test_texts_beyond_the_sample_join_the_groups_of_their_neighbours() -> None:
    kinds = [("fish", "net", "boat"), ("bus", "stop", "road"), ("roof", "gull", "chip")]
    texts = [[*kinds[n % 3][: 2 + n % 2], f"word{n}"] for n in range(MAX_SAMPLE + 600)]
    found = cluster(texts, CommentStemmer("en"), None, 3)
    assert len(found.labels) == len(found.fit) == len(texts)
    for kind in range(3):
        assert len(set(found.labels[kind::3].tolist())) == 1
    assert len(set(found.labels[:3].tolist())) == 3


@pytest.mark.parametrize("texts", [[["rent"]], [[], []], [["rent"], []]])
def test_next_to_nothing_can_be_grouped(texts: list[list[str]]) -> None:
    found = cluster(texts, CommentStemmer("en"), None)
    assert found.labels.shape == found.fit.shape == (len(texts),)
    assert np.isfinite(found.rows).all()


def test_the_number_of_groups_grows_slowly() -> None:
    counts = [cluster_count(texts) for texts in (0, 1, 8, 30, 100, 10_000)]
    assert counts == sorted(counts)
    assert counts[0] == 1
    assert counts[2] == 3
    assert counts[-1] == counts[-2] + 3 == 12
