"""The article answers before any commenter, and what he remembers of himself answers nothing else."""

from __future__ import annotations

from tests.support.evidence import article, ask, comment, material

QUESTION = "How many keepers has the lighthouse of Norrby had?"


def test_what_a_commenter_says_of_himself_is_no_answer() -> None:
    told = comment(1, 9, "We had two keepers of the lighthouse, and both were my aunt.")
    empty = article(
        9, "Lighthouse of Norrby is painted", "The lighthouse of Norrby is white now.", comments=1
    )
    answer = ask(QUESTION, material([empty], [told]))
    assert answer.claims == ()
    assert all(citation.kind != "comment" for citation in answer.closest)


def test_a_commenter_who_speaks_of_the_thing_answers_if_the_article_does_not() -> None:
    told = comment(1, 9, "I know that the lighthouse of Norrby has had two keepers.")
    empty = article(9, "Lighthouse is painted", "The tower is white now.", comments=1)
    (claim,) = ask(QUESTION, material([empty], [told])).claims
    assert claim.citations[0].kind == "comment"


def test_the_article_answers_before_a_commenter() -> None:
    told = comment(1, 9, "The lighthouse of Norrby has had two keepers.")
    text = "The lighthouse of the town is white now, and it had seven keepers."
    known = article(9, "Lighthouse is painted", text, comments=1)
    claims = ask(QUESTION, material([known], [told])).claims
    assert claims[0].citations[0].kind == "article"


def test_no_comment_stands_below_a_refusal_where_the_article_has_text() -> None:
    told = comment(1, 9, "The loaf dispute smells of cardamom.")
    court = article(9, "Court hears two bakers", "The court heard both bakers on Monday.", comments=1)
    answer = ask("Who won the loaf dispute?", material([court], [told]))
    assert answer.refused == "not-said"
    assert all(citation.kind != "comment" for citation in answer.closest)
