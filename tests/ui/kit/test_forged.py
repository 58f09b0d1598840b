"""Forged custom_ids and settings files are refused by name, and are never a fault."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.services import settings_transfer
from bot.ui.ask.question_state import deserialize
from bot.ui.kit import routes

NUMBERS = ["-1", "+1", " 1", "1_0", "１", "²", "", "1e3", *(str(2**power) for power in (63, 64, 100, 300))]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("letter", [letter for letter, route in routes.ROUTES.items() if int in route.fields])
def test_a_number_that_no_database_holds_is_no_route(letter: str, number: str) -> None:
    fields = routes.ROUTES[letter].fields
    for forged in (place for place, field in enumerate(fields) if field is int):
        values = [number if place == forged else "1" for place in range(len(fields))]
        with pytest.raises(ValueError):
            routes.parse(letter + ".".join(values))


@given(st.text())
def test_any_route_is_read_or_refused(text: str) -> None:
    for letter in routes.ROUTES:
        try:
            _, values = routes.parse(letter + text)
        except ValueError:
            continue
        assert all(0 <= value <= routes.MAX_ID for value in values if isinstance(value, int))


@given(st.text(alphabet="0123456789abcxyz.|-+% \ud800", max_size=90))
def test_any_question_is_read_or_refused(text: str) -> None:
    try:
        state = deserialize([text])
    except ValueError:
        return
    assert all(0 <= article <= routes.MAX_ID for article in state.articles)


@pytest.mark.parametrize("depth", [10**power for power in range(1, 6)])
def test_a_deep_settings_file_is_none(depth: int) -> None:
    for data in (b"[" * depth, b'{"settings":' * depth, b'{"newsdesk":1,"x":' + b"[" * depth):
        with pytest.raises(BadInput) as refused:
            settings_transfer.read(data[: settings_transfer.MAX_BYTES])
        assert refused.value.key in ("bad-settings-file", "settings-file-field")
