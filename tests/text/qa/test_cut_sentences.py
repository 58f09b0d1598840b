"""Sentences that a snippet cut off end with their last whole part."""

from __future__ import annotations

import pytest

from tests.support.evidence import article, ask, material


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        (
            'The 2019 harbour prize was awarded to the writer Otto Linn (born 1942) "for a work that has ...',
            "The 2019 harbour prize was awarded to the writer Otto Linn (born 1942)",
        ),
        (
            "The 2019 harbour prize was awarded to Otto Linn on Sunday, ...",
            "The 2019 harbour prize was awarded to Otto Linn on Sunday",
        ),
        (
            "The 2019 harbour prize was awarded to Otto Linn in Norrby while the ...",
            "The 2019 harbour prize was awarded to Otto Linn in Norrby",
        ),
        (
            "Otto Linn received the harbour prize that was awarded in 2019 ...",
            "Otto Linn received the harbour prize that was awarded in 2019",
        ),
        (
            "Otto Linn received the harbour prize awarded in 2019 ... and the other prize",
            "Otto Linn received the harbour prize awarded in 2019",
        ),
    ],
)
def test_the_last_whole_part_is_quoted(text: str, quote: str) -> None:
    (claim,) = ask("Who was awarded the 2019 harbour prize?", material([article(9, "Prizes", text)])).claims
    assert claim.text == quote
