"""Names of themes."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.text.discussion.labels import Label, label_theme, name_subject, widen_label
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer
from tests.support.comment_threads import comment_texts

OTHERS = (
    "Gulls eat chips all day.",
    "My uncle sings at noon.",
    "The tram was late and cold.",
    "It rains here.",
)


def named(*texts: str, title: str = "") -> Label | None:
    parsed, stems = comment_texts(*texts, *OTHERS)
    counts = Counter(stem for comment_text in parsed for stem in comment_text.stems)
    usage = WordUsage(parsed, stems, stems.stems(title.lower().split()))
    return label_theme(parsed[: len(texts)], counts, len(parsed), usage)


def test_a_phrase_is_better_than_its_words() -> None:
    label = named(
        "Capital punishment never stopped anybody.",
        "I am against capital punishment in any form.",
        "The cost of capital punishment is absurd.",
    )
    assert label is not None
    assert label.text == "Capital punishment"
    assert label.stems == {"capit", "punish"}


def test_verbs_and_adjectives_are_no_names() -> None:
    label = named(
        "They should ban the expensive permits.",
        "We should ban it, the permits are expensive.",
        "Please ban this, so expensive, those permits.",
    )
    assert label is not None
    assert label.text == "Permits"


def test_names_keep_their_capitals() -> None:
    label = named("We all trust Norrby here.", "They say Norrby pays.", "The boats of Norrby are late.")
    assert label is not None
    assert label.text == "Norrby"


def test_two_nouns_share_a_theme_that_neither_covers() -> None:
    label = named(
        "The parking is a mess.",
        "There is no parking for us.",
        "Parking was the point of the yard.",
        "A bus would help.",
        "The bus is full.",
        "I wait for the bus all day.",
    )
    assert label is not None
    assert set(label.text.lower().split(" and ")) == {"parking", "bus"}


def test_the_title_names_the_thread_and_not_its_parts() -> None:
    texts = ("The market needs a roof.", "A market without a roof is wet.", "The roof of the market leaks.")
    label = named(*texts, title="Market moves")
    assert label is not None
    assert label.text == "Roof"


def test_german_nouns_are_known_by_their_capitals() -> None:
    texts = (
        "Man zahlt dort eine hohe Miete.",
        "Die hohe Miete zahlt keiner.",
        "Wer zahlt so eine hohe Miete?",
    )
    parsed, _english = comment_texts(
        *texts, "Der Bus fährt nie.", "Im Hafen regnet es.", "Der Wind weht kalt."
    )
    stems = CommentStemmer("de")
    for comment_text in parsed:
        comment_text.stems = stems.stems(comment_text.words)
    label = label_theme(
        parsed[:3],
        Counter(stem for comment_text in parsed for stem in comment_text.stems),
        6,
        WordUsage(parsed, stems),
    )
    assert label is not None
    assert label.text == "Hohe Miete"


def test_nothing_in_common_has_no_name() -> None:
    assert named("One herring swam.", "Two clerks slept.") is None


def test_a_subject_is_called_by_its_phrase() -> None:
    parsed, stems = comment_texts(
        "School uniforms cost a lot.", "Ban school uniforms.", "I hate school uniforms."
    )
    assert name_subject("uniform", parsed, WordUsage(parsed, stems)) == "School uniforms"


def widen(*texts: str, taken: frozenset[str] = frozenset()) -> str:
    parsed, stems = comment_texts(*texts, *OTHERS)
    short = Label("Yard", frozenset({"yard"}), ("yard", "cellar", "want", "rare"))
    return widen_label(short, parsed[: len(texts)], WordUsage(parsed, stems), taken).text


YARDS = ("The yard has no cellar.", "A yard with a cellar is rare.", "Who wants the yard?")


def test_a_small_theme_has_a_second_word() -> None:
    assert widen(*YARDS) == "Yard and cellar"
    assert widen(*YARDS, taken=frozenset({"cellar"})) == "Yard"


def test_a_small_theme_is_called_by_a_phrase_that_was_said_twice() -> None:
    assert widen("The rail yard is far.", "I know the rail yard.", "Whose yard?", "A yard.") == "Rail yard"


def test_somebody_is_called_by_both_names() -> None:
    parsed, stems = comment_texts(
        "I met Nora Pell today.", "As Nora Pell says, wait.", "What Pell wrote.", "Pell!"
    )
    assert name_subject("pell", parsed, WordUsage(parsed, stems)) == "Nora Pell"


def test_what_people_do_is_no_subject_unless_it_stands_as_one() -> None:
    parsed, stems = comment_texts(
        "It was an inspiring talk.", "They are inspiring.", "No parking here.", "The parking."
    )
    usage = WordUsage(parsed, stems)
    assert [usage.is_noun(stem) for stem in ("inspir", "park")] == [False, True]


def test_a_thing_is_called_as_people_speak_of_it() -> None:
    parsed, stems = comment_texts(
        "The bus is late.",
        "I missed the bus.",
        "A keeper costs money.",
        "Five keepers are too many.",
        "Parking is dear.",
        "Gulls eat chips.",
        "We saw Norrby at noon.",
    )
    usage = WordUsage(parsed, stems)
    names = ["Bus", "Keeper", "Parking", "Gulls", "Norrby", "Bus and gulls"]
    assert [usage.as_spoken(name) for name in names] == [
        "The bus",
        "Keepers",
        "Parking",
        "Gulls",
        "Norrby",
        "Bus and gulls",
    ]


def test_no_theme_is_named_by_a_slur() -> None:
    label = named("What a retard he is.", "Only a retard would.", "Call me a retard then.")
    assert label is None


@pytest.mark.parametrize(
    ("language", "texts", "label"),
    [
        (
            "de",
            ("Im neuen Markt zieht es.", "Am neuen Markt ist es laut.", "Den neuen Markt mag ich."),
            "Markt",
        ),
        ("es", ("El puente es viejo.", "Un puente caro.", "Me gusta el puente."), "Puente"),
        ("fr", ("L'autobus est plein.", "Un autobus par jour.", "J'attends l'autobus."), "Autobus"),
    ],
)
def test_themes_of_other_languages_are_named_by_nouns(
    language: str, texts: tuple[str, ...], label: str
) -> None:
    parsed, _english = comment_texts(*texts, *OTHERS)
    stems = CommentStemmer(language)
    for comment_text in parsed:
        comment_text.stems = stems.stems(comment_text.words)
    found = label_theme(
        parsed[:3],
        Counter(stem for comment_text in parsed for stem in comment_text.stems),
        7,
        WordUsage(parsed, stems),
    )
    assert found is not None
    assert found.text == label


def test_two_nouns_are_joined_in_the_language_of_the_thread() -> None:
    joined = [
        WordUsage((), CommentStemmer(language)).join_nouns("A", "B")
        for language in ("en", "de", "es", "fr", "ja")
    ]
    assert joined == ["A and B", "A und B", "A y B", "A et B", "A, B"]
