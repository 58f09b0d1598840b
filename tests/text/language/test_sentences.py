"""Golden cases of news prose for the sentence splitter, and what holds for any text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import Article, Paragraph
from bot.text.language.sentences import article_sentences, sentence_spans


def cut(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


def check(marked: str, language: str = "en") -> None:
    """`marked` holds " | " where a sentence ends before a blank and "||" where it ends before none."""
    text = marked.replace(" | ", " ").replace("||", "")
    expected = [piece.strip() for piece in marked.replace("||", " | ").split(" | ")]
    assert cut(text, language) == expected


ENGLISH = [
    # Titles, ranks and names.
    "Gen. Ada Holt spoke first. | Then Lt. Col. Reyes took over.",
    "Mr. and Mrs. Quill left at noon. | Dr. Oyelaran stayed.",
    "Sen. Petra Vance, R-Ohio, voted no. | Rep. Lowe did not.",
    "He met Gov. Dale Marsh and St. Olaf's rector. | Nobody else came.",
    "J. K. Marlowe wrote it. | George W. Tanner read it.",
    "Samuel L. Brandt Jr. won again. | The Rev. Amos Pike lost.",
    "They honoured Martin Kern Jr. | In his name the street was renamed.",
    "Prof. A. B. Ngata said so. | She was right.",
    "The case is Harlow v. Board of Ports. | It was decided in May.",
    "Capt. Brandt was there.",
    # Places, bodies, companies.
    "The U.S. Coast Guard came. | U.S. officials agreed.",
    "She moved to the U.S. | The next year she left.",
    "They live in Washington, D.C. | He works there.",
    "The U.N. envoy met the U.K. minister on Friday. | Talks go on.",
    "Brasswell Inc. said profits rose. | Shares of Tully & Co. fell.",
    "He sold the firm to Brasswell Inc. | It was a surprise.",
    "They met in Salem, Ore. and in Reno, Nev. last year. | Nothing came of it.",
    "Harbour Ltd. owns it. | Nobody minds.",
    # Times, dates, numbers.
    "The train left at 5 p.m. Monday from Leeds. | It never arrived.",
    "Doors open at 9 a.m. | Entry is free.",
    "Doors open at 9 a.m. ET on Saturday. | Entry is free.",
    "It happened on Sept. 11 near the pier. | Nobody was hurt.",
    "It opens on Jan. 3. | It closes in Feb. | Then nothing.",
    "Growth was 3.5 percent. | Prices rose by 0.4 percent.",
    "It cost $4.50. | Then it cost $5.",
    "No. 4 is the favourite. | No. 7 is not.",
    "Did it work? | No. | Nobody knows why.",
    "He was born in 1975. | Ten years later he moved.",
    "1. Wash the rice. | 2. Boil it.",
    "1) Wash the rice | 2) Boil it | 3) Eat it",
    "1.) Wash the rice. | 2.) Boil it.",
    "a. Wash the rice | b. Boil it",
    "• 9. Wash the rice | • 10. Boil it",
    "By 5 a.m. Mr. Quill had left. | He was back at 6 p.m. | Mr. Quill is quick.",
    "Write to Ada.Holt@harbour.example. | She answers.",
    "See N°. 1026.253 of the list. | It is long.",
    "The report [...] says nothing (Holt 55). | It is long.",
    "It is a rip-off. | https://harbour.example/a.b?c=d",
    # Comments in small letters.
    "the ferry was late. | nobody said why! | really? | Then it left.",
    "The ferry was fine. | i liked it. | will go again, e.g. in May, etc. and so on.",
    "The ferry of approx. ten tons is at Boats! in the harbour.",
    "See p. 12 of the report. | It is short.",
    "The vote was 7 to 4. | Eleven people voted.",
    # Quotations.
    '"We won," she said. | "It was close."',
    '"We won." | She laughed.',
    'He called it "a mess." | The mayor did not.',
    '"Did we win?" she asked. | Nobody answered.',
    '"Did we win?" Marlowe asked. | Nobody answered.',
    '"What a day!" Harbour Master Ines Pohl said on Friday. | She smiled.',
    '"Did we win?" | The crowd was silent.',
    '"Is it safe?" | He did not say.',
    "“We won.” | “You did not.”",
    "“I said ‘no.’” | Then he left.",
    "He said: 'We go.' | They went.",
    "(It was late.) | They went home.",
    "They went home (it was late). | He stayed.",
    "He asked why (nobody knew!) and left. | That was all.",
    # Stops that are none, stops that are more.
    "Well ... maybe. | We shall see.",
    "He paused... and went on. | Then he stopped... | The end came later.",
    "He said . . . nothing. | She nodded.",
    "What?! | You cannot mean it!",
    "Yahoo! reported a loss. | It was small.",
    "Write to desk@courier.example for more. | Or see courier.example/help.",
    "She runs Booking.Com from home. | It pays.",
    "Use e.g. flour or i.e. nothing. | Mix it.",
    "The law, cf. Art. 5, says so. | Read it.",
    "It was proven.[3] | Later it was not.[4]",
    "Ships, boats, etc. were lost. | Cars, too.",
    # The blank behind the stop was lost in the capture, or stands before it.
    "He left the town.||The next day he came back.",
    'He said "no."||The crowd cheered.',
    "It was 2015.||The war was over.",
    "It marked a loss for the party , the Post said . | Then came a win.",
    'She said yes.||"We are glad," he added.',
    # Small letters behind a stop never begin a sentence; white space is no matter.
    "He is approx. six feet tall. | She is not.",
    "It   was   late.  |  They   left.",
    "iPhone sales fell. | Then they rose.",
    "The end",
]


@pytest.mark.parametrize("marked", ENGLISH)
def test_english_news_prose(marked: str) -> None:
    check(marked)


OTHERS = [
    ("de", "Am 3. Mai kam Dr. Weiß nach Köln. | Er blieb bis zum 12. Juni."),
    ("de", "Der Rat tagt z. B. am Montag, d. h. bald. | Das ist neu."),
    ("de", "Im 21. Jahrhundert ist das so. | Früher nicht."),
    ("de", "Er wurde 3. | Der Sieger kam aus Bern."),
    ("de", "„Wir gehen.“ | „Wohin?“ | Niemand wusste es."),
    ("de", "Das kostet 3,5 Mio. Euro. | Es ist zu viel."),
    ("de", "Prof. Dr. Inge Maier sprach. | Hr. Voss schwieg."),
    ("es", "El Sr. Ruiz llegó tarde. | ¿Por qué? | ¡Nadie lo sabe!"),
    ("es", "La Dra. Peña vive en EE. UU. desde 2010. | Es médica."),
    ("es", "Viajó a EE.UU. | Después volvió."),
    ("es", "«No iremos.» | Así lo dijo."),
    ("es", "¡Hola!, dijo el alcalde. | Nadie respondió."),
    ("fr", "M. Le Goff est parti. | Mme Roux est restée."),
    ("fr", "Qu'a-t-il dit ? | Rien."),
    ("fr", "« Nous partons. » | Il est parti, p. ex. hier."),
    ("fr", "Le no. 5 gagne. | L'an dernier, il a perdu."),
    ("ru", "В 2020 г. компания выросла. | Это был 2021 г. | Потом всё изменилось."),
    ("ru", "А. С. Белов живёт в г. Тверь. | Он врач."),
    ("ru", "Хлеб, молоко и т. д. стоят дороже. | Это плохо."),
    ("ru", "Продали дома, машины и т.д. | Потом уехали."),
    ("ru", "«Мы идём!» — сказал он. | Никто не ответил."),
    ("ru", "Это стоит 5 млн руб. | Дорого."),
    ("tr", "Dr. Kaya geldi. | 3. Ordu bekliyor. | Bu yeni."),
    ("tr", "Nasılsın? | İyiyim!"),
    ("tr", "Toplantı 19. yüzyılda oldu. | Sonra bitti."),
    ("ar", "وصل د. سالم إلى المدينة. | هل بقي فيها؟ | لا أحد يعرف!"),
    ("ar", "قال الوزير إن الأسعار ارتفعت. | وأضاف أن الحل قريب."),
    ("zh", "市场今天搬走了。||谁同意了？||没有人！"),
    ("zh", "“我们不走。”他说。||“为什么？”||没有人回答。"),
    ("zh", "价格上涨了3.5%。||大家都很担心……但是没有办法。"),
    ("ja", "市場は移転した。||「なぜですか。」と彼は聞いた。||誰も答えなかった。"),
    ("ko", "시장이 이전했다. | 왜 그랬을까? | 아무도 모른다."),
    ("hi", "बाजार चला गया। | कोई नहीं जानता।"),
]


@pytest.mark.parametrize(("language", "marked"), OTHERS)
def test_other_languages(language: str, marked: str) -> None:
    check(marked, language)


def test_lines_end_sentences_only_where_they_must() -> None:
    assert cut("One line\nthat goes on. Two") == ["One line\nthat goes on.", "Two"]
    assert cut("A heading\n\nA text") == ["A heading", "A text"]
    assert cut("Three things:\n- bread\n- salt") == ["Three things:", "- bread", "- salt"]
    assert cut("Objects? Bah!\nFunctions? Feh!") == ["Objects?", "Bah!", "Functions?", "Feh!"]


def test_long_text_without_words_takes_linear_time() -> None:
    for text in ("a." * 40_000, '."a' * 40_000, "A. " * 40_000, ". " * 40_000, "\n" * 80_000, "(" * 80_000):
        sentence_spans(text)


NEWS = st.text(alphabet=" .!?\"”“'()[]…。？¿\n\tabcABCzéЖщدم市3", max_size=80)


@given(st.one_of(NEWS, st.text(max_size=80)), st.sampled_from(["en", "de", "ru", "zh", "ar", "xx", ""]))
def test_spans_cover_any_text(text: str, language: str) -> None:
    spans = sentence_spans(text, language)
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


def article(*paragraphs: Paragraph | str, language: str | None = None) -> Article:
    return Article(
        id=1,
        key=None,
        title="Ferry runs again",
        source=None,
        submitter=None,
        posted_at=None,
        inferred=False,
        paragraphs=tuple(Paragraph(p) if isinstance(p, str) else p for p in paragraphs),
        comment_count=0,
        language=language,
    )


def test_article_sentences_are_pieces_of_their_paragraphs() -> None:
    given_article = article(
        "PORT ELLEN, Scotland (Reuters) - The ferry runs again. It sails at 9 a.m.",
        Paragraph("CLICK HERE TO READ MORE", furniture=True),
        "Nobody had hoped for it.",
    )
    found = article_sentences(given_article)
    assert [s.text for s in found] == [
        "The ferry runs again.",
        "It sails at 9 a.m.",
        "Nobody had hoped for it.",
    ]
    assert [s.paragraph for s in found] == [0, 0, 2]
    assert all(s.text == given_article.paragraphs[s.paragraph].text[s.start : s.end] for s in found)


def test_article_sentences_use_the_articles_language() -> None:
    found = article_sentences(article("Am 3. Mai begann es. Am 4. Juni war Schluss.", language="de"))
    assert len(found) == 2


DATELINES = [
    "(CNN)The ferry runs.",
    "(CNN) -- The ferry runs.",
    "Oban, Scotland (CNN)The ferry runs.",
    "WASHINGTON (AP) — The ferry runs.",
    "(TIDE SHEET) - The ferry runs.",
    "NEW YORK, March 3 (Reuters) - The ferry runs.",
    "ST. LOUIS (AP) - The ferry runs.",
    "LONDON — The ferry runs.",
    "BERLIN, Germany – The ferry runs.",
    "PARIS, 4 May 2021 – The ferry runs.",
    "GENEVA, June 7 -- The ferry runs.",
    "May 3, 2021 . The ferry runs.",
]


@pytest.mark.parametrize("text", DATELINES)
def test_datelines_are_no_sentence(text: str) -> None:
    assert [s.text for s in article_sentences(article(text))] == ["The ferry runs."]


@pytest.mark.parametrize(
    "text",
    [
        "The ferry (Reuters) runs.",
        "NATO leaders met – nobody smiled.",
        "Oban is far.",
        "Anna Meyer (SPD) – not the mayor – spoke.",
        "(A lie) - he left.",
        "ISIS - the group - fled.",
        "Paris is well worth a mass.",
    ],
)
def test_openings_that_are_no_dateline_stay(text: str) -> None:
    assert [s.text for s in article_sentences(article(text))] == [text]


BOILERPLATE = [
    "Ann Lee and Bo Ray contributed to this report.",
    "Copyright 2019 Courier Media.",
    "© 2019 Courier. All rights reserved.",
    "Read more: The other story .",
    "READ MORE: Ten ferries you must see",
    "Click here to sign up for our newsletter.",
    "Sign up for the morning briefing.",
    "Follow @courier on Twitter to join the conversation about ships.",
    "Follow Ann Lee on Twitter.",
    "Image caption The ferry at the pier",
    "Photo: A ferry.",
    "The ferry at the pier (Photo by Ann Lee/Getty Images)",
    "By Ann Lee",
    "By Ann Lee and Bo Ray, Courier Staff Writer",
    "Reporting by Ann Lee; Editing by Bo Ray",
    "The opinions expressed in this commentary are solely those of the writer.",
    "TALKS ON THE FERRY BREAK DOWN AGAIN",
    "Published: 04:33 EST, 12 March 2013",
    "Lesen Sie auch: Die andere Fähre",
    "Читайте также: другой паром",
    "Story continues below",
]


@pytest.mark.parametrize("text", BOILERPLATE)
def test_credits_captions_and_pleas_are_no_sentences(text: str) -> None:
    found = article_sentences(article("The ferry runs. " + text))
    assert [s.text for s in found] == ["The ferry runs."]


@pytest.mark.parametrize(
    "text",
    [
        "He read more than most of his friends did.",
        "Readers photographed the ferry for two hours.",
        "By Monday the ferry was back.",
        "He said nobody owned the copyright.",
        "Follow the money, the lawyer said.",
        "The opposition voted against it.",
        "Opinion was divided on the pier.",
        "By Friday Ann Lee had won.",
        "NATO said no.",
    ],
)
def test_ordinary_sentences_stay(text: str) -> None:
    assert [s.text for s in article_sentences(article(text))] == [text]
