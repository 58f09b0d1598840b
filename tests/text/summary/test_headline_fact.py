"""The fact of the headline in a summary, and what a sentence needs to be read without those around it."""

from __future__ import annotations

import pytest

from bot.text.language.quotations import within_quotations
from bot.text.summary.standalone import is_quotable, sentence_needs
from tests.support.summary_texts import article, texts


@pytest.mark.parametrize(
    "leaning",
    [
        "On Tuesday, the watchdog warned Linnet Lines of a rock off Bell Harbour.",
        "Ferry: Linnet of Linnet Lines Struck: a rock off Bell Harbour at 10 a.m.",
        "Divers of Linnet Lines heard those last words about the rock on Tuesday.",
        "Sure, the ferry of Linnet Lines struck a rock off Bell Harbour on Tuesday.",
        "Other ferries of Linnet Lines have struck a rock off Bell Harbour.",
        "Divers of Linnet Lines fear that could break the ferry on the rock.",
        "Linnet Lines said Oakes was on the ferry that struck a rock on Tuesday.",
        "One of its largest ferries, the Linnet of Linnet Lines, struck a rock off Bell Harbour.",
        "One of her first acts on the ferry of Linnet Lines was to strike a rock off Bell Harbour.",
        "The other will still sail for Linnet Lines from Bell Harbour, the port said on Tuesday.",
        "They may still sail the ferry of Linnet Lines off the rock of Bell Harbour on Tuesday.",
        "Divers of Linnet Lines left the rock off Bell Harbour days later.",
        "To divers that kind of rock off Bell Harbour is nothing new, Linnet Lines said.",
        '"Linnet Lines will sail off the rock of Bell Harbour," the old captain said on Tuesday.',
    ],
)
def test_even_a_long_summary_has_nothing_that_cannot_be_read_alone(leaning: str) -> None:
    lead = "Linnet Lines lost a ferry off Bell Harbour on Tuesday, the harbour office said."
    told = "A rock broke the ferry of Linnet Lines in two parts, the port of Bell Harbour said."
    body = (lead, "What Maren Oakes saw", leaning, "What comes next", told)
    assert texts(article(*body, title="Linnet Lines loses a ferry off Bell Harbour"), 5) == [lead, told]


@pytest.mark.parametrize(
    "fact",
    [
        'Linnet Lines said on Tuesday that it "has lost ... a ferry" off Bell Harbour.',
        "When Linnet Lines lost a ferry off Bell Harbour, divers found the bell hours later.",
    ],
)
def test_what_explains_itself_is_quoted(fact: str) -> None:
    opening = "Bells rang along the quay."
    assert fact in texts(article(f"{opening} {fact}", title="Linnet Lines loses a ferry off Bell Harbour"), 3)


def test_a_subject_that_says_of_what_it_is_needs_no_introduction() -> None:
    sentences = ["Bells rang along the quay.", "The sudden and total loss of Linnet Lines hurt the harbour."]
    assert sentence_needs(sentences, [1], "en")[1].are_met(False, ())


def test_what_somebody_says_for_several_sentences_is_theirs() -> None:
    sentences = [
        'The captain said, "We lost the ferry.',
        "I believe it was the rock.",
        'Nobody is to blame." Divers found the bell.',
        "The bell is of bronze.",
        '"The rock is old.',
        "Charts do not have it.",
        '"Bells do not break," she said.',
        "The harbour is closed.",
        "“Rocks are everywhere.",
        "Ferries need pilots.”",
    ]
    assert within_quotations(sentences) == {1, 5}
    assert not is_quotable('"The old rock of the harbour is on no chart at all."', "en")


def test_a_first_sentence_that_points_ahead_is_left_out() -> None:
    told = (
        "She is a diver, a fashion icon of the harbour and a friend of the ferry. Maren Oakes of Bell Harbour"
        " found the bell of the ferry Linnet on Tuesday, and more is to come."
    )
    assert texts(article(told, title="Bell found"), 3)[0].startswith("Maren Oakes")


@pytest.mark.parametrize(
    "opening",
    [
        "During her last speech to the harbour board, Mayor Maren Oakes will ask for a new ferry on Tuesday.",
        "With her boat on the rocks, skipper Maren Oakes asked the harbour board for a new ferry on Tuesday.",
        "She doesn't own a boat, but Maren Oakes asked the harbour board for a new ferry on Tuesday.",
        "They say a ferry waits for nobody, as Maren Oakes learned when she asked for a new one on Tuesday.",
    ],
)
def test_a_first_sentence_that_names_whom_it_speaks_of_stands_alone(opening: str) -> None:
    assert sentence_needs([opening], [0], "en")[0].are_met(False, ())


@pytest.mark.parametrize(
    "opening",
    [
        "During her last speech to the harbour board, the mayor will ask for a new ferry on Tuesday.",
        "She doesn't own a boat, but many on the harbour board do.",
        "They ask for a new ferry on Tuesday.",
    ],
)
def test_one_that_names_nobody_does_not(opening: str) -> None:
    assert not sentence_needs([opening], [0], "en")[0].are_met(False, ())


@pytest.mark.parametrize(
    ("language", "title", "lead", "second", "later"),
    [
        (
            "en",
            "Bell Harbour council takes the oldest ferry off Norrby's rock",
            "The council of Bell Harbour has taken its oldest ferry off the rock of Norrby where it had lain"
            " since the storm of last winter, the port said on Monday.",
            "The crane that did it came from far away.",
            "He will go home on foot. She hopes so too, of course. They were glad of it.",
        ),
        (
            "de",
            "Stadtrat von Kiel holt die älteste Fähre vom Felsen bei Norrby",
            "Der Stadtrat von Kiel hat seine älteste Fähre vom Felsen bei Norrby geholt, auf dem sie seit dem"
            " Sturm des letzten Winters lag, sagte der Hafen am Montag.",
            "Der Kran kam weit aus dem Süden her.",
            "Er geht nun zu Fuß nach Hause. Auch sie hofft es sehr. Sie waren froh darüber.",
        ),
        (
            "fr",
            "Le conseil de Brest retire le plus vieux bac du rocher de Norrby",
            "Le conseil de Brest a retiré son plus vieux bac du rocher de Norrby, où il gisait depuis la"
            " tempête de l'hiver dernier, a dit le port lundi.",
            "Mais une grue était venue de loin pour cela.",
            "Il rentre chez lui à pied. Elle l'espère aussi, bien sûr. Ils en étaient heureux.",
        ),
        (
            "es",
            "El concejo de Vigo saca el barco más viejo de la roca de Norrby",
            "El concejo de Vigo ha sacado su barco más viejo de la roca de Norrby, donde yacía desde la"
            " tormenta del invierno pasado, dijo el puerto el lunes.",
            "La grúa vino de una ciudad lejos en el sur.",
            "Él vuelve a casa a pie. Ella también lo espera, claro. Ellos se alegraron de eso.",
        ),
    ],
)
def test_where_little_can_be_read_alone_the_opening_is_shown(
    language: str, title: str, lead: str, second: str, later: str
) -> None:
    told = article(f"{lead} {second} {later}", title=title, language=language)
    assert texts(told, 2) == [lead, second]


def test_the_opening_is_not_shown_where_other_sentences_have_the_headline() -> None:
    opening = "A grey cat sleeps on a warm stone. Nearby a child eats bread."
    fact = "Bell Harbour lost its oldest ferry to a rock off Norrby on Tuesday, the coast guard said."
    assert fact in texts(
        article(opening, "He slept. She slept.", fact, title="Bell Harbour loses its oldest ferry")
    )


@pytest.mark.parametrize(
    "opening",
    [
        "Admit it, you have dreamt of a seat on the ferry.",
        "Just imagine a ferry without a bell.",
        "It's playing out like a scene from an old film about a ferry.",
        '"No ferry sails before its bell has rung."',
        "Enough fog for a ferry to ... Actually, the quay was clear.",
    ],
)
def test_an_opening_for_effect_gives_way_to_the_fact(opening: str) -> None:
    fact = "The ferry Linnet sailed without its bell on Tuesday, the harbour office said."
    told = texts(
        article(f"{opening} {fact}", "Divers hope to find it by May.", title="Ferry sails without bell")
    )
    assert told[0] == fact
    assert opening not in told


@pytest.mark.parametrize(
    "leaning",
    [
        "Four served with the coast guard in Norway.",
        "A member of the guard since 2004, Pohl had served in Norway.",
        '"The bell is in Norway," said Pohl.',
        "For a quarter of the crew, this journey was the last one to Norway.",
    ],
)
def test_who_is_not_introduced_is_not_told_of(leaning: str) -> None:
    fact = "Eleven members of the Linnet's crew were rescued off Norway on Tuesday, the coast guard said."
    body = "Mayor Ines Pohl met the crew. The sea was calm and the night was clear."
    assert leaning not in texts(article(fact, body, leaning, title="Crew of the Linnet rescued off Norway"))


@pytest.mark.parametrize(
    "leaning",
    ['"The bell is in Norway," Pohl said.', "“Is it in Norway?” Pohl asked.", "Pohl's crew left Norway."],
)
def test_a_surname_behind_a_quotation_or_before_what_it_owns_needs_the_whole_name(leaning: str) -> None:
    needs = sentence_needs(["Mayor Ines Pohl met the crew of the Linnet.", leaning], [1], "en")[1]
    assert not needs.are_met(True, ())
    assert needs.are_met(True, ("ines", "pohl"))


def test_what_an_earlier_sentence_introduced_comes_with_it_or_not_at_all() -> None:
    fact = "Divers of the port authority found the bell of the ferry Linnet off Bell Harbour on Tuesday."
    rain = "Rain fell on the northern hills all through the week."
    video = f"A very short video shows the divers at work. {rain}"
    leaning = "Since the video was shown, the bell of the ferry has been famous, divers said."
    title = "Divers find bell of ferry Linnet"
    assert leaning not in texts(article(fact, video, leaning, title=title))
    assert leaning in texts(article(fact, rain, leaning, title=title))


def test_what_was_introduced_may_be_spoken_of() -> None:
    told = (
        "Maren Oakes found the bell of the ferry on Tuesday. She had searched for the bell of the ferry for"
        " three years. Oakes will show the bell of the ferry in May. The bell weighs as much as a cow."
    )
    assert len(texts(article(told, title="Bell of the ferry found"), 4)) == 4


def test_the_fact_of_the_headline_is_told() -> None:
    rain = "Rain fell on the harbour and on the hills on Tuesday, and more rain fell on Wednesday."
    fact = "Divers of the port authority found the bell of the ferry Linnet."
    assert fact not in texts(article(rain, fact, title="Wet days on the coast"), 1)
    assert fact in texts(article(rain, fact, title="Divers find bell of the Linnet"), 1)


def test_the_fact_of_the_headline_comes_with_what_it_leans_on() -> None:
    rain = (
        "Rain fell on Bell Harbour and on the hills of Bell Harbour on Tuesday. Snow fell on the hills of"
        " Bell Harbour on Wednesday, and more snow fell on the hills on Thursday."
    )
    told = "Maren Oakes dived for the ferry Linnet. She found its bell, broke a record and sold the story."
    found = texts(article(f"{rain} {told}", title="Diver found bell, broke record, sold story"), 2)
    assert " ".join(found) == told


@pytest.mark.parametrize(
    "fact",
    [
        "It's no secret that divers found the Linnet's bell on Tuesday.",
        '"Bell of the Linnet," the first play about divers who found it, opens on Tuesday.',
        "Divers found the bell of the Linnet, also known as the Grey Lady, on Tuesday.",
        "Port divers have so far found both the bell and the wheel of the Linnet.",
        "One of the best divers of the port has found the bell of the Linnet.",
    ],
)
def test_what_points_to_nothing_is_told(fact: str) -> None:
    rain = "Rain fell on the northern hills on Tuesday, and snow fell on Thursday."
    assert texts(article(fact, rain, title="Divers find bell of the Linnet"), 1) == [fact]


@pytest.mark.parametrize(
    "fact",
    [
        "What did they find? The divers found the bell of the ferry Linnet on Tuesday, the port said.",
        "Rain fell on the hills. Port divers found the bell and the wheel of the Linnet as well.",
    ],
)
def test_the_headline_is_what_its_fact_points_to(fact: str) -> None:
    opening = "Rain fell on the harbour and on the hills of Bell Harbour on Tuesday, and on Wednesday."
    assert texts(article(opening, fact, title="Port divers find bell of ferry Linnet"), 2)[-1] in fact


def test_another_sentence_may_have_the_fact() -> None:
    leaning = "And what did he see? He said divers of the port had found the bell of the ferry Linnet."
    fact = "Late on Tuesday, divers brought home the old ferry's bell, which weighs as much as a cow."
    rain = "Port weather: Rain fell on Bell Harbour and on the ferry of the port all through the week."
    body = (rain, leaning, rain.replace("Rain", "Snow"), fact)
    assert fact in texts(article(*body, title="Port divers find old ferry's bell"), 1)


def test_a_pronoun_may_stand_for_the_name_behind_it() -> None:
    told = "Rain fell on hills. In her letter to the port, Oakes said she broke the Linnet's bell."
    assert texts(article(told, title="Oakes: I broke the bell of the Linnet"), 1)[0].startswith(
        "In her letter"
    )


@pytest.mark.parametrize(
    "verb", ["argued", "declared", "insisted", "noted", "replied", "said", "stressed", "urged", "warned"]
)
def test_a_few_words_of_somebody_are_not_quoted(verb: str) -> None:
    assert not is_quotable(f'"We are done," the harbour master {verb}.', "en")
    assert is_quotable('"Harbour Nights," the first play about the ferry, opens on Tuesday.', "en")


def test_fields_of_a_table_are_not_quoted_but_speakers_are() -> None:
    assert not is_quotable("Departure: Bell Harbour, 10:01 Destination: Northmoor at noon", "en")
    assert not is_quotable("Abfahrt: Norrby, 10.01 Uhr Ankunft: Bremen", "de")
    assert is_quotable("Oakes: I will not sell the ferry. Pohl: She must sell it.", "en")
    assert is_quotable("Der Minister: Wir handeln sofort. Die Opposition: Es ist zu spät.", "de")


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("The Linnet will still sail from Bell Harbour in May.", False),
        ("They will still sail from Bell Harbour in May.", True),
        ("The other will still sail from Bell Harbour in May.", True),
        ("One of the largest ferries of Bell Harbour struck a rock.", False),
        ("One of its largest ferries, the Linnet, struck a rock.", True),
        ("The Linnet lost both the bell and the wheel.", False),
        ("Under both her plan and his, the ferries of Bell Harbour stay.", True),
    ],
)
def test_a_pronoun_in_a_phrase_that_points_to_nothing_points_back(sentence: str, leans: bool) -> None:
    needs = sentence_needs(["Rain fell on the hills.", sentence], [1], "en")[1]
    assert needs.previous is leans


def test_what_is_far_from_the_headline_is_left_out() -> None:
    opening = (
        "Linnet Lines lost a ferry off Bell Harbour on Tuesday, the harbour office said.",
        "Divers found the ferry near the quay.",
        "Boats searched until the evening.",
        "Rain fell on the quay.",
    )
    stray = "Maren Oakes of the harbour office keeps goats, bees and sheep on the hills of Saltmere."
    body = (
        *opening,
        stray,
        "Linnet Lines will buy another ferry for Bell Harbour.",
        stray.replace("bees", "hens"),
    )
    chosen = texts(article(*body, title="Linnet Lines loses a ferry off Bell Harbour"), 3)
    assert chosen[0] == opening[0]
    assert stray not in chosen
    assert stray in texts(article(*body, title="Linnet Lines loses a ferry off Bell Harbour"), 6)


def test_what_stands_before_the_fact_is_kept_with_it() -> None:
    lead = "Linnet Lines is the oldest of all companies in Saltmere."
    filler = [f"The quay has {number} lamps, and they are old." for number in ("two", "ten", "six", "nine")]
    before = "Boats passed a rock in the dark of winter for years without harm."
    fact = "But now the rock has cost Linnet Lines a ferry off Bell Harbour."
    chosen = texts(
        article(lead, *filler, before, fact, title="Linnet Lines loses a ferry off Bell Harbour"), 3
    )
    assert chosen[-2:] == [before, fact]


@pytest.mark.parametrize(
    ("sentence", "is_clear"),
    [
        ("Before she was queen of the quay, she was a diver: Ines Pohl went down to the ferry.", True),
        ("He may be eighty years old, but ferry captain Tobias Pell will sail on Tuesday.", True),
        ("As he came ashore, the retired pilot Tobias Pell was cheered.", True),
        ("He told the captain on Tuesday that the ferry of the harbour was lost.", False),
        ("When she landed in New Zealand, she had a bell and no coat.", False),
        ("As he left Los Angeles on Friday, he swore to come back.", False),
        ("Before they saw South Africa, the rock sank the ferry.", False),
        ("While she slept, South Korea closed the port.", False),
        ("When he sailed at last, in New Zealand waters, the bell rang.", False),
        ("Since he joined the Harbour Union choir, he has sung daily.", False),
        ("She is known at the quay but not in South Korea or beyond.", False),
        ("He was raised in Norrby but sailed to New Zealand as a boy.", False),
    ],
)
def test_a_first_sentence_may_name_its_subject_later(sentence: str, is_clear: bool) -> None:
    assert sentence_needs([sentence], [0], "en")[0].are_met(False, ()) == is_clear


@pytest.mark.parametrize("verb", ["comes", "came", "is", "runs"])
def test_where_a_subject_comes_from_does_not_say_which_it_is(verb: str) -> None:
    sentences = ["Linnet Lines lost a ferry.", f"The survey {verb} from Norrby and has many pages."]
    assert not sentence_needs(sentences, [1], "en")[1].are_met(False, ())
    assert sentence_needs(sentences, [1], "en")[1].are_met(False, ("survey",))


def test_what_ends_in_though_needs_the_sentence_before_it() -> None:
    sentences = ["Linnet Lines lost a ferry.", "Linnet Lines builds quays, though."]
    assert not sentence_needs(sentences, [1], "en")[1].are_met(False, ())


def test_a_headline_that_says_nothing_ties_no_sentence_to_it() -> None:
    empty = "There was this and that. It was what it was. And so it went on. Who would have?"
    empty += " Nobody saw it coming."
    ferry = "Divers of Norrby raised the ferry Linnet in May."
    bell = "Ines Pohl paid 3,100 crowns for the bronze bell of the ferry."
    assert ferry in texts(article(empty, ferry, bell, title="Nobody saw this coming"), 3)
