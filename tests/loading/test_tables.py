"""Tables and articles in JSON, loaded whole and loaded again."""

from __future__ import annotations

from pathlib import Path

from bot.domain.loads import Counts
from tests.support.corpus_loads import assert_sound, query
from tests.support.loader import Loader

LINK = "https://www.reddit.com/r/islandnews/comments/p9lamp/ferry_lamp/"
FILES = {
    "posts.csv": "author,title,score,created,link,text,url\n"
    f"u/wick,Ferry lamp,12,2022-04-15 05:20,{LINK},,https://www.lantern.example/ferry\n",
    "comments.csv": "author,score,created,link,body\n"
    f'u/buoy,3,2022-04-15 05:21,{LINK}hq7one1/,"Quite so,\nindeed."\nbroken,row\n',
    "news.tsv": "title\tcontent\tpublication\tdate\n"
    "Live updates\tThe first day.\tLantern\t2022-04-15\nLive updates\tThe second day.\tLantern\t2022-04-16\n",
    "news.json": '{"title": "Gulls leave", "maintext": "They left.", "url": "https://lantern.example/gulls"}\n',
}


def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    paths = [tmp_path / name for name in FILES]
    loader = Loader(tmp_path / "data")
    first = loader.load(*paths)
    assert (first.articles, first.comments, first.rejected) == (Counts(new=4), Counts(new=1), 1)
    assert [rejection.where for rejection in first.rejections] == ["comments.csv:4"]
    again = loader.load(*paths)
    assert (again.articles, again.comments, again.rejected) == (Counts(unchanged=4), Counts(unchanged=1), 1)
    assert query(tmp_path / "data", "SELECT text FROM comment") == ["Quite so,\nindeed."]
    assert_sound(tmp_path / "data")
