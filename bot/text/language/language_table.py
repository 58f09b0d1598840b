"""Reads py3langid's model into 15 MB of tables, for which the library takes 100, and 130 while it reads them.

The model is an automaton that finds sequences of letters (features), and a table of how probable each of them
is in each language. Both are read in small parts: the probabilities as bytes, each the distance from its
feature's most probable language; the transitions without those that repeat others."""

from __future__ import annotations

import lzma
import shutil
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any
from zipfile import ZipFile

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 0.05
"""The unit of the distances, whose errors of half of it cancel each other out."""
_PAGE = 16
"""Transitions that are kept together: states share most of such pages, and few rows of all 256."""
_PART_ROWS = 4_096
"""Rows that are read at a time."""


@dataclass(frozen=True, slots=True)
class LanguageTable:
    """The model for some of its languages."""

    labels: list[str]
    prior: NDArray[Any]
    distances: NDArray[Any]
    """For each feature and language, in steps."""
    features: NDArray[Any]
    """The feature that ends in each state, or -1."""
    rows: NDArray[Any]
    """Where the places of a state's pages begin in `places`."""
    places: NDArray[Any]
    pages: NDArray[Any]

    def following(self, states: Any, high: Any, low: Any) -> Any:
        """Returns the states to which a byte leads, given its upper and its lower four bits: one or many."""
        return self.pages[self.places[self.rows[states] + high], low]


def read_model(languages: Collection[str]) -> LanguageTable:
    """Reads the library's own model for these languages."""
    import numpy as np
    from py3langid.langid import MODEL_DIR, MODEL_FILE

    with tempfile.TemporaryFile(suffix=".npz") as unpacked:
        with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
            shutil.copyfileobj(packed, unpacked, 1 << 18)
        with ZipFile(unpacked) as file:
            labels: list[str] = _whole(file, "classes").tolist()
            columns = [column for column, label in enumerate(labels) if label in languages]
            distances = np.concatenate([_distances(part[:, columns]) for part in _parts(file, "ptc")])
            places, pages = _pages(_parts(file, "nextmove", 256 * _PART_ROWS))
            return LanguageTable(
                labels=[labels[column] for column in columns],
                prior=_whole(file, "pc")[columns],
                distances=distances,
                features=_whole(file, "out_feat").astype(np.int32),
                rows=_whole(file, "nextmove_row").astype(np.int32) * (256 // _PAGE),
                places=places,
                pages=pages,
            )


def _parts(file: ZipFile, name: str, rows: int = _PART_ROWS) -> Iterator[NDArray[Any]]:
    """Yields an array of the file, some of its rows at a time."""
    import numpy as np

    with file.open(f"{name}.npy") as data:
        shape, dtype = _header(data)
        width = int(np.prod(shape[1:]))
        left = shape[0]
        while left:
            count = min(rows, left)
            part = np.frombuffer(data.read(count * width * dtype.itemsize), dtype)
            yield part.reshape(count, *shape[1:])
            left -= count


def _whole(file: ZipFile, name: str) -> NDArray[Any]:
    import numpy as np

    return np.concatenate(list(_parts(file, name)))


def _header(data: IO[bytes]) -> tuple[tuple[int, ...], Any]:
    from numpy.lib import format as npy

    version = npy.read_magic(data)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(data)
    return shape, dtype


def _distances(logarithms: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    exact = logarithms.astype(np.float32)
    steps = (exact.max(axis=1, keepdims=True) - exact) / STEP
    rounded: NDArray[Any] = np.minimum(np.rint(steps), 255).astype(np.uint8)
    return rounded


def _pages(parts: Iterator[NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Returns for each page of the transitions its place among the different ones, and those."""
    import numpy as np

    known: dict[bytes, int] = {}
    places = []
    for part in parts:
        size = _PAGE * part.itemsize
        data = part.tobytes()
        pages = (data[start : start + size] for start in range(0, len(data), size))
        places.append(np.array([known.setdefault(page, len(known)) for page in pages], np.int32))
    different = np.frombuffer(b"".join(known), part.dtype).reshape(-1, _PAGE).astype(np.int32)
    page_numbers = np.concatenate(places)
    return page_numbers.astype(np.uint16) if len(known) < 1 << 16 else page_numbers, different
