"""Choosing a title of the completions of a search finds its article."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.search.index import SearchIndex
from bot.text.language.index_tokens import index_words
from bot.text.search.analyzer import Analyzer
from bot.text.search.query import parse_query
from bot.ui.kit.autocomplete import _phrase
from bot.ui.kit.limits import MAX_OPTION_TEXT
from bot.ui.kit.truncate import utf16_length
from tests.support.corpus_engines import corpus_at
from tests.support.corpus_rows import Thread, fill

LONG = "A lock keeper counts " + ", ".join(f"barge {number}" for number in range(40))
TITLES = (
    "Zeppelin",
    "Zeppelin lands",
    "Mayor says “no deal” on the ferry",
    'Mayor says "no deal" on the tram',
    "«Нет» сказал капитан порта",
    "「新市場」を開く 東京の港",
    "US ferry fares: 50% off -10 OR title:x",
    "NOT AND OR",
    "Ends with a star*",
    "Nobody knows…",
    LONG,
    "Donau" + "dampfschifffahrts" * 7 + " fährt",
    "港" + "東京の新しい市場が開く" * 12,
)


@pytest.mark.parametrize("title", TITLES)
def test_the_choice_is_one_phrase_of_the_title(title: str) -> None:
    phrase = _phrase(title)
    query = parse_query(phrase)
    assert utf16_length(phrase) <= MAX_OPTION_TEXT
    assert all(group[0].exact for group in query.groups)
    others = query.alternatives, query.exclude, query.conditions, query.faults
    assert others == ((), (), (), ())
    assert len(query.groups) == 1 or not title.isascii(), "one phrase, but for changes of the script"


async def test_the_first_hit_is_the_article(tmp_path: Path) -> None:
    others = [Thread(f"Ship {n}", f"Zeppelin! Not and or. A star* ends with it. Ship {n}.") for n in range(9)]
    fill(tmp_path, [*others, *(Thread(title, "Dull news.") for title in TITLES)])
    index = SearchIndex.open(corpus_at(tmp_path), Analyzer())
    for title in TITLES:
        page = await index.search((0,), parse_query(_phrase(title)))
        assert page.hits, title
        assert page.hits[0].title == title
    await index.close()


def test_a_word_that_is_cut_is_searched_as_a_beginning() -> None:
    assert _phrase(LONG).endswith('"'), "no word is cut"
    assert _phrase("a" * 200).endswith('a"*')
    assert index_words(_phrase(LONG)) == index_words(LONG)[: len(index_words(_phrase(LONG)))]
