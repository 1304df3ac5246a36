"""The complements of a predicate, sorted into the slots that the lexicon speaks of (`kg.lexicon`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from kg import nominals
from kg.actors import Cast
from kg.events.tree import (
    NOMINAL_POS,
    antecedent,
    children,
    finite,
    gerund,
    has,
    infinitive,
    is_passive,
    left_edge,
    members,
    morph,
    participle,
    preposition,
    relative,
    verbal,
    words,
)
from kg.tokens import Token

__all__ = ["Arguments", "actors", "arguments_of", "own_arguments"]

MOST = 6
"""Participants that one role of one event may have; a longer list is cut (annotation guidelines)."""

_AGENT = frozenset(("por", "por_parte_de"))
_INDIRECT = frozenset(("le", "les"))
_DIRECT = frozenset(("lo", "la", "los", "las"))
_EITHER = frozenset(("me", "nos", "te", "os"))
_CLITICS = _INDIRECT | _DIRECT | _EITHER
_LOOSE = frozenset(("punct", "cc", "aux", "mark", "case", "cop", "advmod", "fixed", "flat", "compound", "discourse"))
_SHARED = frozenset(("con", "contra", "a", "de", "entre", "sobre", "hacia", "para", "en", "frente_a", "ante"))
_ENCLITIC_SE = ("arse", "erse", "irse", "írse", "ándose", "éndose")
_FINITE_MARKS = frozenset(("", "que", "si", "a_que", "de_que", "en_que", "con_que", "para_que", "porque", "por_que"))


@dataclass(slots=True)
class Arguments:
    """What stands in each slot of one predicate, in order of appearance; `near` are fillers that hang one step lower."""

    slots: dict[str, list[Token]] = field(default_factory=dict)
    near: dict[str, list[Token]] = field(default_factory=dict)
    passive: bool = False

    def fillers(self, slot: str) -> list[Token]:
        """Tokens that fill `slot`; those that the parse hangs on a neighbouring phrase only where there is no other."""
        return self.slots.get(slot) or self.near.get(slot) or []

    def add(self, slot: str, token: Token) -> None:
        """Record that `token` fills `slot`."""
        row = self.slots.setdefault(slot, [])
        if token not in row:
            row.append(token)


def actors(cast: Cast, token: Token) -> tuple[str, ...]:
    """Identifiers of the actors that a phrase and what is coordinated with it denote, at most `MOST`."""
    found: dict[str, None] = {}
    for member in members(token):
        found |= dict.fromkeys(cast.denoted(member) or cast.denoted(antecedent(member)) or _examples(cast, member))
        if member.lower_ in nominals.words("quantities"):
            parts = (c for c in children(member, "nmod") if preposition(c) == "de")
            found |= dict.fromkeys(n for c in parts for n in actors(cast, c))  # «miles *de georgianos*»
    return tuple(found)[:MOST]


def _examples(cast: Cast, noun: Token) -> tuple[str, ...]:
    """«cualquier adversario *como Rusia o Bielorrusia*», «…, incluidos *Moscú y Minsk*»."""
    for child in noun.rights:
        if child.pos_ == "PROPN" and preposition(child) in ("como", "incluido", "incluida", "incluidos", "incluidas"):
            return actors(cast, child)
    return ()


@lru_cache(maxsize=4096)
def own_arguments(head: Token) -> Arguments:
    """The complements of `head` alone; asked for by several rules and therefore kept. Not to be changed."""
    return arguments_of(head)


def arguments_of(head: Token, words: Iterable[Token] = (), carrier: Token | None = None) -> Arguments:
    """Sort the complements of `head`, of the other `words` of the predicate and of the light verb that carries it."""
    own = tuple(words)
    verb = verbal(head) or participle(head)
    found = Arguments(passive=verb and is_passive(head) and not _reflexive(head))
    for part in (head, *own):
        for child in part.children:
            if child not in own and child.i != head.i:
                _place(found, child, part)
    if verb:
        if head.lower_.endswith(_ENCLITIC_SE):
            found.add("se", head)  # «reunirse», «negándose»: the tokenizer keeps the clitic in the word
        if found.passive:
            _agents(found)
        else:
            _agreement(found, head)
        _modified_noun(found, head)
        _reflexive_passive(found)
        _displaced(found)
        _detached(found, head)
    else:
        _nested(found)
    if carrier is not None:
        _carried(found, head, carrier)
    return found


def _place(found: Arguments, child: Token, parent: Token) -> None:
    """Put one dependent into its slots."""
    relation = child.relation
    if child.lower_ in _CLITICS and child.pos_ == "PRON":
        _place_clitic(found, child)
    elif relation == "det" or child.lower_ in ("su", "sus", "cuyo", "cuya", "cuyos", "cuyas"):
        if morph(child, "Poss") == "Yes" or child.lower_ in ("su", "sus", "cuyo", "cuya", "cuyos", "cuyas"):
            found.add("poss", child)
    elif child.lower_ == "se" and child.pos_ == "PRON":
        found.add("se", child)
    elif relation in _LOOSE or relation == "conj":
        return
    elif relation == "nsubj":
        found.add("obj" if found.passive else "subj", child)
    elif _clausal(child):
        _place_clause(found, child, parent)
    elif relation == "amod" and not verbal(parent):
        found.add("adj", child)
    else:
        _place_nominal(found, child, relation, verbal(parent) or found.passive)


def _place_clitic(found: Arguments, child: Token) -> None:
    word = child.lower_
    if word in _INDIRECT or word in _EITHER:
        found.add("iobj", child)
        found.add("a", child)
    if word in _DIRECT or word in _EITHER:
        found.add("obj", child)


def _clausal(child: Token) -> bool:
    if child.dep_ in ("ccomp", "csubj", "parataxis"):
        return True
    if child.dep_ in ("xcomp", "advcl", "acl", "dep", "obj", "obl") and has(child, "cop"):
        return True
    return verbal(child) and child.dep_ in ("xcomp", "advcl", "acl", "obj", "obl", "dep", "nmod", "iobj")


def _place_clause(found: Arguments, child: Token, parent: Token) -> None:
    marker = preposition(child)
    if infinitive(child):
        found.add("inf", child)
    elif gerund(child):
        found.add("ger", child)
    elif relative(child) and any(c.lower_ in ("que", "quien", "donde") and c.pos_ == "PRON" for c in child.children):
        return
    elif child.dep_ == "xcomp" and participle(child):
        found.add("pred", child)
    elif marker in _FINITE_MARKS and (child.dep_ != "parataxis" or child.i < parent.i):
        row = found.slots if child.dep_ in ("ccomp", "csubj", "xcomp", "obj", "acl") else found.near
        row.setdefault("que", []).append(child)


def _place_nominal(found: Arguments, child: Token, relation: str, verb: bool) -> None:
    marker = preposition(child)
    if not marker:
        _place_bare(found, child, relation, verb)
        return
    if marker in _AGENT and found.passive:
        found.add("subj", child)
    if marker == "a":
        found.add("iobj", child)
    if marker == "como":
        found.add("pred", child)
    if marker == "de" and child.pos_ in ("ADJ", "NOUN"):
        found.near.setdefault("pred", []).append(child)
    found.add(marker, child)


def _place_bare(found: Arguments, child: Token, relation: str, verb: bool) -> None:
    if relation == "obj" or (relation == "iobj" and child.pos_ in NOMINAL_POS):
        found.add("obj", child)
    elif relation == "xcomp" or (verb and child.pos_ == "ADJ"):
        found.add("pred", child)
    elif relation in ("nmod", "appos") and not verb:
        found.near.setdefault("de", []).append(child)
    elif relation == "acl" and morph(child, "VerbForm") == "Part":
        found.add("part", child)


def _modified_noun(found: Arguments, head: Token) -> None:
    """«la movilización decretada por Putin», «la candidatura sigue bloqueada por Turquía»: what the participle is said of."""
    if head.dep_ in ("xcomp", "obj") and participle(head) and "subj" in found.slots:
        found.slots["obj"] = children(head.head, "nsubj")
    if head.dep_ in ("acl", "amod") and participle(head):
        found.passive = True
        nouns = [head.head, *_wider(head.head)]
        found.slots["obj"] = nouns + [t for t in found.slots.get("obj", ()) if t not in nouns]
        for child in found.slots.pop("por", []) if "subj" not in found.slots else []:
            found.add("subj", child)


def _wider(noun: Token) -> list[Token]:
    """Nouns that a participle may belong to as well: «los *actos* de terrorismo cometidos»."""
    found: list[Token] = []
    while noun.dep_ in ("nmod", "conj") and noun.head.pos_ in NOMINAL_POS and len(found) < 3:
        noun = noun.head
        found.append(noun)
    return found


def _agents(found: Arguments) -> None:
    """A passive has no object: what stands bare behind its agent is one more agent («por A; el alcalde, B, y C»)."""
    agents = found.slots.get("subj", [])
    for token in list(found.slots.get("obj", ())):
        listed = token.dep_ == "obj" or token.doc[left_edge(token) - 1].text in (";", ",")
        if agents and listed and token.i > agents[0].i and not preposition(token):
            found.slots["obj"].remove(token)
            agents.append(token)


def _agreement(found: Arguments, head: Token) -> None:
    """«Respaldan *el comunicado* … los países»: of two subjects the one that does not agree is the object."""
    subjects = found.slots.get("subj", [])
    number = morph(head, "Number")
    if len(subjects) < 2 or not number:
        return
    wrong = [t for t in subjects if morph(t, "Number") not in ("", number) and not has(t, "conj")]
    if wrong and len(wrong) < len(subjects):
        found.slots["subj"] = [t for t in subjects if t not in wrong]
        found.slots.setdefault("obj", []).extend(wrong)


def _reflexive(head: Token) -> bool:
    return any(c.lower_ == "se" for c in head.children)


def _reflexive_passive(found: Arguments) -> None:
    """«se reanudaron las relaciones»: the subject that stands there is what it is done to."""
    if any(t.dep_ == "expl:pass" for t in found.slots.get("se", ())) and "obj" not in found.slots:
        found.near.setdefault("obj", []).extend(found.slots.get("subj", ()))


def _displaced(found: Arguments) -> None:
    """Without a bare object «a X» may be the object; a complement may hang on the object instead of the verb."""
    for token in list(found.slots.get("obj", ())):
        if _afterthought(token, found.slots.get("a", ())):
            found.slots["obj"].remove(token)
    if not found.slots.get("obj"):
        found.near.setdefault("obj", []).extend(t for t in found.slots.get("a", ()) if t not in found.near.get("obj", ()))
    for token in (*found.slots.get("obj", ()), *found.slots.get("a", ())):
        for child in token.children:
            marker = preposition(child)
            if child.dep_ in ("nmod", "acl", "obl", "advcl") and marker:
                _lower(found, child, marker)


def _afterthought(token: Token, before: Iterable[Token]) -> bool:
    """«recibió al ministro, X, *enviado* del presidente»: bare and after a comma, it is an apposition, not the object."""
    comma = left_edge(token) - 1
    return comma > 0 and token.doc[comma].text == "," and any(t.i < token.i for t in before)


def _detached(found: Arguments, head: Token) -> None:
    """«afirmó el martes *que* Moscú estudiaría…»: a clause that the parse hangs elsewhere, found by its «que»."""
    if found.fillers("que") or found.fillers("inf"):
        return
    for token in words(head.doc, head.i + 1, head.i + 8):
        if token.is_punct:
            return
        before = token.doc[token.i - 1]
        if before.pos_ in NOMINAL_POS and preposition(before):
            return
        if token.lower_ == "que" and token.dep_ == "mark" and token.head.i > token.i and not token.head.is_ancestor(head):
            found.near.setdefault("que", []).append(token.head)
            return


def _nested(found: Arguments) -> None:
    """«la entrega de misiles *de Alemania a Kiev*»: complements of a noun that hang on its first complement."""
    for token in found.slots.get("de", ()):
        for child in children(token, "nmod"):
            marker = preposition(child)
            if marker in _SHARED or marker in _AGENT:
                found.near.setdefault(marker, []).append(child)


def _lower(found: Arguments, child: Token, marker: str) -> None:
    if verbal(child) and infinitive(child):
        found.near.setdefault("inf", []).append(child)
    elif verbal(child) and marker in _FINITE_MARKS:
        found.near.setdefault("que", []).append(child)
    elif marker in _SHARED or marker == "como":
        found.near.setdefault(marker, []).append(child)
        if marker == "a":
            found.near.setdefault("iobj", []).append(child)


def _carried(found: Arguments, noun: Token, carrier: Token) -> None:
    """«mantuvo conversaciones *con* X»: complements of the light verb that belong to the noun."""
    for child in carrier.children:
        if child.i == noun.i or child.dep_ in ("conj", "nsubj"):
            continue
        marker = preposition(child)
        if child.lower_ in _INDIRECT and child.pos_ == "PRON":
            found.near.setdefault("a", []).append(child)
        elif verbal(child) and marker in _FINITE_MARKS and finite(child) and child.dep_ != "conj" and not relative(child):
            found.near.setdefault("que", []).append(child)
        elif marker in _SHARED and not verbal(child):
            found.near.setdefault(marker, []).append(child)
