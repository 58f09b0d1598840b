"""The loader: reads dumps and is the only writer of the corpus, in a process of its own."""

from bot.loading.context import Caller
from bot.loading.jobs import run, run_load, run_resume

__all__ = ["Caller", "run", "run_load", "run_resume"]
