"""Articles in JSON as datasets, APIs and extractors of news write them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.dump import ParsedThread, Rejection
from bot.dumps import read_dump
from bot.dumps.formats import json_list, reddit_dump
from bot.dumps.formats.records import Block

URL = "https://www.tidings.example/2021/lamp"
TEXT = "The lamp burns again.\n\nNobody had noticed."
TIME = datetime(2021, 5, 4, 6, 30, tzinfo=UTC)
TRAFILATURA = {
    "title": "Lamp relit",
    "author": "Ann Lee; Bo Ek",
    "hostname": "tidings.example",
    "date": "2021-05-04",
    "fingerprint": "0f1e2d",
    "id": None,
    "comments": "",
    "raw_text": "The lamp burns again. Nobody had noticed.",
    "text": TEXT.replace("\n\n", "\n"),
    "filedate": "2024-01-01",
    "source": URL,
    "source-hostname": "The Tidings",
    "excerpt": "A lamp.",
}
NEWS_PLEASE = {
    "authors": ["Ann Lee", "Bo Ek"],
    "date_download": "2021-06-01 01:02:03",
    "date_modify": None,
    "date_publish": "2021-05-04 06:30:00",
    "description": "A lamp.",
    "filename": "lamp.json",
    "maintext": TEXT,
    "source_domain": "www.tidings.example",
    "text": None,
    "title": "Lamp relit",
    "title_page": None,
    "url": URL,
}
NEWSPAPER = {
    "url": URL,
    "title": "Lamp relit",
    "authors": ["Ann Lee"],
    "publish_date": "2021-05-04T06:30:00+00:00",
    "text": TEXT,
    "summary": "",
    "keywords": ["lamp"],
    "source_url": "https://www.tidings.example",
}
CC_NEWS = {
    "title": "Lamp relit",
    "text": TEXT,
    "domain": "www.tidings.example",
    "date": "2021-05-04 06:30:00",
    "description": "A lamp.",
    "url": URL,
    "image_url": None,
}
ALL_THE_NEWS = {
    "id": 17283,
    "title": "Lamp relit",
    "publication": "The Tidings",
    "author": "Ann Lee",
    "date": "2021-05-04 06:30:00",
    "year": 2021.0,
    "url": URL,
    "content": TEXT,
}
IDENTIFIED = {
    "id": "lamp1",
    "headline": "Lamp relit",
    "link": URL,
    "body": TEXT,
    "published": "2021-05-04T08:30:00+02:00",
}
SCHEMA = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Lamp relit",
    "articleBody": TEXT,
    "datePublished": "2021-05-04T06:30:00Z",
    "author": [{"@type": "Person", "name": "Ann Lee"}],
    "publisher": {"@type": "Organization", "name": "The Tidings"},
    "url": URL,
}
WORDPRESS = {
    "id": 51,
    "date": "2021-05-04T06:30:00",
    "link": URL,
    "title": {"rendered": "Lamp relit"},
    "content": {"rendered": "<p>The lamp burns again.</p>\n<p>Nobody had noticed.</p>"},
    "author": 3,
}
CRAWLED = {
    "requested_url": URL,
    "responded_url": URL,
    "plain_text": TEXT,
    "published_date": "2021-05-04",
    "title": "Lamp relit",
    "author": "Ann Lee",
    "description": "A lamp.",
    "sitename": "The Tidings",
}
GOOSE = {"title": "Lamp relit", "cleaned_text": TEXT, "publish_date": "2021-05-04", "final_url": URL}
RECORDS = (
    *(TRAFILATURA, NEWS_PLEASE, NEWSPAPER, CC_NEWS, ALL_THE_NEWS, IDENTIFIED, SCHEMA, WORDPRESS, CRAWLED),
    GOOSE,
)
NEWS_API = {
    "status": "ok",
    "totalResults": 2,
    "articles": [{**CC_NEWS, "source": {"id": None, "name": "Tidings"}}] * 2,
}
GUARDIAN_FIELDS = {"bodyText": TEXT, "headline": "Lamp relit"}
GUARDIAN = {
    "response": {
        "status": "ok",
        "results": [
            {
                "id": "lamps/2021",
                "webTitle": "Lamp relit",
                "webUrl": URL,
                "webPublicationDate": "2021-05-04T06:30:00Z",
                "fields": GUARDIAN_FIELDS,
            }
        ],
    }
}

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Tidings",
    "home_page_url": "https://www.tidings.example",
    "items": [
        {
            "id": "1",
            "url": URL,
            "title": "Lamp relit",
            "content_html": "<p>The lamp burns again.</p><p>Nobody had noticed.</p>",
            "date_published": "2021-05-04T06:30:00Z",
            "authors": [{"name": "Ann Lee"}],
        }
    ],
}


def read(folder: Path, data: bytes) -> tuple[list[ParsedThread], list[str]]:
    (folder / "dump").write_bytes(data)
    articles: list[ParsedThread] = []
    reasons: list[str] = []
    for item in read_dump(folder / "dump"):
        if isinstance(item, Block):
            assert not item.comments
            assert not item.submissions
            articles += item.articles
            reasons += [rejected.reason for *_, rejected in item.rejections]
        else:
            assert isinstance(item, Rejection)
            reasons.append(item.reason)
    return articles, reasons


def encoded(*documents: object, indent: int | None = None) -> bytes:
    return b"".join(json.dumps(document, indent=indent).encode() + b"\n" for document in documents)


@pytest.mark.parametrize("record", RECORDS)
def test_an_article_is_read_as_its_tool_wrote_it(tmp_path: Path, record: dict[str, object]) -> None:
    for data in (encoded(record), encoded(record, indent=1), encoded([record], indent=1), encoded([record])):
        ([article], reasons) = read(tmp_path, data)
        assert (article.title, article.source, article.link) == ("Lamp relit", "tidings.example", URL)
        assert "\n\n".join(part.text for part in article.paragraphs) == TEXT
        assert article.posted_at in (TIME, TIME.replace(hour=0, minute=0))
        assert article.key is None
        assert reasons == []


@pytest.mark.parametrize(
    ("answer", "count"), [(NEWS_API, 2), (GUARDIAN, 1), (JSON_FEED, 1), ({"data": [CC_NEWS]}, 1)]
)
@pytest.mark.parametrize("indent", [None, 1])
def test_answers_of_apis_are_opened(
    tmp_path: Path, answer: dict[str, object], count: int, indent: int | None
) -> None:
    articles, reasons = read(tmp_path, encoded(answer, indent=indent))
    assert [(article.title, len(article.paragraphs)) for article in articles] == [("Lamp relit", 2)] * count
    assert reasons == []


@pytest.mark.parametrize("indent", [None, 1])
def test_tables_of_pandas_and_records_by_id_are_read(tmp_path: Path, indent: int | None) -> None:
    columns = {name: {"0": value, "1": value} for name, value in CC_NEWS.items()}
    for document in (columns, {"a1": CC_NEWS, "a2": CC_NEWS}):
        articles, reasons = read(tmp_path, encoded(document, indent=indent))
        assert [(article.title, article.link) for article in articles] == [("Lamp relit", URL)] * 2
        assert reasons == []


def test_authors_are_names(tmp_path: Path) -> None:
    for author, name in [
        ("By Ann Lee", "Ann Lee"),
        (["Ann Lee", "Bo Ek"], "Ann Lee, Bo Ek"),
        ("['Ann Lee', \"Bo O'Ek\"]", "Ann Lee, Bo O'Ek"),
        ([{"name": "Ann Lee"}], "Ann Lee"),
        ("Ann Lee; Bo Ek", "Ann Lee, Bo Ek"),
        ("Ann Lee ;Bo Ek;", "Ann Lee, Bo Ek"),
        ("Ann &amp; Bo Ek; Cy Fry", "Ann & Bo Ek, Cy Fry"),
        ("nan", None),
        ([], None),
        (7, None),
    ]:
        ([article], _) = read(tmp_path, encoded({"title": "Lamp", "author": author}))
        assert article.submitter == name


def test_a_headline_with_a_short_description_is_an_article(tmp_path: Path) -> None:
    record = {"headline": "Lamp relit", "short_description": "A lamp.", "link": URL, "category": "LAMPS"}
    ([article], _) = read(tmp_path, encoded(record))
    assert [part.text for part in article.paragraphs] == ["A lamp."]
    assert article.is_excerpt


def test_other_json_is_named_once_and_bad_articles_by_line(tmp_path: Path) -> None:
    assert read(tmp_path, encoded(*[{"label": 1, "words": 2}] * 5)) == ([], ["not-a-page"])
    assert read(
        tmp_path, encoded({"data": [{"title": "Lamp", "paragraphs": [{"context": "It burns."}]}]})
    ) == ([], ["not-a-page"])
    articles, reasons = read(tmp_path, encoded(CC_NEWS, {**CC_NEWS, "title": " "}, {"text": TEXT}, CC_NEWS))
    assert (len(articles), reasons) == (2, ["no-title", "not-a-record"])


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([URL, "2021-05-04", "<p>"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "rendered", "text"]), inner, max_size=2)
    ),
    max_leaves=6,
)
names = st.sampled_from(
    sorted(
        {name for record in RECORDS for name in record} | {"fields", "score", "selftext", "name", "_source"}
    )
)


@given(st.lists(st.dictionaries(names, values, max_size=8), min_size=1, max_size=4))
@settings(max_examples=100)
def test_any_fields_end_in_articles_or_named_rejections(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, object]]
) -> None:
    folder = tmp_path_factory.mktemp("t")
    (folder / "dump").write_bytes(encoded(*records))
    for item in read_dump(folder / "dump"):
        assert isinstance(item, Block | Rejection)
        threads = item.articles if isinstance(item, Block) else []
        "".join(
            text
            for thread in threads
            for text in (thread.title, thread.source or "", thread.submitter or "", thread.link or "")
        ).encode()
        assert all(part.text.strip() for thread in threads for part in thread.paragraphs)


def listed(count: int, text: str = TEXT) -> list[bytes]:
    return [
        json.dumps({**CC_NEWS, "title": f"Lamp {number}", "text": text}).encode() for number in range(count)
    ]


def test_a_list_of_any_length_is_read_element_by_element(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_list, "MAX_LISTING_BYTES", 2000)
    for size in (64, 1000, 10_000):
        monkeypatch.setattr(json_list, "_READ_BYTES", size)
        data = b"[\n" + b" ,\n".join(listed(40, 'He said "[{" \\')) + b"]\n"
        articles, reasons = read(tmp_path, data)
        assert [article.title for article in articles] == [f"Lamp {number}" for number in range(40)]
        assert reasons == []
        dump = read_dump(tmp_path / "dump")
        places = [dump.position for _ in dump]
        for place in places[:-1:3]:
            rest = [item for item in read_dump(tmp_path / "dump", start=place) if isinstance(item, Block)]
            titles = [article.title for item in rest for article in item.articles]
            assert titles == [article.title for article in articles][40 - len(titles) :]


def test_broken_elements_of_a_list_cost_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_list, "_READ_BYTES", 100)
    parts = listed(8)
    parts[2] = b'{"title": Lamp}'
    parts[4] = parts[4][:50] + bytes(70) + parts[4][120:]
    articles, reasons = read(tmp_path, b"[" + b", ".join(parts) + b"]")
    assert [article.title for article in articles] == [f"Lamp {number}" for number in (0, 1, 3, 5, 6, 7)]
    assert set(reasons) == {"not-json"}
    articles, reasons = read(tmp_path, b"[" + b", ".join(listed(3))[:-20])
    assert (len(articles), reasons) == (2, ["not-json"])


def test_a_document_of_too_many_values_is_named_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reddit_dump, "MAX_VALUES", 1000)
    assert read(tmp_path, b'{"data": [' + b"{}," * 2000 + b"{}]}") == ([], ["too-large"])
