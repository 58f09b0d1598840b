"""Which language a text is written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.language.detect import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The council voted on Tuesday to move the market to the old rail yard by spring.", "en"),
        ("Der Rat hat am Dienstag beschlossen, den Markt auf den alten Güterbahnhof zu verlegen.", "de"),
        ("El consejo votó el martes para trasladar el mercado a la antigua estación de tren.", "es"),
        ("Le conseil a voté mardi le déménagement du marché dans la vieille gare, et pour de bon.", "fr"),
        (
            "De raad heeft dinsdag besloten om de markt naar het oude spoorwegemplacement te verplaatsen.",
            "nl",
        ),
        ("Совет проголосовал во вторник за то, чтобы перенести рынок на старую станцию.", "ru"),
        ("صوت المجلس يوم الثلاثاء على نقل السوق إلى محطة القطار القديمة في الربيع.", "ar"),
        ("市議会は火曜日、魚市場を古い操車場に移すことを決めた。", "ja"),
        ("市议会周二投票决定将鱼市场迁至旧铁路场。", "zh"),
        ("시의회는 화요일에 수산시장을 옛 철도역으로 옮기기로 결정했다.", "ko"),
        ("สภาลงมติเมื่อวันอังคารให้ย้ายตลาดปลา", "th"),
        ("Le conseil décide de déplacer le marché", "fr"),
        ("Совет решил перенести рыбный рынок", "ru"),
        ("Рада вирішила перенести рибний ринок, і це не все", "uk"),
        ("قرر المجلس نقل سوق السمك", "ar"),
        ("شورای شهر تصمیم گرفت که بازار ماهی را به ایستگاه ببرد", "fa"),
        ("Belediye meclisi balık pazarını taşımaya karar verdi", "tr"),
        ("La policía dice que tres personas resultaron heridas.", "es"),
        ("Il consiglio decide di spostare il mercato del pesce", "it"),
        ("Rio Grande 4, Bayern München 2", None),
        ("", None),
        ("1 2 3 ... !", None),
    ],
)
def test_prose_is_recognised_and_names_are_not_guessed(text: str, language: str | None) -> None:
    assert detect_language(text) == language


@given(st.text())
def test_any_text_has_a_language_or_none(text: str) -> None:
    found = detect_language(text)
    assert found is None or len(found) == 2
