"""Takes the README's picture from the real page: `python -m tests.support.screenshot docs/screenshot.png`, or
with a locale behind it the same in another language."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.browser import browsing, trying

WIDTH, HEIGHT = 720, 1440
QUERY = "harbour -seal"


def main(target: Path, locale: str = "") -> None:
    """Searches the sample archive, opens the first hit, and pictures the channel with both cards."""
    with trying(locale=locale) as (_, address), browsing(address, WIDTH, HEIGHT, scale=2) as page:
        page.hide_sidebar()
        page.command("search")
        page.option("query", QUERY)
        page.send()
        page.select("")
        page.point_away()
        target.parent.mkdir(parents=True, exist_ok=True)
        page.one("#preview-app").screenshot(str(target))


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
