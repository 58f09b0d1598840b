"""Small English word lists that tell how a word is used where it stands."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BEFORE_VERBS = _words("""
actually also always can can't could couldn't didn't doesn't don't even he he'll i i'd i'll i've just
let's may might must never not please really shall she she'll should shouldn't simply still they they'd
they'll they've to we we'd we'll we've will won't would wouldn't you you'd you'll you've
""")
BEFORE_ADJECTIVES = _words("""
am are aren't as be became become becomes becoming been being completely extremely feel feels felt he's
highly how i'm is isn't it's less look looked looks more most not pretty quite rather really seem seems
she's so sound sounds that's they're too totally very was wasn't we're were weren't you're
""")
BEFORE_NOUNS = _words("""
a about against an any at between by each every for from her his in into its many much my no of on our
over some such the their these this those under with without your
""")
BEFORE_ANYTHING = _words("""
get gets getting got had has have having help helps it i've we've you've they've who which what
""")
WEAK_NOUNS = _words("""
advantage amount answer anybody anyone article articles awesome back bigger bit call case cases cause
chance chances change comment comments course crap day days difference different dollar dollars effect end
evening evenings everybody example examples exists eye eyes face fact facts first form front fuck great
guy guys half hand hands hard head headline heads hell help hot hour hours idea importance important issue
issues kid kind kinds last least left level life link links lives longer look lot lots loud man matter men
middle minute minutes moment month morning mornings move name names need next nice night nights nobody
nowadays number one others part parts past people person place plan plans point points post posts practice
present problem problems question questions read reading reason reasons rest result right run second
seconds sense set shit shorter show side somebody sort sorts start stories story stuff thanks time times
title today tomorrow top true turn use way ways week weekend woman women word words work world wow wrong
year years yesterday
""")
"""Nouns that name nothing by themselves, and words that only look like nouns; they may stand in a phrase."""
