"""Rows that are kept as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, overload

Row = TypeVar("Row", bound=tuple[Any, ...])


class ColumnTable(Sequence[Row]):
    """A sequence of tuples, made of one sequence for each of their places. A dump's millions of rows go from
    the decoder into the database by the column: making a tuple of each, and taking it apart again, would cost
    a fiftieth of a load."""

    def __init__(self, columns: tuple[Sequence[Any], ...]) -> None:
        self.columns = columns

    @classmethod
    def from_rows(cls, rows: Sequence[Row]) -> ColumnTable[Row]:
        """The rows, of which there is at least one, as a table; one that is a table already is returned."""
        return rows if isinstance(rows, cls) else cls(tuple(zip(*rows, strict=True)))

    def __len__(self) -> int:
        return len(self.columns[0])

    def __iter__(self) -> Iterator[Row]:
        return zip(*self.columns, strict=True)  # type: ignore[return-value] # which zip cannot know

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> ColumnTable[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | ColumnTable[Row]:
        if isinstance(at, slice):
            return ColumnTable(tuple(column[at] for column in self.columns))
        return tuple(column[at] for column in self.columns)  # type: ignore[return-value] # as above
