"""The client of the language model is an extra: nothing needs it where no model is set."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import asyncio, sys, tempfile
from pathlib import Path
from bot.services import open_services
import bot.client, bot.cli
async def use():
    with tempfile.TemporaryDirectory() as folder:
        async with open_services(Path(folder)) as services:
            pass
asyncio.run(use())
print(*(name for name in ("openai", "httpx2") if name in sys.modules))
"""


@pytest.mark.slow
def test_nothing_imports_it_without_a_model() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
