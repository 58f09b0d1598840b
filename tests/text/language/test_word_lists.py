"""Files of word lists: sections, comments, separators, and that nothing is read before it is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.text.language.word_lists import WordLists, read_lists

TEXT = """# Two lists.
[first]
one two  # not this
three
[empty]
[second]
New York, Los
Angeles,
"""


@pytest.fixture
def module(tmp_path: Path) -> str:
    (tmp_path / "lists.txt").write_text(TEXT, "utf-8")
    return str(tmp_path / "module.py")


def test_lists_are_read_by_name(module: str) -> None:
    lists = WordLists(module, "lists.txt")
    assert lists["first"] == {"one", "two", "three"}
    assert lists["empty"] == frozenset()
    assert list(lists) == ["first", "empty", "second"]
    assert lists.get("third") is None


def test_entries_may_have_blanks_and_keep_their_order(module: str) -> None:
    lists = read_lists(Path(module).with_name("lists.txt"), separator=",")
    assert lists["second"] == ("New York", "Los Angeles")


def test_a_file_is_read_when_it_is_first_used(module: str) -> None:
    lists = WordLists(module, "absent.txt")
    with pytest.raises(FileNotFoundError):
        len(lists)


def test_every_file_says_where_it_comes_from() -> None:
    files = sorted(Path(__file__).parents[3].glob("bot/text/*/*.txt"))
    assert files
    for file in files:
        head, _, _ = file.read_text("utf-8").partition("\n\n")
        assert "Written for Newsdesk." in " ".join(head.replace("#", "").split()) or "Source:" in head, file
