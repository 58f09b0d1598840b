"""Every language has every message, with the same fields and all the plural forms that it needs."""

from __future__ import annotations

import itertools
import re
from collections import Counter

import pytest
from babel import Locale

from bot.i18n import ENGLISH, LANGUAGES, catalogue, formats, msg_in, nearest_language, use_language
from bot.i18n.catalogue import system_language
from tests.support.catalogue import entries, fields_of
from tests.support.paths import ROOT

TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]
NUMBERS = (0, 1, 2, 5, 11, 21, 1204, 1_000_000)
"""One or more of each plural category in every language of the catalogue."""
PLURALS = {"zero", "one", "two", "few", "many", "other"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_is_missing_and_none_is_of_no_use(language: str) -> None:
    own = {id_ for id_ in entries(language) if not id_.startswith("-")}
    english = {id_ for id_ in entries(ENGLISH) if not id_.startswith("-")}
    assert sorted(english - own) == []
    assert sorted(own - english) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_defined_once(language: str) -> None:
    text = (ROOT / "bot/i18n/locales" / f"{language}.ftl").read_text("utf-8")
    counts = Counter(re.findall(r"^[a-z-][a-z0-9-]*(?= =)", text, re.MULTILINE))
    assert len(counts) > 100
    assert [name for name, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_use_the_fields_of_the_english_message(language: str) -> None:
    differing = {
        name: (sorted(fields_of(ENGLISH, name)), sorted(fields_of(language, name)))
        for name in entries(ENGLISH)
        if name in entries(language) and fields_of(language, name) != fields_of(ENGLISH, name)
    }
    assert differing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_that_a_whole_number_can_take_is_there(language: str) -> None:
    plural = Locale.parse(LANGUAGES[language]).plural_form
    needed = {plural(number) for number in range(1, 1_100)}
    missing = {}
    for name, entry in entries(language).items():
        for field, keys in entry.selectors:
            if keys & (PLURALS - {"other"}) and not keys - PLURALS - set(map(str, range(10))):
                lacking = needed - keys - ({"one"} if "1" in keys else set())
                if lacking:
                    missing[f"{name} ${field}"] = sorted(lacking)
    assert missing == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_choices_by_word_are_those_of_the_english_message(language: str) -> None:
    differing = {}
    for name, entry in entries(ENGLISH).items():
        words = {field: keys - PLURALS for field, keys in entry.selectors if keys - PLURALS}
        own = entries(language).get(name)
        theirs = dict(own.selectors) if own is not None else {}
        for field, keys in words.items():
            chosen = theirs.get(field)
            if chosen is not None and not chosen - PLURALS <= keys | set(map(str, range(10))):
                differing[f"{name} ${field}"] = (sorted(keys), sorted(chosen))
    assert differing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_formatted(language: str) -> None:
    for name in entries(ENGLISH):
        if name.startswith("-"):
            continue
        fields = sorted(fields_of(ENGLISH, name))
        choices = dict(_selectors(name))
        numbers = NUMBERS if fields else (1,)
        for number in numbers:
            values = {field: _value(choices.get(field), number) for field in fields}
            text = catalogue(language).format(name, values)
            assert text.strip(), name
            assert "{" not in text.replace("{}", ""), (name, text)
        for field, keys in choices.items():
            for key in keys - PLURALS:
                values = {other: _value(choices.get(other), 2) for other in fields} | {field: key}
                assert catalogue(language).format(name, values).strip()


def _selectors(name: str) -> list[tuple[str, set[str]]]:
    entry = entries(ENGLISH)[name]
    inner = itertools.chain.from_iterable(_selectors(other) for other in entry.messages)
    return [*entry.selectors, *inner]


def _value(keys: set[str] | None, number: int) -> int | str:
    """A number where it counts, one of the words where it chooses among them, else a text."""
    if keys is None:
        return "Ælfric"
    words = sorted(keys - PLURALS - set(map(str, range(10))))
    return words[number % len(words)] if words else number


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_sentence_is_left_in_english(language: str) -> None:
    """A sentence of several words that is equal to the English one was forgotten."""
    same = [
        name
        for name in entries(ENGLISH)
        if name in entries(language)
        and not name.startswith("-")
        and catalogue(language).sources[name.partition(".")[0]]
        == catalogue(ENGLISH).sources[name.partition(".")[0]]
        and len(catalogue(ENGLISH).sources[name.partition(".")[0]].partition("=")[2].split()) > 4
        and "{" not in catalogue(ENGLISH).sources[name.partition(".")[0]]
    ]
    assert same == []


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("en-US", "en"),
        ("en-GB", "en"),
        ("de", "de"),
        ("de_AT", "de"),
        ("fr_CA", "fr"),
        ("es", "es-419"),
        ("es_MX", "es-419"),
        ("es-ES", "es-ES"),
        ("pt_PT", "pt-BR"),
        ("zh-TW", "en"),
        ("zh_CN", "zh-CN"),
        ("ja", "ja"),
        ("xx", "en"),
        ("", "en"),
    ],
)
def test_the_nearest_language_serves(code: str, language: str) -> None:
    assert nearest_language(code) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_MESSAGES": "ru_RU@x", "LANG": "de_DE"}, "ru"),
        ({}, "en"),
    ],
)
def test_the_terminals_language_is_that_of_its_environment(
    environment: dict[str, str], language: str
) -> None:
    assert system_language(environment) == language


def test_a_message_that_is_missing_in_a_language_is_english_and_logged(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(catalogue("de").sources, "threads", raising=False)
    catalogue("de")._parsed.discard("threads")
    assert msg_in("de", "threads", count=2) == "2 threads"
    assert "threads" in caplog.text


def test_a_field_can_be_long() -> None:
    assert msg_in(ENGLISH, "quoted", text="x" * 10_000) == f"“{'x' * 10_000}”"


def test_numbers_follow_the_language() -> None:
    with use_language("de"):
        assert formats.number(1204) == "1.204"
    with use_language("fr"):
        assert formats.joined(["a", "b", "c"]) == "a, b et c"
    assert formats.number(1204) == "1,204"
