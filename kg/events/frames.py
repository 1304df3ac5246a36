"""Which sense of the lexicon a word has in its sentence: the most specific frame whose words and requirements are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kg.actors import Cast
from kg.events.arguments import Arguments, actors, arguments_of, own_arguments
from kg.events.tree import (
    NOMINAL_POS,
    antecedent,
    children,
    finite,
    has,
    infinitives,
    morph,
    preposition,
    sentence_words,
    verbal,
)
from kg.lexicon import Frame, Lexicon, Requirement
from kg.tokens import Token

__all__ = ["Sense", "carrier_of", "nominal", "nominal_sense", "similar_sense", "verbal_sense"]

_NEAR = 4
"""Words from a preposition of a phrase to its noun."""
_DEPTH = 4
"""How far below its head a word of a phrase may hang («poner → *fin* → a → la → *violencia*»)."""


class Sense(NamedTuple):
    """A predicate of the sentence with the frame chosen for it."""

    head: Token
    frame: Frame
    words: tuple[Token, ...]
    """Further words of a phrase («romper *relaciones*»)."""
    arguments: Arguments
    inferred: bool = False
    """The frame is that of a similar verb."""

    @property
    def lemma(self) -> str:
        """Lemma of the predicate; a phrase is written out."""
        if not self.words:
            return self.head.lemma if self.inferred else self.frame.lemma
        parts = sorted((self.head, *self.words), key=lambda t: t.i)
        return " ".join(t.lemma if t.i == self.head.i else t.lower_ for t in parts)


def verbal_sense(token: Token, cast: Cast, lexicon: Lexicon) -> Sense | None:
    """The sense of a verb or participle, None when the lexicon has none for it here."""
    for name in infinitives(token) or (token.lemma,):
        sense = _choose(token, lexicon.senses(name, "verb"), cast, lexicon)
        if sense is not None:
            return sense
    return None


def similar_sense(token: Token, cast: Cast, lexicon: Lexicon) -> Sense | None:
    """The sense of the most similar verb, for a verb that the lexicon does not know at all."""
    name = token.lemma
    if lexicon.verb(name) or lexicon.multiword(name):
        return None
    found = lexicon.similar_verb(name)
    sense = None if found is None else _choose(token, (found[0],), cast, lexicon)
    return None if sense is None else sense._replace(inferred=True)


def nominal_sense(token: Token, cast: Cast, lexicon: Lexicon) -> Sense | None:
    """The sense of an event noun, with what its light verb carries; None when it is none."""
    frames = lexicon.senses(token.lemma, "noun")
    return _choose(token, frames, cast, lexicon, carrier_of(token, lexicon)) if frames else None


def carrier_of(noun: Token, lexicon: Lexicon) -> Token | None:
    """The light verb that carries an event noun, as its object, its passive subject, or in a relative clause.

    «*mantuvo* conversaciones», «*hizo* un llamamiento», «las conversaciones que *mantuvo* con X».
    """
    light = lexicon.words("support_verbs")
    if noun.relation in ("obj", "nsubj") and noun.head.lemma in light:
        return noun.head
    return next((c for c in children(noun, "acl") if c.lemma in light and finite(c)), None)


def _choose(
    token: Token, frames: Iterable[Frame], cast: Cast, lexicon: Lexicon, carrier: Token | None = None
) -> Sense | None:
    plain: Arguments | None = None
    below: list[Token] | None = None
    around: frozenset[str] | None = None
    for frame in frames:
        words: tuple[Token, ...] = ()
        if frame.words:
            around = sentence_words(token) if around is None else around
            if not around.issuperset(frame.words):
                continue
            below = list(_below(token, _DEPTH)) if below is None else below
            hit = _find_words(below, frame.words)
            if hit is None:
                continue
            words = hit
        if words or plain is None:
            found = arguments_of(token, words, carrier) if words or carrier else own_arguments(token)
            plain = plain if words else found
        else:
            found = plain
        if not frame.requires or all(_meets(requirement, found, cast, lexicon) for requirement in frame.requires):
            return Sense(token, frame, words, found)
    return None


def _find_words(below: list[Token], wanted: tuple[str, ...]) -> tuple[Token, ...] | None:
    """The words of a phrase among those `below` its head, each once, None when one is missing."""
    found: list[Token] = []
    for word in wanted:
        before = found[-1] if found else None
        match = next((t for t in below if t not in found and word in (t.lower_, t.lemma) and _follows(before, t)), None)
        if match is None:
            return None
        found.append(match)
    return tuple(found)


def _follows(before: Token | None, token: Token) -> bool:
    """A preposition of a phrase stands at its noun: «en Tiflis contra la ley» is not «en contra»."""
    if before is None or before.pos_ != "ADP":
        return True
    return token.i == before.i + 1 or (token.pos_ != "ADP" and 0 < token.i - before.i <= _NEAR)


def _below(head: Token, depth: int) -> Iterator[Token]:
    """Words under `head` that belong to its own clause, nearest level first."""
    level = [head]
    for _ in range(depth):
        level = [c for t in level for c in t.children if not _other_clause(c)]
        yield from level


def _other_clause(token: Token) -> bool:
    if token.dep_ in ("conj", "parataxis", "appos"):
        return True
    return verbal(token) and token.dep_ in ("acl", "advcl", "ccomp", "csubj") and bool(morph(token, "VerbForm"))


def _meets(requirement: Requirement, found: Arguments, cast: Cast, lexicon: Lexicon) -> bool:
    if found.passive and requirement.kind and "obj" in requirement.slots and not found.fillers("obj"):
        return True  # «donde fueron recibidos por…»: who was received is understood
    filled = any(_fits(requirement, token, cast, lexicon) for slot in requirement.slots for token in found.fillers(slot))
    return filled is not requirement.absent


def _fits(requirement: Requirement, token: Token, cast: Cast, lexicon: Lexicon) -> bool:
    noun = antecedent(token)
    if noun.lemma in lexicon.words("partitives"):  # «abandonaron la mayor parte *de la franja*»
        noun = next((c for c in children(noun, "nmod") if preposition(c) == "de"), noun)
    if requirement.lemmas and not ({noun.lemma, noun.lower_} & requirement.lemmas):
        return False
    if requirement.kind is None:
        return True
    if requirement.kind == "place":
        return cast.place(token)
    return bool(actors(cast, token)) and (requirement.kind == "actor" or _person(token, cast))


def _person(token: Token, cast: Cast) -> bool:
    kinds = {actor.id: actor.type for actor in cast.actors}
    return any(kinds.get(name) == "person" for name in cast.denoted(token))


def nominal(token: Token) -> bool:
    """Whether a token can be an event noun."""
    return token.pos_ in NOMINAL_POS and token.pos_ != "PRON" and not has(token, "flat")
