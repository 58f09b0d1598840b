"""Questions about what people think, where no theme of the comments can be quoted."""

from __future__ import annotations

from dataclasses import replace

from bot.text.discussion.comment_digest import build_comment_digest
from bot.text.qa.opinions import opinion_claims
from bot.text.qa.question import parse_question
from tests.support.comment_threads import BUSES, GULLS, MARKET, RENT, REST, comments


def test_single_comments_answer_where_no_theme_can_be_quoted() -> None:
    careless = [text.lower().rstrip(".?") for text in (*RENT, *BUSES, *GULLS, *REST)]
    thread = comments("Children under twelve are free on the ferry.", *careless)
    digest = build_comment_digest(MARKET, thread)
    assert digest.quotable_themes == ()
    question = parse_question("What do people think?")
    free = "Children under twelve are free on the ferry."
    assert free in {claim.text for claim in opinion_claims(question, MARKET, thread, digest)}
    without = replace(digest, single_points=())
    assert free not in {claim.text for claim in opinion_claims(question, MARKET, thread, without)}
