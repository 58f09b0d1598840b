"""`newsdesk ask`: quotes with their places, and an honest no."""

from __future__ import annotations

from typing import Any

from tests.support.command_line import Desk


def stored(desk: Desk, citation: dict[str, Any]) -> str:
    """What the archive has at the place that the citation names."""
    article = desk("article", str(citation["article"]), "--json").json
    if citation["kind"] == "article":
        text = article["paragraphs"][citation["paragraph"]]["text"]
    elif citation["kind"] == "title":
        text = article["title"]
    else:
        text = next(one["text"] for one in article["comments"] if one["id"] == citation["comment"])
    found: str = text[citation["start"] : citation["end"]]
    return found


def test_an_answer_is_quoted_from_its_place(loaded: Desk) -> None:
    result = loaded("ask", "How did the council vote on the market?", "--json")
    assert result.code == 0
    assert result.json["refused"] is False
    first = result.json["claims"][0]["citations"][0]
    assert (first["kind"], first["article"]) == ("article", 2)
    assert "7 to 4" in first["quote"]
    for claim in result.json["claims"]:
        for citation in claim["citations"]:
            assert stored(loaded, citation) == citation["quote"]


def test_what_is_not_said_is_not_answered(loaded: Desk) -> None:
    result = loaded("ask", "Who is the president of the zeppelin society?", "--json")
    assert result.code == 1
    assert result.json["refused"] is True
    assert result.json["claims"] == []
    assert result.json["reason"] in ("not-said", "nothing-found")


def test_people_are_told_the_source(loaded: Desk) -> None:
    result = loaded("ask", "When does the night ferry sail again?")
    assert result.code == 0
    assert "June" in result.out
    assert "islander.example" in result.out


def test_people_are_told_no(loaded: Desk) -> None:
    result = loaded("ask", "Who plays the zither in Vladivostok?")
    assert (result.code, result.err) == (1, "")
    assert "The archive doesn't say." in result.out


def test_a_question_may_be_about_one_article(loaded: Desk) -> None:
    answer = loaded("ask", "rail yard", "--article", "1", "--json").json
    cited = [c for claim in answer["claims"] for c in claim["citations"]] + answer["closest"]
    assert {one["article"] for one in cited} == {1}
    assert loaded("ask", "rail yard", "--article", "99").code == 1


def test_nothing_asked(loaded: Desk) -> None:
    assert loaded("ask", "?!", "--json").json["reason"] == "no-question"


def test_opinions_come_from_the_comments(loaded: Desk) -> None:
    answer = loaded("ask", "What do people think about the fish market?", "--json").json
    assert answer["asks"] == "opinion"
    assert {c["kind"] for claim in answer["claims"] for c in claim["citations"]} == {"comment"}
