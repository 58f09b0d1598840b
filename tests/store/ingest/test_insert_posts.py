"""Submissions stored in bulk are stored as they would be one by one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.domain.dump import SubmissionRow
from bot.domain.loads import Counts, Receipt
from bot.store.ingest.merge import Annotator
from bot.store.ingest.writer import CorpusWriter
from bot.text.language.detect import guess_languages
from bot.text.language.index_tokens import bigrams
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_loads import EDITOR, START, assert_sound, comment, holdings, query, thread

LONG = "\n\n One.\n  \n\nTwo,\nstill two. \n\n\u00a0\n\nThree. "


def post(key: int, title: str = "The harbour council meets again", **more: Any) -> SubmissionRow:
    usual = {
        "source": "courier.example",
        "submitter": "tidewatcher",
        "posted_at": 1_700_000_000 + key,
        "score": key,
        "link": f"https://www.courier.example/{key}?utm_source=x",
        "subreddit": "harbour",
        "flair": None,
        "over_18": False,
        "text": "",
    }
    return SubmissionRow(key=key, title=title, **{**usual, **more})


POSTS = (
    post(30, text=LONG, flair="Birds", over_18=True, captured=5, stated=3, known=3),
    post(31, "東京都で魚市場が移転", source=None, link=None, subreddit=None, score=None),
    post(32, gone=True),
    post(20),
)


def load_posts(data: Path, *batches: Sequence[SubmissionRow]) -> Receipt:
    with CorpusWriter(corpus_at(data), annotator=Annotator(guess_languages, bigrams)) as writer:
        number = writer.begin_load(None, "RS", EDITOR, START)
        for batch in batches:
            writer.add(number, posts=batch)
        return writer.finish(number, "done", 1)


def test_a_batch_is_stored_as_its_threads_are(tmp_path: Path) -> None:
    receipt = load_posts(tmp_path, POSTS)
    with CorpusWriter(
        corpus_at(tmp_path / "threads"), annotator=Annotator(guess_languages, bigrams)
    ) as writer:
        number = writer.begin_load(None, "RS", EDITOR, START)
        writer.add(number, [row.to_thread() for row in POSTS])
        assert receipt.articles == writer.finish(number, "done", 1).articles == Counts(4)
    assert holdings(tmp_path) == holdings(tmp_path / "threads")
    missing = "SELECT * FROM missing"
    assert query(tmp_path, missing) == query(tmp_path / "threads", missing) == [(1, 3, None)]
    assert_sound(tmp_path)


def test_what_is_stored_or_comes_twice_is_updated(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        number = writer.begin_load(None, "RC", EDITOR, START)
        # The comments came before their submission.
        writer.add(number, [thread("", comment(key="t1_a"), key="t3_w", source=None, submitter=None)])
        writer.finish(number, "done", 1)
    receipt = load_posts(tmp_path, POSTS, [post(32, score=9), post(33), post(33, "The council has met")])
    assert receipt.articles == Counts(5, 2)
    shown = "SELECT key, title, score, comments FROM article WHERE key >= 32 ORDER BY key"
    assert query(tmp_path, shown) == [
        (32, "The harbour council meets again", 9, 1),
        (33, "The council has met", 33, 0),
    ]
    again = load_posts(tmp_path, POSTS[:2])
    assert again.articles == Counts(unchanged=2)
    assert_sound(tmp_path)


def test_a_bad_one_is_rejected_alone(tmp_path: Path) -> None:
    receipt = load_posts(
        tmp_path, [post(1), post(2, "Half a \ud800 character"), post(3, score=1 << 63), post(4)]
    )
    assert receipt.articles == Counts(2)
    assert [rejection.reason for rejection in receipt.rejections] == ["unfit", "unfit"]
    assert query(tmp_path, "SELECT key FROM article ORDER BY id") == [1, 4]
    assert_sound(tmp_path)


def test_erased_authors_stay_erased(tmp_path: Path) -> None:
    with CorpusWriter(corpus_at(tmp_path)) as writer:
        writer.erase_author(None, "tidewatcher", START)
    assert load_posts(tmp_path, [post(1, text="Mine."), post(2, submitter="netmender")]).articles == Counts(2)
    assert sorted(query(tmp_path, "SELECT submitter, body FROM article")) == [
        ("[deleted]", ""),
        ("netmender", ""),
    ]
