"""Who, where and when an article is about: precise, in its own spelling, quiet where it cannot tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.answers import KeyTerms
from bot.text.language.sentences import article_sentences
from bot.text.summary.key_terms import MAX_TERMS, key_terms
from bot.text.summary.summarize import summarise
from tests.support.comment_threads import article

HARBOUR = (
    "The council of Bell Harbour voted 7 to 4 on Tuesday to move the fish market. Mayor Ines Pohl said the"
    " old rail yard in Bell Harbour is dry.",
    'Pohl, 52, has pleaded for the move since 12 March 2023. "Nobody will pay rent," Pohl said. The Harbour'
    " Workers Union is against it; the Harbour Workers Union says that nobody asked. Gulls were seen in Bell"
    " Harbour and Oslo. Buses leave from Oslo.",
)


def terms(*paragraphs: str, language: str = "en") -> KeyTerms:
    return key_terms(article("A title", *paragraphs, language=language))


def test_people_bodies_places_and_dates_are_told_apart() -> None:
    found = terms(*HARBOUR)
    assert found.who == ("Ines Pohl", "Harbour Workers Union")
    assert found.where == ("Bell Harbour", "Oslo")
    assert found.when == ("Tuesday", "12 March 2023")


def test_a_surname_alone_is_its_person_and_titles_are_no_part_of_a_name() -> None:
    found = terms("Former Prime Minister Ada Marlowe spoke. Marlowe was late. Mr. Marlowe laughed.")
    assert found.who == ("Ada Marlowe",)


def test_a_surname_that_two_people_share_is_not_given_away() -> None:
    found = terms("Ada Marlowe said no. Tom Marlowe said yes. Ada Marlowe left. Marlowe came back.")
    assert found.who[0] == "Ada Marlowe"


@pytest.mark.parametrize(
    "text",
    [
        "Gulls are loud. Gulls eat chips. Gulls sleep.",
        "Christmas was cold. We like Christmas. At Christmas it rains.",
        "THE MARKET MOVES TO THE YARD. THE MARKET MOVES.",
        "A long evening without names. It was long.",
        "",
    ],
)
def test_what_nothing_marks_is_left_out(text: str) -> None:
    assert terms(text) == KeyTerms()


def test_initials_and_particles_stay_in_a_name() -> None:
    found = terms(
        "J. K. Norrby said so. Ursula von der Heide said no. Norrby and Heide, 40, left. Heide said."
    )
    assert set(found.who) == {"J. K. Norrby", "Ursula von der Heide"}


def test_a_place_behind_which_its_country_stands_is_a_place() -> None:
    assert terms("Fire broke out near Hebden, Oregon, on 3 May. Nobody in Hebden slept.").where[0] == "Hebden"


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("BELL HARBOUR, March 3 (Reuters) - ", ("Bell Harbour",)),
        ("HEBDEN (AP) — ", ("Hebden",)),
        ("Hebden, Oregon (CNN) -- ", ("Hebden",)),
        ("(CNN) -- ", ()),
        ("CNN — ", ()),
        ("PORT-CLOCHE (AFP) - ", ("Port-Cloche",)),
        ("March 3 . ", ()),
    ],
)
def test_the_place_of_the_dateline_is_where(line: str, where: tuple[str, ...]) -> None:
    assert terms(line + "A fire broke out and nobody slept.").where == where


def test_a_place_in_a_title_is_not_where() -> None:
    found = terms("The Duchess of Cambridge opened a quay. People like the Duchess of Cambridge.")
    assert (found.who, found.where) == (("Duchess of Cambridge",), ())


def test_a_verb_that_opens_a_sentence_is_no_part_of_a_name() -> None:
    found = terms(
        "Buying NTPC is wise. Clerks of NTPC smiled. Buying NTPC was dear. HIV is no name, HIV is not."
    )
    assert found.who == ("NTPC",)


def test_years_alone_are_dates_only_where_they_are_spoken_of_so() -> None:
    assert terms("It opened in 1911. It seats 1911 people.").when == ("1911",)
    assert terms("It seats 1911 people.").when == ()


def test_there_are_only_a_few_of_each() -> None:
    countries = ["Norway", "Sweden", "Denmark", "Finland", "Iceland", "Poland"]
    text = " ".join(f"They met in {name}. It rained in {name}." for name in countries)
    assert len(terms(text).where) == MAX_TERMS


def on_the_card(title: str, *paragraphs: str) -> KeyTerms:
    given_article = article(title, *paragraphs, language="en")
    return key_terms(given_article, summarise(given_article).sentences)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Pohl Children's Hospital opens", "Doctor Ines Pohl opened it. Ines Pohl is glad. Pohl will stay."),
        (
            '"After Maren" project shows old quays',
            "After Maren, a project by Tom Barrow, is new. After Maren ends.",
        ),
        (
            "Mercury was painted dark",
            "More people search for singer Freddy Mercury. Mercury is dark, and so is it.",
        ),
    ],
)
def test_part_of_another_name_is_nobody_of_the_headline(title: str, body: str) -> None:
    who = on_the_card(
        title, body, "Mercury has no moon. Mercury is small. Mercury is near. Mercury is hot."
    ).who
    assert not {"After Maren", "Freddy Mercury", "Pohl Children"} & set(who)


BACKGROUND = (
    "Divers found the bell of the ferry Linnet off Norway on Tuesday. Survey leader Maren Oakes said the bell"
    " is whole. Oakes will show it to Norway in May.",
    "Sister ships sailed to Chile. Peru scrapped one on 3 May 1958. Captain Tom Barrow, 71, sailed"
    " to Chile and Peru in 1961. Barrow said little.",
)


def test_background_is_not_what_an_article_is_about() -> None:
    found = on_the_card("Bell of the Linnet found", *BACKGROUND)
    assert (found.who, found.where, found.when) == ((), ("Norway",), ())
    assert on_the_card("Oakes shows the bell of the Linnet", *BACKGROUND).who == ("Maren Oakes",)


OAKES = " Mr. Oakes rests. Norway likes Oakes, and Harbour Park of Norway likes Norway."


@pytest.mark.parametrize(
    "told",
    [
        '"The bell of the Linnet is whole," said survey leader Maren Oakes on board of the survey ship.',
        "The bell of the Linnet is whole, Maren Oakes, 40, said on board of the survey ship.",
        "The bell of the Linnet is whole, according to survey leader Maren Oakes of the survey ship.",
        "The bell of the Linnet is whole, spokesman Maren Oakes of the survey ship told reporters.",
        "The bell of the Linnet is whole and was found by divers like Maren Oakes.",
        "The Oakes survey found the bell of the Linnet, which is whole, on board of the survey ship.",
        "Tom Barrow, Maren Oakes and Ines Pohl saw the bell of the Linnet on board of the survey ship.",
        "The bell of the Linnet was seen in Chile, Norway and Peru on board of the survey ship.",
        "NORWAY (Wire) - The bell of the Linnet is whole on board of the survey ship.",
    ],
)
def test_who_is_named_in_passing_is_not_who_it_is_about(told: str) -> None:
    given_article = article("Bell of the Linnet is whole", told + OAKES, language="en")
    first = article_sentences(given_article)[:1]
    assert first[0].text.endswith(told[-16:])
    found = key_terms(given_article, first)
    assert (found.who, found.where) == ((), ())


def test_a_name_does_not_stand_for_one_that_the_article_has_much_more_often() -> None:
    dam = "The dam on the Norr is built by Chile. Only Chile pays for it, and the power is for Chile."
    title, fear = "Fishermen of Norway fear for their water", "The fishermen of Norway fear for their water."
    assert on_the_card(title, dam, fear).where == ()
    assert on_the_card(title, fear).where == ("Norway",)
    assert on_the_card("Fishermen of Norway and of Chile speak", dam, fear).where == ("Chile", "Norway")


def test_a_town_stands_for_its_region_and_for_the_beginning_of_its_name() -> None:
    told = "The mayor of Bell Hills wrote to the singer. Oregon and Bell are far from Bell Hills."
    assert on_the_card("Singer angers the Bell Hills, Oregon, mayor", told).where == ("Bell Hills",)


def test_the_place_in_the_name_of_a_body_is_not_where() -> None:
    told = "The University of Norway will pay divers. The university is rich, and Norway is not, says Norway."
    assert on_the_card("Divers to be paid", told).where == ()


def test_a_job_is_no_part_of_a_name() -> None:
    told = "Singer-songwriter Ada Marlowe hit a gull on Tuesday. Marlowe is sorry, Ms. Marlowe said."
    assert on_the_card("Marlowe hits gull", told).who == ("Ada Marlowe",)


def test_the_day_of_the_headline_or_the_first_sentence_is_when() -> None:
    lead = "Divers will raise the bell of the Linnet on July 3, said Maren Oakes, who leads them."
    assert on_the_card("Bell to be raised", lead, *BACKGROUND).when == ("July 3",)
    assert on_the_card("Bell to be raised", lead.replace("July 3", "Sunday"), *BACKGROUND).when == ()


@pytest.mark.parametrize(
    ("lead", "who"),
    [
        ("Ines Pohl, who is 40, and Maren Oakes lead the dive, the harbour office said.", ()),
        ("Ines Pohl, who is 40, and Ms. Maren Oakes lead the dive.", ("Maren Oakes", "Ines Pohl")),
    ],
)
def test_nobody_stands_for_whom_the_headline_names(lead: str, who: tuple[str, ...]) -> None:
    told = "Ines Pohl, 40, said no. Pohl said yes. Pohl left."
    assert on_the_card("Maren Oakes to raise the bell", lead, told).who == who


def test_who_is_in_the_headline_is_known_by_a_surname_sooner() -> None:
    told = "The goals of Ines Pohl pleased the coach of Norrby. Pohl left. Without Pohl it rained."
    assert on_the_card("Ines Pohl scores twice", told).who == ("Ines Pohl",)
    assert on_the_card("Striker scores twice", told).who == ()


def test_a_country_behind_another_is_no_region_of_it() -> None:
    told = "Chile and Norway share the bell. Chile, Peru and Norway met. Divers like Norway, Chile and Peru."
    assert on_the_card("Chile, Norway share bell", told).where == ("Chile", "Norway")


def test_a_conjunction_that_opens_a_sentence_is_no_part_of_a_name() -> None:
    told = (
        "Bells of Pohl ring. Neither Ines Pohl nor her crew came. Pohl said no. Both Pohl and her crew left."
    )
    assert terms(told).who == ("Ines Pohl",)


def test_the_places_of_the_headline_are_where() -> None:
    assert on_the_card("Chile buys the bell of the Linnet", *BACKGROUND).where == ("Chile",)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ("PML", "A rare condition (PML) kills. PML was found twice. Doctors fear PML."),
        ("Cyclone Pam", "Tropical Cyclone Pam said nothing. Cyclone Pam, who came, went. Cyclone Pam hit."),
        ("Liberation Front", "The People's Liberation Front said no. The People's Liberation Front left."),
        ("Century Films", "Clerks of 20th Century Films said no. 20th Century Films Corp said yes."),
        ("Elan", "Shares in Elan fell. Stakes in Elan fell. Trust in Elan fell."),
        ("Petersburg", "They met in St. Petersburg. St. Petersburg was cold and St. Petersburg was dark."),
    ],
)
def test_what_only_looks_like_a_name_is_left_out(wrong: str, text: str) -> None:
    found = terms(text)
    assert not any(wrong in name for name in (*found.who, *found.where) if name != "St. Petersburg")


def test_an_abbreviation_is_a_body_only_if_it_speaks_or_is_introduced() -> None:
    told = "Divers with {} found the bell of the Linnet. {} was found in Leeds. Harbour news of {} came."
    assert on_the_card("Bell found", told.replace("{}", "HPC")).who == ()
    named = told.replace("{}", "Harbour Power Corp (HPC)", 1).replace("{}", "HPC")
    assert "HPC" in on_the_card("Bell found", named).who


@pytest.mark.parametrize(
    ("title", "told", "shown"),
    [
        ("Crew with ALS sails", "Crew with ALS sailed. The crew, who have ALS, said ALS is hard.", ()),
        (
            "QRA to close quays",
            "Mayor Ines Pohl praised the Quay Rent Act (QRA) on Monday. Ines Pohl said the QRA is fair.",
            ("Ines Pohl",),
        ),
        (
            "Veteran pilot sails",
            "Maren Oakes will sail. Some fear she (Oakes) is tired. Oakes, who is 70, left. They met Oakes.",
            ("Maren Oakes",),
        ),
        (
            "Founder of the line dies",
            "Oakes Lo Wen, the founder of the line, died on Monday, according to the office of Mayor Oakes Hu"
            " Sing. Oakes built quays. They mourn Oakes. Mayor Oakes Hu Sing wept. Rivals of Oakes came.",
            (),
        ),
    ],
)
def test_who_is_a_body_or_the_person_of_the_story(title: str, told: str, shown: tuple[str, ...]) -> None:
    assert on_the_card(title, told).who == shown


def test_where_is_the_country_and_no_part_of_it_that_somebody_comes_from() -> None:
    told = "Ferries of Norway were late. Pilot Karl Brand from Eastern Norway, who was in Oslo, said no."
    assert "Eastern Norway" not in on_the_card("Ferries late", f"{told} Norway slept. Norway woke.").where


def test_countries_are_known_in_any_language() -> None:
    assert terms("Pożar wybuchł w Norwegii. Norwegia płacze, a Norwegia milczy.", language="pl").where == (
        "Norwegia",
    )


LANGUAGES = {
    "de": (
        "Bürgermeisterin Ines Pohl sprach am 3. Mai in Hamburg. Pohl sagte, der Markt ziehe um. In Hamburg"
        " regnete es am Dienstag.",
        KeyTerms(("Ines Pohl",), ("Hamburg",), ("3. Mai", "Dienstag")),
    ),
    "es": (
        "La alcaldesa Inés Pola habló el martes en Sevilla. Pola dijo que el mercado se muda el 3 de mayo"
        " de 2024. En Sevilla llovía.",
        KeyTerms(("Inés Pola",), ("Sevilla",), ("martes", "3 de mayo de 2024")),
    ),
    "fr": (
        "La maire Inès Pole a parlé mardi à Nantes. Mme Pole a dit que le marché déménage le 3 mai. À"
        " Nantes, il pleuvait.",
        KeyTerms(("Inès Pole",), ("Nantes",), ("mardi", "3 mai")),
    ),
    "ru": (
        "Мэр Инна Полева выступила во вторник в Самаре. Полева сказала, что рынок переедет 3 мая. Жители"
        " Самары против.",
        KeyTerms(("Инна Полева",), ("Самаре",), ("вторник", "3 мая")),
    ),
    "tr": (
        "Belediye Başkanı İnci Polat salı günü Trabzon'da konuştu. Polat, pazarın 3 Mayıs'ta taşınacağını"
        " söyledi. Trabzon'da yağmur yağdı.",
        KeyTerms(("İnci Polat",), ("Trabzon",), ("salı", "3 Mayıs")),
    ),
    "ar": (
        "قالت رئيسة البلدية في بيروت يوم الثلاثاء إن السوق ستنتقل في 3 مايو. وفي بيروت هطل المطر.",
        KeyTerms((), ("بيروت",), ("الثلاثاء", "3 مايو")),
    ),
    "zh": (
        "武汉市长周二说,鱼市场将于5月3日搬迁。武汉当天下雨。",
        KeyTerms((), ("武汉",), ("周二", "5月3日")),
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_languages_have_their_terms(language: str) -> None:
    text, expected = LANGUAGES[language]
    found = terms(text, language=language)
    assert (found.who, found.where) == (expected.who, expected.where)
    assert set(found.when) == set(expected.when)


@given(
    st.lists(st.text(max_size=160), max_size=4), st.sampled_from(["en", "de", "ru", "tr", "zh", "ar", "xx"])
)
def test_any_text_has_terms_of_its_own_words(paragraphs: list[str], language: str) -> None:
    whole = " ".join(" ".join(paragraphs).split())
    found = terms(*paragraphs, language=language)
    for kind in (found.who, found.where, found.when):
        assert len(kind) <= MAX_TERMS
        assert all(term.strip() for term in kind)
    assert all(term in whole for term in found.who)


def test_the_surname_of_the_headline_is_no_place() -> None:
    body = (
        "Kerry Washington will play a captain.",
        "The film is set in Washington. Washington sails in May.",
    )
    assert on_the_card("Kerry Washington to play a captain", *body).where == ()
    assert on_the_card("Kerry Washington leaves Washington", *body).where == ("Washington",)


def test_a_place_that_somebody_names_in_the_headline_is_not_of_the_article() -> None:
    body = ("Maren Oakes opened a ferry in Norway.", "Nobody asked Maren Oakes about Kenya.")
    title = '"If I were rich, I would have moved to Kenya," says Maren Oakes'
    assert on_the_card(title, *body).where == ()


def test_what_is_between_two_short_quotations_is_no_quotation() -> None:
    body = ("The play was sold out on Tuesday.", "Nights in Kenya inspired it.")
    title = '"Gulls" by Maren Oakes comes to Kenya with "Rocks"'
    assert on_the_card(title, *body).where == ("Kenya",)
