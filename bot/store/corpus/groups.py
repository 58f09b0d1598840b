"""Groups of numbers that hang together."""

from __future__ import annotations

from collections.abc import Iterable


class Groups:
    """Numbers, each of which is at first a group of its own. A group is known by its lowest number."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._above = {number: number for number in numbers}

    def first(self, number: int) -> int:
        """The lowest of the number's group."""
        root = number
        while self._above[root] != root:
            root = self._above[root]
        while self._above[number] != root:
            self._above[number], number = root, self._above[number]
        return root

    def join(self, number: int, other: int) -> None:
        """Makes one group of those of both."""
        low, high = sorted((self.first(number), self.first(other)))
        self._above[high] = low

    def members(self, number: int) -> list[int]:
        """All numbers of the number's group."""
        return [other for other in self._above if self.first(other) == self.first(number)]
