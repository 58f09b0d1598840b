"""Sentences that look as if they pointed back and do not, and their likes that do, in four languages."""

from __future__ import annotations

import pytest

from bot.text.summary.standalone import is_quotable, sentence_needs
from tests.support.summary_texts import article, texts

CLEAR = {
    "en": [
        "Profits at Harbour Freight fell sharply from a year earlier.",
        "Sales of the Norrby brewery rose by a third compared with two years earlier.",
        "Norrby Air sold fewer tickets in May than a month earlier.",
        "The bridge in Norrby opened two years later than planned.",
        "Norrby Air finished the merger a week earlier than expected.",
        "The Norrby ferry sank in May and was raised two months later.",
        "Karl Brand arrived minutes before the vote and left an hour later.",
        "Norrby elected Ines Pohl in spring but voted her out months later.",
        "Karl Brand won the sort of prize that kind people deserve.",
        '"We will not raise the rent of any stall," said the mayor, Ines Pohl.',
        "Karl Brand signed a law that, if it holds, closes the port of Norrby.",
        "Norrby will vote on the bridge later this week.",
        "Norrby will build not only a bridge but also a school.",
        "The ferry from Norrby to Oslo will be cheaper in May.",
        "Like Ines Pohl, Karl Brand will vote for the bridge.",
        "The man who stole the boat of Ines Pohl was arrested in Oslo on Monday.",
        "The minister for fisheries, Ines Pohl, said on Monday that nets would be banned.",
        'The 12" disc of the Norrby choir sold 4,000 copies.',
        "Many people in Norrby pay too much for the ferry.",
        "Some market traders from Bell Harbour want to stay.",
    ],
    "de": [
        "Ein Brand in einer Fabrik in Kiel hat am Sonntag zwei Menschen getötet.",
        "In diesem Jahr baut Kiel drei neue Schulen am Hafen und eine Brücke.",
        "Sowohl Kiel als auch Hamburg schließen den Hafen.",
        "Kiel baut nicht nur Schulen, sondern auch Brücken.",
        "Karl Brand kämpft dafür, den Hafen zu retten.",
        "»Wir schließen den Hafen von Kiel«, sagte Bürgermeister Karl Brand.",
        "Viele Menschen in Kiel zahlen zu viel für die Fähre.",
        "Einige junge Händler aus Norrby wollen bleiben.",
    ],
    "es": [
        "“Vamos a cerrar el puerto”, dijo la alcaldesa Inés Pol.",
        "Inés Pol fue elegida alcaldesa de Vigo en 2012.",
        "El alcalde de Vigo dijo que el puerto se cerrará.",
        "Vigo aprobó este martes el cierre del mercado.",
        "El puerto de Vigo cerró después de la tormenta.",
        "Vigo construirá no solo un puente sino también una escuela.",
        "Muchos vecinos de Cádiz no quieren el mercado.",
    ],
    "fr": [
        "Ce lundi, le conseil de Brest a voté la fermeture du marché aux poissons.",
        "L'usine ferme ce vendredi à Brest.",
        "Une personne est morte dans un incendie à Brest.",
        "Le port de Brest a fermé alors que la tempête arrivait.",
        "La grève touche notamment Brest et Rennes.",
        "Brest est aussi chère que Paris.",
        "Certains commerçants de Brest veulent rester au port.",
    ],
}
POINTING = {
    "en": [
        "Norrby Air opened a third line over two years later.",
        "Norrby Air closed the line less than a year later.",
        "Karl Brand and Ines Pohl left Norrby two days later.",
        "The Norrby ferry had struck a rock three weeks earlier.",
        "Norrby has long wanted that sort of bridge.",
        "Norrby has long wanted this kind of bridge.",
        "Karl Brand and Ines Pohl of Norrby know that all too well.",
        "Norrby has no bridge, and Karl Brand wants to change that.",
        "Both were arrested and charged in Oslo on Tuesday.",
        "Like the boat of Ines Pohl, her bridge was the talk of Norrby.",
        "Norrby has the best ferry of the coast, that is.",
        "Most came from Norrby and stayed for the summer.",
        "Some was from Norrby and the rest from Oslo.",
        '"We will not raise the rent of any stall," said the captain, who was calm.',
    ],
    "de": [
        "Diese Fähre fährt von Kiel nach Oslo und Bergen.",
        "Einer von vielen Händlern in Kiel klagt gegen die Stadt.",
        "Viele kamen aus Kiel und blieben den ganzen Sommer.",
    ],
    "es": [
        "Fue elegida alcaldesa de Vigo en mayo de 2012 por el concejo.",
        "Dijo que el puerto de Vigo se cerrará en mayo.",
        "El martes dijo que el puerto de Vigo se cerrará.",
        "“Vamos a cerrar el puerto”, dijo a los periodistas de Vigo.",
    ],
    "fr": [
        "Ce navire a coulé lundi dans le port de Brest.",
        "À Brest, personne n'a vu le navire.",
        "Certains sont de Brest et rentrent au port le lundi.",
        "Plusieurs d'entre eux sont de Brest.",
        "La plupart d’entre elles rentrent au port de Brest le lundi.",
    ],
}


def stands_alone(sentence: str, language: str) -> bool:
    needs = sentence_needs(["Bells rang along the quay.", sentence], [1], language)[1]
    return is_quotable(sentence, language) and needs.are_met(False, ())


@pytest.mark.parametrize(("language", "sentence"), [(code, s) for code in CLEAR for s in CLEAR[code]])
def test_a_clear_sentence_stands_alone(language: str, sentence: str) -> None:
    assert stands_alone(sentence, language)


@pytest.mark.parametrize(("language", "sentence"), [(code, s) for code in POINTING for s in POINTING[code]])
def test_a_sentence_that_points_back_does_not(language: str, sentence: str) -> None:
    assert not stands_alone(sentence, language)


@pytest.mark.parametrize(
    ("language", "title", "body"),
    [
        (
            "de",
            "Hamburg schließt den Fischmarkt am Hafen",
            "„Wir werden den Fischmarkt schließen“, sagte Bürgermeister Karl Brand am Dienstag in Hamburg."
            " Die Stadt Hamburg schließt den Fischmarkt am Hafen zum Jahresende. Der Senat stimmte mit 7 zu 4"
            " Stimmen für die Schließung des Fischmarkts. Die Stadt rechnet mit 40 neuen Ständen am Hafen.",
        ),
        (
            "sv",
            "Norrby stänger fiskmarknaden i hamnen",
            "”Vi stänger fiskmarknaden”, sade borgmästaren Karl Brand i Norrby på tisdagen. Staden"
            " Norrby stänger fiskmarknaden i hamnen till våren. Fullmäktige i Norrby röstade med 7 mot 4"
            " för beslutet om fiskmarknaden. Norrby räknar med 40 nya stånd i hamnen.",
        ),
        (
            "en",
            "Bell Harbour bakery sells pizza to children",
            'The Bell Harbour bakery of Ines Pohl sold a 12" pizza to every child on Tuesday. The council of'
            " Bell Harbour voted 7 to 4 to give the bakery a licence for pizza. Children of Bell Harbour ate"
            " 3,100 pizzas of the bakery in May. Rain fell in the northern hills on Monday.",
        ),
    ],
)
def test_a_mark_in_the_first_sentence_drops_none_behind_it(language: str, title: str, body: str) -> None:
    told = texts(article(body, title=title, language=language))
    assert len(told) > 1
    assert body.startswith(told[0])
