"""Static word vectors: one interface for two kinds of table."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from bot.errors import BadInput
from bot.text.language.plain_words import PlainWordRows, sum_runs
from bot.text.language.word_arrays import MAX_CHARACTERS, WordArrays, batches
from bot.text.language.word_patterns import ALPHANUMERICS
from bot.text.language.word_pieces import START, WordPieces

if TYPE_CHECKING:
    from model2vec import StaticModel

Rows = NDArray[np.float32]

OFF = "off"
SHIPPED = "shipped"

_TABLE = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_SHA256 = {
    _TABLE: "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5",
    _TOKENIZER: "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68",
}
_MAX_WORD_CHARACTERS = 48
"""Longer words are truncated: in a script without spaces a sentence is one word, and merging takes quadratic
time."""
_BATCH = 512
_MIN_PLAIN_TEXTS = 16
"""Fewer texts are faster one by one."""


class Vectors(Protocol):
    """A table of word vectors. Rows are float32; case is ignored."""

    @property
    def name(self) -> str:
        """The name of the table, for caches and for display."""

    @property
    def dims(self) -> int:
        """The length of a row."""

    def knows(self, languages: Sequence[str]) -> bool:
        """Whether texts in each of these languages, by ISO 639-1 codes, have meaningful vectors."""

    def words(self, words: Sequence[str]) -> Rows:
        """Returns a row for each word, not normalised: the longer the row, the more specific the word. Zeros
        for unknown words."""

    def vocabulary(self) -> Sequence[str]:
        """Returns the words that the table has as wholes, in lower case."""

    def pieces(self, word: str) -> int:
        """Returns the number of pieces of which the word's row is the sum: 1 for one of the vocabulary."""

    def encode(self, texts: Sequence[str]) -> Rows:
        """Returns a unit row for each text, the direction of the sum of its words. Zeros for texts without
        known words."""


def load_vectors(setting: str = SHIPPED) -> Vectors | None:
    """Returns the table named by `setting`: "off" (None), "shipped" (the one in the `wordllama` package; None
    if that is not installed), or a folder or hub name for `model2vec`.

    Raises BadInput("vectors-unusable" | "vectors-damaged" | "model2vec-missing") if a named table cannot be
    read or is not the expected one."""
    if setting == OFF:
        return None
    if setting == SHIPPED:
        return _shipped()
    return _model2vec(setting)


def normalize_rows(rows: Rows) -> Rows:
    """Returns the rows scaled to length 1; rows of zeros are unchanged."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    out: Rows = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return out


def sum_rows(rows: NDArray[np.floating[Any]], used: Sequence[Sequence[int]]) -> Rows:
    """Returns, for each sequence of row numbers, the sum of those rows; zeros for an empty sequence."""
    lengths = np.fromiter(map(len, used), np.int64, len(used))
    return sum_runs(rows, np.fromiter((i for numbers in used for i in numbers), np.int64), lengths)


def _split(text: str) -> list[str]:
    words = ALPHANUMERICS.findall(text.casefold())
    return [w[i : i + _MAX_WORD_CHARACTERS] for w in words for i in range(0, len(w), _MAX_WORD_CHARACTERS)]


class _Model(msgspec.Struct):
    vocab: dict[str, int]


class _Tokenizer(msgspec.Struct):
    model: _Model


class WordPieceTable:
    """A memory-mapped table of word pieces on disk, so that only the rows in use are loaded.

    Words are split as the table's tokenizer does, see `bot.text.language.word_pieces`. The result equals that
    of the `tokenizers` library for 23,896 words, at 1.4 times its speed and without its dependencies."""

    def __init__(self, name: str, rows: NDArray[np.float16], pieces: dict[str, int]) -> None:
        self._name = name
        self._rows = rows
        self._pieces = pieces
        cutter = WordPieces(pieces)
        self._cut = lru_cache(maxsize=65_536)(cutter.split)
        self._plain = PlainWordRows(rows, cutter, _MAX_WORD_CHARACTERS)

    @property
    def name(self) -> str:
        return self._name

    @property
    def dims(self) -> int:
        return int(self._rows.shape[1])

    def knows(self, languages: Sequence[str]) -> bool:
        return set(languages) == {"en"}

    def words(self, words: Sequence[str]) -> Rows:
        return sum_rows(self._rows, [self._cut(word.casefold()[:_MAX_WORD_CHARACTERS]) for word in words])

    def vocabulary(self) -> Sequence[str]:
        words = (piece[1:] for piece in self._pieces if piece.startswith(START))
        return sorted(word for word in words if word == word.casefold())

    def pieces(self, word: str) -> int:
        return len(self._cut(word.casefold()[:_MAX_WORD_CHARACTERS]))

    def encode(self, texts: Sequence[str]) -> Rows:
        out = np.zeros((len(texts), self.dims), np.float32)
        plain = [place for place, text in enumerate(texts) if text.isascii() and len(text) < MAX_CHARACTERS]
        if len(plain) < _MIN_PLAIN_TEXTS:
            plain = []
        others = sorted({*range(len(texts))}.difference(plain))
        for places in batches(plain, [len(texts[place]) + 1 for place in plain]):
            if places:
                out[places], long = self._plain.sum_texts([texts[place] for place in places])
                others += [places[number] for number in long]
        for start in range(0, len(others), _BATCH):
            places = others[start : start + _BATCH]
            out[places] = self._sum_texts([texts[place] for place in places])
        return normalize_rows(out)

    def _sum_texts(self, texts: Sequence[str]) -> Rows:
        # Each row in half precision is converted once, which takes longer than an addition.
        seen: dict[int, int] = {}
        used = [
            [seen.setdefault(piece, len(seen)) for word in _split(text) for piece in self._cut(word)]
            for text in texts
        ]
        return sum_rows(self._rows[list(seen)].astype(np.float32), used)

    def sum_words(self, words: WordArrays, texts: int) -> tuple[Rows, list[int]]:
        """See `bot.text.language.plain_words.PlainWordRows.sum_words`."""
        return self._plain.sum_words(words, texts)


def _shipped() -> WordPieceTable | None:
    # find_spec does not import the package: its own loader expects a folder that the wheel lacks, and
    # importing it would load pydantic, requests and tokenizers.
    spec = importlib.util.find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations)))
    for name, expected in _SHA256.items():
        try:
            with (folder / name).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise BadInput("vectors-damaged", file=name) from error
        if digest != expected:
            raise BadInput("vectors-damaged", file=name)
    tokenizer = msgspec.json.decode((folder / _TOKENIZER).read_bytes(), type=_Tokenizer)
    return WordPieceTable("wordllama l2_supercat 256", _mapped(folder / _TABLE), tokenizer.model.vocab)


class _Tensor(msgspec.Struct):
    shape: tuple[int, int]
    data_offsets: tuple[int, int]


def _mapped(path: Path) -> NDArray[np.float16]:
    """Maps the single float16 tensor of a safetensors file: eight bytes of header length, a JSON header, the
    rows."""
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        (tensor,) = msgspec.json.decode(file.read(size), type=dict[str, _Tensor]).values()
    offset = 8 + size + tensor.data_offsets[0]
    return np.memmap(path, np.float16, "r", offset, tensor.shape)


class Model2Vec:
    """Any model of the `model2vec` family, from a folder or a hub."""

    def __init__(self, name: str, model: StaticModel) -> None:
        self._name = name
        self._model = model

    @property
    def name(self) -> str:
        return self._name

    @property
    def dims(self) -> int:
        return int(self._model.dim)

    def knows(self, languages: Sequence[str]) -> bool:
        return True  # nothing in a model says otherwise

    def words(self, words: Sequence[str]) -> Rows:
        pieces = self._model.encode_as_sequence(list(words), use_multiprocessing=False)
        sums = [rows.sum(axis=0, dtype=np.float32) for rows in pieces]
        return np.asarray(sums, np.float32).reshape(len(words), self.dims)

    def vocabulary(self) -> Sequence[str]:
        return sorted(token for token in self._model.tokens if token == token.casefold())

    def pieces(self, word: str) -> int:
        return len(self._model.encode_as_sequence([word], use_multiprocessing=False)[0])

    def encode(self, texts: Sequence[str]) -> Rows:
        if not texts:  # the engine fails on an empty list
            return np.zeros((0, self.dims), np.float32)
        rows = self._model.encode(list(texts), use_multiprocessing=False, max_length=None)
        return normalize_rows(np.asarray(rows, np.float32).reshape(len(texts), self.dims))


def _model2vec(setting: str) -> Model2Vec:
    try:
        from model2vec import StaticModel
    except ImportError as error:
        raise BadInput("model2vec-missing", setting=setting) from error
    try:
        model = StaticModel.from_pretrained(setting)
    except Exception as error:  # the engine passes on any exception of its file, hub and tokenizer libraries
        raise BadInput(
            "vectors-unusable", setting=setting, reason=str(error).splitlines()[0][:200]
        ) from error
    return Model2Vec(setting, model)
