"""Which sentences are quoted under the words of a theme, which words head one, and in what order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.text.discussion.comment_digest import build_comment_digest
from bot.text.discussion.headings import can_head, refers_back
from bot.text.discussion.quotes import CommentText
from bot.text.discussion.theme_candidates import ThemeCandidate, is_in_passing, largest_others
from bot.text.discussion.topics import Topic, TopicSearch
from bot.text.discussion.word_usage import WordUsage
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.word_vectors import load_vectors
from tests.support.comment_threads import MARKET, article, comment, comment_texts, comments, market_thread


def test_an_answer_to_ones_own_question_heads_nothing() -> None:
    ((parsed,), stemmer) = comment_texts("Who pays for it? The stalls on the quay pay for the roof.")
    assert not any(can_head(sentence) for sentence in parsed.sentences(stemmer))


def test_a_reply_to_what_is_not_quoted_is_not_quoted() -> None:
    thread = market_thread()
    claim = replace(thread[0], text=f"{thread[0].text} My cousin mends nets in winter.", score=90)
    answers = [
        replace(comment(101, "This is what the old sailors do in winter."), parent=claim.id),
        replace(comment(102, "A net needs a dry loft and good light."), parent=claim.id),
    ]
    scored = [claim, *(replace(c, score=1) for c in [*thread[1:], *answers])]
    found = build_comment_digest(MARKET, scored)
    (first,) = [theme for theme in found.themes if theme.comments[0] == claim.id]
    assert {101, 102} <= set(first.replies)
    assert not {101, 102} & {quote.comment for theme in found.themes for quote in theme.quotes}


def test_a_reply_to_what_can_be_read_is_no_point_of_its_own() -> None:
    text = "Paint the old lighthouse in white and red stripes before winter."
    thread = [replace(each, score=1) for each in market_thread()]
    for parent, is_point in ((thread[0].id, False), (None, True), (999, True)):
        point = replace(comment(101, text), score=60, parent=parent)
        found = build_comment_digest(MARKET, [*thread, point])
        assert (101 in {theme.comments[0] for theme in found.themes}) == is_point


def test_themes_with_the_most_votes_together_come_first() -> None:
    other = comment(101, "Paint the old lighthouse in white and red stripes before winter.")
    thread = [replace(each, score=40 if "bus" in each.text else 1) for each in market_thread()]
    thread.append(replace(other, score=60))
    found = build_comment_digest(MARKET, thread)
    votes = {each.id: each.score or 0 for each in thread}
    sums = [sum(votes[n] for n in {*theme.comments, *theme.mentioning}) for theme in found.themes]
    assert sums == sorted(sums, reverse=True)
    assert "bus" in found.themes[0].words
    assert 101 in {theme.comments[0] for theme in found.themes[1:]}


def test_a_word_in_another_sense_is_not_quoted() -> None:
    texts = [
        "The criminal law of the county is older than the harbour and its mole.",
        "Keep all criminals away from the boats at night.",
        "The criminals on the mole stole two nets and an anchor.",
        "Criminals sleep in the old sheds of the yard.",
        *(each.text for each in market_thread()[:10]),
    ]
    found = build_comment_digest(MARKET, comments(*texts))
    (theme,) = [theme for theme in found.themes if "criminals" in theme.words]
    assert 1 not in {quote.comment for quote in theme.quotes}


def test_what_the_title_says_in_other_words_is_no_theme() -> None:
    vectors = load_vectors("shipped")
    if vectors is None:
        pytest.skip("needs the extra `vectors`")
    texts = [
        "The marijuana farms dry out the valley.",
        "A marijuana shop would open beside the quay.",
        "The price of marijuana falls every year.",
        "Most marijuana comes from across the border.",
        *(each.text for each in market_thread()[:10]),
    ]
    found = build_comment_digest(article("We should legalize cannabis"), comments(*texts), vectors)
    assert not any("marijuana" in theme.words for theme in found.themes)


def test_two_words_for_one_thing_head_one_theme() -> None:
    vectors = load_vectors("shipped")
    if vectors is None:
        pytest.skip("needs the extra `vectors`")
    texts, stemmer = comment_texts(
        "The prison on the hill is full of old sailors.",
        "The guards of the prison buy herring on Fridays.",
        "The jail has no window to the sea.",
        "Thieves leave the jail with nothing but their boots.",
    )
    apart = [
        Topic((word,), (word,), (True,), (having,), -1, {word: frozenset((word,))})
        for word, having in (("prison", frozenset((0, 1))), ("jail", frozenset((2, 3))))
    ]
    same = TopicSearch(texts, WordUsage(texts, stemmer), (), vectors).with_synonyms(apart)
    assert [topic.synonyms for topic in same] == [{"jail"}, {"prison"}]
    for topics, themes in ((apart, 2), (same, 1)):
        candidates = [
            ThemeCandidate(texts[n].sentences(stemmer)[0], topic, topic.comments, 0.0)
            for n, topic in zip((0, 2), topics, strict=True)
        ]
        assert len(largest_others(candidates, [], 5)) == themes


def test_badly_written_sentences_are_not_quoted() -> None:
    slips = [
        "The lamps cost more then the whole quay is worth.",
        "The lamps doesnt light the steps of the quay.",
        "The lamps keep burglars away from the quay.",
        "The lamps would cost less than one broken leg.",
    ]
    found = build_comment_digest(MARKET, comments(*slips, *(each.text for each in market_thread()[:10])))
    (theme,) = [theme for theme in found.themes if "lamps" in theme.words]
    assert {quote.comment for quote in theme.quotes} == {3, 4}


TRAM = (
    "the new tram will only serve hotel guests near the opera house",
    "sadly the new tram will only serve hotel guests near the opera house",
    "the new tram will only serve the hotel guests living near the opera house",
)


def tram_heads(*texts: str) -> list[str]:
    """The heads of themes about the tram in a thread of mostly neat comments, the first of these with the
    most votes."""
    thread = comments(*texts, *(each.text for each in market_thread()[:19]))
    found = build_comment_digest(MARKET, [replace(c, score=500 if c.id == 1 else 1) for c in thread])
    heads = [theme.quotes[0].text for theme in found.themes]
    return [head for head in heads if "tram" in head]


def test_what_several_say_is_headed_by_a_neat_sentence_of_theirs() -> None:
    neat = "The tram will only serve hotel guests near the opera house."
    assert tram_heads(*TRAM, neat) == [neat]


def test_what_several_say_without_a_neat_sentence_is_headed_by_another() -> None:
    last = "tourists of hotels near the opera house get the tram and nobody else"
    assert tram_heads(*TRAM, last) == [TRAM[0]]
    for ending, is_quotable in (("", True), (" whatever the season and the weather on the old quay", False)):
        texts = [f"{text}{ending}" for text in (*TRAM, last)]
        found = build_comment_digest(MARKET, comments(*texts, *(c.text for c in market_thread()[:19])))
        (theme,) = [theme for theme in found.themes if "tram" in theme.quotes[0].text]
        assert theme.is_quotable == is_quotable
        assert len(theme.quotes) == 1


def in_passing(text: str, shown: str, language: str, *thread: str) -> bool:
    """Whether the text, in a thread, has the word that is shown, in its other form, only in passing."""
    parsed = [CommentText.from_comment(each) for each in comments(text, *thread)]
    stemmer = CommentStemmer(language)
    stem = stemmer.stem(shown.casefold()) or ""
    forms = frozenset(word for each in parsed for word in each.words if stemmer.stem(word) == stem)
    assert forms
    topic = Topic((stem,), (shown,), (True,), (frozenset({0}),), -1, {stem: forms})
    return is_in_passing(parsed[0].sentences(stemmer)[0], topic, WordUsage(parsed, stemmer))


@pytest.mark.parametrize(
    ("text", "shown", "language"),
    [
        ("A criminal deserves a fair trial.", "criminals", "en"),
        ("A higher tax hurts the poor.", "taxes", "en"),
        ("Die Miete steigt jedes Jahr um zehn Euro.", "Mieten", "de"),
        ("L'impôt frappe les pauvres.", "impôts", "fr"),
        ("El impuesto castiga a los pobres.", "impuestos", "es"),
    ],
)
def test_the_subject_of_a_verb_is_not_in_passing(text: str, shown: str, language: str) -> None:
    assert not in_passing(text, shown, language)


def test_a_word_that_describes_another_is_in_passing() -> None:
    thread = ("They deserve a trial, and the law is clear.", "Nobody will read a criminal law.")
    assert in_passing("The criminal law of the town is old.", "criminals", "en", *thread)
    assert in_passing("The criminals' hats were in the mayor's yard.", "mayor", "en", *thread)


@pytest.mark.parametrize(
    "text",
    [
        "The problem is that the council never asked the stalls.",
        "The nasty part comes when the ice melts on the quay.",
        "Another reason to keep the quay is the lamp.",
        "The real problem is the council.",
        "One big difference is the rent.",
        "For example, Norway pays students to study.",
        "Norway, for instance, pays students to study.",
        "Norway for example is cold.",
        "Despite their wealth, they go broke.",
        "The gas was theirs to sell.",
        "A quay also needs a lamp for the winter.",
        "The quay needs a lamp as well.",
        "Herring is a sin in their eyes.",
        "Another rule that helps is the curfew.",
        "Finally, the quay needs a lamp.",
        "The mayor seems to ignore that fact.",
        "Paul covers a lot of ground.",
        "The council knows that Joel is wrong.",
        "But Paul is wrong.",
        "Sadly Joel is wrong.",
        "Unlike Joel, the council pays for its lamps.",
        "The council asked Paul about the lamp.",
        "The council agrees with Paul's view of the quay.",
        "That theory is bad for the quay.",
        "Voters believe that claim.",
        "Sailors know that problem is solved.",
        "Sailors say that problem, however small, is solved.",
        "The council proved that argument's worth.",
        "Nobody should buy that logic when rents rise.",
        "Trams are not as reliable in winter.",
        "Trams are not as reliable in St. Ives.",
        "The night ferry is cheaper.",
        "The new ferry is no faster.",
        "A slate roof is a lot more expensive!",
        "Wooden piers are usually cheaper and warmer.",
        "As far as trams being the answer, the council has asked nobody.",
    ],
)
def test_a_sentence_that_continues_another_refers_back(text: str) -> None:
    assert refers_back(text)


@pytest.mark.parametrize(
    "text",
    [
        "The quay is dark and also needs a lamp.",
        "Children love their teachers.",
        "If somebody drowns, they drown at the steps.",
        "The problem of the quay is its lamp.",
        "Ads work because they repeat themselves.",
        "EVs are loud when they brake, and MPs vote as their party tells them.",
        "The French love their bread.",
        "The homeless lose their papers.",
        "Teeth fall out if they are not brushed.",
        "Mice eat what they find.",
        "A nurse does what she can.",
        "A landlord keeps what he earns.",
        "Despite their wealth, athletes often go broke.",
        "Without their parents, children suffer.",
        "The drug problem is worse in cities than in villages.",
        "The immigration issue is dividing Europe.",
        "The energy question was ignored for twenty years.",
        "A political solution is the only way to end the war in Syria.",
        "Some countries, for example Norway, pay students to study.",
        "Some drugs (for example, aspirin) are safe.",
        "The essays of Paul Graham are long.",
        "Prince Harry left the island.",
        "The facts that matter are few.",
        "Another war would ruin Europe.",
        "Elton John sings better than most.",
        "Ron Paul would cut every tax.",
        "George Michael was a great singer.",
        "Senator Kelly lied to the voters.",
        "Hurricane Helen destroyed the coast.",
        "The storm was worse than hurricane Helen.",
        "Lake George is clean.",
        "San Jose is expensive.",
        "Vincent van Gogh painted the quay.",
        "Joan of Arc was burnt in Rouen.",
        "Peter the Great built a fleet.",
        "Sailors know that theory and practice differ.",
        "Most people say that problem solving is a skill.",
        "The truth is that opinion polls are often wrong.",
        "Nobody denied that reason and faith can live together.",
        "Trams are as reliable in winter as buses are.",
        "Rents were as high in St. Ives as in Penzance.",
        "The night ferry is cheaper than the train.",
        "Without a toll, the bridge is cheaper.",
        "The longer the pier, the fish are larger.",
        "Nothing on the island is more important.",
        "Fares should be lower.",
        "Harbours are getting better.",
        "The old yard is used as a market.",
        "The terms are as follows, and they are harsh on small stalls.",
        "The tide is as high in St. Ives as anywhere else on the coast.",
    ],
)
def test_a_sentence_that_names_all_does_not_refer_back(text: str) -> None:
    assert not refers_back(text)


def frequent_nouns(*texts: str) -> set[str]:
    """The words of a thread that may be listed without a quote."""
    parsed = [CommentText.from_comment(each) for each in comments(*texts)]
    stemmer = CommentStemmer("en")
    for each in parsed:
        each.stems = stemmer.stems(each.words)
    search = TopicSearch(parsed, WordUsage(parsed, stemmer), (), None)
    return {word for word, _having in search.frequent_nouns().values()}


def test_a_given_name_without_a_surname_is_no_subject() -> None:
    about = [
        f"The {thing} of the harbour was built by Joel with a crane." for thing in ("wall", "pier", "slip")
    ]
    found = frequent_nouns(*about, *(each.text for each in market_thread()[:19]))
    assert "crane" in found
    assert "Joel" not in found
