"""Saved web pages, archives of them and feeds, of a newspaper that does not exist."""

from __future__ import annotations

import gzip
import quopri
from pathlib import Path

FIXTURES = Path(__file__).parents[1] / "dumps" / "fixtures"
PICTURE = "data:image/png;base64," + "iVBORw0KGgo" + "A" * 20_000

ARTICLE = (FIXTURES / "ferry.html").read_text().replace("PICTURE", PICTURE)

PARAGRAPHS = [
    "The ferry between Lower Quay and the Saltings ran again on Tuesday, nine years after the old landing"
    " stage sank in a storm.",
    "About 300 people stood in the rain to see the first crossing, which took eleven minutes and carried a"
    " brass band.",
    "Fares",
    "A single ticket costs two crowns & fifty pence, and children travel free until the end of the summer,"
    " the council said. It wrote <b> on the first ticket.",
    "- First boat at 6:10",
    "- Last boat at 23:40",
]
"""What the article says."""

MIRROR = (FIXTURES / "tolls-mirror.html").read_text()

MIRROR_TEXT = (FIXTURES / "tolls-mirror.txt").read_text()
"""The same page as text."""

OLD_REDDIT = (FIXTURES / "tolls-old-reddit.html").read_text()

NEW_REDDIT = (FIXTURES / "tolls-reddit.html").read_text()

RSS = (FIXTURES / "ferry.rss").read_text()

ATOM = (FIXTURES / "ferry.atom").read_text()

REDDIT_FEED = (FIXTURES / "tolls-reddit.atom").read_text()


def mhtml(page: str = ARTICLE, *, place: str = "https://www.harbourbell.example/saved") -> bytes:
    """The page as a browser saves it with one picture."""
    head = (
        "From: <Saved by Blink>\nSnapshot-Content-Location: PLACE\nSubject: A page\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related;\n\ttype="text/html";\n\tboundary="----Boundary--q1----"\n\n\n'
        "------Boundary--q1----\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n"
        "Content-Location: PLACE\n\n"
    ).replace("PLACE", place)
    body = quopri.encodestring(page.encode()).decode()
    picture = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
    text = f"{head}{body}\n------Boundary--q1----\n{picture}------Boundary--q1------\n"
    return text.replace("\n", "\r\n").encode()


class WarcFile:
    """An archive of answers of servers, as crawlers write them."""

    def __init__(self, *, packed: bool = False) -> None:
        self._packed = packed
        self.data = b""
        self._add("warcinfo", "", b"software: a crawler\r\n")

    def add(
        self,
        place: str,
        body: bytes,
        *headers: str,
        status: str = "200 OK",
        kind: str = "text/html; charset=utf-8",
    ) -> None:
        head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers])
        self._add("request", place, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        self._add("response", place, head.encode() + b"\r\n\r\n" + body)

    def _add(self, kind: str, place: str, block: bytes) -> None:
        fields = [f"WARC-Type: {kind}", "WARC-Date: 2024-03-12T12:00:00Z", f"Content-Length: {len(block)}"]
        fields += [f"WARC-Target-URI: {place}"] if place else []
        record = "\r\n".join(["WARC/1.0", *fields]).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"
        self.data += gzip.compress(record) if self._packed else record


def warc(*, packed: bool = False, pages: int = 1) -> bytes:
    """An article, `pages` pages of the mirror as servers pack them, and two other answers."""
    archive = WarcFile(packed=packed)
    archive.add("https://www.harbourbell.example/other", ARTICLE.encode())
    for number in range(pages):
        body = MIRROR.replace("Bridge tolls", f"Tolls of bridge {number}").encode()
        place = f"https://mirror.example/{number}"
        if number % 3 == 0:
            archive.add(place, gzip.compress(body), "Content-Encoding: gzip")
        elif number % 3 == 1:
            chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            archive.add(place, chunks, "Transfer-Encoding: chunked")
        else:
            archive.add(place, body)
    archive.add("https://mirror.example/a.png", b"\x89PNG", kind="image/png")
    archive.add("https://mirror.example/no", b"<html><p>Not here.", status="404 Not Found")
    return archive.data
