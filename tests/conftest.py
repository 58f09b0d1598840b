"""Fixtures that every test may use, and the options of the suite."""

from __future__ import annotations

import gc

import hypothesis  # imported early: later, a plugin of trio makes it warn
import pytest

from tests.support.engines import engine
from tests.support.fixtures import large, registry, shared_data, shipped_table

__all__ = ["engine", "large", "registry", "shared_data", "shipped_table"]

# A busy machine is no reason for a failure.
hypothesis.settings.register_profile("newsdesk", deadline=None)
hypothesis.settings.load_profile("newsdesk")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--offline", action="store_true", help="skip the tests that install packages from the registry"
    )


def pytest_collection_finish() -> None:
    """What is imported stays until the end: the garbage collector need not look at it after every test."""
    gc.collect()
    gc.freeze()
