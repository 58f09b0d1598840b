"""The names of rejections are a fixed set, also where no type says so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import bot.dumps
from bot.domain.dump import Rejection
from bot.domain.stored_message import StoredMessage
from bot.dumps.rejections import Reason, Rejected


def test_every_reason_in_the_code_is_one_of_the_set_and_the_set_has_no_other() -> None:
    (folder,) = bot.dumps.__path__
    code = "\n".join(path.read_text("utf-8") for path in Path(folder).rglob("*.py"))
    code = code.replace(
        code[code.index("Reason = Literal[") : code.index("# fmt: on", code.index("Reason = Literal["))], ""
    )
    used = set(re.findall(r'(?:Rejected\(\s*|Rejection\([^"()]*)"([a-z-]+)"', code))
    assert used <= set(get_args(Reason))
    assert all(f'"{reason}"' in code for reason in get_args(Reason))


def test_a_rejection_names_the_place_and_reads_as_its_sentence() -> None:
    rejected = Rejected("empty", "rejected-empty", 1)
    assert rejected.at("dump.zip/a.txt") == Rejection("dump.zip/a.txt:1", "empty", "This file is empty.")
    assert rejected.at("a.txt").message == StoredMessage("rejected-empty")
    assert Rejected("bomb", "rejected-rest").at("a.gz").where == "a.gz"
    assert str(rejected) == "This file is empty."
