"""Removes the words of a sentence that look as if they pointed to what is before it, and do not."""

from __future__ import annotations

import re

_PRESENT = {
    "en": re.compile(
        r"\b(?:(?:earlier|later) )?(?:this|that) (?:week|weekend|month|year|season|spring|summer|autumn"
        r"|fall|winter|morning|afternoon|evening|quarter|decade|century)\b"
    ),
    "de": re.compile(
        r"\b(?:an |in )?[Dd]iese[mnrs]? (?:\w+tag|Abend|Frühling|Herbst|Jahr|Mittwoch|Monat|Morgen|Sommer"
        r"|Winter|Woche|Wochenende)\b"
    ),
    "es": re.compile(
        r"\b[Ee]st[ea] (?:año|domingo|fin de semana|invierno|jueves|lunes|martes|mañana|mes|miércoles|noche"
        r"|otoño|primavera|semana|sábado|tarde|verano|viernes)\b"
    ),
    "fr": re.compile(
        r"\b[Cc](?:e (?:\w+di|dimanche|matin|mois|printemps|soir|week-end)"
        r"|et (?:automne|hiver|été|après-midi)|ette (?:année|nuit|semaine))\b"
    ),
}
_SELF_CONTAINED = {
    "en": re.compile(
        r"\b(?:also (?:called|known as)\b|not (?:just|only) ([^.;]{1,60}?) but also\b|so far\b"
        r"|both ([^,.;]{1,60}?) and\b|(?<=[a-z] )that's\b"
        r"|too (?:much|many|often|long|late|far|few|little|close|high|low)\b"
        r"|too (?:[a-z]{1,30}(?:, too [a-z]+){0,3} (?:to|for))\b"
        r"|the (?:two|three|four)(?= [a-z]+ (?:that|who|which|of|in|at|on|from)\b)"
        r"|[Oo]ne of the (?:\w{2,}est|most|first|few|last|top|best|largest)\b"
        r"|\A(?:All|Many|Most|Several|Some) (?!(?:does|has|is|was) )(?=(?:[a-z-]+ )?"
        r"(?:[a-z]+[^\Ws]s|children|men|people|women) (?:at|from|in|near|of|on) (?:the )?[A-Z])"
        r"|\AThere (?:is|are|was|were|has been|have been)\b(?=.* [A-Z])"
        r"|\A(\w+(?: \w+)? (?:will|may|could|is|are)) still\b(?=.* [A-Z]))"
    ),
    "de": re.compile(
        r"\b(?:[Ss]owohl ([^.;]{1,60}?) als auch|nicht (?:nur|allein) ([^.;]{1,60}?),? sondern auch"
        r"|da(?:bei|für|gegen)(?=, (?:dass|ob|wie|[^,.;]{0,60}?\bzu)\b))\b"
        r"|\A(?:Alle|Einige|Viele) (?=(?:\w+ )?[A-ZÄÖÜ]\w+ (?:aus|bei|in|nach|von) [A-ZÄÖÜ])"
    ),
    "es": re.compile(
        r"\b(?:no s[oó]lo ([^.;]{1,60}?) sino también|[Dd]espués de(?:l| que)?|[Aa]demás de(?:l| que)?)\b"
        r"|\A(?:Algun|Much|Vari)[ao]s (?=\w+s (?:de|en) (?:el |la )?[A-ZÁÉÍÓÚÑ])"
    ),
    "fr": re.compile(
        r"\b(?:non seulement ([^.;]{1,60}?),? mais (?:aussi|également)\b"
        r"|(?:[Aa]lors|[Aa]ussi (\w+)|de même) qu(?:e\b|['’]))"
        r"|\A(?:Certaine?s|Plusieurs) (?=\w+s (?:de|à|en|du) (?:la )?[A-ZÀÉÈÎ])"
    ),
}
"""Phrases that point to nothing before the sentence: "also known as", "the two ships that", "many people in
Kiel". Words in groups may."""


def without_present(sentence: str, language: str) -> str:
    """Returns the sentence without words for the present: "this week"."""
    pattern = _PRESENT.get(language)
    return pattern.sub("", sentence).lstrip() if pattern else sentence


def without_self_contained(sentence: str, language: str) -> str:
    """Returns the sentence without phrases that are clear alone: "also known as"."""
    pattern = _SELF_CONTAINED.get(language)
    return pattern.sub(_grouped, sentence) if pattern else sentence


def _grouped(match: re.Match[str]) -> str:
    return match[match.lastindex] if match.lastindex else ""
