"""Recognises slips of English grammar and typing, so that sentences with one are not quoted."""

from __future__ import annotations

import re

_CLAUSE = r"(?:^|[.,;] |\b(?:because|but|that|when|while) )"
"""What stands before the subject of a clause: elsewhere, "I" and "you" need not be the subject of the verb
("my wife and I are", "one of you has", "World War I is")."""
_PLAIN_CLAUSE = r"(?:^|[.,;] |\b(?:because|but|when|while) )"
"""The same without "that", which may ask for something ("that it make room") or be the subject itself."""
_SLIP = re.compile(
    # would of, rather then, their is, its a, of it's own, they resulting, a individual, is to long
    r"\b(?:could|must|should|would) of\b(?! course\b| necessity\b)"
    r"|\b(?:other|rather) then\b(?!,)"
    r"|\btheir (?:are|could|has|have|is|should|was|were|would)\b(?!-)"
    r"|\b(?:by|for|have|in|lose|losing|of|on|to|with) there (?:bodies|families|jobs|own)\b"
    r"|\bits (?-i:a|an|been|the|too)\b(?!-)|\bits not\b(?! in[a-z]| un[a-z]|-)"
    r"|\bits very (?:bad|clear|difficult|easy|expensive|good|hard|important|likely|sad|simple|unlikely)"
    r"(?=[.,;!?]|$)"
    r"|\b(?:by|from|in|on|with|(?<!\bmost )(?<!\bmuch )(?<!\bsome )of) it['’]s\b|\bfor it['’]s own\b"
    r"|(?:^|[,;] )(?:he|i|she|they|we) (?!during|hamstring|having|spring|string)[a-z]{3,}ing\b"
    r"|(?:^|[.;] )lets\b|[,:] lets (?:be|get|go(?! of\b)|hope|just|keep|not|say|see|start|take|try)\b"
    r"|\b(?:they|we) (?:does|has|is|was)\b"
    rf"|{_CLAUSE}(?:i (?:are|does|has|is)|you (?:does|has|is|was))\b"
    r"|\ban? (?:individuals|peoples)\b"
    r"|(?:\b(?-i:a)|(?:^|[.!?] )a) (?:a[bcdfgjklmnpqstuvx]|e[acdfgklmnpqrstvx]|i[dlmnrst]|o[bcdfpr])[a-z]{2,}"
    r"|\ban (?:[bcdfgjklmnpqrstvwz][aeiou][a-z]{2,}|h(?:appy|ard|arm|ealth|igh|ome|ouse|uge|uman)[a-z]*)\b"
    r"|\ba an\b|\ban (?-i:a)\b(?!-)|\b(?:childrens|mens(?! rea\b)|womens)\b"
    r"|\b(?:are|be|cost|costs|is|was|were) to (?:dangerous|expensive|hard|high|long|vague)\b"
    r"|\bthere (?:are|is|was|were) to (?:many|much)\b"
    r"|(?:(?<!\ba )(?<!\bher )(?<!\bhis )(?<!\bthe )(?<!\btheir )\b(?:can|could|might|must|should|to|would"
    r"|(?-i:may|will))|\b(?:ca|could|did|do|does|must|should|wo|would)n['’]t)"
    r" (?:became|chose|did|gave|got|knew|(?-i:led)|made|took|went|wrote)\b(?!-)"
    r"|\bmore (?:better|cheaper|easier|happier|harder|healthier|safer|stronger|worse)"
    r"(?=[.,;!?]|$| (?:and|for|if|now|than|to|when)\b)"
    r"|\bpeoples (?:choices|health|homes|houses|jobs|lives|minds|money|names|opinions|rights|safety|views)\b"
    r"|\btax ?payers money\b"
    # words without their apostrophe or blank
    r"|\b(?:alot|arent|cant|couldnt|didnt|doesnt|dont|hasnt|havent|im|isnt|(?-i:ive)|shouldnt|thats|theyre|wasnt"
    r"|werent|wouldnt|youre|(?<!\bher )(?<!\bhis )(?<!\bits )(?<!\btheir )wont)\b"
    r"|(?:^|[.,;] )ive\b|(?<!\S)(?-i:u|ur)(?!\S)",
    re.IGNORECASE,
)
_AGREEMENT = re.compile(
    # rights protects, the companies has, this impede, is suppose to, the do not, and their needs to be
    rf"{_PLAIN_CLAUSE}(?:(?:the|these|those|many|most|some|all|our|their|such) )?"
    r"(?!(?:all|among|as|by|for|from|if|in|of|on|than|to|with|what|whatever|whether|one|each|every"
    r"|[a-z]+ing|[a-z]+'s)\b)"
    r"(?:(?-i:[a-z]){3,20} (?!of|in|on|to|for|with|from|by|at|and|or|than|that|who|which)){0,2}"
    r"(?!(?:analys|bas|cris|diagnos|diabet|emphas|gas|headquarters|hypothes|means|measles|news|perhaps|physics"
    r"|politics|premises|series|summons|sometimes|always|besides|species|thes|afterwards|towards|his|this|its|ours|yours"
    r"|theirs|hers|what|someones|ethics|economics|mathematics|athletics|mechanics|statistics|genetics|nowadays"
    r"|years|months|weeks|days|hours|minutes|miles|dollars|pounds|euros|times|lots|thanks|was|has|does)\b)"
    r"(?-i:[a-z]{2,}(?<![sui])s) (?:allows|causes|creates|does|gives|has|helps|is|keeps|leads|makes|needs"
    r"|protects|provides|takes|was)\b(?! (?:what|why|how|a (?:bad|good|great|terrible)))"
    rf"|{_PLAIN_CLAUSE}(?:this|it|he|she) (?:allow|bring|cause|create|deprive|force|give|have|help|hurt"
    r"|impede|keep|lead|make|mean|need|prevent|protect|provide|take|violate|work)\b"
    r"|\b(?:are|is|was|were|['’]re|['’]s|not) suppose to\b"
    r"|\b[a-z]{2,}(?:ies|ers|ors|ions) (?:that|who) (?:[a-z]+ly )?(?:has|is|was)\b"
    r"|\bthe (?:are|can|could|did|do|does|has|have|is|may|must|should|was|were|will|would) (?:be|have|not)\b"
    rf"|(?:{_PLAIN_CLAUSE}|\band )their (?:has|have|is|need|needs) to be\b"
    r"|\b(?:choose|lose|losing|and|about|like|into|than|has|have|at|all) it['’]s (?:own|sex|people|citizens"
    r"|members|place|purpose|users|value)\b"
    r"|\b(?:at|in|of|on|to) it['’]s [a-z]{3,}est\b|\bthe worlds (?:best|biggest|largest|most|oldest|worst)\b"
    r"|\ba persons [a-z]|\b(?:citizens|parents|victims) (?:actions?|faith|families|homes|lives)\b"
    rf"|{_PLAIN_CLAUSE}its (?:bad|best|better|good|hard|important|just|like|not|right|time|wrong)"
    r" (?:for|if|that|to)\b"
    r"|\bterminally i['’]ll\b|n['’]t['’]|\b(?:a|an|the|their) (?-i:a|an|the|their) (?=[a-z])",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"\b(?:better|bigger|cheaper|easier|fewer|greater|higher|larger|less|lower|more|stronger|worse) then"
    r" (?:\d|(?:a|an|any|average|before|expected|he|her|his|i|it|its|last|me|my|necessary|needed|now|our"
    r"|others|she|that|the|their|them|these|they|this|those|us|usual|we|what|you|your)\b)",
    re.IGNORECASE,
)
"""A comparison by "then", which is right at the end of a clause: "rents were lower then"."""
_CONDITION = re.compile(r"\b(?:if|once|suppose|unless|when|whenever)\b", re.IGNORECASE)
"""Behind it, "then" may begin the main clause: "if rents are lower then they stay"."""
_STRANDING = ("are", "be", "been", "came", "come", "go", "goes", "going", "gone", "is", "live", "was", "went")
"""Behind these verbs, "in in" is right: "the state they are in in Texas", "lamps come on on the quay"."""
_NOT_STRANDED = "".join(rf"(?<!\b{verb} )" for verb in _STRANDING)
_TWICE = re.compile(
    # Also right: "it gave her her money", "without it it sinks", "what they gave you you keep", and names
    r"\b(?!(?:blah|bye|cough|far|had|ha|her|in|it|long|many|much|never|no|on|really|so|that|very|way|you)\b"
    r"|(?-i:[A-Z][a-z]* [A-Z]))([a-z]+) (?!(?-i:[A-Z]{2}))\1\b(?![-'’])"
    rf"|{_NOT_STRANDED}\b(?:in in|on on)\b(?![-'’])",
    re.IGNORECASE,
)
_TYPING = re.compile(
    r"[^\W\d_] (?:[,;!?]|\.(?!\w|\.)|['’]s\b)|[^\W\d_]{2}(?:[,;]|[!?]{1,3})[^\W\d_]{2}"
    r"|[^\W\d_]{2}\((?!(?:s|ish)?\))|[!?]{2}|`"
)
"""A blank before a mark, none behind one, several marks."""


def has_slip(text: str) -> bool:
    """Whether an English text has an obvious slip: "more then", "the the", "doesnt", "a animal", "word ,"."""
    if any(pattern.search(text) is not None for pattern in (_SLIP, _AGREEMENT, _TWICE, _TYPING)):
        return True
    then = _THEN.search(text)
    return then is not None and _CONDITION.search(text, 0, then.start()) is None
