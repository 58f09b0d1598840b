"""Runs the tests of search with every engine that can carry the corpus."""

from __future__ import annotations

from tests.support.corpus_engines import corpus_engine

__all__ = ["corpus_engine"]
