"""A sequence of rows stored as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, overload

Row = TypeVar("Row", bound=tuple[Any, ...])


class ColumnTable(Sequence[Row]):
    """A sequence of tuples, stored as one sequence for each column. The decoder passes a dump's millions of
    rows to the database by column: building a tuple for each row and unpacking it again would add 2% to the
    time of a load."""

    def __init__(self, columns: tuple[Sequence[Any], ...]) -> None:
        self.columns = columns

    @classmethod
    def from_rows(cls, rows: Sequence[Row]) -> ColumnTable[Row]:
        """Returns the rows as a table, unchanged if they already are one. There must be at least one row."""
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
