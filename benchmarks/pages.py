"""Pages loaded per second: `newsdesk load` on synthetic pages, from files to searchable."""

from __future__ import annotations

import json

from benchmarks.bulk import loader
from benchmarks.support.measure import Option, load, parse_options, table, workspace
from benchmarks.support.pages import write


def main() -> None:
    given = parse_options(
        __doc__,
        count=Option(10_000, 20, "pages"),
        comments=Option(20, 3, "average comments per page"),
        paragraphs=Option(16, 4, "the most paragraphs of a page, of which it has at least a fourth"),
    )
    with workspace() as folder:
        size = write(folder / "pages", given.count, given.comments, paragraphs=given.paragraphs)
        _, until_receipt, _, _ = loader(folder / "other", folder / "pages")
        data = folder / "data"
        first = load(data, folder / "pages")
        again = load(data, folder / "pages")
        receipt = json.loads(first.out)
        assert receipt["articles"]["new"] == given.count
        assert json.loads(again.out)["articles"]["unchanged"] == given.count
        stored = (data / "corpus.db").stat().st_size
    comments = receipt["comments"]["new"]
    table(
        [
            ("pages", f"{given.count:,} with {comments:,} comments, {size / 1e6:,.1f} MB"),
            ("loaded in", f"{first.seconds:.1f} s ({first.cpu:.1f} s of one processor)"),
            ("pages a second", f"{given.count / first.seconds:,.0f}"),
            ("to the receipt", f"{given.count / until_receipt:,.0f} a second of one processor"),
            ("comments a second", f"{comments / first.seconds:,.0f}"),
            ("the same again", f"{given.count / again.seconds:,.0f} pages a second, nothing changed"),
            ("memory of the loader", f"{first.megabytes:,.0f} MB"),
            ("database", f"{stored / 1e6:,.1f} MB, {stored / size:.2f} of the text"),
        ]
    )


if __name__ == "__main__":
    main()
