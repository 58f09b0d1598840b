"""Whether a sentence speaks for or against what it is about, where its words say so plainly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.text.discussion.polarity_words import polarity_words
from bot.text.language.comment_tokens import CommentStemmer
from bot.text.language.negations import NEGATIONS, is_negation

_FOR = """
accept acceptable accomplish achieve admirable advantage affordable agree allow amazing appreciate approve
beautiful beneficial benefit best better bless boost brave brilliant charming clean clever comfortable
convenient courage decent defend delight deserve dignity ease easier easy effective efficient encourage
enhance enjoy enrich essential ethical excellent fair fairer fairness fantastic favors favours fine
freedom fun generous gift glad good great happy healthy help helpful helps honest hope ideal important
improve improvement incentive innovation integrity invaluable justice legal legalise legalize liberty
loved manners moral necessary nice opportunity overdue perfect pleasant pleasure positive praise preserve
progress promote prosper prosperity protect proud reasonable relief respect respectful safe safer safest
save secure sensible smart solve stable succeed success successful superior support sustainable thank
thrive useful valuable value vital welcome win wise wonderful worthwhile worthy
"""
_AGAINST = """
abandon abolish absurd abuse abusive addict afraid anger annoy appalling atrocious awful bad ban barbaric
betray blame bogus boring bribe broken brutal bully burden catastrophe cheat clumsy condemn corrupt
corruption costly cowardly crazy crime criminal criminals cripple cruel crumbling damage danger dangerous
deadly deaths deceive defeat degrade deprive destroy destruction devastating dire dirty disagree disaster
discriminate discrimination disease disgrace disgusting dishonest disrespect divisive doom dreadful dumb
evil expensive exploit exploitative fail failure fake false farce fear filthy flaw flawed fool foolish
fraud futile greed greedy harm harmed harmful hate hates horrible horrific hurt hypocrisy idiot idiotic
illegal immoral impossible inappropriate ineffective inefficient inequality inferior inhumane injustice
insane insult invade kill killing kills lack liar liars lies loss lousy madness mess misery mistake
mistreat misuse monstrous murder needless negative nonsense obsolete offend offensive oppose oppress
oppression outdated outrage overpriced pain pathetic pointless poison pollute pollution poor prohibit
punish racist reckless regret reject ridiculous rip robbery rotten rubbish ruin sad scam scandal selfish
sham shame shameful sickening silly slow steal stealing stupid suffer suffering suicide suicides terrible
terror theft threat threaten toxic tragedy tragic trouble ugly unacceptable unconstitutional unethical
unfair unhealthy unjust unnatural unnecessary unreasonable unsafe useless violate violation violence waste
wasted wasteful weak worse worst worthless wrong
"""


def _forms(words: str) -> frozenset[str]:
    """The words with the endings of verbs and plurals. Stems would mix up "useful" and "used"."""
    found = set()
    for word in words.split():
        base = word[:-1] if word.endswith("e") else word
        found |= {word, word + "s", base + "es", base + "ed", base + "ing"}
        found |= {word + word[-1] + "ed", word + word[-1] + "ing"}
        if word.endswith("y"):
            found |= {word[:-1] + "ies", word[:-1] + "ied"}
    return frozenset(found)


_SIGNS = dict.fromkeys(_forms(_AGAINST), -1) | dict.fromkeys(_forms(_FOR), 1)
_TURNERS = frozenset(
    ("hardly", "stop", "less", "lacks", "prevent", "prevents", "reduce", "reduces", "against")
)
_REACH = 4


@dataclass(frozen=True, slots=True)
class PolarWord:
    """A word that judges: `sign` is 1 for and -1 against, as the sentence means it; `words[start:place + 1]`
    are the words to show, from the negation on where one turned it round."""

    index: int
    sign: int
    start: int


def has_polarity_words(language: str) -> bool:
    """Whether the words that judge are known in this language."""
    return language == "en" or polarity_words(language) is not None


def find_polar_words(words: Sequence[str], stems: CommentStemmer) -> list[PolarWord]:
    """The words of a sentence (small letters, in the language of `stems`) that judge, each turned round by a
    negation up to four words before it; none in a language whose words are not known."""
    known = polarity_words(stems.language)
    signs = [_SIGNS.get(word) for word in words]
    turning = NEGATIONS["en"] | _TURNERS
    if stems.language != "en":
        signs = [known.signs.get(stems.stem(word) or "") if known else None for word in words]
        turning = known.reversers if known else frozenset()
    found: list[PolarWord] = []
    for place, sign in enumerate(signs):
        if sign is None:
            continue
        reach = range(max(place - _REACH, 0), place)
        turners = [at for at in reach if is_negation(words[at], turning)]
        turned = len(turners) % 2 == 1
        found.append(PolarWord(place, -sign if turned else sign, turners[-1] if turned else place))
    return found
