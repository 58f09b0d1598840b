"""What a newcomer does first, in a real browser: search, read, load a dump, find it and post it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.demo import QUESTION
from bot.domain.dump import ParsedThread
from bot.dumps.formats.page import parse_page
from bot.services.sample import sample_paths
from tests.support.browser import Page, browser_paths, browsing, trying

pytestmark = pytest.mark.slow

OWN_PAGE = """\
Lighthouse keeper wins the right to paint it green
Authored by northpier.example and submitted by gullwatch

The harbour board gave way on Monday and let the last lighthouse keeper choose the colour of her tower.

She chose green, and the paint arrives on Thursday.

oarlock on March 12th, 2024 at 09:14 UTC »

Green will look like seaweed in the fog.

pierpoet on March 12th, 2024 at 08:02 UTC »

About time somebody asked the keeper.
"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    if browser_paths() is None:
        pytest.skip("needs a browser (on Debian: apt install chromium chromium-driver)")
    with trying() as (_, address), browsing(address) as page:
        yield page


@pytest.fixture(scope="module")
def sample() -> ParsedThread:
    """The sample's longest discussion."""
    threads = [
        parse_page(file.read_bytes())
        for path in sample_paths()
        for file in (sorted(path.rglob("*.txt")) if path.is_dir() else [path])
    ]
    return max(threads, key=lambda thread: len(thread.comments))


@pytest.fixture
def dump(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A page to load: the one that was captured from the real mirror, or else one made up."""
    try:
        folder: Path = request.getfixturevalue("shared_data")
    except pytest.skip.Exception:
        file = tmp_path / "lighthouse.txt"
        file.write_text(OWN_PAGE, encoding="utf-8")
        return file
    return next((folder / "pages").glob("*.txt"))


def folded(text: str) -> str:
    return " ".join(text.split())


def test_a_search_leads_to_a_card_and_its_buttons(page: Page, sample: ParsedThread) -> None:
    page.command("search")
    page.pick("query", sample.title[:12], containing=sample.title[:40])
    page.send()
    page.says(folded(sample.title), "1 thread")

    page.select(sample.title[:20])
    page.says(sample.source or "", sample.submitter or "", f"{len(sample.comments)} comments", "min read")

    page.press("Full text")
    words = [paragraph.text for paragraph in sample.paragraphs if not paragraph.furniture]
    page.says(folded(words[0]))
    page.press("Article")
    page.says("min read")

    page.press("Comments")
    newest = max(sample.comments, key=lambda comment: comment.posted_at)
    left = [comment for comment in sample.comments if comment.text not in ("[deleted]", "[removed]")]
    page.says(newest.author, folded(newest.text)[:60], f"of {len(left)} · newest first")
    page.press("What people say")
    page.says("Based on ", f" of {len(sample.comments)} comments")


def test_a_title_is_completed(page: Page, sample: ParsedThread) -> None:
    page.command("article show")
    page.pick("title", sample.title[:8], containing=sample.title[:40])
    page.send()
    page.says(folded(sample.title), "min read")


def test_a_question_is_answered_explained_and_asked_further(page: Page) -> None:
    page.command("ask")
    page.option("question", QUESTION)
    page.send()
    page.says("7 to 4", "The article says", "Quoted word for word")
    page.press("Why this?")
    page.says(f"Why this answer: {QUESTION}", "Passages considered, best first")
    page.press("Back to answer")
    page.says("7 to 4")
    page.press("Ask more")
    page.fill("How many names does the petition against the move carry?")
    page.says("2,700")


def test_a_dump_is_loaded_found_summarised_and_posted(page: Page, dump: Path) -> None:
    thread = parse_page(dump.read_bytes())
    page.command("archive load")
    page.attach("file", dump)
    page.send()
    page.says("Loaded", dump.name, "1 new", f"{len(thread.comments)} new")

    page.command("search")
    page.option("query", thread.title)
    page.send()
    page.says(folded(thread.title))

    page.command("article summary")
    page.pick("title", thread.title[:30])
    page.send()
    page.says(folded(thread.title), "min read")

    page.command("article post")
    page.pick("title", thread.title[:30])
    page.send()
    page.until(lambda: page.posted(folded(thread.title)), "a card that all can see")
    page.view_as("Tomas")
    page.until(lambda: page.posted(folded(thread.title)), "the card, as another member sees it")
    page.view_as("Mira")


def test_a_member_is_not_offered_to_load(page: Page) -> None:
    page.view_as("Tomas")
    assert "/search" in page.offered("")
    assert not any(command.startswith("/archive") for command in page.offered("archive"))
    page.view_as("Mira")
    assert "/archive load" in page.offered("archive")


def test_the_status_is_that_of_a_running_bot(page: Page) -> None:
    page.command("status")
    page.send()
    assert "not running" not in page.says("Connected", "running since", "Language model: none")


def test_the_message_box_stays_on_a_phones_screen(page: Page) -> None:
    page.show_as_phone()
    try:
        page.command("search")
        page.option("query", "harbour -seal")
        assert page.overhanging(".channel-composer, .channel-composer div, .channel-composer button") == []
        assert page.one("#send-message").is_displayed()
        page.send()
        assert page.overhanging("article:last-of-type, article:last-of-type button") == []
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
