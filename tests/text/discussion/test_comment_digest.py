"""The digest as a whole: honest counts, quotes to the character, nothing that the thread does not hold."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.answers import CommentDigest, Quote
from bot.domain.articles import Comment
from bot.text.discussion import comment_digest
from bot.text.discussion.comment_digest import MIN_COMMENTS_FOR_THEMES, build_comment_digest
from bot.text.discussion.comment_filter import FilteredComments, filter_comments
from bot.text.discussion.conversations import agrees
from bot.text.discussion.headings import can_head, refers_back
from bot.text.discussion.theme_candidates import are_related
from bot.text.language.word_vectors import load_vectors
from bot.ui.articles.strings import coverage
from tests.support.comment_threads import MARKET, article, comment, comment_texts, comments, market_thread


def quotes(found: CommentDigest) -> list[Quote]:
    every = [*found.few, *found.questions, *(q for theme in found.themes for q in theme.quotes)]
    every += [q for beyond in found.divergences for q in beyond.quotes]
    return every


def assert_sound(found: CommentDigest, thread: list[Comment]) -> None:
    """What holds of any digest of any thread."""
    by_id = {each.id: each for each in thread}
    for quote in quotes(found):
        stored = by_id[quote.comment]
        assert quote.text == stored.text[quote.start : quote.end]
        assert quote.text == quote.text.strip() != ""
        assert (quote.author, quote.posted_at, quote.score) == (stored.author, stored.posted_at, stored.score)
    assert found.total == len(thread)
    assert found.total == found.read + found.deleted + found.bots + found.copies + found.brief + found.unread
    saying = [number for theme in found.themes for number in theme.comments]
    assert len(saying) == len(set(saying)), "a comment says what one theme says"
    grouped = {number for theme in found.themes for number in theme.every_comment}
    grouped |= {number for group in found.mentioned for number in group.comments}
    rest = [number for group in found.rest for number in group.comments]
    assert grouped.isdisjoint(rest)
    if not found.few:
        texts = [quote.text for quote in quotes(found)]
        assert len(texts) == len(set(texts)), "no sentence is quoted twice"
        assert found.read == len(grouped) + len(rest)
    for theme in found.themes:
        assert bool(theme.words) == bool(theme.mentioning)
        assert theme.quotes[0].comment == theme.comments[0]
        assert len(theme.every_comment) > 1 or theme.score


@pytest.fixture(scope="module", params=["shipped", "off"])
def market(request: pytest.FixtureRequest) -> CommentDigest:
    vectors = load_vectors(request.param)
    if vectors is None and request.param != "off":
        pytest.skip("needs the extra `vectors`")
    return build_comment_digest(MARKET, market_thread(), vectors)


def test_counts_are_honest(market: CommentDigest) -> None:
    assert_sound(market, market_thread())
    assert (market.total, market.deleted, market.bots, market.copies, market.brief) == (24, 1, 1, 1, 1)
    assert market.read == 20


def test_a_theme_is_headed_by_a_sentence_of_one_who_says_it(market: CommentDigest) -> None:
    heads = [theme.quotes[0].text for theme in market.themes]
    assert any("rent" in head.lower() for head in heads)
    assert any("bus" in head.lower() for head in heads)
    for head in heads:
        assert head.endswith(".")
        assert not head.startswith(("It ", "They "))


def test_whoever_mentions_a_word_has_it(market: CommentDigest) -> None:
    by_id = {each.id: each.text.casefold() for each in market_thread()}
    assert market.subjects
    for theme in market.themes:
        begins = [part[:3] for word in theme.words for part in word.casefold().split()]
        assert theme.mentioning
        assert all(any(begin in by_id[number] for begin in begins) for number in theme.mentioning)
    for group in market.mentioned:
        assert not any(group.subject in theme.words for theme in market.themes)
        assert all(group.subject.casefold()[:3] in by_id[number] for number in group.comments)
    for word, count in market.subjects:
        assert sum(word.casefold()[:3] in text for text in by_id.values()) >= count
    most = max(count for _word, count in market.subjects)
    assert most <= market.on_subjects <= market.read


def test_the_opening_names_what_most_mention_and_adds_up(market: CommentDigest) -> None:
    words = {word for theme in market.themes for word in theme.words}
    assert {word for word, _count in market.subjects} == words | {each.subject for each in market.mentioned}
    counts = [count for _word, count in market.subjects]
    assert counts == sorted(counts, reverse=True)
    sizes = [len(theme.mentioning) for theme in market.themes]
    assert sizes == sorted(sizes, reverse=True)
    mentioning = {number for theme in market.themes for number in theme.every_comment}
    mentioning |= {number for group in market.mentioned for number in group.comments}
    left = sum(len(group.comments) for group in market.rest)
    assert market.on_subjects == len(mentioning)
    assert market.on_subjects + left == market.read


def test_a_quote_is_a_statement_about_the_word() -> None:
    lamps = [
        "Lamp maker of the old quay, not yours.",
        "The radio of the quay hangs from the lamp's hook in the yard.",
        "The lamps on the quay keep burglars away.",
        "New lamps would cost less than one broken leg.",
        "Nobody sleeps in our street with such lamps at the window.",
    ]
    others = [each.text for each in market_thread()[:10]]
    found = build_comment_digest(MARKET, comments(*lamps, *others))
    (theme,) = [theme for theme in found.themes if "lamps" in theme.words]
    assert {1, 2, 3, 4, 5} <= set(theme.mentioning)
    assert {quote.comment for quote in theme.quotes} <= {3, 4, 5}


def test_a_name_in_passing_heads_no_theme() -> None:
    pell = [
        "My aunt bought a herring from Pell in January.",
        "The scales of old Pell are older than the quay.",
        "A van came down to Pell with ice at five.",
    ]
    texts = [*pell, *(each.text for each in market_thread()[:20])]
    found = build_comment_digest(MARKET, comments(*texts))
    assert not any("Pell" in theme.words for theme in found.themes)


def test_one_family_of_words_heads_one_theme() -> None:
    assert are_related("creation", "creator")
    assert are_related("trade mark", "mark")
    assert not are_related("roof", "room")


@pytest.mark.parametrize(
    "text",
    ["I would not call it a walk so much as a staircase.", "Abolishing them would bring peace to the quay."],
)
def test_no_verb_is_what_a_pronoun_stands_for(text: str) -> None:
    assert refers_back(text)


def test_replies_stand_below_what_they_answer_and_agreement_counts_for_it() -> None:
    thread = market_thread()
    claim = replace(thread[0], score=90)
    answers = [
        replace(comment(101, "Agreed."), parent=claim.id),
        replace(comment(102, "Exactly, well put."), parent=claim.id),
        replace(
            comment(103, "The council offered every stall on the coast the same terms."), parent=claim.id
        ),
    ]
    found = build_comment_digest(MARKET, [claim, *(replace(c, score=1) for c in [*thread[1:], *answers])])
    assert_sound(found, [claim, *(replace(c, score=1) for c in [*thread[1:], *answers])])
    first = found.themes[0]
    assert first.comments[0] == claim.id
    assert {101, 102} <= set(first.comments)
    assert 103 in first.replies
    assert first.quotes[1].comment == 103, "a claim and its rebuttal stand together"


def test_a_reply_that_qualifies_is_no_agreement() -> None:
    assert agrees("Exactly this.")
    assert agrees("I totally agree")
    assert not agrees("I agree, but the bus is worse.")
    assert not agrees("This is nonsense.")
    assert not agrees("True? Who says so?")


@pytest.mark.parametrize(
    "text",
    [
        "Nobody has told them what the new yard will cost.",
        "Building the stalls again would cost more than that.",
        "The council pays for this out of the harbour dues.",
        "The quay is a museum of herring, lol, and so is the council.",
        "Is the roof of the yard to be paid by the stalls?",
        "The stalls on the quay pay for the roof of the market. However, the yard would be dearer.",
        'The mayor said "nobody will ever pay a penny of rent here" at the fair.',
        "The market lost its best stalls for such a council.",
        "There's another reason to keep the stalls on the quay.",
        "Even Tobias Pell sells herring on the quay of the market.",
        "(The stalls on the quay pay for the roof of the market.)",
        "When I finally moved to the yard, the stalls were empty.",
        "Better to leave the stalls on the quay of the market.",
        "A friend of mine sold herring on the quay of the market.",
    ],
)
def test_a_sentence_unclear_alone_heads_nothing(text: str) -> None:
    ((parsed,), stemmer) = comment_texts(text)
    clear = "The stalls on the quay pay for the roof of the market."
    ((other,), _) = comment_texts(clear)
    assert all(can_head(sentence) for sentence in other.sentences(stemmer))
    assert not any(can_head(sentence) for sentence in parsed.sentences(stemmer))


def test_a_comment_against_the_article_stands_beside_it(market: CommentDigest) -> None:
    (against,) = [beyond for beyond in market.divergences if beyond.kind == "contradicts"]
    assert (against.comments_say, against.article_says) == ("6 to 5", "7 to 4")
    assert against.sentence is not None
    assert against.sentence.text.startswith("The council voted 7 to 4")


def test_questions_are_kept(market: CommentDigest) -> None:
    assert "Has anyone tested the soil of the rail yard for oil?" in [q.text for q in market.questions]


@pytest.mark.parametrize(
    "question",
    [
        "The rail yard has no customers at all, so why bother with a bus to it?",
        "Are we going to sell herring in a field from now on?",
        "Why should the stalls pay for a roof on the rail yard?",
        "Isn't the council paid to know what the rail yard costs?",
        "The bus to the rail yard is late, what is the problem with the quay?",
    ],
)
def test_a_rhetorical_question_is_not_open(question: str) -> None:
    found = build_comment_digest(MARKET, [*market_thread(), comment(101, question)])
    assert question not in [quote.text for quote in found.questions]


def test_one_point_in_other_words_is_one_theme() -> None:
    texts = [
        *("A dam on the river is playing God.", "People should not be playing God with the river."),
        *("Nobody should play God with a river.", "To dam the river is to play God with it."),
        *("The dam floods the orchards of the valley.", "All orchards in the valley will be flooded."),
        *("Flooded orchards feed nobody in the valley.", "The ferry needs a new engine, says my aunt."),
        *("Cheap power is worth the loss of a view.", "Power from the dam is cheap and clean for us."),
    ]
    found = build_comment_digest(article("A dam is planned"), comments(*texts), load_vectors("shipped"))
    assert sum("God" in theme.quotes[0].text for theme in found.themes) == 1
    (theme,) = [theme for theme in found.themes if "God" in theme.quotes[0].text]
    assert {1, 2, 3, 4} <= set(theme.every_comment)


def test_nothing_rests_on_scores_where_there_are_none(market: CommentDigest) -> None:
    assert not market.scored
    assert all(theme.score is None for theme in market.themes)


def test_scores_are_summed_where_every_comment_has_one() -> None:
    thread = [replace(each, score=3) for each in market_thread()]
    found = build_comment_digest(MARKET, thread)
    assert found.scored
    assert [theme.score for theme in found.themes] == [3 * len(theme.comments) for theme in found.themes]


def test_one_missing_score_is_no_scores() -> None:
    thread = [replace(each, score=3) for each in market_thread()[:-1]] + market_thread()[-1:]
    assert not build_comment_digest(MARKET, thread).scored


def test_the_order_of_comments_changes_nothing() -> None:
    thread = market_thread()
    shuffled = random.Random(7).sample(thread, len(thread))
    assert build_comment_digest(MARKET, shuffled) == build_comment_digest(MARKET, thread)


def test_few_comments_are_shown_themselves() -> None:
    thread = [
        comment(1, "The roof leaks already.\n"),
        comment(2, "> The roof leaks already.\n\nSo does mine."),
        comment(3, "No."),
        comment(4, "[removed]", "[deleted]"),
    ]
    found = build_comment_digest(MARKET, thread)
    assert [quote.text for quote in found.few] == ["The roof leaks already.", "So does mine.", "No."]
    assert (found.read, found.brief, found.deleted, found.themes, found.rest) == (3, 0, 1, (), ())
    assert_sound(found, thread)


def test_an_empty_thread_is_an_empty_digest() -> None:
    found = build_comment_digest(MARKET, [])
    assert (found.total, found.read, found.few, found.themes) == (0, 0, (), ())


def test_a_quote_is_never_of_words_quoted_from_another() -> None:
    others = "> Free rent for a year is a bribe, and the council knows it.\n\n"
    texts = [each.text for each in market_thread()[:20]]
    thread = comments(*(others + text for text in texts))
    found = build_comment_digest(MARKET, thread)
    assert found.themes
    for quote in quotes(found):
        assert quote.start >= len(others)


def test_slurs_are_marked_in_quotes() -> None:
    thread = comments("What a retard, honestly.", "Leave the gulls alone.")
    found = build_comment_digest(MARKET, thread)
    (mask,) = found.few[0].masks
    assert found.few[0].text[slice(*mask)] == "retard"
    assert found.few[1].masks == ()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ("Die Miete ist viel zu hoch für den Markt.", "Der Bus fährt nicht zum Bahnhof hinauf.")),
        ("ru", ("Аренда на рынке слишком высокая для нас.", "Автобус не ходит до старого вокзала.")),
        ("ar", ("الإيجار في السوق مرتفع جدا علينا.", "الحافلة لا تصل إلى المحطة القديمة أبدا.")),
        ("ja", ("市場の家賃は高すぎると思います。", "バスは古い駅まで行きません。")),
        (None, ("Kira pazarda bizim için çok yüksek.", "Otobüs eski istasyona kadar gitmiyor.")),
    ],
)
def test_other_languages_have_themes_too(language: str | None, words: tuple[str, str]) -> None:
    thread = [comment(n, f"{words[n % 2]} {'abcdefghijklmnop'[n] * 5}.") for n in range(12)]
    found = build_comment_digest(article("...", language=language), thread)
    assert_sound(found, thread)
    assert {len(theme.every_comment) for theme in found.themes} == {6}


COPY = "Eggs, flour and a pinch of salt make the best batter for herring, says my aunt."


@given(
    st.lists(
        st.one_of(
            st.text(max_size=80),
            st.sampled_from(["[deleted]", "", COPY, "> " + COPY, "https://a.example/b", "Why? How? 7 to 4!"]),
            st.lists(st.sampled_from(["the", "rent", "is", "fair", "bus.", "Bus", "not", "\n", "41"])).map(
                " ".join
            ),
        ),
        max_size=30,
    ),
)
@settings(max_examples=60)
def test_any_thread_has_a_sound_digest(texts: list[str]) -> None:
    thread = comments(*texts)
    assert_sound(build_comment_digest(MARKET, thread), thread)


def test_the_threshold_is_of_readable_comments() -> None:
    texts = [each.text for each in market_thread()[:MIN_COMMENTS_FOR_THEMES]]
    twice = ["Free rent for a year is a bribe.", "A bribe, that free rent for a year."]
    assert build_comment_digest(MARKET, comments(*twice, *texts[2:])).few == ()
    listed = build_comment_digest(MARKET, comments(*texts))
    assert len(listed.few) == MIN_COMMENTS_FOR_THEMES, "no two of them say the same"
    assert (listed.themes, listed.rest) == ((), ())
    assert (
        len(build_comment_digest(MARKET, comments(*texts[:-1], "[deleted]")).few)
        == MIN_COMMENTS_FOR_THEMES - 1
    )


def test_of_a_very_long_thread_an_even_sample_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """In any order of the thread the same comments are read, from its whole time; the counts say how many."""
    rng = random.Random(1)
    subjects = ("rent", "bus", "roof", "ferry", "council", "stall", "quay", "winter", "price", "gull")
    thread = comments(*(f"The {' '.join(rng.choices(subjects, k=12))} {n} again." for n in range(400)))
    monkeypatch.setattr(comment_digest, "MAX_READ_COMMENTS", 40)
    read: list[int] = []

    def select(sample: Sequence[Comment]) -> FilteredComments:
        read.extend(part.id for part in sample)
        return filter_comments(sample)

    monkeypatch.setattr(comment_digest, "filter_comments", select)
    digest = build_comment_digest(MARKET, thread)
    assert digest.total == len(thread)
    assert digest.unread == len(thread) - 40
    assert_sound(digest, thread)
    assert read == list(range(1, 401, 10))
    assert f"{len(thread) - 40} beyond an even sample" in coverage(digest)
    again = build_comment_digest(MARKET, random.Random(3).sample(thread, len(thread)))
    assert again == digest
