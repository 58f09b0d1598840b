"""Runs the tests of one engine with this one alone."""

from __future__ import annotations

from tests.support.corpus_engines import dropped_corpora
from tests.support.engines import only_sqlite
from tests.support.state_engines import dropped_databases

__all__ = ["dropped_corpora", "dropped_databases", "only_sqlite"]
