"""The table of word vectors: cut as its tokenizer cuts, summed right, refused when it is another file."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path

import numpy as np
import pytest

from bot.errors import BadInput
from bot.text.language.word_vectors import (
    Model2Vec,
    Vectors,
    WordPieceTable,
    load_vectors,
    normalize_rows,
    sum_rows,
)

PIECES = {
    "▁": 0,
    "f": 1,
    "i": 2,
    "s": 3,
    "h": 4,
    "is": 5,
    "▁f": 6,
    "fis": 7,
    "ish": 8,
    "▁fish": 9,
    "<0xC3>": 10,
}
PIECES["<0xBC>"] = 11


def small_table() -> WordPieceTable:
    rows = np.arange(len(PIECES) * 3, dtype=np.float16).reshape(-1, 3)
    return WordPieceTable("small", rows, PIECES)


def test_the_lowest_numbered_joint_comes_first() -> None:
    # "is" (5) comes before "▁f" (6), then "ish" (8); "▁fish" (9) is then left to join.
    table = small_table()
    assert table.words(["fish"]).tolist() == [[27.0, 28.0, 29.0]]


def test_a_character_without_a_piece_goes_by_its_bytes() -> None:
    table = small_table()
    assert table.words(["ü"]).tolist() == [[0 + 30 + 33, 1 + 31 + 34, 2 + 32 + 35]]


def test_a_text_is_the_direction_of_the_sum_of_its_words() -> None:
    table = small_table()
    both = table.words(["fish"]) + table.words(["his"])
    assert np.allclose(table.encode(["Fish -- HIS"]), normalize_rows(both))
    assert np.linalg.norm(table.encode(["fish"])) == pytest.approx(1)


def test_what_says_nothing_is_a_row_of_zeros() -> None:
    table = small_table()
    assert table.encode(["", "?!"]).tolist() == [[0.0] * 3] * 2
    assert table.encode([]).shape == (0, 3)
    assert table.words([]).shape == (0, 3)


def test_sums_keep_the_order_of_what_was_asked() -> None:
    rows = np.eye(3, dtype=np.float32)
    assert sum_rows(rows, [[], [0, 0, 1], [2]]).tolist() == [[0, 0, 0], [2, 1, 0], [0, 0, 1]]


def test_off_is_no_table() -> None:
    assert load_vectors("off") is None


def test_without_the_package_there_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert load_vectors("shipped") is None


@pytest.mark.parametrize("content", [None, b"something else"])
def test_another_file_than_the_pinned_one_is_refused(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "weights").mkdir()
        (tmp_path / "weights" / "l2_supercat_256.safetensors").write_bytes(content)
    spec = importlib.machinery.ModuleSpec("wordllama", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(BadInput) as raised:
        load_vectors("shipped")
    assert raised.value.key == "vectors-damaged"


@pytest.fixture(scope="module")
def shipped() -> Vectors:
    table = load_vectors("shipped")
    if table is None:
        pytest.skip("needs the extra `vectors`")
    return table


def test_the_shipped_table_knows_what_belongs_together(shipped: Vectors) -> None:
    rent, money, gull = shipped.encode(
        ["free rent for a year", "nobody pays for the stall", "gulls on the roof"]
    )
    assert rent @ money > rent @ gull
    assert shipped.dims == 256


def test_the_shipped_table_is_cut_as_its_own_tokenizer_cuts(shipped: Vectors) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    spec = importlib.util.find_spec("wordllama")
    assert spec is not None
    assert spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0])
    theirs = tokenizers.Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    assert isinstance(shipped, WordPieceTable)
    for word in (
        "harbour",
        "stallholders",
        "größe",
        "привет",
        "漁港",
        "naïve",
        "ﬁsh",
        "3100",
        "١٢",
        "한국어",
    ):
        assert list(shipped._cut(word)) == theirs.encode(word, add_special_tokens=False).ids


def test_a_folder_of_model2vec_is_read(tmp_path: Path) -> None:
    model2vec = pytest.importorskip("model2vec")
    tokenizers = pytest.importorskip("tokenizers")
    words = {"[UNK]": 0, "fish": 1, "market": 2}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    rows = np.array([[0, 0], [1, 0], [0, 2]], np.float32)
    model2vec.StaticModel(rows, tokenizer).save_pretrained(str(tmp_path))
    table = load_vectors(str(tmp_path))
    assert isinstance(table, Model2Vec)
    assert table.dims == 2
    assert table.words(["market", "fish market"]).tolist() == [[0, 2], [1, 2]]
    assert np.allclose(table.encode(["fish", ""]), [[1, 0], [0, 0]])
    assert table.encode([]).shape == (0, 2)


def test_a_folder_without_a_model_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("model2vec")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BadInput) as raised:
        load_vectors(str(tmp_path))
    assert raised.value.fields["setting"] == str(tmp_path)
