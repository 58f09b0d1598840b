"""Routes of buttons are written, read and shown from one table; those of posted messages stay valid."""

from __future__ import annotations

from itertools import product

import pytest

from bot.domain.articles import COMMENT_ORDERS
from bot.ui import router
from bot.ui.kit import routes
from bot.ui.kit.routes import ListOptions, SearchRoute

WRITTEN = {
    "a5": (routes.article, (5,)),
    "a5.12": (routes.article, (5, 12)),
    "t5.0": (routes.text, (5, 0)),
    "c5.15": (routes.comments, (5, 15)),
    "c5.15.bh": (routes.comments, (5, 15, "bh")),
    "k7.5.t": (routes.replies, (7, 5, "t")),
    "e5.15": (routes.newest_comments, (5, 15)),
    "m7.1": (routes.comment, (7, 1)),
    "n7": (routes.comment_in_list, (7,)),
    "d5.2": (routes.comment_digest, (5, 2)),
    "h5.3.4": (routes.theme, (5, 3, 4)),
    "i5": (routes.timeline, (5,)),
    "x": (routes.random, ()),
    "r17": (routes.receipt, (17,)),
    "s10.cn.||||a.b": (routes.search, (10, "cn", "||||a.b")),
    "b2.10": (routes.browse, (2, 10)),
    "vcn.||||a.b": (routes.trend, ("cn.||||a.b",)),
    "j1.2": (routes.audit, (1, 2)),
    "o1": (routes.policy, (1,)),
    "l3.7": (routes.history, (3, 7)),
    "y": (routes.schedules, ()),
    "z5": (routes.schedule, (5,)),
    "w4": (routes.why_delivery, (4,)),
    "g0123456789abcdef0123": (routes.topic, ("0123456789abcdef0123",)),
    "p0123456789abcdef0123.1": (routes.draft, ("0123456789abcdef0123", 1)),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_routes_of_posted_messages_are_written_and_read_as_ever(text: str) -> None:
    route, values = WRITTEN[text]
    assert route(*values) == text
    assert routes.parse(text) == (route, values)


def test_every_route_has_a_view_and_is_pinned_here() -> None:
    kinds = list(routes.ROUTES.values())
    assert len(kinds) == len(router.VIEWS), "two routes have one letter"
    assert set(router.VIEWS) == set(kinds) == {route for route, _ in WRITTEN.values()}


def test_values_that_are_left_out_are_0_but_for_an_articles_sentences() -> None:
    assert (routes.text(5), routes.theme(5, 3), routes.draft("ab")) == ("t5.0", "h5.3.0", "pab.0")
    assert (routes.article(5), routes.article(5, None)) == ("a5", "a5")
    assert routes.parse("t5") == (routes.text, (5,))


@pytest.mark.parametrize("text", ["", "?", "a", "ax", "a5.x", "a5.3.1", "h5", "x1", "n5.1", "r", "sx.br.q"])
def test_what_is_no_route_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        routes.parse(text)
    assert routes.target(text) is None


def test_a_search_is_read_as_it_was_written() -> None:
    route = SearchRoute("||||gulls", "comments", "newest")
    assert route.route(5) == "s5.cn.||||gulls"
    assert SearchRoute.parse("cn", "||||gulls") == route
    for how in ("", "c", "xx", "cnn"):
        with pytest.raises(ValueError):
            SearchRoute.parse(how, "||||gulls")


def test_targets_are_those_of_lists_then_of_buttons_each_once() -> None:
    components = [
        {
            "type": 17,
            "components": [
                {"type": 1, "components": [{"custom_id": "turn1:t5.0"}, {"custom_id": "follow2:a6"}]},
                {"type": 1, "components": [{"custom_id": "askwhy3:.a9"}, {"custom_id": "mutes4:n8"}]},
                {"type": 1, "components": [{"custom_id": "jump5:-", "options": [{"value": "m7.0"}]}]},
                {"type": 9, "accessory": {"custom_id": "share6:a5.3"}},
            ],
        }
    ]
    assert routes.targets(components) == [("comment", 7), ("article", 5), ("article", 6)]


def test_the_order_of_comments_is_read_as_it_was_written() -> None:
    for order, hides_bots, one_thread in product(COMMENT_ORDERS, (False, True), (False, True)):
        options = ListOptions(order, hides_bots, one_thread)
        assert ListOptions.parse(str(options)) == options
    assert ListOptions.parse("0") == ListOptions.parse("x") == ListOptions()
    assert ListOptions.parse("bh") == ListOptions("best", hides_bots=True)
