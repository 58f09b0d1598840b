"""Pages loaded a second: `newsdesk load` on synthetic pages, from files to searchable."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from generate import write
from measure import child, table


def main() -> None:
    """`pages.py --count N`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--comments", type=int, default=20, help="on average a page")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsdesk-pages-") as name:
        folder = Path(name)
        size = write(folder / "pages", given.count, given.comments)
        data = folder / "data"
        first = child("-m", "bot", "load", str(folder / "pages"), "--data", str(data), "--json")
        again = child("-m", "bot", "load", str(folder / "pages"), "--data", str(data), "--json")
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
            ("comments a second", f"{comments / first.seconds:,.0f}"),
            ("the same again", f"{given.count / again.seconds:,.0f} pages a second, nothing changed"),
            ("memory of the loader", f"{first.megabytes:,.0f} MB"),
            ("database", f"{stored / 1e6:,.1f} MB, {stored / size:.2f} of the text"),
        ]
    )


if __name__ == "__main__":
    main()
