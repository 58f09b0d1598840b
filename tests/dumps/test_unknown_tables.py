"""Tables of something else are named as tables, with their columns."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from bot.domain.dump import Rejection
from bot.dumps import read_dump


def rejection_of(path: Path, data: bytes) -> Rejection:
    path.write_bytes(data)
    (item,) = read_dump(path)
    assert isinstance(item, Rejection)
    return item


@pytest.mark.parametrize(
    "text",
    [
        "colour,weight\nred,4\nblue,5\n",
        'colour\tweight of all\n"dark, red"\t4\nblue\t5\n',
        "Größe;Gewicht\n3;4\n5;6\n",
    ],
)
def test_a_table_of_two_other_columns_is_named(tmp_path: Path, text: str) -> None:
    rejection = rejection_of(tmp_path / "dump", text.encode())
    assert (rejection.where, rejection.reason) == ("dump:1", "not-a-page")
    columns = re.split("[,;\t]", text.split("\n")[0])
    assert f"table with the columns {', '.join(columns)}." in rejection.detail


@pytest.mark.parametrize(
    "text",
    [
        "Dear all, the lamp is lit\nSee you soon, at the quay\nYours truly, Ann\n",
        "INSERT INTO lamps VALUES (1,2);\nINSERT INTO lamps VALUES (3,4);\nINSERT INTO lamps VALUES (5,6);\n",
        "Good morning; fair winds\nGood evening; foul ones\nGood night; none\n",
    ],
)
def test_prose_and_statements_are_no_tables(tmp_path: Path, text: str) -> None:
    assert "with the columns" not in rejection_of(tmp_path / "dump", text.encode()).detail


@pytest.mark.parametrize("name", ["birds.csv", "birds.TSV", "birds.csv.gz"])
@pytest.mark.parametrize(
    ("text", "columns"),
    [("colour,weight\n", "colour, weight"), ("colour\nred\n", "colour"), ("a,b\n1\n1,2,3\n", "a, b")],
)
def test_a_file_that_is_named_as_a_table_is_called_one(
    tmp_path: Path, name: str, text: str, columns: str
) -> None:
    data = gzip.compress(text.encode()) if name.endswith(".gz") else text.encode()
    detail = rejection_of(tmp_path / name, data).detail
    assert f"a table with the columns {columns}. Name its columns" in detail
