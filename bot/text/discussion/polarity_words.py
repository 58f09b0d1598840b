"""Words that judge, and words that turn a judgement round, in German, Spanish and French."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.text.language.negations import NEGATIONS
from bot.text.language.snowball import stem_words


@dataclass(frozen=True, slots=True)
class PolarityWords:
    """`signs` has 1 for stems that speak for something and -1 for those that speak against it; `turners` are
    words that turn round what stands behind them."""

    signs: dict[str, int]
    reversers: frozenset[str]


_GERMAN = (
    """
    angemessen ausgezeichnet befürworten begrüßen bequem berechtigt besser bezahlbar effektiv effizient
    ehrlich erfolgreich erfreulich ermöglichen fair fördern gerecht gesund gewinn gut großartig
    hervorragend hilfreich klug lobenswert lohnen mutig notwendig nötig nützlich perfekt positiv praktisch
    richtig sauber schön schützen sinnvoll stärken super toll unterstützen vernünftig verbessern verdienen
    vorteil wertvoll wichtig wunderbar zufrieden überfällig
    """,
    """
    abschaffen absurd ablehnen albern bedrohen betrug betrügen blöd bestechung diskriminieren dumm
    egoistisch ekelhaft falsch fehler furchtbar gefahr gefährden gefährlich gier gierig grausam hässlich
    heuchelei illegal inakzeptabel katastrophe korrupt krank kriminell lächerlich lüge lügen mies
    missbrauch nachteil nutzlos peinlich problematisch quatsch rassistisch ruinieren schaden schädlich
    schande schändlich schlecht schlimm schlimmer schrecklich sinnlos skandal teuer töten traurig unfair
    unfug ungerecht ungesund unmenschlich unmöglich unnötig unsicher unsinn unsinnig verbieten verbrechen
    verlogen verschwenden verschwendung versagen wahnsinn wertlos zerstören zumutung überflüssig
    überteuert
    """,
    "gegen wenig weniger",
)
_SPANISH = (
    """
    acertado admirable adecuado apoyar aprobar asequible ayudar bello beneficiar beneficio bonito bueno
    buena cómodo conveniente correcto defender digno eficaz eficiente excelente estupendo éxito fantástico
    favorable genial honesto importante imprescindible inteligente justicia justo lógico magnífico
    maravilloso mejor mejorar necesario perfecto positivo práctico proteger razonable sano sensato útil
    valiente valioso ventaja
    """,
    """
    absurdo abuso aburrido amenaza asco asqueroso basura caos caro catástrofe cobarde corrupción corrupto
    crimen criminal cruel culpa dañar dañino daño desastre despilfarro destruir desventaja engaño engañar
    error escándalo estafa estúpido excesivo fracasar fracaso fraude horrible idiota ilegal imposible
    inaceptable indecente injusticia injusto innecesario inútil ladrón lamentable locura malo mala matar
    mentira mentir miedo miseria nefasto negativo odio peligro peligroso peor perjudicar perjudicial
    pésimo prohibir racista ridículo robar robo ruina soborno sucio tontería tonto triste vergonzoso
    vergüenza violencia
    """,
    "apenas contra menos poco",
)
_FRENCH = (
    """
    abordable admirable agréable aider améliorer approuver avantage beau belle bénéfice bénéfique bon
    bonne courageux défendre digne efficace équitable essentiel excellent fantastique favorable formidable
    génial honnête important indispensable intelligent juste légitime logique magnifique meilleur
    meilleure merveilleux nécessaire parfait pertinent positif pratique protéger raisonnable réussir
    réussite sain sage soutenir utile valable vital
    """,
    """
    aberrant absurde abus abusif arnaque bête cher chère catastrophe catastrophique corrompu corruption
    crime criminel cruel danger dangereux dégoûtant désastre désastreux détruire discrimination échec
    échouer égoïste erreur escroquerie excessif faute faux folie fraude gâchis gaspillage gaspiller grave
    honte honteux horrible hypocrite idiot illégal immoral impossible inacceptable indécent inefficace
    injuste injustice insupportable inutile lâche lamentable mauvais mauvaise mensonge mentir menace
    misère nocif nuire nuisible nul nulle peur pire pourri problème raciste ridicule ruiner sale scandale
    scandaleux stupide tuer triste tromper violence vol voler
    """,
    "contre moins peu guère",
)
_NOT_TURNING = frozenset(("nichts", "nada", "ne"))
"""Negations that stand behind what they negate, or beside another one."""
_LANGUAGES = {"de": _GERMAN, "es": _SPANISH, "fr": _FRENCH}


@lru_cache(maxsize=8)
def polarity_words(language: str) -> PolarityWords | None:
    """The judging words of a language; None where they are not known."""
    if language not in _LANGUAGES:
        return None
    good, bad, turners = _LANGUAGES[language]
    signs = dict.fromkeys(stem_words(bad.split(), language), -1)
    signs |= dict.fromkeys(stem_words(good.split(), language), 1)
    return PolarityWords(signs, NEGATIONS[language] - _NOT_TURNING | set(turners.split()))
