"""What a summary is made of: whole sentences of the article, in order, that stand alone."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.articles import Paragraph
from bot.text.language.context_dependence import depends_on_context, is_fragment
from bot.text.language.quotations import has_open_quotation
from bot.text.summary.summarize import summarise
from tests.support.summary_texts import article, texts

HARBOUR = (
    "BELL HARBOUR (Reuters) - The council of Bell Harbour voted 7 to 4 on Tuesday to move the fish market to"
    " the old rail yard by spring. Stallholders will pay no rent in the first year. It was a long evening.",
    "MINISTER OPENS THE NEW BRIDGE AT LAST",
    "Mayor Ines Pohl said the old rail yard has room for 60 stalls, twice as many as the"
    " quay. But not everyone"
    " agrees. He called it a bribe.",
    "A petition against moving the fish market has 3,100 names, organisers said. The council"
    " will hear them in"
    " May. Read more: Ten markets you must see. Ann Lee contributed to this report.",
    'The market has stood on the quay since 1911. Gulls will miss it, said one stallholder. "We will see. The'
    ' rail yard is dry," said another.',
)


def test_the_sentences_that_carry_the_article_come_in_reading_order() -> None:
    found = texts(article(*HARBOUR))
    assert len(found) > 1
    assert found[0].startswith("The council of Bell Harbour voted 7 to 4")
    assert found[1] == "Stallholders will pay no rent in the first year."


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 50])
def test_every_length_holds_whole_sentences_of_the_article(count: int) -> None:
    given_article = article(*HARBOUR)
    summary = summarise(given_article, count)
    assert 0 < len(summary.sentences) <= min(count, summary.sentence_count)
    places = [(s.paragraph, s.start) for s in summary.sentences]
    assert places == sorted(set(places))
    assert all(
        s.text == given_article.paragraphs[s.paragraph].text[s.start : s.end] for s in summary.sentences
    )


def test_furniture_credits_and_pleas_are_never_quoted() -> None:
    everything = " ".join(texts(article(*HARBOUR), 50))
    for unwanted in ("Reuters", "MINISTER", "Read more", "contributed"):
        assert unwanted not in everything
    assert texts(article(Paragraph("An advertisement that fills the page.", furniture=True))) == []


@pytest.mark.parametrize(
    "furniture",
    [
        "1 of 4. Divers prepare their gear on the deck of the Marlin.",
        "Divers prepare their gear off Bell Harbour. REUTERS/Ann Lee",
        "Divers prepare their gear. (Photo: Harbour Museum)",
        "Taucher am Hafen. Foto: Ann Lee",
        "Divers stand on the quay as ships wait at anchor in Bell Harbour, November 3, 2020.",
        "In this August 1957 file photo, the ferry Linnet leaves Bell Harbour.",
        "The logo of Linnet Lines at the quay.",
    ],
)
def test_captions_are_never_quoted(furniture: str) -> None:
    story = "Divers on Tuesday found the bell of a ferry that sank off Bell Harbour in 1958, the port said."
    assert texts(article(furniture, story)) == [story]


@pytest.mark.parametrize(
    "dateline",
    [
        "BELL HARBOUR (Wire) - ",
        "Bell Harbour, 3 May (Wire) -- ",
        "(The Harbour Reporter)",
        "BELL HARBOUR, Nov 3: ",
        "BELL HARBOUR, 3 may (EFE).- ",
        "МОСКВА, 3 мая. /ТАСС/. ",
        "新华社北京5月3日电 ",
    ],
)
def test_a_story_begins_at_its_dateline(dateline: str) -> None:
    story = "Divers on Tuesday found the bell of a ferry that sank off the harbour in 1958, the port said."
    teaser = "The best and worst of harbour festivals are in our gallery today."
    assert texts(article(teaser, "By Ann Lee", dateline + story)) == [story]


def test_sentences_about_pictures_and_days_are_no_captions() -> None:
    for told in (
        "The image of the harbour has changed, the council said.",
        "The council voted to move the market in Bell Harbour on May 3, 2020.",
        "The sign at the quay was stolen on Tuesday.",
    ):
        assert texts(article(told, "Rain fell on the northern hills on Tuesday."), 1) == [told]


def test_an_article_without_a_body_has_an_empty_summary() -> None:
    for empty in (article(), article(""), article("CLICK HERE TO READ MORE FROM US")):
        summary = summarise(empty)
        assert (summary.sentences, summary.sentence_count) == ((), 0)
    assert summarise(article()).minutes == 0
    assert summarise(article(*HARBOUR), 0).sentences == ()


def test_a_repeated_headline_is_not_a_sentence_of_the_summary() -> None:
    given_article = article("Council moves market.", *HARBOUR, title="Council moves market")
    assert "Council moves market." not in texts(given_article, 5)


def test_it_is_the_same_every_time() -> None:
    given_article = article(*HARBOUR)
    assert summarise(given_article) == summarise(dataclasses.replace(given_article))


def test_a_sentence_that_leans_stays_behind_the_one_it_leans_on() -> None:
    told = "The harbour council moved the fish market. "
    reason = (
        "But the mayor of Bell Harbour called the harbour council and the fish market a bribe on Tuesday. "
    )
    filler = "Rain is expected over the northern hills late on Thursday. "
    found = texts(article(filler + told + reason + filler.replace("Rain", "Snow"), title=""), 2)
    assert reason.strip() not in found or found.index(reason.strip()) == 1
    assert not any(text.startswith("It was") for text in texts(article(*HARBOUR), 5))


NEEDY = {
    "another plane": "Another ferry of Linnet Lines ran aground at Northmoor. Nobody was hurt there.",
    "a question": "What did the ferry of Linnet Lines strike? The answer is that the ferry struck a rock.",
    "an orphaned pronoun": "On Tuesday, she said the ferry of Linnet Lines had struck a rock.",
    "a quotation without its speaker": '"The ferry of Linnet Lines struck a rock on Tuesday."',
    "a subhead": "The rock that the ferry of Linnet Lines struck .",
    "a few words": '"The ferry woke us," said the harbour divers of Linnet Lines on Tuesday.',
    "a post": '"Makes me proud of the ferry after the rock," Twitter user of Linnet Lines Gull1 wrote.',
    "a teaser": "Watch how the ferry of Linnet Lines struck the rock at 9 p.m. ET on Harbour News.",
    "what follows something": "Further ferries of Linnet Lines struck a rock on Tuesday.",
    "the first of several": "First, the ferry of Linnet Lines struck a rock on Tuesday.",
    "what stands out of something": "Notably, the ferry of Linnet Lines struck a rock on Tuesday.",
    "a subject out of nowhere": "At issue is the rock that the ferry of Linnet Lines struck.",
    "an aside": "(The ferry of Linnet Lines struck a rock off Bell Harbour on Tuesday.)",
    "a comparison": "The ferry of Linnet Lines struck the same rock as well on Tuesday.",
    "a surname without its person": "Harbour divers of Linnet Lines trust Oakes to find the rock on Tuesday.",
    "a subject that was not introduced": "The watchdog warned Linnet Lines of a rock on Tuesday.",
}


@pytest.mark.parametrize("kind", NEEDY)
def test_what_cannot_be_read_alone_is_left_out(kind: str) -> None:
    lead = "The ferry of Linnet Lines struck a rock off Bell Harbour on Tuesday with 41 people on board."
    filler = "Rain fell on the northern hills, where the survey leader Maren Oakes keeps her goats."
    found = texts(article(lead, filler, NEEDY[kind], title="Ferry of Linnet Lines strikes a rock"), 3)
    assert lead in found
    assert not any(text in NEEDY[kind] for text in found)


@pytest.mark.parametrize("mark", ["•", "• ", "▪ ", "· ", "- ", "-- ", "* "])
def test_a_mark_of_a_list_is_not_quoted(mark: str) -> None:
    item = "The fish market of Bell Harbour moves to the old rail yard, the council said."
    summary = summarise(article(mark + item))
    assert [s.text for s in summary.sentences] == [item]
    assert summary.sentences[0].start == len(mark)


@pytest.mark.parametrize("text", ["-40 degrees were measured in Kiel.", "— Мы закрываем рынок, сказал мэр."])
def test_a_minus_and_a_dash_of_speech_are_no_marks(text: str) -> None:
    assert texts(article(text, title="Cold")) == [text]


def test_repetition_is_not_quoted_twice() -> None:
    told = "The council of Bell Harbour voted on Tuesday to move the fish market to the old rail yard."
    again = "The council of Bell Harbour voted to move the fish market to the old rail yard on Tuesday."
    other = "A petition against it has 3,100 names, organisers said on Friday."
    filler = "Rain is expected over the hills in the north of the county later this week."
    found = texts(article(f"{told} {again} {other} {filler}"), 2)
    assert not {told, again} <= set(found)


def test_reading_time_counts_the_articles_own_words() -> None:
    assert summarise(article("One short sentence.")).minutes == 1
    assert summarise(article("Nine words stand in this sentence of the article. " * 60)).minutes == 3
    assert summarise(article("Four words are here.", Paragraph("word " * 900, furniture=True))).minutes == 1
    assert summarise(article("市场今天搬到了旧铁路站场。" * 100, language="zh")).minutes == 3


LANGUAGES = {
    "de": "Der Stadtrat von Glockenhafen hat am 3. Mai beschlossen, den Fischmarkt zu verlegen. Er"
    " tagte lange."
    " Die Händler zahlen im ersten Jahr keine Miete. Aber nicht alle sind froh. Eine Petition gegen den Umzug"
    " des Fischmarkts hat 3.100 Unterschriften. Das Wetter war schön.",
    "es": "El concejo de Puerto Campana decidió el martes trasladar el mercado de pescado. Fue una"
    " noche larga."
    " Los vendedores no pagarán alquiler el primer año. Pero no todos están contentos. Una petición contra el"
    " traslado del mercado tiene 3.100 firmas. ¿Qué pasará después?",
    "fr": "Le conseil de Port-Cloche a décidé mardi de déplacer le marché aux poissons. Il a siégé tard. Les"
    " marchands ne paieront pas de loyer la première année. Mais tous ne sont pas d'accord."
    " Une pétition contre"
    " le déplacement du marché a recueilli 3 100 noms. La pluie est attendue.",
    "ru": "Совет города Колокольска решил во вторник перенести рыбный рынок в старое депо. Он заседал долго."
    " Торговцы не будут платить аренду в первый год. Но согласны не все. Петиция против"
    " переноса рынка собрала"
    " 3100 подписей. Погода была хорошей.",
    "tr": "Çanliman Belediye Meclisi salı günü balık pazarını eski gara taşımaya karar verdi. Bu uzun sürdü."
    " Esnaf ilk yıl kira ödemeyecek. Ama herkes memnun değil. Pazarın taşınmasına karşı dilekçeyi 3100 kişi"
    " imzaladı. Hava çok güzeldi.",
    "ar": "قرر مجلس مدينة الميناء يوم الثلاثاء نقل سوق السمك إلى محطة القطار القديمة. وقال إن"
    " الجلسة كانت طويلة."
    " لن يدفع الباعة إيجارا في السنة الأولى. لكن الجميع ليسوا سعداء. جمعت عريضة ضد نقل السوق"
    " أكثر من ثلاثة آلاف"
    " توقيع. الطقس جميل اليوم.",
    "zh": "钟港市议会周二决定把鱼市场搬到旧铁路站场。他们开会到很晚。摊主第一年不用付租金。"
    "但不是所有人都同意。"
    "反对搬迁鱼市场的请愿书已有三千一百人签名。天气很好。",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_languages_are_summarised_too(language: str) -> None:
    given_article = article(LANGUAGES[language], title="", language=language)
    summary = summarise(given_article, 3)
    assert summary.sentence_count == 6
    assert summary.sentences[0].start == 0
    leaning = [s for s in summary.sentences if depends_on_context(s.text, language)]
    assert all(any(other.end <= s.start for other in summary.sentences) for s in leaning)


@given(
    st.lists(st.text(max_size=120), max_size=4), st.integers(-1, 6), st.sampled_from(["en", "zh", "xx", None])
)
def test_any_text_is_summarised(paragraphs: list[str], count: int, language: str | None) -> None:
    given_article = article(*paragraphs, title="".join(paragraphs)[:20], language=language)
    summary = summarise(given_article, count)
    assert len(summary.sentences) <= min(max(count, 0), summary.sentence_count)
    assert bool(summary.sentences) == bool(count > 0 and summary.sentence_count)


def test_leaning_sentences_are_told_by_their_first_word() -> None:
    assert depends_on_context("He said so too.", "en")
    assert depends_on_context('"But that is wrong," she said.', "en")
    assert depends_on_context("It's over.", "en")
    assert depends_on_context("Aber das ist falsch.", "de")
    assert depends_on_context("但是没有人同意。", "zh")
    assert not depends_on_context("The council voted.", "en")
    assert not depends_on_context("Hebden voted.", "en")
    assert not depends_on_context("...", "en")


def test_pieces_and_open_quotations_are_told() -> None:
    assert is_fragment("ROLL CALL", "en")
    assert is_fragment("No.", "en")
    assert not is_fragment("The mayor resigned.", "en")
    assert not is_fragment("市场今天搬走了。", "zh")
    assert has_open_quotation('"We will see.')
    assert has_open_quotation("“We will see.")
    assert not has_open_quotation("“We will see,” she said.")
    assert not has_open_quotation("„Wir gehen“, sagte sie.")
