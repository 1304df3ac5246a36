"""Questions about the dependency tree that every rule asks: markers, phrases, clauses, governors.

Relations are those of UD as AnCora uses them: an agent or a complement with a preposition may be called `obj` as well as
`obl`, so that the preposition decides, never the label alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from kg.names import CONTRACTIONS
from kg.tokens import Text, Token

__all__ = [
    "CLAUSAL",
    "NOMINAL_POS",
    "chain",
    "children",
    "clause_head",
    "finite",
    "gerund",
    "has",
    "infinitive",
    "is_passive",
    "left_edge",
    "members",
    "morph",
    "participle",
    "phrase",
    "preposition",
    "relative",
    "verbal",
]

_REMEMBERED = 8192
"""Answers kept for words asked about again: more than the words of an article."""

NOMINAL_POS = frozenset(("NOUN", "PROPN", "PRON", "NUM", "SYM"))
CLAUSAL = frozenset(("ccomp", "csubj", "xcomp", "advcl", "acl", "parataxis", "root"))
_MARKERS = frozenset(("case", "mark"))
_OUTSIDE = frozenset(("case", "mark", "cc", "punct", "advmod", "conj"))
_BREAKS = frozenset(("acl", "advcl", "parataxis", "appos", "punct", "conj", "cc"))


_MISTAGGED = frozenset(("ADJ", "NOUN", "PROPN"))
_PARTICIPIAL = ("ado", "ada", "ados", "adas", "ido", "ida", "idos", "idas")
_PARTICIPLES = (("ado", ("ar",)), ("ido", ("er", "ir")))
_PRETERITES = (("ieron", ("er", "ir")), ("aron", ("ar",)), ("ió", ("er", "ir")), ("ó", ("ar",)))


_PARTICIPLE_ENDS, _PRETERITE_ENDS = (tuple(end for end, _ in endings) for endings in (_PARTICIPLES, _PRETERITES))
_MODIFIES = frozenset(("amod", "acl", "appos"))


def infinitives(token: Token) -> tuple[str, ...]:
    """Verbs that a word which the tagger takes for an adjective or a noun may belong to; () for other words.

    Participles («decretada» → «decretar») and past tenses («bombardeó», when it has a subject).
    """
    if not (token.lemma.endswith(_PARTICIPLE_ENDS) or token.lower_.endswith(_PRETERITE_ENDS)):
        return ()
    if token.pos_ == "ADJ" and (token.dep_ in _MODIFIES or (token.dep_ in ("xcomp", "obj") and agent_of(token) is not None)):
        return _infinitives(token.lemma, _PARTICIPLES)
    if token.pos_ in _MISTAGGED and has(token, "nsubj") and not has(token, "cop"):
        return _infinitives(token.lower_, _PRETERITES)
    return ()


def _infinitives(form: str, endings: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    return next((tuple(form[: -len(end)] + v for v in verbs) for end, verbs in endings if form.endswith(end)), ())


@lru_cache(maxsize=_REMEMBERED)
def mistagged(token: Token) -> bool:
    """A finite verb that the tagger takes for something else."""
    if token.pos_ not in _MISTAGGED or (token.pos_ == "ADJ" and token.lower_.endswith(_PARTICIPIAL)):
        return False
    return bool(infinitives(token))


def agent_of(token: Token) -> Token | None:
    """The phrase with «por» that hangs on a participle."""
    return next((c for c in token.rights if preposition(c) in ("por", "por_parte_de") and not verbal(c)), None)


def morph(token: Token, feature: str) -> str:
    """Value of a morphological feature, "" when it is not given."""
    values = token.morph.get(feature)
    return values[0] if values else ""


def children(token: Token, *relations: str) -> list[Token]:
    """Dependents with one of `relations` (subtypes such as `nsubj:pass` count as `nsubj`), in order."""
    return [child for child in token.children if child.relation in relations]


def has(token: Token, relation: str) -> bool:
    """Whether it has a dependent with a relation."""
    return relation in [child.relation for child in token.children]


def members(token: Token) -> list[Token]:
    """`token` and what is coordinated with it, in order."""
    found = [token]
    for child in token.children:
        if child.relation == "conj":
            found += members(child)
    return found


def chain(token: Token) -> Iterator[Token]:
    """The governors of `token`, nearest first."""
    while token.head is not token:
        token = token.head
        yield token


def verbal(token: Token) -> bool:
    """Whether it can head a clause: a verb, or an auxiliary that is not part of another verb's form."""
    if token.pos_ == "VERB":
        return True
    if token.pos_ == "AUX":
        return token.dep_ not in ("aux", "cop", "aux:pass")
    return mistagged(token)


def infinitive(token: Token) -> bool:
    """A bare infinitive («retirar», «exigirles», «haber dado»)."""
    return _form(token) == "Inf"


def gerund(token: Token) -> bool:
    """A gerund («velando»)."""
    return _form(token) == "Ger"


def participle(token: Token) -> bool:
    """A participle without auxiliary («decretada por Putin»)."""
    return (morph(token, "VerbForm") == "Part" and not has(token, "aux")) or _adjectival(token)


def _adjectival(token: Token) -> bool:
    return bool(infinitives(token)) and not mistagged(token)


def finite(token: Token) -> bool:
    """A finite form, simple or with an auxiliary."""
    return _form(token) == "Fin" or mistagged(token)


_ENCLITIC_INFINITIVE = re.compile(r"[aeií]r(?:se|l[aoe]s?|nos|me|te)$")


@lru_cache(maxsize=_REMEMBERED)
def _form(token: Token) -> str:
    """Form of the verb as a whole: that of its first auxiliary («haber dado» is an infinitive, «ha dado» finite)."""
    helper = next((c for c in children(token, "aux", "cop")), None)
    form = morph(helper if helper is not None else token, "VerbForm")
    return form or ("Inf" if token.pos_ == "VERB" and _ENCLITIC_INFINITIVE.search(token.lower_) else "")


def is_passive(token: Token) -> bool:
    """Passive with «ser» («fue condenado»), or a participle alone."""
    if _adjectival(token):
        return True
    if morph(token, "VerbForm") != "Part":
        return False
    helpers = children(token, "aux", "cop")
    return not helpers or any(h.lemma in ("ser", "estar", "quedar") for h in helpers)


@lru_cache(maxsize=_REMEMBERED)
def preposition(token: Token) -> str:
    """The preposition or conjunction that introduces a phrase or clause, parts joined by `_`; "" when it has none.

    Compound ones are read from the tree (`case` with `fixed`) and, where the parse has them otherwise, from the words before
    the phrase.
    """
    parts: list[Token] = []
    for child in token.children:
        if child.i > token.i:
            break
        if child.dep_ in _MARKERS and child.pos_ != "PUNCT" and (not parts or child.i == parts[-1].i + 1):
            parts += [child, *children(child, "fixed")]
    if not parts and token.pos_ in NOMINAL_POS and token.dep_ != "conj":
        before = left_edge(token) - 1
        if before >= sentence(token)[0] and token.doc[before].pos_ == "ADP":
            parts = [token.doc[before]]
    return "_".join(CONTRACTIONS.get(part.lower_, part.lower_) for part in parts)


@lru_cache(maxsize=_REMEMBERED)
def left_edge(token: Token) -> int:
    """Index of the first word of the phrase that `token` heads, its preposition left out."""
    return min([left_edge(c) for c in token.children if c.i < token.i and c.dep_ not in _OUTSIDE], default=token.i)


def phrase(token: Token) -> tuple[int, int]:
    """Indices (half open) of the phrase that `token` heads, without preposition and without what hangs loosely."""
    end = token.i + 1
    for child in token.rights:
        if child.dep_ in _BREAKS:
            continue
        end = max(end, phrase(child)[1])
    return left_edge(token), end


def clause_head(token: Token) -> Token:
    """The nearest governor of `token` that heads a clause (or the root)."""
    for governor in chain(token):
        if verbal(governor) or governor.dep_ in CLAUSAL:
            return governor
    return token


def relative(token: Token) -> bool:
    """Whether `token` heads a relative clause."""
    return token.dep_.startswith("acl") and finite(token)


def antecedent(token: Token) -> Token:
    """What a relative pronoun refers to; any other word itself."""
    if token.pos_ != "PRON" or token.lower_ not in ("que", "quien", "quienes", "cual", "cuales"):
        return token
    clause = next((t for t in (token, *chain(token)) if t.dep_.startswith("acl")), None)
    if clause is not None:
        return clause.head
    before = (t for t in reversed(words(token.doc, token.i - 6, token.i)) if t.pos_ in ("NOUN", "PROPN"))
    return next(before, token)


def words(doc: Text, start: int, end: int) -> list[Token]:
    """Tokens `start`–`end` (half open, cut at the ends of the document)."""
    return doc[max(0, start) : max(0, end)]


def sentence(token: Token) -> tuple[int, int]:
    """Indices (half open) of the sentence that a word stands in."""
    return token.sentence


def sentence_words(token: Token) -> frozenset[str]:
    """Lower-case forms and lemmas of the sentence that a word stands in."""
    return _words_from(token.doc[token.sentence[0]])


@lru_cache(maxsize=64)
def _words_from(first: Token) -> frozenset[str]:
    inside = words(first.doc, *first.sentence)
    return frozenset([token.lower_ for token in inside] + [token.lemma for token in inside])
