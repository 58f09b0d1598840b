"""The words that every text of a language has, for the languages that are told apart by them."""

from __future__ import annotations

_ENGLISH = """
a about above after again against ain't all almost also although always am among an and another any anyone
anything are aren't around as at away back be became because become becomes been before being below
between both but by can can't cannot come comes could couldn't did didn't do does doesn't doing don't done
down during each either else even ever every everyone everything few for from further gave get gets
getting give go goes going gone got had hadn't has hasn't have haven't having he he'd he'll he's her here
here's hers herself him himself his how however i i'd i'll i'm i've if in into is isn't it it'd it'll it's
its itself just keep let let's like lot lots made make makes making many may maybe me might more most much
must my myself need never no nor not nothing nowadays now enough of off often oh ok okay on once one only
onto or other others our ours ourselves out over own perhaps put quite rather really right said same say
saying says see seem seems shall she she'd she'll she's should shouldn't since so some someone something
still such sure take than that that'd that'll that's the their theirs them themselves then there there's
these they they'd they'll they're they've thing things think this those though through thus to too took
toward towards under until unless up upon us use used using very was wasn't way we we'd we'll we're we've
well went were weren't what what's whatever when where whether which while who who's whole whom whose why
will with within without won't would wouldn't yes yet you you'd you'll you're you've your yours yourself
im ive dont cant doesnt didnt isnt wont thats youre theyre etc yeah u ur actually probably simply already
instead ones two want wants try trying know knows mean means look looks able anyway everybody nobody
somebody anybody first last next wow great nice good bad better best big little old new lol nt ll ve re
past along across near three four five six seven eight nine ten eleven twelve twenty thirty forty fifty
hundred thousand million dozen half twice third honestly exactly tell paid
"""

_LISTS = {
    "en": _ENGLISH,
    "de": """
aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis bist
da damit dann das dass daß dein dem den denn der des dich die dies diese diesem diesen dieser dieses doch
dort du durch ein eine einem einen einer eines einfach er es etwas euch für gegen gibt habe haben hat
hatte hatten hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden
jeder jetzt kann kein keine keinen können man mehr mein meine mich mir mit muss müssen nach nein nicht
nichts noch nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit sich sie sind so soll
sollen sollte sondern sonst über um und uns unser unter vom von vor war waren warum was weil wenn wer
werden wie wieder will wir wird wo wurde würde zu zum zur zwar zwischen mal halt eben wäre hätte
""",
    "es": """
a al algo algunos ante antes aquí así aunque bien cada como con contra cual cuando de del desde donde dos
el él ella ellos en entre era eran es esa ese eso esta está están estar este esto estos fue fueron ha
había han hasta hay la las le les lo los más me mi mis mucho muy nada ni no nos nosotros o otra otro otros
para pero poco por porque que qué quien se sea según ser si sí sido sin sobre solo sólo son su sus también
tan tanto te tener tiene tienen todo todos tu un una uno unos y ya yo hacer puede pueden va
""",
    "fr": """
à ai aller alors après au aucun aussi autre autres aux avant avec avoir bien c'est ça car ce cela ces cet
cette ceux chaque comme comment d'un d'une dans de depuis des deux donc du elle elles en encore entre est
et étaient était été être eux fait faire faut font il ils j'ai je jusqu'à la le les leur leurs lui ma mais
même mes mettre moi moins mon n'est ne ni non nos notre nous on ont ou où par parce pas peu peut plus pour
pourquoi quand que quel quelle quelques qu'il qu'on qui quoi rien sa sans se sera ses si son sont sous sur
ta te tous tout toute toutes très trop tu un une va vont vos votre vous y être
""",
    "it": """
a ad ai al alla alle allo anche ancora avere aveva c'è che chi ci come con contro cosa così cui da dai dal
dalla dalle dei del della delle dello di dopo dove due e è ed era erano essere fa fare fino fra gli ha
hanno ho i il in io l'ha la le lei lo loro lui ma me mi mia mio molto ne nei nel nella nelle noi non
nostro o ogni per perché però più poco poi prima può qualche quando quanto quella quelli quello questa
queste questi questo qui se sei senza si sia solo sono sopra sta stato su sua sue sugli sul sulla suo suoi
tra tu tutti tutto un una uno va voi
""",
    "pt": """
a ao aos as às até cada com como da das de dela dele deles depois do dos e é ela elas ele eles em entre
era essa esse esta está este eu foi foram há isso isto já lhe mais mas me mesmo meu minha muito na não nas
nem no nos nós num numa o os ou para pela pelas pelo pelos por porque quando que quem se sem ser seu seus
só sua suas também te tem tinha todo todos tu um uma vai você vocês
""",
    "nl": """
aan al alles als altijd andere ben bij daar dan dat de der deze die dit doch doen door dus een en er ge
geen had heb hebben heeft hem het hier hij hoe hun ik in is ja je kan kunnen maar me meer men met mij mijn
moet moeten na naar niet niets nog nu of om omdat ons ook op over te tegen toch toen tot u uit van veel
voor want waren was wat we wel werd wezen wie wij wil worden wordt zal ze zelf zich zij zijn zo zonder zou
""",
    "ru": """
а без более больше бы был была были было быть в вам вас весь во вот все всё всех вы где да даже для до его
ее её если есть ещё еще же за здесь и из или им их к как какая какой когда конечно кто ли лучше между меня
мне много может можно мой моя мы на над надо нас не него нее ней нельзя нет ни них ничего но ну о об один
он она они опять от очень перед по под после потом потому почти при про просто раз с сам себя сейчас со
совсем так такой там тебя тем теперь то тогда того тоже только том тот ты у уже хорошо хоть чего чем через
что чтоб чтобы эти этого этой этом этот эту это я
""",
    "ar": """
في من على إلى الى عن مع هذا هذه ذلك تلك هو هي هم نحن أنا انا أنت لا ما لم لن إن ان أن كان كانت يكون قد كل
بعد قبل بين حتى إذا اذا لو أو او ثم كما لكن ولكن بل غير عند عندما الذي التي الذين ليس ليست هناك هنا أي اي
و به بها له لها لهم منه منها فيه فيها عليه عليها إليه كيف لماذا ماذا متى أين وهو وهي ولا وما فقط أيضا ايضا
جدا يا
""",
    "tr": """
acaba ama ancak artık aslında az bana bazı belki ben beni benim beri bile bir biraz biri birkaç biz bize
bizim bu buna bunu bunun burada çok çünkü da daha de değil diye dolayı eğer en fakat gibi göre hala hatta
hem henüz hep hepsi her hiç için ile ise işte kadar karşı kendi kez ki kim mı mi mu mü nasıl ne neden
nerede niye o olan olarak olduğu olsun olur ona onlar onu onun orada oysa sadece sanki sen siz sonra şey
şu tüm var ve veya ya yani yok zaten
""",
}
STOP_WORDS = {language: frozenset(words.split()) for language, words in _LISTS.items()}
"""For each language its words that say nothing of a subject, in lower case, with straight apostrophes."""
