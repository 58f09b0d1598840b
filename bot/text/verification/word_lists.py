"""Words that a proof treats apart from others: those that turn a sentence round, those that only report."""

from __future__ import annotations

from bot.domain.calendar_names import CALENDAR_NAMES


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WEAK_NEGATIONS = _words("hardly barely scarcely rarely seldom few little ain't")
"""English words that deny nearly all of what follows them."""
UNSPACED_DENIALS = "不没沒无無未非否勿莫"
"""Characters that deny, of scripts without spaces; of Japanese also the endings below."""
JAPANESE_DENIALS = ("ない", "ません", "なかった", "ず、")
NO_DENIALS = _words("only just merely simply")
"""Behind "not" these deny nothing: "not only"."""

TURNS = _words("""
abandon against avoid ban block cancel decline deny denied disprove dispute doubt drop fail failed failure
false halt impossible lack miss prevent prohibit refuse refused refusal reject rejected rejection scrap stop
unable unlikely untrue withdraw withhold wrong
""")
"""English words that deny what follows them without a "not"."""
DOUBTS = _words("""
accuse accused alleged allege allegedly allegation appear apparently argue believe can consider could
expect expected fear hope if intend likely may maybe might perhaps plan planned possible possibly potential
potentially propose proposed proposal purported reportedly rumour rumor seem should suggest suspect suspected
think threaten unconfirmed unless want whether would
""")
"""English words that leave open whether what follows them is so."""

AHEAD = _words("will shall to")
"""What follows these has not happened by them: "voted to move", "will pay"."""

_OPPOSITES = """
accept reject; add remove; adult child; agree disagree; alive dead; allow ban; allow forbid; approve oppose;
approve reject; arrive leave; asset liability; attack defend; back oppose; begin end; best worst; better
worse; big small; birth death; boost cut; boy girl; bring take; brother sister; build demolish; buy sell;
cheap expensive; close open; confirm deny; create destroy; day night; decrease increase; defeat victory;
deny admit; die live; die survive; drop rise; early late; east west; easy hard; enter leave; evening
morning; export import; fall gain; fall rise; fast slow; father mother; female male; few many; find lose;
first last; former current; free paid; full empty; gain lose; gain loss; good bad; grow shrink; guilty
innocent; happy sad; hate love; high low; higher lower; hire fire; husband wife; include exclude; innocent
convicted; join leave; keep lose; king queen; large small; largest smallest; left right; legal illegal; lend
borrow; long short; loss profit; loud quiet; lower raise; majority minority; man woman; maximum minimum; men
women; north south; old new; oppose favor; oppose favour; oppose support; pass fail; peace war; plus minus;
poor rich; public private; pull push; reduce increase; rise cut; safe dangerous; same different; shut open;
son daughter; start end; start finish; start stop; strong weak; succeed fail; success failure; true false;
up down; upper lower; urban rural; victim attacker; warm cold; win lose; winner loser; won lost; yesterday
tomorrow; young old
"""
OPPOSITES: dict[str, frozenset[str]] = {}
"""English words and those that say the opposite."""
for _pair in _OPPOSITES.split(";"):
    _one, _other = _pair.split()
    OPPOSITES[_one] = OPPOSITES.get(_one, frozenset()) | {_other}
    OPPOSITES[_other] = OPPOSITES.get(_other, frozenset()) | {_one}

BINDING = _words("""
above after against all almost alone already always anybody anyone because before behind below beneath best
between both consequently double due during each early enough entire entirely especially even ever every
everybody everyone everything except first former half hence highest inside instead largest last later least
less longer lowest main majority many mere merely minority more most mostly must never new newly next once
only outside over overwhelming quarter same second several since smallest sole solely soon still therefore
third throughout thus together too triple true twice unanimous unanimously under until usually very when
whole widely within worst yes yet
""")
"""English words that say how much, how many or when, and so must stand in the passage itself."""

PRONOUNS = _words("he her hers herself him himself his it its itself she their theirs them themselves they")
"""English words that stand for somebody else's name, which a proof cannot know to be the right one."""
FIRST_PERSON = _words("i i'd i'll i'm i've me mine my myself our ours us we we'd we'll we're we've")
"""What becomes "he" or "they" where a comment is told."""

REPORTING = _words("""
according account add added additionally adds also although amid another answer article articles comment
commented commenter commenters comments concerning describe described describes despite discuss discussed
discusses discussion furthermore however include included includes including meanwhile mention mentioned
mentions moreover note noted notes one other others overall paper passage people person post poster posters
posts quote quoted quotes read reader readers regarding remark remarked remarks replied replies reply report
reported reporting reports said say saying says some somebody someone source sources state stated states
story tell tells text thread told user users view viewed views voice voiced whereas while write writes
writing written wrote
""")
"""English words that say who says it, and that no passage need have."""

SAYING = _words("added noted reported said says stated tells told wrote")
"""Who says something stands before what is said, or behind it."""
PLACING = _words("across around at in inside near off on outside")
"""Before a name, these say where; such a phrase may stand at either end of a sentence."""
OPINING = _words("""
argue argued argues argument ask asked asking asks believe believed believes call called calling calls claim
claimed claims complain complained complains consider considers feel feels felt find finds insist insisted
insists joke joked jokes opinion opinions point pointed pointing points question questioned questions recall
recalled recalls suggest suggested suggests think thinking thinks thought wonder wondered wonders
""")
"""English words for having an opinion, which no comment need have to be told as one."""

COMMENTERS = _words(
    "commenter commenters commented comment comments user users reader readers poster posters"
)
"""One of these, or a name, says that it is no article that speaks."""
SOMEBODY = _words("another one other others people somebody someone some reply replied replies thread")
"""So do these, where no article is named as well, and unless they are the commenter's own words."""
SEVERAL = _words("commenters comments people posters readers some users others several")
"""Words for more than one commenter."""
ARTICLES = _words("article articles paper report reports story newspaper")
CALENDAR = CALENDAR_NAMES | {"today", "yesterday"}
"""Names that may stand anywhere in a sentence."""
SAYS_COMMENT = _words("commenter commenters commented comments comment")
