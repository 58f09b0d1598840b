"""Tables as tools and people write them: whole rows in, and each other row rejected by its line."""

from __future__ import annotations

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.dump import ParsedThread, Rejection, SubmissionRow
from bot.dumps import read_dump
from bot.dumps.containers.streams import Limits
from bot.dumps.formats import table
from bot.dumps.formats.records import Block, CommentRow, RecordFilter
from bot.dumps.reader import Position, submissions_first
from tests.support.archives import PACKERS, tarred, zipped

COMMENTS = "id,link_id,parent_id,author,body,created_utc,score,subreddit\n"
LAMP, ONE = int("p9lamp", 36), int("hq7one1", 36)


class Content:
    """All that a file holds."""

    def __init__(
        self,
        folder: Path,
        data: str | bytes,
        filters: RecordFilter = RecordFilter(),  # noqa: B008 - frozen
        start: Position = Position(),  # noqa: B008 - frozen
    ) -> None:
        self.submissions: list[SubmissionRow] = []
        self.comments: list[CommentRow] = []
        self.articles: list[ParsedThread] = []
        self.rejected: list[tuple[int, str]] = []
        self.details: list[str] = []
        self.left_out = 0
        self.places: list[Position] = []
        path = folder / "dump"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        dump = read_dump(path, Limits(), filters=filters, start=start)
        for item in dump:
            if isinstance(item, Block):
                self.submissions += item.submissions
                self.comments += item.comments
                self.articles += item.articles
                self.rejected += [(line, rejected.reason) for line, _, rejected in item.rejections]
                self.details += [str(rejected) for _, _, rejected in item.rejections]
                self.left_out += sum(item.left_out.values())
            elif isinstance(item, Rejection):
                self.rejected.append((int(item.where.rpartition(":")[2]), item.reason))
                self.details.append(item.detail)
            self.places.append(dump.position)

    @property
    def bodies(self) -> list[str]:
        return [row[6] for row in self.comments]


def row(number: int = 1, body: str = "Quite so.") -> str:
    line = io.StringIO()
    csv.writer(line).writerow(
        (f"hq7one{number}", "t3_p9lamp", "t3_p9lamp", "buoy", body, 1650000100, 3, "islandnews")
    )
    return line.getvalue()


def test_the_export_of_a_dump_keeps_the_tree(tmp_path: Path) -> None:
    reply = 'hq7two2,t3_p9lamp,t1_hq7one1,wick,"He said ""no"",\nthen left.",1650000200.0,-2.0,islandnews\n'
    content = Content(tmp_path, COMMENTS + row() + reply)
    assert content.comments == [
        (ONE, LAMP, None, "buoy", 1650000100, 3, "Quite so.", None),
        (int("hq7two2", 36), LAMP, ONE, "wick", 1650000200, -2, 'He said "no",\nthen left.', None),
    ]
    assert content.rejected == []


LINK = "https://www.reddit.com/r/islandnews/comments/p9lamp/ferry_lamp/"


@pytest.mark.parametrize(
    "text",
    [
        # PushshiftDumps' to_csv, Reddit's own data export, a script with prefixed names, one that joins both.
        f"author,score,created,link,body\nu/buoy,3,2022-04-15 05:21,{LINK}hq7one1/,Quite so.\n",
        "id,permalink,date,ip,subreddit,gildings,link,parent,body,media\n"
        f"hq7one1,{LINK}hq7one1/,2022-04-15 05:21:40 UTC,,islandnews,0,{LINK},,Quite so.,\n",
        "Post ID;Comment ID;Comment Body;Comment Author;Comment Score;Created\n"
        "p9lamp;hq7one1;Quite so.;buoy;3;2022-04-15T05:21:40Z\n",
        "post_id\tpost_title\tcomment_id\tcomment_body\tcreated_utc\n"
        "p9lamp\tLamp\thq7one1\tQuite so.\t1650000100\n",
    ],
)
def test_comments_are_known_by_the_names_that_tools_give_their_columns(tmp_path: Path, text: str) -> None:
    content = Content(tmp_path, text)
    [comment] = content.comments
    assert (*comment[:3], comment[4] // 60, comment[6]) == (ONE, LAMP, None, 1650000100 // 60, "Quite so.")
    assert content.rejected == []
    assert [thread.key for thread in content.articles] in ([], ["t3_p9lamp"])


@pytest.mark.parametrize(
    "text",
    [
        # PushshiftDumps' to_csv, Reddit's own data export, a common script for Kaggle, Pushshift's names.
        "author,title,score,created,link,text,url\n"
        f"u/wick,Ferry lamp,12,2022-04-15 05:20,{LINK},,https://www.lantern.example/ferry\n",
        "id,permalink,date,ip,subreddit,gildings,title,url,body\n"
        f"p9lamp,{LINK},2022-04-15 05:20:00 UTC,,islandnews,0,Ferry lamp,https://www.lantern.example/ferry,\n",
        "title,score,id,url,comms_num,created,body,timestamp\n"
        "Ferry lamp,12,p9lamp,https://www.lantern.example/ferry,7,1650000000.0,,2022-04-15 05:20:00\n",
        "created_utc|domain|id|title|selftext|subreddit|over_18|url\n"
        "1650000000|lantern.example|p9lamp|Ferry lamp||islandnews|False|https://www.lantern.example/ferry\n",
    ],
)
def test_submissions_are_known_by_the_names_that_tools_give_their_columns(tmp_path: Path, text: str) -> None:
    content = Content(tmp_path, text)
    [post] = content.submissions
    assert (post.key, post.title, post.source, post.posted_at) == (
        LAMP,
        "Ferry lamp",
        "lantern.example",
        1650000000,
    )
    assert post.link == "https://www.lantern.example/ferry"
    assert content.rejected == []


def test_a_comment_among_submissions_without_its_own_is_named(tmp_path: Path) -> None:
    text = "title,score,id,url,comms_num,created,body\nComment,1,hq7one1,,0,1650000100,Quite so.\n"
    assert Content(tmp_path, text).rejected == [(2, "not-a-record")]


def test_a_submission_without_a_time_has_that_of_its_comments(tmp_path: Path) -> None:
    [thread] = Content(tmp_path, "id,title,num_comments\np9lamp,Ferry lamp,7\n").articles
    assert (thread.key, thread.title, thread.posted_at) == ("t3_p9lamp", "Ferry lamp", None)


@pytest.mark.parametrize(
    "text",
    [
        '\ufeff,title,text,subject,date\n0,Ferry lamp,"One.\n\nTwo.",News,"April 15, 2022 "\n',
        "Headline;Byline;Article text;Published at;Url\n"
        'Ferry lamp;By Ann Lee;"One.\nTwo.";2022-04-15;https://lantern.example/1\n',
        "title\tcontent\tpublication\tdate\tyear\n"
        "Ferry lamp\t<p>One.</p><p>Two.</p>\tLantern\t2022-04-15\t2022.0\n",
    ],
)
def test_articles_are_read_from_tables_of_news(tmp_path: Path, text: str) -> None:
    content = Content(tmp_path, text)
    [thread] = content.articles
    assert (thread.title, [part.text for part in thread.paragraphs]) == ("Ferry lamp", ["One.", "Two."])
    assert thread.posted_at is not None
    assert thread.posted_at.date().isoformat() == "2022-04-15"
    assert content.rejected == []


@pytest.mark.parametrize("text", ['headline\nLamps, and "more"\n"Gulls, again"\n', "Title\nA\nB\n"])
def test_a_column_of_headlines_is_read(tmp_path: Path, text: str) -> None:
    assert len(Content(tmp_path, text).articles) == 2


def test_rows_with_other_numbers_of_fields_are_named_by_their_lines(tmp_path: Path) -> None:
    data = (
        COMMENTS
        + row(1, "Two\nlines")
        + "hq7one2,oops\n\n,,,,,,,\n"
        + COMMENTS
        + row(3)[:-2]
        + ",,\n"
        + row(4)[:-2]
        + ",9\n"
    )
    content = Content(tmp_path, data)
    assert content.bodies == ["Two\nlines", "Quite so."]
    assert content.rejected == [(4, "not-a-record"), (9, "not-a-record")]
    assert content.details[0] == "This row has 2 fields, but the table has 8 columns."


@pytest.mark.parametrize("place", [0, 3, 9])
@pytest.mark.parametrize("stray", ['"Quite so.', 'He said "no" to "her', '"He said "no'])
def test_a_stray_quotation_mark_costs_one_row(tmp_path: Path, place: int, stray: str) -> None:
    rows = [row(number, f"Number {number}, with a comma.") for number in range(10)]
    rows[place] = f"hq7one{place},t3_p9lamp,,buoy,{stray},1650000100,3,islandnews\n"
    content = Content(tmp_path, COMMENTS + "".join(rows))
    others = [body for body in content.bodies if body.startswith("Number")]
    assert others == [f"Number {number}, with a comma." for number in range(10) if number != place]
    assert len(content.comments) + len(content.rejected) == 10
    assert all(line == place + 2 for line, _ in content.rejected)


def test_quotation_marks_of_a_table_without_quoting_are_text(tmp_path: Path) -> None:
    header = "id\tlink_id\tbody\tcreated_utc\n"
    bodies = ['"Lamp" is lit', '"Never', "he said", 'lit" now', '"yes"']
    rows = [f"hq7one{number}\tp9lamp\t{body}\t1650000100\n" for number, body in enumerate(bodies)]
    content = Content(tmp_path, header + "".join(rows))
    assert content.bodies == [*bodies[:4], "yes"]
    assert content.rejected == []


def test_wiped_bytes_are_named(tmp_path: Path) -> None:
    content = Content(tmp_path, COMMENTS + row() * 20 + "hq7one2,p9la" + "\0" * 50 + "\n" + row(3))
    assert len(content.comments) == 21
    assert [reason for _, reason in content.rejected] == ["not-a-record", "not-json"]


@pytest.mark.parametrize(
    ("dates", "months"),
    [(("3/4/2020", "25/4/2020"), [4, 4]), (("3/4/2020 7:05", "4/25/2020"), [3, 4]), (("3/4/2020",), [None])],
)
def test_days_and_months_are_told_apart_by_the_table(
    tmp_path: Path, dates: tuple[str, ...], months: list[int | None]
) -> None:
    rows = "".join(f"Lamp {number},{date}\n" for number, date in enumerate(dates))
    articles = Content(tmp_path, "title,date\n" + rows).articles
    assert [article.posted_at and article.posted_at.month for article in articles] == months


def test_backslashes_before_quotation_marks_are_read(tmp_path: Path) -> None:
    text = COMMENTS + r'hq7one1,t3_p9lamp,,buoy,"He said \"no, never\" twice.",1650000100,3,islandnews' + "\n"
    assert Content(tmp_path, text).bodies == ['He said "no, never" twice.']


@pytest.mark.parametrize(
    "text",
    [
        'sep=;\nTitle;Text\nLamp;"One; two"\n',
        '"Title", "Text"\n"Lamp", "One; two"\n',
        "Title, Text\r\nLamp, One; two\r\n",
    ],
)
def test_the_ways_of_spreadsheets_are_read(tmp_path: Path, text: str) -> None:
    content = Content(tmp_path, text)
    assert [(thread.title, thread.paragraphs[0].text) for thread in content.articles] == [
        ("Lamp", "One; two")
    ]
    assert content.rejected == []


def test_a_comment_may_be_empty_or_say_none(tmp_path: Path) -> None:
    assert Content(tmp_path, COMMENTS + row(1, "") + row(2, "None")).bodies == ["", "None"]


def test_a_table_of_other_things_is_named_once(tmp_path: Path) -> None:
    posts = "".join(f"{number},ann,Quite so.,https://birds.example/{number}\n" for number in range(200))
    assert Content(tmp_path, "id,user,text,url\n" + posts).rejected == [(1, "not-a-page")]
    messages = "id,permalink,thread_id,date,from,to,subject,body\nm1,,t9,2022-04-15,ann,bo,Hi,Private.\n"
    assert Content(tmp_path, messages).rejected == [(1, "not-a-page")]


def test_submissions_are_read_before_comments(tmp_path: Path) -> None:
    for name, text in (
        ("a.csv", COMMENTS + row()),
        ("b.csv", "id,title,created_utc\n"),
        ("c.csv", "id,Post title\n"),
    ):
        (tmp_path / name).write_text(text + "p9lamp,Lamp,1650000000\n")
    paths = submissions_first(sorted(tmp_path.iterdir()))
    assert [path.name for path in paths] == ["b.csv", "c.csv", "a.csv"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_any_encoding_and_line_ending_is_read(tmp_path: Path, encoding: str, ending: str) -> None:
    text = (COMMENTS + row(1, "Café – “so”,\nnext.") * 1).replace("\r\n", "\n").replace("\n", ending)
    assert Content(tmp_path, text.encode(encoding)).bodies == ["Café – “so”,\nnext."]


@pytest.mark.parametrize(
    "pack", [*PACKERS.values(), lambda data: zipped({"a.csv": data}), lambda data: tarred({"a.csv": data})]
)
def test_packed_tables_are_read(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    assert Content(tmp_path, pack((COMMENTS + row()).encode())).bodies == ["Quite so."]


def test_a_load_s_filter_leaves_rows_out(tmp_path: Path) -> None:
    other = RecordFilter(subreddits=frozenset({"elsewhere"}))
    assert Content(tmp_path, COMMENTS + row(), other).left_out == 1
    late = RecordFilter(before=1_000_000_000)
    assert Content(tmp_path, "title,date\nLamp,2022-04-15\n", late).left_out == 1
    assert Content(tmp_path, "title,date,nsfw\nLamp,2022-04-15,True\n").left_out == 1


def test_reading_resumes_after_any_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "BLOCK_BYTES", 300)
    rows = [row(number % 10, f'Line "{number}"\nand {"more " * (number % 5)}') for number in range(40)]
    rows[7] = "oops\n"
    rows[11] = 'hq7one1,"\n'
    data = COMMENTS + "".join(rows)
    whole = Content(tmp_path, data)
    assert len(whole.comments) == 38
    assert len(whole.places) > 8
    for place in whole.places[:-1]:
        rest = Content(tmp_path, data, start=place)
        assert rest.comments == whole.comments[len(whole.comments) - len(rest.comments) :]
        assert rest.rejected == whole.rejected[len(whole.rejected) - len(rest.rejected) :]
        assert len(rest.places) == len(whole.places) - 1 - whole.places.index(place)


@pytest.mark.parametrize("fill", ["x" * 100, '"x', '"a"b,"\n', ",", "x\n", '""'])
def test_memory_is_bounded_whatever_a_table_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fill: str
) -> None:
    monkeypatch.setattr(table, "MAX_ROW_BYTES", 1 << 14)
    monkeypatch.setattr(table, "MAX_BAD_RECORDS", 1000)
    data = COMMENTS + 'hq7one1,p9lamp,,buoy,"' + fill * (60_000 // len(fill)) + "\n" + row(2)
    (tmp_path / "dump").write_bytes(data.encode())
    rejected = comments = 0
    tracemalloc.start()
    for item in read_dump(tmp_path / "dump"):
        assert isinstance(item, Block)
        rejected, comments = rejected + len(item.rejections), comments + len(item.comments)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rejected
    assert peak < 5_000_000


words = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\",;\t|'\\"), max_size=30
)


@given(
    rows=st.lists(st.tuples(words, words), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
# A backslash before a doubled quotation mark is text, and no mark of an escaping table.
@example(rows=[("", '\\"')], delimiter=",", quoting=csv.QUOTE_ALL)
@settings(max_examples=60)
def test_what_is_written_reads_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str, quoting: int
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(("id", "link_id", "body", "author", "created_utc"))
    bodies = [f"b{before}e" for before, _ in rows]
    for number, body in enumerate(bodies):
        writer.writerow((f"hq7one{number}", "p9lamp", body, rows[number][1] or "x", 1650000100))
    content = Content(tmp_path_factory.mktemp("t"), text.getvalue())
    assert len(content.comments) == len(rows)
    assert content.rejected == []


pieces = st.sampled_from(
    [
        '"',
        '""',
        ",",
        "\n",
        "\r\n",
        "\r",
        "\0",
        "\\",
        ";",
        "\t",
        "é",
        "hq7one1",
        "p9lamp",
        "5",
        LINK,
        "\ufeff",
        "title",
    ]
)


@given(
    header=st.sampled_from(
        [COMMENTS, "title,text,url,date\n", "title\n", "id;title;url;score;subreddit\n", "a,b\n"]
    ),
    body=st.one_of(st.lists(pieces, max_size=40).map("".join).map(str.encode), st.binary(max_size=200)),
)
@settings(max_examples=80)
def test_any_rows_end_in_records_or_named_rejections(
    tmp_path_factory: pytest.TempPathFactory, header: str, body: bytes
) -> None:
    content = Content(tmp_path_factory.mktemp("t"), header.encode() + body)
    assert all(line >= 1 and reason for line, reason in content.rejected)
    texts = [thread.title + "".join(part.text for part in thread.paragraphs) for thread in content.articles]
    "".join([*texts, *content.bodies]).encode()  # a lone surrogate would raise, here as in the database
