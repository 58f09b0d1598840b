"""The sample archive reads as what it is meant to show."""

from __future__ import annotations

import itertools
import re
from collections import Counter

from bot.domain.articles import DELETED
from bot.domain.dump import ParsedThread
from bot.dumps import read_dump
from bot.services.sample import sample_paths


def sample() -> list[ParsedThread]:
    items = list(read_dump(sample_paths()))
    threads = [item for item in items if isinstance(item, ParsedThread)]
    assert len(threads) == len(items)
    return threads


def test_about_a_dozen_threads_of_many_sizes() -> None:
    threads = sample()
    assert 12 <= len(threads) <= 16
    assert len({thread.title for thread in threads}) == len(threads)
    sizes = sorted(len(thread.comments) for thread in threads)
    assert sizes[0] == 0
    assert sizes[1] == 3
    assert 40 <= sizes[-1] <= 50
    assert sum(size >= 20 for size in sizes) >= 6


def test_bodies_are_long_enough_to_summarise_and_some_are_empty() -> None:
    threads = sample()
    bodies = [" ".join(p.text for p in thread.paragraphs if not p.furniture) for thread in threads]
    assert bodies.count("") == 2
    for body in filter(None, bodies):
        assert 6 <= len(re.findall(r"[.!?][\"”]?(?= |$)", body)) <= 25


def test_pages_show_what_the_mirrors_pages_show() -> None:
    threads = sample()
    raw = "\n".join(path.read_text("utf-8") for path in sample_paths())
    furniture = [p.text for thread in threads for p in thread.paragraphs if p.furniture]
    assert sum(text.isupper() for text in furniture) >= 12
    assert sum(text.startswith("CLICK HERE") for text in furniture) >= 4
    assert "SCROLL TO CONTINUE WITH CONTENT" in furniture
    assert re.search(r"\b1(?:1st|2nd|3rd), ", raw)
    assert " ," in raw
    assert re.search(r"\d(?:2nd|3rd|1st), ", raw)
    assert "Authored by and submitted by" in raw
    assert "\nimage for\n" in raw
    assert [thread.source for thread in threads].count(None) == 1
    assert all(thread.submitter for thread in threads)


def test_people_come_back_and_some_are_gone() -> None:
    threads = sample()
    comments = list(itertools.chain.from_iterable(thread.comments for thread in threads))
    voices = Counter(comment.author for comment in comments)
    assert voices[DELETED] >= 3
    assert voices["SaltmereBot"] >= 3
    present = Counter(
        itertools.chain.from_iterable({c.author for c in thread.comments} for thread in threads)
    )
    assert sum(count >= 3 for count in present.values()) >= 12
    assert max(len(comment.text) for comment in comments) > 1200
    assert {comment.posted_at.year for comment in comments} == {2023, 2024}


def test_comments_run_from_new_to_old() -> None:
    for thread in sample():
        times = [comment.posted_at for comment in thread.comments]
        assert times == sorted(times, reverse=True)
