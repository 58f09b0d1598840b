"""Which lines of a body are the page's and not the article's."""

from __future__ import annotations

import pytest

from bot.domain.articles import Paragraph
from bot.dumps.formats.page import parse_page
from bot.dumps.formats.page_boilerplate import is_furniture
from tests.support.dump_pages import page

TITLE = "Harbour bell rings by itself"


@pytest.mark.parametrize(
    "line",
    [
        "COUNCILLOR LOSES HAT, BLAMES WIND",
        "WHO ATE THE TOWN'S BIRTHDAY CAKE?",
        "МЭР ПОТЕРЯЛ ШЛЯПУ НА ПРИСТАНИ",
        "CLICK HERE TO READ MORE FROM THE GULL POST",
        "Click here for more pictures of the bell.",
        "SCROLL TO CONTINUE WITH CONTENT",
        "Story continues below advertisement",
        "Article continues after sponsor message",
        "Advertisement",
        "ADVERTISEMENT - CONTINUE READING BELOW",
        "Image copyright Getty Images Image caption The bell in 1911",
        "Image caption The bell in 1911, before it fell into the sea.",
        "Image copyright Getty Images",
        "Image source, Anna Holm",
        "Media playback is unsupported on your device",
        "FILE PHOTO: The bell tower at low tide.",
        "Read more: Why the harbour has two bells",
        "Read more about the bell here",
        "READ MORE »",
        "Read also: The second bell",
        "Related: Who rings at night?",
        "RELATED ARTICLES",
        "More from the Gull Post",
        "Sign up for our morning newsletter and never miss a tide.",
        "Subscribe to the Gull Post newsletter",
        "Get the tide table delivered to your inbox",
        "Follow us on Twitter",
        "Follow @gullpost on Twitter for more.",
        "Share this article",
        "Support our journalism with a small gift.",
        "Please enable JavaScript to view the comments.",
        "We use cookies to improve your visit.",
        "© 2024 Gull Post",
        "Copyright 2024 Gull Post. All rights reserved.",
        "By Anna Holm, harbour correspondent",
        "Published 12 March 2024",
        "Last updated at 09:14, 12 March",
        "(GPN)",
        "(CNN) --",
        "Photo: Anna Holm",
        "Image 2 of 9",
        "image for Harbour bell rings by itself",
        "Harbour bell rings by itself",
        "HARBOUR BELL RINGS BY ITSELF.",
        "Lire aussi : La cloche du port",
        "Читайте также: Второй колокол",
        "Anzeige",
    ],
)
def test_furniture(line: str) -> None:
    assert is_furniture(line, TITLE)


@pytest.mark.parametrize(
    "sentence",
    [
        "The bell rang at four.",
        "NATO.",
        "UN AND EU AGREE.",
        '"STOP THE BELL NOW" WAS PAINTED ON THE DOOR',
        "THE CASE CONTINUES.",
        "7 - 4",
        "Image copyright law is changing across the coast, ministers said.",
        "Read more books, says the minister.",
        "Readers more or less agree.",
        "Advertisement spending fell by a third in March.",
        "Related costs rose to 3,100 crowns.",
        "Sign up to the pact, the council told the island.",
        "Get the boat ready by four, the harbour master said in an email to crews.",
        "Support our troops, the poster said.",
        "Like many on Facebook, she was angry.",
        "By Monday morning, the bell had rung nine times.",
        "By Christmas Eve the bell was gone.",
        "Published accounts differ about the 3 bells.",
        "More from the same bell founder was found in the 1911 cellar.",
        "Share prices fell by two points.",
        "Share this burden, the bishop said.",
        "Listen: nobody rang that bell.",
        "(GPN) The bell rang at four.",
        "Click beetles here feed on kelp.",
        "Follow the harbour road to the bell.",
        "Copyright law is old.",
        "Video of the bell was shown in court.",
        "港の鐘が四時に鳴った。",
        "Harbour bell rings by itself, and nobody knows why.",
        "Advertisement: " + "the word stood alone above a long story about the bell and its ringers. " * 12,
    ],
)
def test_sentences(sentence: str) -> None:
    assert not is_furniture(sentence, TITLE)


def test_a_page_written_in_capitals_keeps_its_words() -> None:
    body = ("THE BELL RANG AT FOUR TODAY", "NOBODY WAS NEAR IT THEN", "Click here to read more")
    parsed = parse_page(page(body=body))
    assert [paragraph.furniture for paragraph in parsed.paragraphs] == [False, False, True]


def test_furniture_within_a_block_is_parted_from_the_prose() -> None:
    block = "The bell rang at four.\nAdvertisement\nNobody was near it.\nIt rang again."
    assert parse_page(page(body=(block,))).paragraphs == (
        Paragraph("The bell rang at four."),
        Paragraph("Advertisement", furniture=True),
        Paragraph("Nobody was near it.\nIt rang again."),
    )
