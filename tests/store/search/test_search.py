"""Search on a real file: what is found, in which order, shown how."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.search import Filters, Hit, SearchPage
from bot.store.search import candidates
from bot.store.search.index import SearchIndex
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_rows import START, Said, Thread, fill

MARKET = Thread(
    "Harbour council votes to move the fish market",
    "The council voted 7 to 4 on Tuesday to move the market to the old rail yard by spring.\n\n"
    "A petition against the move has 3,100 names.",
    [
        Said("The rail yard floods every autumn.", author="Tidewatcher", at=START + 60, score=3),
        Said("Free rent at the rail yard is a bribe.", author="netmender", at=START + 90, score=9),
        Said("Nobody asked the gulls.", at=START + 95),
    ],
    key=36**5 + 1,
)
LIBRARY = Thread(
    "Library opens on Sundays",
    "The library by the rail station will open on Sundays. Naïve readers of C++ and AT&T manuals rejoice.",
    [Said("Finally.", at=START + 86_400 * 3, score=50)],
    source="gazette.example",
    at=START + 86_400 * 2,
    score=5,
)


class Archive:
    """Threads in archive 0, searched with one call."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.index = SearchIndex.open(corpus_at(data), Analyzer())

    async def search(self, text: str, archives: tuple[int, ...] = (0,), **options: object) -> SearchPage:
        return await self.index.search(archives, parse_query(text), **options)  # type: ignore[arg-type]


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    fill(tmp_path, [MARKET, LIBRARY])
    found = Archive(tmp_path)
    yield found
    await found.index.close()


async def test_a_thread_is_one_hit_with_its_best_excerpt(archive: Archive) -> None:
    page = await archive.search('"rail yard"')
    assert (page.total, page.full, page.capped, page.instead) == (1, 1, False, None)
    (hit,) = page.hits
    assert (hit.title, hit.source, hit.more) == (
        MARKET.title,
        "courier.example",
        2 - (hit.comment is not None),
    )
    assert [hit.excerpt[start:end] for start, end in hit.matches] == ["rail yard"]


async def test_threads_with_everything_come_before_those_with_some(archive: Archive) -> None:
    page = await archive.search("rail sundays station")
    assert [hit.title for hit in page.hits] == [LIBRARY.title, MARKET.title]
    assert (page.full, page.total) == (1, 2)


async def test_the_hits_of_some_threads_are_their_newest_matches(archive: Archive) -> None:
    market, library = [(await archive.search(word)).hits[0].article for word in ("gulls", "sundays")]

    async def excerpts(text: str, *articles: int, archives: tuple[int, ...] = (0,)) -> list[str]:
        query = parse_query(text)
        found = await archive.index.hits_of(archives, query, Filters(), "both", articles)
        return [hit.excerpt for hit in found]

    assert await excerpts("rail", market) == ["Free rent at the rail yard is a bribe."]
    assert len(await excerpts("rail", market, library)) == 2
    assert await excerpts("gulls", library) == []
    assert await excerpts("rail bribe sundays", market, library) == []
    assert await excerpts("gullz", market) == []
    assert await excerpts("rail", market, archives=(1,)) == []
    assert await excerpts("rail") == []


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("rail -yard", [LIBRARY.title]),
        ("gulls OR sundays -bribe", [LIBRARY.title, MARKET.title]),
        ("librar*", [LIBRARY.title]),
        ("NAIVE", [LIBRARY.title]),
        ("c++", [LIBRARY.title]),
        ("AT&T", [LIBRARY.title]),
        ("3,100", [MARKET.title]),
        ('"to move the market"', [MARKET.title]),
        ('"move to the market"', []),
        ("-rail", []),
        ("?!", []),
        ("zeppelin", []),
    ],
)
async def test_operators_and_signs(archive: Archive, text: str, titles: list[str]) -> None:
    page = await archive.search(text)
    assert sorted(hit.title for hit in page.hits[: page.full]) == sorted(titles)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("rail -yard", [LIBRARY.title]),
        ("rail -petition", [LIBRARY.title]),
        ('rail -"the rail yard"', [LIBRARY.title, MARKET.title]),
        ("rail -librar*", [MARKET.title]),
        ("rail -NAIVE", [MARKET.title]),
    ],
)
async def test_excluded_words_that_are_common_are_looked_for_in_the_texts(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, text: str, titles: list[str]
) -> None:
    plain = await archive.search(text)
    monkeypatch.setattr(candidates, "_ROWS_PER_TEXT", -1)
    page = await archive.search(text)
    assert page == plain
    assert sorted(hit.title for hit in page.hits[: page.full]) == sorted(titles)


async def test_places(archive: Archive) -> None:
    articles = await archive.search("rail", place="articles")
    comments = await archive.search("rail", place="comments")
    assert {hit.comment for hit in articles.hits} == {None}
    assert [(hit.title, hit.author, hit.more) for hit in comments.hits if hit.comment] == [
        (MARKET.title, "Tidewatcher", 1)
    ] or [(hit.author, hit.more) for hit in comments.hits] == [("netmender", 1)]


async def test_filters_are_of_the_matching_row(archive: Archive) -> None:
    by = await archive.search("rail", filters=Filters(author="TIDEWATCHER"))
    assert [(hit.author, hit.posted_at, hit.more) for hit in by.hits] == [
        ("Tidewatcher", datetime.fromtimestamp(START + 60, UTC), 0)
    ]
    late = await archive.search("rail", filters=Filters(after=datetime.fromtimestamp(START + 61, UTC)))
    assert {hit.author for hit in late.hits} == {"netmender", "poster"}
    until = await archive.search("rail", filters=Filters(before=datetime.fromtimestamp(START + 60, UTC)))
    assert [hit.author for hit in until.hits] == ["poster"]
    source = await archive.search("rail", filters=Filters(source="Gazette.example"))
    assert [hit.title for hit in source.hits] == [LIBRARY.title]


async def test_orders(archive: Archive) -> None:
    newest = await archive.search("rail", order="newest")
    assert [(hit.title, hit.author) for hit in newest.hits] == [
        (LIBRARY.title, "poster"),
        (MARKET.title, "netmender"),
    ]
    score = await archive.search("rail", order="score")
    assert [(hit.title, hit.author) for hit in score.hits] == [
        (MARKET.title, "netmender"),
        (LIBRARY.title, "poster"),
    ]


async def test_keys_are_the_sources_own(archive: Archive) -> None:
    (hit,) = (await archive.search("petition")).hits
    assert hit.key == "t3_100001"


async def test_an_empty_text_lists_the_newest_articles(archive: Archive) -> None:
    page = await archive.search("  ")
    assert [hit.title for hit in page.hits] == [LIBRARY.title, MARKET.title]
    assert page.hits[0].excerpt.startswith("The library by")


async def test_pages_join_to_the_whole_list(tmp_path: Path) -> None:
    fill(tmp_path, [Thread(f"Harbour news {n}", "boats " * (n % 7)) for n in range(37)])
    archive = Archive(tmp_path)
    whole = await archive.search("harbour boats", limit=50)
    paged: list[Hit] = []
    for offset in range(0, 40, 5):
        page = await archive.search("harbour boats", limit=5, offset=offset)
        assert page.total == whole.total == 37
        paged += page.hits
    await archive.index.close()
    assert tuple(paged) == whole.hits
    assert whole.full == sum(n % 7 > 0 for n in range(37))


async def test_a_slip_is_forgiven_and_said(archive: Archive) -> None:
    page = await archive.search("fsh market")
    assert (page.query, page.instead) == ("fsh market", "fish market")
    assert [hit.title for hit in page.hits] == [MARKET.title]


@pytest.mark.parametrize("text", ["3101", "3101 names", "74", "y4rd", "q", "q market", "ox", '"fsh"'])
async def test_numbers_letters_and_quoted_words_are_never_respelt(archive: Archive, text: str) -> None:
    assert (await archive.search(text)).instead is None


async def test_other_archives_are_never_seen(archive: Archive) -> None:
    fill(
        archive.data, [Thread("Zeppelin over the rail yard", "A zeppelin.", [Said("Zeppelins!")])], archive=7
    )
    fill(archive.data, [Thread("Quiet", "Nothing.")], archive=8)
    everything = await archive.search("rail yard zeppelin", archives=(0,))
    assert {hit.title for hit in everything.hits} == {MARKET.title, LIBRARY.title}
    assert (await archive.search("zepelin", archives=(0, 8))).instead is None
    assert (await archive.search("zepelin", archives=(7,))).instead == "zeppelin"
    assert (await archive.search("zeppelin", archives=())).total == 0


async def test_scripts_without_blanks(tmp_path: Path) -> None:
    fill(
        tmp_path,
        [
            Thread("東京大学が新しい研究所を開設", "iPhone手机的新闻。", [Said("大阪も")], language="ja"),
            Thread("京都の大学", "학교에서 만나요"),
        ],
    )
    archive = Archive(tmp_path)

    async def first(text: str) -> list[str]:
        page = await archive.search(text)
        return [hit.title[:2] for hit in page.hits[: page.full]]

    assert await first("東京大学") == ["東京"]
    assert await first("京大") == ["東京"]
    assert sorted(await first("大学")) == ["京都", "東京"]
    assert await first("都") == ["京都"]
    assert await first("iphone 新闻") == ["東京"]
    assert await first("大阪") == ["東京"]
    assert await first("학교") == ["京都"]
    page = await archive.search("新しい研究所")
    assert [page.hits[0].excerpt[a:b] for a, b in page.hits[0].matches] == ["新しい研究所"]
    await archive.index.close()


async def test_a_sentence_finds_the_best_match_wherever_its_words_are(archive: Archive) -> None:
    page = await archive.search(
        "Will free rent at the old rail yard move the fish market stalls before spring"
    )
    assert page.full is None
    assert page.hits[0].title == MARKET.title
