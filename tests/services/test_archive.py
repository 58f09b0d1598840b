"""Finding and reading through the services."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.domain.search import Filters
from bot.domain.server_settings import ServerSettings
from bot.errors import BadInput, NotFound
from bot.services import Services, open_services
from tests.support.dump_folders import FERRY, page
from tests.support.services import load

SHARED = Scope()
ELSEWHERE = Scope(guild=5, shared=False)


@pytest.mark.parametrize(
    "ref",
    [2, "2", " 2 ", "Harbour council votes to move the fish market", "HARBOUR COUNCIL VOTES", "fish mark"],
)
async def test_an_article_is_found_by_number_title_or_the_beginning_of_its_words(
    loaded: Services, ref: int | str
) -> None:
    article = await loaded.archive.article(SHARED, ref)
    assert (article.id, article.source) == (2, "courier.example")


async def test_a_title_of_digits_is_found_too(services: Services, tmp_path: Path) -> None:
    (tmp_path / "1984.txt").write_text(page("1984", "a.example", "tide", ("It was a bright cold day.",)))
    await load(services, None, tmp_path / "1984.txt")
    assert (await services.archive.article(SHARED, "1984")).id == 1
    with pytest.raises(NotFound):
        await services.archive.article(SHARED, 1984)


@pytest.mark.parametrize("ref", [0, 99, -1, 2**80, "", " ", "***", "t3_zzz", "t3_" + "z" * 30, "zeppelin"])
async def test_what_is_not_there_is_not_found(loaded: Services, ref: int | str) -> None:
    with pytest.raises(NotFound) as caught:
        await loaded.archive.article(SHARED, ref)
    assert caught.value.key == "no-such-article"


async def test_words_that_begin_several_titles_name_them(loaded: Services, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(page("Night train returns", "a.example", "tide", ("It returns.",)))
    await load(loaded, None, tmp_path / "x.txt")
    with pytest.raises(NotFound) as caught:
        await loaded.archive.article(SHARED, "night returns")
    assert caught.value.key == "several-articles"
    assert "Night train returns (3)" in str(caught.value.fields["titles"])


async def test_nothing_of_another_archive_is_found(loaded: Services) -> None:
    for ref in (1, "1", "Night ferry returns after nine years"):
        with pytest.raises(NotFound):
            await loaded.archive.article(ELSEWHERE, ref)
    with pytest.raises(NotFound):
        await loaded.archive.comment(ELSEWHERE, 1)
    with pytest.raises(NotFound):
        await loaded.archive.random(ELSEWHERE)
    assert (await loaded.archive.search(ELSEWHERE, "rail yard")).hits == ()
    assert await loaded.archive.complete(ELSEWHERE, "night") == ()
    assert await loaded.archive.mentioned(ELSEWHERE, "Night ferry returns after nine years") == ()
    assert (await loaded.archive.stats(ELSEWHERE)).articles == 0


async def test_a_server_sees_its_own_archive_beside_the_shared_one(loaded: Services, tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text(page("Own news", "own.example", "me", ("The rail yard is ours.",)))
    await load(loaded, 5, tmp_path / "own.txt")
    both = await loaded.archive.search(Scope(5, shared=True), "rail yard")
    own = await loaded.archive.search(ELSEWHERE, "rail yard")
    assert (both.total, own.total) == (3, 1)
    assert (await loaded.archive.stats(Scope(5, shared=True))).articles == 3
    assert (await loaded.archive.search(SHARED, "rail yard")).total == 2


async def test_a_search_takes_filters_places_and_orders(loaded: Services) -> None:
    page_ = await loaded.archive.search(
        SHARED, "rail yard", Filters(author="gullfan"), place="comments", order="newest", limit=5, offset=0
    )
    assert [(hit.article, hit.author) for hit in page_.hits] == [(1, "gullfan")]


async def test_comments_are_paged_newest_first_and_know_their_place(loaded: Services) -> None:
    first = await loaded.archive.comments(SHARED, 2, 0, 1)
    second = await loaded.archive.comments(SHARED, 2, 1, 1)
    assert (first.total, first.comments[0].author, second.comments[0].author) == (2, "oysterjo", "netmender")
    assert first.article.id == 2
    for offset, comment in enumerate((*first.comments, *second.comments)):
        around = await loaded.archive.comments(SHARED, 2, 0, 1, around=comment.id)
        assert (around.offset, around.comments) == (offset, (comment,))
        assert await loaded.archive.comment(SHARED, comment.id) == comment
    assert await loaded.archive.all_comments(SHARED, 2) == (*first.comments, *second.comments)
    with pytest.raises(NotFound) as caught:
        await loaded.archive.comment(SHARED, 99)
    assert caught.value.key == "no-such-comment"


async def test_a_summary_and_a_digest_are_the_articles_own(loaded: Services) -> None:
    summary = await loaded.archive.summary(SHARED, "2", 1)
    assert (summary.article, len(summary.sentences), summary.sentence_count) == (2, 1, 3)
    digest = await loaded.archive.comment_digest(SHARED, "2")
    assert (digest.article, digest.total) == (2, 2)


async def test_any_article_can_come_up_at_random(loaded: Services) -> None:
    assert {(await loaded.archive.random(SHARED)).id for _ in range(40)} == {1, 2}


async def test_titles_are_completed(loaded: Services) -> None:
    assert [match.article for match in await loaded.archive.complete(SHARED, "nig fer")] == [1]
    assert [match.article for match in await loaded.archive.complete(SHARED, "")] == [2, 1]


@pytest.mark.parametrize(
    "message",
    [
        FERRY[0],
        f"> **{FERRY[0]}**\nwhat do you make of it?",
        f"# {FERRY[0].upper()}",
        f"Look at this: {FERRY[0]} (really)",
        f"[{FERRY[0]}](https://islander.example/ferry)",
        "Night ferry returns after nine years, says the Islander",
    ],
)
async def test_a_message_with_a_headline_leads_to_its_article(loaded: Services, message: str) -> None:
    assert [hit.article for hit in await loaded.archive.mentioned(SHARED, message)] == [1]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "market",
        "the night returns",
        "https://nowhere.example/x",
        "*" * 4000,
        "a\n" * 2000,
        "ferry " * 500,
    ],
)
async def test_a_message_without_one_leads_nowhere(loaded: Services, message: str) -> None:
    assert await loaded.archive.mentioned(SHARED, message) == ()


async def test_settings_keep_what_was_chosen(services: Services) -> None:
    assert await services.settings.get(5) == ServerSettings(5)
    assert await services.settings.change(5, moderator_role=9) == ServerSettings(5, moderator_role=9)
    changed = await services.settings.change(5, shared_archive=False)
    assert (
        changed == await services.settings.get(5) == ServerSettings(5, moderator_role=9, shared_archive=False)
    )
    assert await services.settings.get(6) == ServerSettings(6)


async def test_facts_are_remembered(services: Services) -> None:
    assert await services.key_value.get("tree") is None
    await services.key_value.set("tree", "abc")
    await services.key_value.set("tree", "def")
    assert await services.key_value.get("tree") == "def"


@pytest.mark.slow
async def test_digests_do_without_word_vectors_or_say_what_is_wrong_with_them(
    tmp_path: Path, dump: Path
) -> None:
    async with open_services(tmp_path / "data", vectors="off") as services:
        await load(services, None, dump)
        assert (await services.archive.comment_digest(SHARED, 2)).total == 2
    async with open_services(tmp_path / "data", vectors=str(tmp_path / "nowhere")) as services:
        for _ in range(2):
            with pytest.raises(BadInput) as caught:
                await services.archive.comment_digest(SHARED, 2)
            assert caught.value.key == "vectors-unusable"
