"""One parsed article during extraction: senses and drafts of its words, made once and remembered.

A verb's participants may depend on its governor's (control: «pidió a Israel *retirar* sus tropas»), never the other way
round, so that drafts are made from the top of a sentence downwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.actors import Cast
from kg.events import nouns, subjects, verbs
from kg.events.draft import NOBODY, Draft, Found
from kg.events.frames import Sense, nominal, nominal_sense, similar_sense, verbal_sense
from kg.events.speech import Scope, find_scopes, quotes
from kg.events.tree import agent_of, infinitives, morph, verbal
from kg.lexicon import Lexicon
from kg.tokens import Text, Token

__all__ = ["Options", "Scene"]


_VERBS = frozenset(("VERB", "AUX"))
_VERBAL_ENDINGS = ("ado", "ada", "ados", "adas", "ido", "ida", "idos", "idas", "ieron", "aron", "ió", "ó")
"""Of participles and past tenses, which a tagger may take for adjectives and nouns (`kg.events.tree.infinitives`)."""
_NOMINAL = frozenset(("NOUN", "PROPN", "ADJ", "NUM", "SYM"))


@dataclass(frozen=True, slots=True)
class Options:
    """What may be switched off to measure what it is worth."""

    dropped_subjects: bool = True
    nominal_events: bool = True
    attribution: bool = True
    similarity: bool = True


@dataclass(slots=True)
class Scene:
    """A document, its cast, the lexicon, and what has been found out about its words."""

    doc: Text
    cast: Cast
    lexicon: Lexicon
    options: Options = Options()
    _senses: dict[int, Sense | None] = field(default_factory=dict)
    _drafts: dict[int, Draft | None] = field(default_factory=dict)
    _subjects: dict[int, Found] = field(default_factory=dict)
    _predicates: list[Token] | None = None
    _scopes: list[Scope] | None = None
    _quotes: list[tuple[int, int]] | None = None
    _kinds: dict[str, str] | None = None

    def sense(self, token: Token) -> Sense | None:
        """The sense of a predicate, verbal or nominal; None for any other word."""
        if token.i not in self._senses:
            self._senses[token.i] = self._find_sense(token)
        return self._senses[token.i]

    def predicates(self) -> list[Token]:
        """The words that may have a sense, told by part of speech, lemma and ending alone; most words may not."""
        if self._predicates is None:
            nouns, phrases = self.lexicon.nouns, self.lexicon.phrases
            self._predicates = [
                token for token in self.doc if token.pos_ in _VERBS or (token.pos_ in _NOMINAL and (
                    token.lemma in nouns or token.lemma in phrases or token.lower_.endswith(_VERBAL_ENDINGS)))
            ]
        return self._predicates

    def _find_sense(self, token: Token) -> Sense | None:
        if token.pos_ not in _VERBS and token.pos_ not in _NOMINAL:
            return None
        part = morph(token, "VerbForm") == "Part" and token.dep_ not in ("aux", "cop", "amod")
        if verbal(token) or part or ((infinitives(token) or token.dep_ == "amod") and agent_of(token) is not None):
            sense = verbal_sense(token, self.cast, self.lexicon)
            if sense is None and self.options.similarity and token.pos_ == "VERB":
                sense = similar_sense(token, self.cast, self.lexicon)
            return sense
        return nominal_sense(token, self.cast, self.lexicon) if nominal(token) else None

    def draft(self, token: Token) -> Draft | None:
        """The predicate with its participants, None when it has no sense; words inside a phrase have none of their own."""
        if token.i not in self._drafts:
            self._drafts[token.i] = None  # a malformed tree may ask again on the way
            sense = self.sense(token)
            if sense is not None:
                make = verbs.draft if sense.frame.pos == "verb" else nouns.draft
                self._drafts[token.i] = make(self, sense)
        return self._drafts[token.i]

    def subject(self, verb: Token) -> Found:
        """Who does it: overt, inherited, controlled or dropped."""
        if verb.i not in self._subjects:
            self._subjects[verb.i] = NOBODY  # as above
            self._subjects[verb.i] = subjects.subject(self, verb)
        return self._subjects[verb.i]

    def quote(self, token: Token) -> tuple[int, int] | None:
        """Word indices of the innermost quoted stretch that a word stands in, whoever speaks."""
        around = (span for span in self.quotes if span[0] <= token.i < span[1])
        return min(around, key=lambda span: span[1] - span[0], default=None)

    @property
    def quotes(self) -> list[tuple[int, int]]:
        """Quoted stretches: word indices (half open)."""
        if self._quotes is None:
            self._quotes = list(quotes(self.doc))
        return self._quotes

    def doer(self, noun: Token) -> Found:
        """Who does what an event noun names; nothing for other words."""
        sense = self.sense(noun)
        return nouns.doer(self, sense) if sense is not None and sense.frame.pos == "noun" else NOBODY

    def kind(self, actor: str) -> str:
        """Type of an actor (`kg.model.ActorType`), "" for an unknown one."""
        if self._kinds is None:
            self._kinds = {a.id: a.type for a in self.cast.actors}
        return self._kinds.get(actor, "")

    def patient(self, verb: Token) -> Found:
        """Whom a passive without overt subject is done to."""
        return subjects.patient(self, verb)

    @property
    def scopes(self) -> list[Scope]:
        """Stretches that are somebody's word, the shortest first."""
        if self._scopes is None:
            self._scopes = []  # who speaks is found outside quotes, where no scope is needed
            self._scopes = find_scopes(self)
        return self._scopes

    def scope(self, token: Token) -> Scope | None:
        """The shortest scope that a word stands in."""
        return next((s for s in self.scopes if s.start <= token.i < s.end), None)
