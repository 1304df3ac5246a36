"""Filling the roles of a frame: which actors, which phrase says what it is about, what is embedded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg.events.arguments import Arguments, actors
from kg.events.draft import NOBODY, Found
from kg.events.frames import Sense
from kg.events.subjects import owner
from kg.events.tree import (
    chain,
    children,
    finite,
    infinitive,
    left_edge,
    members,
    morph,
    phrase,
    preposition,
    relative,
    sentence,
    verbal,
    words,
)
from kg.tokens import Token

if TYPE_CHECKING:
    from kg.events.scene import Scene

__all__ = ["addressee", "content", "fill", "inside", "span_of", "topic"]

LONGEST_TOPIC = 12
"""Words of a topic (annotation guidelines: a short phrase)."""

_CLAUSES = frozenset(("que", "inf", "ger"))
_AGENTIVE = frozenset(("REQUEST", "ACCUSE", "REJECT", "DENY", "THREATEN", "SAY", "CONCEDE"))
"""Classes whose object names what somebody does: its doer is whom they address («condenó los ataques *rusos*»)."""
_OF_OTHERS = frozenset(("REQUEST", "ACCUSE", "THREATEN", "SUPPORT", "REJECT"))
"""Classes whose clause says what somebody else does or should do."""
_ANSWERS = frozenset(("REJECT", "ACCUSE", "CONCEDE"))
"""Classes that answer what somebody else did or offered."""
MUTUAL = frozenset(("CONSULT", "AGREE", "COOPERATE"))
"""Classes in which neither side does it to the other."""
_WITH_SOMEBODY = frozenset(("CONSULT", "REQUEST", "ACCUSE", "THREATEN", "COOPERATE", "REJECT", "SUPPORT", "AGREE", "SAY",
                              "DENY"))
"""Classes that cannot be done to a place."""
_RECEIVING = ("a", "contra", "con", "para", "sobre", "hacia", "en", "frente_a", "entre")
_BESIDE = ("con", "contra", "frente_a", "ante", "hacia", "sobre", "para", "a")
"""Prepositions whose phrase names the other side, whatever the predicate."""
_LEADING = frozenset((
    "que", "si", "de", "a", "en", "con", "por", "para", "sobre", "contra", "al", "del", ",", ":", "«", '"', "“",
))


def fill(scene: Scene, found: Arguments, slots: Iterable[str], taken: Iterable[int] = (), but: Iterable[str] = ()) -> Found:
    """The first of `slots` that is filled by an actor; words of `taken` and actors of `but` do not count."""
    used, not_again = set(taken), set(but)
    for slot in slots:
        for tokens in (found.slots.get(slot, ()), found.near.get(slot, ())):
            ids: dict[str, None] = {}
            first: Token | None = None
            for token in tokens:
                new = [] if token.i in used else [n for n in slot_actors(scene, slot, token) if n not in not_again]
                first = token if new and first is None else first
                ids |= dict.fromkeys(new)
            if ids and first is not None:
                return Found(tuple(ids), f"{_WORDS.get(slot, f'complement with «{slot}»')} «{first.text}»", first)
    return NOBODY


_WORDS = {
    "subj": "subject", "obj": "object", "iobj": "indirect object", "poss": "possessive", "adj": "adjective",
    "que": "subject of the clause",
}


def slot_actors(scene: Scene, slot: str, token: Token) -> tuple[str, ...]:
    """Actors that a filler of `slot` denotes."""
    if token.lower_.startswith("cuy"):
        clause = next((t for t in chain(token) if t.dep_.startswith("acl")), None)
        return actors(scene.cast, clause.head) if clause is not None else ()
    if slot == "poss":
        clause = next((t for t in chain(token) if verbal(t)), None)
        if clause is not None and infinitive(clause) and scene.subject(clause):
            return scene.subject(clause).ids
        return scene.cast.possessor(token)
    if slot == "adj":
        return scene.cast.adjectives(token)
    return () if slot in _CLAUSES or verbal(token) else actors(scene.cast, token)


def inside(scene: Scene, cls: str, head: Token, but: Iterable[str]) -> Found:
    """An actor named inside a phrase that is none itself: «condenó los ataques *rusos*», «apoya la paz *en Colombia*»."""
    not_again = set(but)
    for token in members(head):
        order = (owner, _doer, receiver) if cls in _AGENTIVE else (receiver, owner, _doer)
        for search in order:
            found = search(scene, token)
            if cls in _ANSWERS and found.ids and set(found.ids) <= not_again:
                found = _other_party(scene, token, found, not_again)
            ids = tuple(n for n in found.ids if n not in not_again)
            if ids:
                return Found(ids, f"named inside the phrase «{token.text}…»: {found.why}", found.token)
    return _deeper(scene, cls, head, not_again)


def _doer(scene: Scene, noun: Token) -> Found:
    """«la reunión que *los ministros* celebrarán»: who does what an event noun inside the phrase names."""
    return scene.doer(noun)


def _other_party(scene: Scene, noun: Token, found: Found, but: set[str]) -> Found:
    """«Sri Lanka … con *los tigres*, pero rechazó *su* oferta»: what one turns down is the other's."""
    if found.token is None or found.token.lower_ not in ("su", "sus"):
        return found
    for token in reversed(words(scene.doc, sentence(noun)[0], noun.i)):
        ids = tuple(n for n in scene.cast.denoted(token) if n not in but and scene.kind(n) != "place")
        if ids:
            return Found(ids, f"«{found.token.text} {noun.text}» is that of «{token.text}», the other party", token)
    return NOBODY


def _deeper(scene: Scene, cls: str, head: Token, but: set[str]) -> Found:
    """One level down: «la creación de grupos *con la OTAN*», «la franja ocupada en el sur *del Líbano*»."""
    for child in head.children:
        if child.dep_ in ("nmod", "acl", "obl", "xcomp", "ccomp", "obj") and (cls == "RETREAT" or not relative(child)):
            found = inside(scene, cls, child, but)
            if found:
                return found
    return NOBODY


def receiver(scene: Scene, noun: Token) -> Found:
    """Who stands after «a», «contra», «con»… in a phrase."""
    below = [(preposition(child), child) for child in children(noun, "nmod", "acl", "obl", "obj", "iobj") if not verbal(child)]
    for slot in _RECEIVING if below else ():
        for marker, child in below:
            if marker == slot:
                ids = actors(scene.cast, child)
                if ids:
                    return Found(ids, f"«{noun.text} {slot} {child.text}»", child)
    return NOBODY


def addressee(scene: Scene, cls: str, clause: Token, but: Iterable[str]) -> Found:
    """Who is to do what is asked for or blamed: «pide que *Israel* se retire», «que la retirada *israelí* sea rápida»."""
    not_again = set(but)
    if finite(clause) and cls not in _OF_OTHERS:
        return NOBODY
    if finite(clause):
        for child in children(clause, "nsubj"):
            if any(c.lower_ in ("su", "sus") for c in child.children):
                return NOBODY  # «proponen que *sus* presidentes se vean»: their own
            ids = tuple(n for n in actors(scene.cast, child) if n not in not_again)
            if ids:
                return Found(ids, f"named inside the clause: its subject «{child.text}»", child)
            found = inside(scene, cls, child, not_again)
            if found:
                return found
        return NOBODY
    if cls in ("ACCUSE", "REQUEST"):
        return NOBODY
    if cls == "THREATEN":  # «amenazó con invadir *Eritrea*»
        for child in children(clause, "obj"):
            ids = tuple(n for n in actors(scene.cast, child) if n not in not_again)
            if ids:
                return Found(ids, f"named inside the clause: its object «{child.text}»", child)
    found = receiver(scene, clause)
    ids = tuple(n for n in found.ids if n not in not_again)
    if ids:
        return Found(ids, f"named inside the clause: {found.why}", found.token)
    return next((hit for child in children(clause, "obj", "obl") if (hit := inside(scene, cls, child, not_again))), NOBODY)


def beside(scene: Scene, found: Arguments, but: Iterable[str]) -> Found:
    """An actor in another complement of the same predicate, where none stands in the slots of the frame."""
    not_again = set(but)
    for slot in _BESIDE:
        for token in found.slots.get(slot, ()):
            ids = () if verbal(token) else actors(scene.cast, token)
            ids = tuple(n for n in ids if n not in not_again)
            if ids:
                return Found(ids, f"stands beside it: «{slot.replace('_', ' ')} {token.text}»", token)
    return NOBODY


def acting(scene: Scene, cls: str, target: Found) -> Found:
    """Leave out mere places where somebody is needed («visitó las cuevas de Altamira» has no target)."""
    if cls not in _WITH_SOMEBODY:
        return target
    ids = tuple(n for n in target.ids if scene.kind(n) != "place")  # a meeting, a demand needs somebody
    return target if len(ids) == len(target.ids) else Found(ids, target.why, target.token)


def paired(cls: str, source: Found, target: Found) -> tuple[Found, Found]:
    """Joint subjects of a mutual act: the first is the source, the others are targets («Rusia y la OTAN cooperan»)."""
    if cls not in MUTUAL or target or len(source.ids) < 2 or (cls == "AGREE" and len(source.ids) > 2):
        return source, target  # more than two may agree to what others want
    return split(source)


def split(source: Found) -> tuple[Found, Found]:
    """The first of a joint subject, and the others."""
    if len(source.ids) < 2:
        return source, NOBODY
    return (
        Found(source.ids[:1], f"first of a joint subject: {source.why}", source.token),
        Found(source.ids[1:], f"other members of a joint subject: {source.why}", source.token),
    )


def content(sense: Sense) -> tuple[Token, ...]:
    """Heads of the clauses and event phrases whose truth hangs on the predicate."""
    if sense.frame.content == "none":
        return ()
    found: dict[int, Token] = {}
    for slot in (*_CLAUSES, *sense.frame.topic):
        for token in sense.arguments.fillers(slot):
            for member in members(token):
                if _alike(token, member):
                    found.setdefault(member.i, member)
    return tuple(found[i] for i in sorted(found) if i != sense.head.i)


def _alike(first: Token, member: Token) -> bool:
    """Only clauses of one mood are coordinated («desea que Israel se abstenga y *pide*…» is not)."""
    if not verbal(first) or not verbal(member):
        return True
    return finite(first) == finite(member) and (not finite(first) or _mood(first) == _mood(member))


def _mood(verb: Token) -> str:
    return "Sub" if "Sub" in (morph(verb, "Mood"), *(morph(c, "Mood") for c in children(verb, "aux"))) else "Ind"


def topic(scene: Scene, sense: Sense, taken: Iterable[int] = ()) -> tuple[int, int] | None:
    """Words (half open) of the phrase that the frame calls its topic, else of its object or clause."""
    used = set(taken)
    slots = dict.fromkeys((*sense.frame.topic, "obj", "que", "inf", "quote", "sobre", "de"))
    for slot in slots:
        for token in sense.arguments.fillers(slot):
            if token.i not in used and token.i != sense.head.i and token.pos_ != "ADV":
                return span_of(token)
    own = [t for t in sense.words if t.pos_ == "NOUN"]
    return span_of(own[0]) if own else None


def span_of(token: Token) -> tuple[int, int]:
    """The first words of a phrase or clause, markers left out."""
    if token.pos_ == "PRON" and relative(token.head):
        return span_of(token.head.head)
    if verbal(token) or children(token, "cop", "nsubj"):
        start, end = token.left_edge.i, token.right_edge.i + 1
    else:
        start, end = phrase(token)
    doc = token.doc
    while start < end - 1 and (doc[start].lower_ in _LEADING or doc[start].is_punct or doc[start].is_space):
        start += 1
    return start, min(end, start + LONGEST_TOPIC)


def edge(token: Token) -> int:
    """Index of the first word of a phrase."""
    return left_edge(token)
