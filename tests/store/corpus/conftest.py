"""Runs the tests of the corpus with every engine that can carry it."""

from __future__ import annotations

from tests.support.corpus_engines import corpus_engine

__all__ = ["corpus_engine"]
