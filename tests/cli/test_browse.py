"""`newsdesk browse` and `newsdesk stats --by`."""

from __future__ import annotations

import pytest

from bot.domain.trends import Trend, trend
from bot.services.browsing import BrowseService
from tests.support.command_line import Desk

pytestmark = pytest.mark.slow


def test_values_and_their_articles_are_listed(loaded: Desk) -> None:
    listed = loaded("browse", "source")
    assert listed.code == 0
    assert "courier.example · ▇▇▇▇▇▇▇▇ 1 thread" in listed.out
    assert loaded("stats", "--by", "source").out == listed.out
    opened = loaded("browse", "source", "courier.example")
    assert opened.out.startswith("1 thread for “source:courier.example” · newest first")
    months = loaded("stats", "--by", "month", "--json").json
    assert [row["value"] for row in months["values"]] == sorted(
        (row["value"] for row in months["values"]), reverse=True
    )
    assert sum(row["articles"] for row in months["values"]) == 2
    assert loaded("browse", "month", months["values"][0]["value"], "--json").json["total"] == 1


def test_a_trend_is_a_bar_for_each_time(loaded: Desk) -> None:
    shown = loaded("trend", "source:courier.example").out.splitlines()
    assert shown[0] == "“source:courier.example” in 1 text"
    assert shown[1].endswith("▇▇▇▇▇▇▇▇ 1")
    assert loaded("trend", "zeppelin").out.startswith("Nothing about “zeppelin” in this archive")


def test_a_trend_that_was_cut_short_says_so_also_without_a_bar(
    loaded: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut_short(*_: object) -> Trend:
        return trend("zeppelin", [], cut=True)

    monkeypatch.setattr(BrowseService, "trend", cut_short)
    assert "This search took too long and was cut short." in loaded("trend", "zeppelin").out
    assert loaded("trend", "zeppelin", "--json").json["cut"]


def test_the_newest_articles_are_listed(loaded: Desk) -> None:
    assert loaded("browse").out.startswith("2 threads · newest first")
    assert loaded("browse", "flair").out == "No article in this archive has a flair.\n"
    bad = loaded("browse", "day", "dawn")
    assert (bad.code, "dawn" in bad.err) == (2, True)
