"""Threads of Hacker News, Lemmy and Discourse in an archive: known again, waited for, joined, undone."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest

from bot.domain.loads import Counts
from bot.store.ingest.writer import CorpusWriter
from tests.support import forum_records as forum
from tests.support.corpus_loads import EMPTY, START, assert_sound, holdings, query
from tests.support.engines import engine_at
from tests.support.loader import Loader
from tests.support.reddit_records import comment, submission

TREE = (
    "SELECT a.title, c.link, p.link FROM comment c JOIN article a ON a.id = c.article"
    " LEFT JOIN comment p ON p.article = c.article AND p.key = c.parent ORDER BY c.link"
)
HN = "https://news.ycombinator.com/item?id="
TITLE = "A lamp that burns for a century"
WHOLE = [
    (TITLE, f"{HN}710{one}", f"{HN}710{above}" if above else None)
    for one, above in ((1, 0), (2, 1), (3, 2), (4, 0))
]


def file(folder: Path, *values: object) -> Path:
    """A file of these values, one a line."""
    path = folder / f"{len(list(folder.iterdir()))}.jsonl"
    path.write_text("".join(json.dumps(value) + "\n" for value in values))
    return path


ANSWERS = {
    "items": forum.ITEMS,
    "rows": forum.bigquery_rows(),
    "tree": [forum.algolia_tree()],
    "lemmy": [{"posts": [forum.post_view()]}, forum.comment_list()],
    "discourse": [forum.topic()],
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_second_load_changes_nothing(loader: Loader, tmp_path: Path, name: str) -> None:
    dump = file(tmp_path, *ANSWERS[name])
    receipt = loader.load(dump)
    assert (receipt.articles.new, receipt.rejected) == (1, 0)
    before = holdings(loader.data)
    again = loader.load(dump)
    assert (again.articles.new, again.articles.updated) == (0, 0)
    assert again.comments == Counts(unchanged=receipt.comments.new)
    assert holdings(loader.data) == before
    assert_sound(loader.data)


def test_forms_of_one_thread_are_one_thread(loader: Loader, tmp_path: Path) -> None:
    loader.load(file(tmp_path, *forum.bigquery_rows()))
    again = loader.load(file(tmp_path, forum.algolia_tree()))
    assert (again.articles, again.comments) == (Counts(unchanged=1), Counts(unchanged=4))
    assert query(loader.data, TREE) == WHOLE


@pytest.mark.parametrize("order", list(permutations(range(5)))[::31])
def test_items_in_any_order_of_files_form_the_same_tree(
    loader: Loader, tmp_path: Path, order: tuple[int, ...]
) -> None:
    counts = [loader.load(file(tmp_path, forum.ITEMS[place])) for place in order]
    assert sum(receipt.comments.new for receipt in counts) == 4
    assert query(loader.data, TREE) == WHOLE
    assert query(loader.data, "SELECT title, comments FROM article") == [(TITLE, 4)]
    assert_sound(loader.data)
    for receipt in counts:
        with CorpusWriter(engine_at(loader.data)) as writer:
            writer.undo(None, receipt.load)
        assert_sound(loader.data)
    assert holdings(loader.data) == EMPTY


def test_several_waiting_branches_are_joined_in_one_load(loader: Loader, tmp_path: Path) -> None:
    chain = [forum.answer(number, number - 1) for number in range(7101, 7109)]
    loader.load(file(tmp_path, *chain[1::2]))
    assert query(loader.data, "SELECT count(*) FROM article WHERE title IS NULL") == [4]
    loader.load(file(tmp_path, *chain[::2], forum.story()))
    assert query(loader.data, "SELECT title, comments FROM article") == [(TITLE, 8)]
    assert_sound(loader.data)


def test_a_circle_of_answers_ends(loader: Loader, tmp_path: Path) -> None:
    loader.load(file(tmp_path, forum.answer(11, 12), forum.answer(12, 11)))
    loader.load(file(tmp_path, forum.answer(12, 11)))
    loader.load(file(tmp_path, forum.answer(11, 12)))
    assert query(loader.data, "SELECT count(*) FROM comment") == [2]
    assert_sound(loader.data)


def test_a_story_is_never_moved_into_another_thread(loader: Loader, tmp_path: Path) -> None:
    loader.load(file(tmp_path, forum.story(), forum.answer(50, 7100)))
    loader.load(file(tmp_path, forum.story(50, title="Forged")))
    assert query(loader.data, "SELECT title FROM article ORDER BY id") == [TITLE, "Forged"]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ([forum.comment_list()], [{"posts": [forum.post_view()]}]),
        ([forum.latest_posts()], [forum.topic()]),
        (
            [forum.algolia_hits()["hits"][1]],
            [forum.story(8000, title="Ask HN: How do you trim a wick?", url=None)],
        ),
    ],
    ids=["lemmy", "discourse", "algolia"],
)
def test_what_a_comment_says_of_its_thread_is_completed(
    loader: Loader, tmp_path: Path, first: list[object], then: list[object]
) -> None:
    loader.load(file(tmp_path, *first))
    assert query(loader.data, "SELECT submitter FROM article") == [None]
    receipt = loader.load(file(tmp_path, *then))
    assert receipt.articles == Counts(updated=1)
    [submitter] = query(loader.data, "SELECT submitter FROM article")
    assert submitter is not None
    loader.load(file(tmp_path, *first))
    assert query(loader.data, "SELECT submitter FROM article") == [submitter]
    assert_sound(loader.data)


def test_sites_with_the_same_numbers_and_reddit_share_nothing(loader: Loader, tmp_path: Path) -> None:
    loader.load(file(tmp_path, {"posts": [forum.post_view()]}, forum.comment_list()))
    other = file(
        tmp_path,
        {"posts": [forum.post_view("feddit.gull.example")]},
        forum.comment_list("feddit.gull.example"),
        forum.topic(),
        forum.topic("forum.sail.example"),
        *forum.ITEMS,
    )
    receipt = loader.load(other)
    assert (receipt.articles, receipt.comments) == (Counts(new=4), Counts(new=10))
    reddit = tmp_path / "reddit"
    reddit.write_bytes(submission() + comment())
    receipt = loader.load(reddit)
    assert (receipt.articles, receipt.comments) == (Counts(new=1), Counts(new=1))
    assert loader.load(other).comments == Counts(unchanged=10)


@pytest.mark.usefixtures("small_pieces")
def test_blocks_of_one_file_join_their_threads(loader: Loader, tmp_path: Path) -> None:
    chain = [forum.answer(number, number - 1) for number in range(7101, 7201)]
    loader.load(file(tmp_path, *chain[::-1], forum.story()))
    assert query(loader.data, "SELECT title, comments FROM article") == [(TITLE, 100)]
    assert_sound(loader.data)


def test_an_erased_author_leaves_no_text_and_no_address(loader: Loader, tmp_path: Path) -> None:
    asked = forum.story(text="Which?", url=None)
    dump = file(tmp_path, asked, forum.answer(7101, 7100, by="lampwright"))
    loader.load(dump)
    for _ in range(2):
        with CorpusWriter(engine_at(loader.data)) as writer:
            writer.erase_author(None, "lampwright", START)
        rows = query(loader.data, "SELECT title, link, discussion, body, submitter FROM article")
        assert rows == [("[deleted]", None, None, "", "[deleted]")]
        assert query(loader.data, "SELECT author, text, link FROM comment") == [
            ("[deleted]", "[deleted]", None)
        ]
        loader.load(dump)


def test_the_books_of_forums_balance_and_name_what_is_missing(loader: Loader, tmp_path: Path) -> None:
    repeated = [*forum.ITEMS, forum.ITEMS[0], forum.ITEMS[1], forum.story("x"), forum.answer(1, 0)]  # type: ignore[arg-type]
    waiting = forum.answer(9002, 9001)
    receipt = loader.load(file(tmp_path, *repeated, waiting, forum.topic(posts_count=12)))
    articles, comments = receipt.article_books, receipt.comment_books
    assert articles is not None
    assert comments is not None
    assert (articles.unaccounted, comments.unaccounted) == (0, 0)
    assert (articles.read, articles.new, articles.unchanged, articles.rejected) == (4, 2, 1, 1)
    assert (comments.read, comments.new, comments.unchanged) == (9, 6, 1)
    assert (comments.rejected, comments.waiting, comments.missing) == (1, 1, 9)
    rest = loader.load(file(tmp_path, {"posts": [forum.post_view(nsfw=True)]}, forum.answer(9001, 9000)))
    assert rest.article_books is not None
    assert (rest.article_books.left_out, rest.article_books.unaccounted) == ({"over_18": 1}, 0)
    with CorpusWriter(engine_at(loader.data)) as writer:
        writer.undo(None, receipt.load)
    assert_sound(loader.data)
