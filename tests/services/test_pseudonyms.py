"""Letters for names: the same person the same letter in a thread, and no name in anything that is shown."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from bot.domain.articles import Scope
from bot.domain.search import Filters
from bot.errors import BadInput
from bot.services import Services
from bot.services.pseudonyms import letters
from tests.support.reddit_records import comment, submission
from tests.support.services import load

OPEN = Scope(None, True)
LETTERS = Scope(None, True, pseudonyms=True)


def names(value: Any) -> set[str]:
    """Every author and submitter that a model holds, at any depth."""
    if isinstance(value, tuple | list):
        return set().union(*map(names, value))
    if not dataclasses.is_dataclass(value):
        return set()
    parts = {part.name: getattr(value, part.name) for part in dataclasses.fields(value)}
    own = {parts[name] for name in ("author", "submitter", "replies_to") if parts.get(name)}
    return own.union(*map(names, parts.values()))


@pytest.mark.parametrize(("place", "shown"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_letters_go_on_past_z(place: int, shown: str) -> None:
    assert letters(place) == shown


async def everything(services: Services, scope: Scope) -> list[Any]:
    """What a server can be shown of the two threads."""
    found: list[Any] = []
    for article in (1, 2):
        page = await services.archive.comments(scope, article, limit=100)
        found += [
            page,
            await services.archive.article(scope, article),
            await services.archive.all_comments(scope, article),
        ]
        found += [
            await services.archive.comment(scope, page.comments[0].id),
            await services.archive.comment_digest(scope, article),
        ]
    found += [await services.archive.search(scope, text) for text in ("", "rent", "ferry market")]
    found += [
        await services.archive.mentioned(scope, page.article.title),
        await services.archive.random(scope),
    ]
    for question in ("What do people think of the market?", "How many stalls are there?", "rent"):
        found.append(await services.answers.ask(scope, question))
    return found


async def test_no_name_is_shown_where_letters_are_wanted(loaded: Services) -> None:
    real = names(await everything(loaded, OPEN))
    assert len(real) > 3
    shown = names(await everything(loaded, LETTERS))
    assert not shown & real
    assert {"Commenter A", "Commenter B"} <= shown
    assert {name.rsplit(" ", 1)[0] for name in shown} == {"Commenter"}


async def test_one_person_has_one_letter_in_a_thread(loaded: Services) -> None:
    real = (await loaded.archive.comments(OPEN, 2, limit=100)).comments
    shown = (await loaded.archive.comments(LETTERS, 2, limit=100)).comments
    assert [one.text for one in real] == [one.text for one in shown]
    pairs = {(one.author, other.author) for one, other in zip(real, shown, strict=True)}
    assert len(pairs) == len({one.author for one in real}) == len({one.author for one in shown})
    digest = await loaded.archive.comment_digest(LETTERS, 2)
    letter = {one.id: one.author for one in shown}
    for quote in (*digest.few, *(quote for theme in digest.themes for quote in theme.quotes)):
        assert quote.author == letter[quote.comment]


async def test_nothing_is_found_by_a_name_that_is_not_shown(loaded: Services) -> None:
    author = (await loaded.archive.comments(OPEN, 2)).comments[0].author
    assert (await loaded.archive.search(OPEN, "", Filters(author=author), place="comments")) is not None
    with pytest.raises(BadInput, match="names-hidden"):
        await loaded.archive.search(LETTERS, "", Filters(author=author))


async def test_whom_a_comment_answers_has_the_same_letter(loaded: Services, tmp_path: Path) -> None:
    lines = [submission(id="p1", title="Pier closed")]
    for name, author, parent in (("c1", "anna", "t3_p1"), ("c2", "carl", "t1_c1"), ("c3", "dora", "t1_zz")):
        lines.append(comment(id=name, link_id="t3_p1", parent_id=parent, author=author))
    (tmp_path / "pier.ndjson").write_bytes(b"".join(lines))
    await load(loaded, None, tmp_path / "pier.ndjson")
    first, answer, lost = (await loaded.archive.comments(LETTERS, "t3_p1")).comments
    assert (first.replies_to, answer.replies_to, lost.replies_to) == (None, first.author, "")
    assert first.author == "Commenter A"
