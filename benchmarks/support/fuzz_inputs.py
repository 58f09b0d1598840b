"""Inputs of a fuzzer: valid ones that are mutated, and texts of small grammars."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

from bot.services import settings_transfer
from bot.ui.kit import routes
from tests.support.archives import PACKERS, tarred, zipped
from tests.support.dump_pages import page, thread
from tests.support.paths import ROOT
from tests.support.reddit_records import comments, submissions

MAX_BYTES = 1 << 17
_TOKENS = (
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xf0\x9f",
        b"\r\n",
        b"\n\n",
        b'"',
        b"\\",
        b"[" * 3000,
        b"{" * 900,
        b"<",
        b"&#",
        b">",
    ),
    *(b"9" * 400, b"-1", b"1e999", b"NaN", b"null", b"\xed\xa0\x80", b"\xe2\x80\x8f", b"` `\n" * 300, b"%00"),
    *(
        b" on March 12th, 2024 at 12:00 UTC \xc2\xbb",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"\x28\xb5\x2f\xfd",
        b"ustar",
    ),
    *(b"<script", b"<!--", b"<![CDATA[", b"(", b"*", b" NEAR ", b" OR ", b"source:", b"author:", b"after:"),
)
_ALPHABET = "abcdefz 0123456789.|:-+%_\"'()[]{}*\\\n\t\u0130\u200b\u202e\u3042\u4e00\U0001f600\x00"


def dumps() -> list[bytes]:
    """Small dumps of every kind."""
    records = submissions(range(3)) + comments(range(12))
    pages = {"a.txt": page(comments=thread(3)).encode(), "b/c.txt": page("Two", comments=thread(2)).encode()}
    plain = [records, pages["a.txt"], b"id,body,author,created_utc,link_id\nc1,Hi,ann,1600000000,t3_a\n"]
    plain += [path.read_bytes()[:MAX_BYTES] for path in sorted((ROOT / "tests/dumps/fixtures").iterdir())]
    packed = [zipped(pages), tarred(pages), *(pack(records) for pack in PACKERS.values())]
    packed += [PACKERS["gz"](tarred(pages)), zipped({"x.zip": zipped(pages), "r.ndjson": records})]
    return plain + packed


def mutated(seeds: Sequence[bytes], rng: random.Random) -> bytes:
    """One of the seeds, changed in up to six places."""
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, 6)):
        place, length = rng.randrange(len(data) + 1), rng.choice((1, 2, 8, 100, 3000))
        kind = rng.randrange(7)
        if kind == 0 and data:
            data[place % len(data)] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del data[place : place + length]
        elif kind == 2:
            data[place:place] = rng.choice(_TOKENS)
        elif kind == 3:
            data[place:place] = data[place : place + length] * rng.choice((1, 3, 50))
        elif kind == 4:
            other = rng.choice(seeds)
            data[place:] = other[rng.randrange(len(other) + 1) :]
        elif kind == 5:
            data[place : place + 4] = rng.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF)).to_bytes(4, "little")
        else:
            data[place : place + length] = rng.randbytes(rng.randint(0, length))
    return bytes(data[:MAX_BYTES])


def text(rng: random.Random, most: int = 60) -> str:
    """Any characters."""
    return "".join(rng.choices(_ALPHABET, k=rng.randint(0, most)))


def value(rng: random.Random, depth: int = 0) -> object:
    """Any JSON value."""
    kind = rng.randrange(9 if depth < 4 else 6)
    if kind == 0:
        return text(rng)
    if kind < 4:
        return rng.choice(
            (None, True, 0, -1, 1 << 63, 1 << 70, 1.5, 1e308, 1_600_000_000, "t3_abc", "[deleted]")
        )
    if kind < 6:
        return "word " * rng.choice((1, 10, 500))
    if kind == 6:
        return [value(rng, depth + 1) for _ in range(rng.randint(0, 4))]
    return {rng.choice(_KEYS): value(rng, depth + 1) for _ in range(rng.randint(0, 8))}


_KEYS = (
    *(
        "id",
        "body",
        "title",
        "selftext",
        "author",
        "created_utc",
        "link_id",
        "parent_id",
        "score",
        "subreddit",
    ),
    *(
        "permalink",
        "url",
        "domain",
        "replies",
        "data",
        "children",
        "kind",
        "over_18",
        "is_self",
        "edited",
        "text",
    ),
    *(
        "headline",
        "date",
        "articleBody",
        "sentences",
        "cites",
        "newsdesk",
        "settings",
        "schedules",
        "follows",
    ),
)


def records(rng: random.Random) -> bytes:
    """Lines of JSON objects with the names of real records."""
    good = {"id": "c1", "body": "Chips.", "author": "ann", "created_utc": 1_600_000_000, "link_id": "t3_a"}
    lines = [{**good, rng.choice(_KEYS): value(rng)} for _ in range(rng.randint(1, 4))]
    return "\n".join(json.dumps(line) for line in lines).encode()


def query(rng: random.Random) -> str:
    """A search as no member would type it."""
    pieces = (
        *("ferry", "fish market", "OR", "-", '"', "*", "(", "^", "NEAR/2", "source:", "by:", "c++", "AT&T"),
        text(rng, 9),
    )
    return rng.choice(("", " ")).join(rng.choices(pieces, k=rng.randint(0, 40)))


def route(rng: random.Random) -> str:
    """What a forged button may carry."""
    fields = (str(1 << rng.choice((0, 31, 63, 64, 400))), "-1", "²", "", "x", text(rng, 12), "1.2.3", "|||")
    return rng.choice([*routes.ROUTES, "!", ""]) + rng.choice(".|:").join(
        rng.choices(fields, k=rng.randint(0, 6))
    )


def settings_file(rng: random.Random) -> bytes:
    """A settings file, or nearly one."""
    good = {"newsdesk": settings_transfer.FILE_VERSION, "settings": {}, "schedules": [], "follows": []}
    data = json.dumps({**good, rng.choice(_KEYS): value(rng)}).encode()
    return mutated([data], rng) if rng.random() < 0.5 else data


def reply(rng: random.Random) -> str:
    """What a language model may write."""
    sentence = {"text": text(rng, 200) + " The ferry had 12 % more riders in 2024.", "passages": [1]}
    data = json.dumps({"sentences": [sentence, value(rng)]})
    form = rng.choice(("{}", "```json\n{}\n```", "` \n" * 400 + "{}", "{}" * 3, "Here: {}", "[" * 500 + "{}"))
    plain = form.replace("{}", data)
    return mutated([plain.encode()], rng).decode(errors="replace") if rng.random() < 0.6 else plain
