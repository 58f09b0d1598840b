"""English words whose other forms no stemmer brings together: went to go, women to woman."""

from __future__ import annotations

_VERBS = """
arise arose arisen; bear bore borne; beat beaten; become became; begin began begun; bind bound; bite bit
bitten; blow blew blown; break broke broken; bring brought; build built; burn burnt; buy bought; catch
caught; choose chose chosen; come came; deal dealt; dig dug; draw drew drawn; drink drank drunk; drive
drove driven; eat ate eaten; fall fell fallen; feed fed; feel felt; fight fought; find found; flee fled;
fly flew flown; forbid forbade forbidden; forget forgot forgotten; freeze froze frozen; give gave given;
go went gone; grow grew grown; hang hung; hear heard; hide hid hidden; hold held; keep kept; know knew
known; lead led; leave left; lend lent; lose lost; make made; mean meant; meet met; pay paid; ride rode
ridden; ring rang rung; rise rose risen; run ran; see saw seen; seek sought; sell sold; send sent; shake
shook shaken; shoot shot; show shown; shrink shrank shrunk; sing sang sung; sink sank sunk; sit sat; sleep
slept; speak spoke spoken; spend spent; spring sprang sprung; stand stood; steal stole stolen; stick
stuck; strike struck; swear swore sworn; swim swam swum; swing swung; take took taken; teach taught; tear
tore torn; tell told; think thought; throw threw thrown; understand understood; wake woke woken; wear wore
worn; win won; withdraw withdrew withdrawn; write wrote written
"""
_PLURALS = (
    "man men; woman women; child children; foot feet; tooth teeth; goose geese; mouse mice; person people"
)

_GROUPS = [group.split() for group in (_VERBS + ";" + _PLURALS).split(";")]
BASE = {form: base for base, *forms in _GROUPS for form in forms}
"""For each such form the word that it is of."""
PAST = frozenset(form for group in _VERBS.split(";") for form in group.split()[1:])
"""Those that tell what was or is done."""
