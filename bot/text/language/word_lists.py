"""Reads word lists from text files beside the modules that use them.

A line "[name]" begins a list. Entries are separated by white space, or by another separator if they contain
spaces. "#" begins a comment up to the end of the line; comments give the sources of the lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path


def read_lists(path: Path, separator: str | None = None) -> dict[str, tuple[str, ...]]:
    """Returns the entries of each list of a file, in order, with white space inside them reduced to single
    spaces."""
    texts: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("["):
            lines = texts.setdefault(text[1:-1], [])
        elif text:
            lines.append(text)
    entries = {name: " ".join(lines).split(separator) for name, lines in texts.items()}
    return {name: tuple(filter(None, map(str.strip, parts))) for name, parts in entries.items()}


def word_set(text: str) -> frozenset[str]:
    """Returns the words of a short list, separated by white space in the source code."""
    return frozenset(text.split())


class WordLists(Mapping[str, frozenset[str]]):
    """The lists of one file by name. The file is read on first use."""

    def __init__(self, module: str, name: str, separator: str | None = None) -> None:
        """`name` is a file in the folder of the module whose `__file__` is `module`."""
        self._path = Path(module).with_name(name)
        self._separator = separator

    @cached_property
    def _lists(self) -> dict[str, frozenset[str]]:
        lists = read_lists(self._path, self._separator)
        return {name: frozenset(entries) for name, entries in lists.items()}

    def __getitem__(self, name: str) -> frozenset[str]:
        return self._lists[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lists)

    def __len__(self) -> int:
        return len(self._lists)
