"""Which language a stored text is written in, of many."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.text.language.identify import LANGUAGES, LanguageModel, identify_language, identify_languages

SENTENCES = {
    "en": ["The council voted on Tuesday to move the market.", "India power shares jump on debut"],
    "de": ["Der Rat hat am Dienstag beschlossen, den Markt zu verlegen.", "Spielt Guerreiro von Anfang an?"],
    "es": ["El consejo decide trasladar el mercado", "La policía dice que tres personas resultaron heridas."],
    "fr": ["Le conseil décide de déplacer le marché", "Trois blessés dans un incendie à Marseille"],
    "nl": ["De raad heeft besloten om de markt naar het oude terrein te verplaatsen."],
    "pt": ["As eleições foram anunciadas na nação.", "Governo anuncia novas medidas contra a inflação"],
    "tr": ["Belediye meclisi balık pazarını taşımaya karar verdi"],
    "pl": ["Rada miasta zdecydowała o przeniesieniu targu rybnego", "Wybory w Polsce wygrywa opozycja"],
    "cs": ["Městská rada rozhodla o přestěhování rybího trhu", "Vláda schválila nový rozpočet na příští rok"],
    "fi": ["Kaupunginvaltuusto päätti siirtää kalatorin", "Hallitus leikkaa menoja ensi vuonna"],
    "sv": ["Kommunfullmäktige beslutade att flytta fiskmarknaden"],
    "hu": ["A városi tanács úgy döntött, hogy áthelyezi a halpiacot"],
    "ro": ["Consiliul a decis să mute piața de pește în vechea gară"],
    "vi": ["Hội đồng thành phố quyết định di dời chợ cá"],
    "ru": ["Совет решил перенести рыбный рынок"],
    "uk": ["Рада вирішила перенести рибний ринок"],
    "be": ["Савет вырашыў перанесці рыбны рынак на старую станцыю"],
    "bg": ["Съветът реши да премести рибния пазар на старата гара"],
    "fa": ["شورای شهر تصمیم گرفت که بازار ماهی را به ایستگاه ببرد"],
    "zh": ["市议会周二投票决定将鱼市场迁至旧铁路场。"],
    "ja": ["市議会は火曜日、魚市場を古い操車場に移すことを決めた。"],
    "ko": ["시의회는 화요일에 수산시장을 옛 철도역으로 옮기기로 결정했다."],
}


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_and_headlines_are_identified(language: str) -> None:
    assert identify_languages(SENTENCES[language]) == [language] * len(SENTENCES[language])


@pytest.mark.parametrize("text", ["", "1 2 3 ... !", "Rio Grande 4, Bayern 2"])
def test_names_and_numbers_have_no_language(text: str) -> None:
    assert identify_language(text) is None


def test_many_texts_are_read_as_each_by_itself() -> None:
    model = LanguageModel()
    texts = [text for sentences in SENTENCES.values() for text in sentences] + ["", "a", "STOP", "🐟"]
    together = list(model.classify(texts))
    alone = [answer for text in texts for answer in model.classify([text])]
    assert [language for language, _ in together] == [language for language, _ in alone]
    for (_, one), (_, other) in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-3)


def test_the_model_is_the_librarys_own() -> None:
    library = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    library.set_languages(LANGUAGES)
    texts = [text for sentences in SENTENCES.values() for text in sentences]
    for text, (language, probability) in zip(texts, LanguageModel().classify(texts), strict=True):
        expected, certainty = library.classify(text)
        assert language == expected
        assert probability == pytest.approx(float(certainty), abs=0.01)


def test_the_model_takes_little_memory_even_while_it_is_read() -> None:
    measure = (
        "import resource; from bot.text.language.identify import identify_language; import numpy;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; identify_language('Rada miasta');"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    grown = subprocess.run([sys.executable, "-c", measure], capture_output=True, text=True, check=True).stdout
    assert int(grown) < 55_000  # kB; the library's own took 110,000


@given(st.lists(st.text(), max_size=12))
def test_any_text_has_a_language_or_none(texts: list[str]) -> None:
    found = identify_languages(texts)
    assert len(found) == len(texts)
    assert set(found) <= {*LANGUAGES, None}
