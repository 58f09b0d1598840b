"""Words whose full stop does not end a sentence, and words that begin one, by language."""

from __future__ import annotations

from dataclasses import dataclass


def words(text: str) -> frozenset[str]:
    """The words of a text parted by blanks."""
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """What the sentence splitter knows of one language; words in lower case without their last stop."""

    never: frozenset[str] = frozenset()
    """A name follows, so the stop never ends a sentence."""
    sometimes: frozenset[str] = frozenset()
    """The stop ends a sentence only before a word of `starters`."""
    counters: frozenset[str] = frozenset()
    """The stop does not end a sentence before a digit."""
    places: frozenset[str] = frozenset()
    """Like `sometimes`, but only behind a comma: "Salem, Mass."."""
    starters: frozenset[str] = frozenset()
    ordinals: bool = False
    """A stop behind a short number makes it an ordinal, as in "3. Mai"."""
    years: frozenset[str] = frozenset()
    """Ends a sentence behind a number ("2020 г."), and never elsewhere ("г. Москва")."""


_ENGLISH = Abbreviations(
    never=words(
        "mr mrs ms messrs mx dr drs prof gen lt col sgt cpl pvt capt cmdr cdr adm maj brig rep reps"
        " sen sens gov govs rev revd fr hon supt insp det asst assoc st ste mt ft vs v cf viz e.g i.e"
        " approx univ attn spc pfc cst amb atty treas lt.gov lt.col lt.gen maj.gen brig.gen"
    ),
    sometimes=words("inc corp co ltd plc bros jr sr esq ph.d b.sc m.sc etc al ave blvd dept pres est a.k.a"),
    counters=words(
        "no nos p pp vol fig art ch sec jan feb mar apr aug sept sep oct nov dec ca mon tues wed"
        " thurs fri sat sun"
    ),
    places=words(
        "ala ariz ark calif colo conn del fla ga ill ind kan ky la mass md mich minn miss mo mont neb"
        " nev okla ore pa tenn tex va vt wash wis wyo ont que"
    ),
    starters=words(
        "the a an and but or nor so yet if in on at as by for from to of with when while where what"
        " who why how after before since until although though because once during under over among"
        " between without he she it they we i you his her its their our my your this that these those"
        " there here he's she's it's they're we're i'm i've he'd she'd that's there's what's let's"
        " don't not no yes some many most all both each every several such one two three more other"
        " another then now today also still however meanwhile instead according earlier later last"
        " next is are was were do does did can could will would should may might has have had asked"
        " told given even"
    ),
)

_GERMAN = Abbreviations(
    never=words(
        "dr prof hr fr frl nr z d i o v s bzw ca vgl sog evtl ggf inkl exkl geb gest hl st abb tel"
        " hrsg dipl ing z.b i.d bd kap zzt max ev"
    ),
    sometimes=words("usw etc mio mrd tsd jr e.v str chr n.chr v.chr"),
    counters=words("abs art s jan feb mär apr aug sept okt nov dez"),
    starters=words(
        "der die das den dem des ein eine einen einem einer er sie es wir ihr ich du man in im am an"
        " auf aus bei beim mit nach von vom vor zu zum zur für über unter durch gegen ohne um als wenn"
        " weil da dass ob obwohl während nachdem bevor seit bis und aber oder doch denn auch nun nur"
        " noch so dann dort hier jetzt heute dies diese dieser dieses diesem diesen jede jeder jedes"
        " alle viele einige mehrere beide kein keine nicht sein seine ihre unser was wer wie wo warum"
        " wann zudem außerdem jedoch allerdings dabei damit danach daher deshalb trotz laut insgesamt"
        " zuvor später ist sind war waren hat haben wird werden"
    ),
    ordinals=True,
)

_SPANISH = Abbreviations(
    never=words(
        "sr sra srta sres sras dr dra dres dña ud uds vd vds prof profa lic ing arq gral cnel tte cap"
        " cmdte mons sto sta avda p.ej aprox sgto st a d p ee"
    ),
    sometimes=words("etc ee.uu uu jr cía ltda inc co corp"),
    counters=words("núm nº no art arts pág págs vol fig cap av tel ene feb mar abr ago sept oct nov dic"),
    starters=words(
        "el la los las un una unos unas y e o pero si no en de del a al con por para según desde"
        " hasta sobre entre tras sin ante durante cuando donde como que qué quien quién él ella ellos"
        " ellas ello yo nosotros su sus este esta estos estas ese esa esos esas esto eso aquel aquella"
        " también además así ahora hoy ayer aunque mientras después antes luego entonces es son fue"
        " era fueron ha han había hay se lo le les más muy todo todos todas cada otro otra otros"
        " muchos algunos varios"
    ),
)

_FRENCH = Abbreviations(
    never=words(
        "m mm mme mmes mlle mlles dr pr me mgr st ste env p.ex ex av apr cf gén col lt cap sgt bd tél"
    ),
    sometimes=words("etc jr inc co ltd j.-c"),
    counters=words("no nos art chap fig p pp vol janv févr avr juil sept oct nov déc"),
    starters=words(
        "le la les l un une des du de et ou mais si ne en dans à au aux avec par pour selon depuis"
        " sur sous entre après avant sans chez vers pendant durant quand lorsque où comme que qui quoi"
        " ce cet cette ces c'est cela il elle ils elles on nous vous je tu son sa ses leur leurs notre"
        " mon ma mes aussi ainsi alors puis ensuite cependant toutefois pourtant car donc or certes"
        " enfin parmi malgré grâce d'après hier aujourd'hui est sont était a ont plus tout tous toutes"
        " chaque plusieurs certains d'autres"
    ),
)

_RUSSIAN = Abbreviations(
    never=words(
        "им ул пр-т просп пер пл наб обл р-н пос дер проф акад доц чл.-корр г-н г-жа гр тов см ср"
        " напр т св рис табл ст гл тел ред сост ген полк подп кап лейт"
    ),
    starters=words(
        "в во на с со к ко по из за от до о об при для без над под у и а но или если что как когда"
        " где кто это этот эта эти эту он она оно они мы вы я ты его её ее их наш тот та те то так"
        " также тогда там здесь сейчас теперь сегодня вчера однако кроме после перед между через"
        " согласно ранее позже затем весь всё вся каждый многие некоторые несколько один два не ни да"
        " нет был была были есть"
    ),
    years=words("г гг"),
)

_TURKISH = Abbreviations(
    never=words("dr doç prof av sn bay bn yrd öğr gör arş uzm gen alb yb bnb yzb tğm cad sok mah apt hz"),
    sometimes=words("vb vs vd ltd şti inc a.ş"),
    counters=words("no s"),
    starters=words(
        "bu bir o şu ve ama ancak fakat çünkü eğer ben sen biz siz onlar onun bunun bunlar bunu buna"
        " böyle şöyle her tüm bütün bazı birçok çok daha en ne neden nasıl niçin kim nerede bugün dün"
        " yarın şimdi sonra önce ayrıca ardından göre için ile iki üç hem ya"
    ),
    ordinals=True,
)

_ARABIC = Abbreviations(never=words("د أ م ا ص ت ق"))

_BY_LANGUAGE = {
    "en": _ENGLISH,
    "de": _GERMAN,
    "es": _SPANISH,
    "fr": _FRENCH,
    "ru": _RUSSIAN,
    "tr": _TURKISH,
    "ar": _ARABIC,
    "zh": Abbreviations(),
    "ja": Abbreviations(),
    "ko": Abbreviations(),
}


def abbreviations(language: str) -> Abbreviations:
    """The knowledge for an ISO 639-1 code; English where there is none for it."""
    return _BY_LANGUAGE.get(language, _ENGLISH)
