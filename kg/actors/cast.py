"""The cast of one article: what each of its phrases denotes.

Names and descriptions were linked before (`kg.actors.casting`). Pronouns and dropped subjects are resolved on demand, from
the text before them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from operator import itemgetter

from kg.actors.register import Record
from kg.mentions import Mentions
from kg.model import Actor, ActorType
from kg.nominals import words
from kg.tokens import Text, Token

__all__ = ["Cast"]

LOOKBACK = 4
"""Sentences before the present one in which a dropped subject or a pronoun finds its actor."""

_THIS_ONE = frozenset({"éste", "ésta", "éstos", "éstas"})
"""Written with an accent a demonstrative is a pronoun, whatever the tagger says."""


class Cast:
    """What each phrase of a parsed article denotes; identifiers are unique in the article."""

    def __init__(self, doc: Text, mentions: Mentions, records: dict[str, Record], at: dict[int, tuple[str, ...]],
                 demonyms: dict[int, str], places: frozenset[int], titles: dict[int, str]) -> None:
        self.doc = doc
        self.mentions = mentions
        self._records = records
        self._at = at
        self._demonyms = demonyms
        self._places = places
        self.titles = titles
        """Title that a word such as «homólogo» stands for, by its token."""
        self._subjects: dict[int, tuple[str, ...]] = {}

    @cached_property
    def actors(self) -> tuple[Actor, ...]:
        """All actors in order of their first mention."""
        def first(record: Record) -> tuple[int, str]:
            return (record.mentions[0].span.start if record.mentions else len(self.doc.text), record.id)

        return tuple(record.actor for record in sorted(self._records.values(), key=first))

    def denoted(self, token: Token) -> tuple[str, ...]:
        """Identifiers of what the phrase around `token` denotes; () for what is no actor."""
        found = self._at.get(token.i)
        if found is not None:
            return found
        if token.pos_ == "PRON" or token.lower_ in _THIS_ONE:
            return self._pronoun(token)
        if token.pos_ != "PROPN":
            for child in token.children:  # «el diplomático noruego Terje Roed-Larsen»
                if child.dep_ in ("appos", "flat") and child.i in self._at and child.i in self.mentions.name_at:
                    return self._at[child.i]
        if token.i in self._demonyms and token.pos_ in ("NOUN", "PROPN"):
            return (self._demonyms[token.i],)
        return ()

    def adjective(self, token: Token) -> str | None:
        """The state that an adjective such as «rusos» names."""
        return self._demonyms.get(token.i)

    def adjectives(self, token: Token) -> tuple[str, ...]:
        """The states that an adjective names: «rusos», «hispano-francesa»."""
        found = self._demonyms.get(token.i)
        if found is not None:
            return (found,)
        return self._at.get(token.i, ()) if token.i in self.mentions.pairs else ()

    def possessor(self, token: Token) -> tuple[str, ...]:
        """Whose: the owner that «su» refers to, the subject of the clause unless the phrase is the subject itself."""
        noun = token.head
        verb = _governor(noun)
        if verb is not None and noun.dep_ not in ("nsubj", "csubj"):
            found = self._clause_subject(verb)
            if found:
                return found
        return self._before(token, plural=None)

    def side(self, person: str) -> str | None:
        """The body or state that a person speaks for, when the article names it: that of the office, else of the country."""
        record = self._records[person]
        if record.type != "person":
            return person
        body = next((body for _, body in record.offices if body is not None), None)
        states = (r.id for r in self._records.values() if r.type == "state" and r.entry and r.entry.key == record.country)
        return body or next(states, None)

    def place(self, token: Token) -> bool:
        """Whether a name is used as a place only."""
        return token.i in self._places

    def subject(self, verb: Token) -> tuple[str, ...]:
        """The understood subject of a finite verb without overt one; () when it is impersonal or cannot be known."""
        if verb.i not in self._subjects:
            self._subjects[verb.i] = ()
            self._subjects[verb.i] = self._dropped(verb)
        return self._subjects[verb.i]

    # --- dropped subjects and pronouns

    def _dropped(self, verb: Token) -> tuple[str, ...]:
        if not _finite(verb) or _agreement(verb, "Person", "3") != "3" or _impersonal(verb):
            return ()
        plural = _agreement(verb, "Number") == "Plur"
        governor = _governor(verb)
        if governor is not None and verb.dep_ in ("ccomp", "advcl", "conj", "parataxis", "acl"):
            above = self._fitting(self._clause_subject(governor), plural)
            if above:
                return above
        return self._previous_subject(verb, plural)

    def _clause_subject(self, verb: Token) -> tuple[str, ...]:
        for child in verb.children:
            if child.dep_ in ("nsubj", "csubj"):
                return self._coordinated(child)
        if verb.dep_ == "conj" and verb.head.pos_ in ("VERB", "AUX", "ADJ"):
            return self._clause_subject(verb.head)
        return self.subject(verb) if verb.i not in self._subjects or self._subjects[verb.i] else ()

    def _coordinated(self, token: Token) -> tuple[str, ...]:
        found = dict.fromkeys(self.denoted(token))
        for child in token.children:
            if child.dep_ == "conj":
                found |= dict.fromkeys(self.denoted(child))
        return tuple(found)

    def _previous_subject(self, verb: Token, plural: bool) -> tuple[str, ...]:
        """The subject of a sentence before, nearest first; failing that, the last person named there."""
        here = self._sentence_of(verb)
        for number in range(here - 1, max(-1, here - 1 - LOOKBACK), -1):
            start, end = self.doc.sentences[number]
            root = self.doc.root(start, end)
            others = (t for t in self.doc[start:end] if t.pos_ == "VERB" and t.dep_ in ("parataxis", "conj", "ccomp"))
            for candidate in (root, *others):
                found = self._fitting(self._overt(candidate), plural)
                if found:
                    return found
            found = self._fitting(self.subject(root), plural) if number == here - 1 else ()
            if found:
                return found
        return () if plural else self._before(verb, plural=False, types=("person",))

    def _overt(self, verb: Token) -> tuple[str, ...]:
        for child in verb.children:
            if child.dep_ in ("nsubj", "csubj"):
                return self._coordinated(child)
        return ()

    def _fitting(self, ids: tuple[str, ...], plural: bool) -> tuple[str, ...]:
        if plural:
            return ids if len(ids) > 1 or any(self._records[i].plural for i in ids) else ()
        return ids if len(ids) == 1 and not self._records[ids[0]].plural else ()

    def _pronoun(self, token: Token) -> tuple[str, ...]:
        if "Rel" in _morph(token, "PronType") and token.lower_ in ("que", "quien", "quienes", "cual", "cuales"):
            clause = next((t for t in token.ancestors if t.dep_.startswith("acl")), None)
            return self.denoted(clause.head) if clause is not None else ()
        third = _morph(token, "Person").startswith("3") and token.lower_ not in words("neutral_pronouns")
        if not third and token.lower_ not in words("demonstratives"):
            return ()
        plural = "Plur" in _morph(token, "Number") or token.lower_.endswith("s")
        taken = set(self._clause_subject(token.head)) if token.head.pos_ == "VERB" and token.dep_ in ("obj", "iobj") else set()
        return self._before(token, plural=plural, but=taken)

    def _sentence_of(self, token: Token) -> int:
        """The number of a word's sentence."""
        return bisect_right(self.doc.sentences, token.i, key=itemgetter(0)) - 1

    def _before(self, token: Token, *, plural: bool | None, types: Iterable[ActorType] = (),
                but: Iterable[str] = ()) -> tuple[str, ...]:
        """The nearest actor mentioned before `token` that agrees."""
        first = self.doc.sentences[max(0, self._sentence_of(token) - LOOKBACK)][0]
        wanted, skip = frozenset(types), frozenset(but)
        for i in range(token.i - 1, first - 1, -1):
            for name in self._at.get(i, ()):
                record = self._records[name]
                agrees = plural is None or record.plural == plural
                if agrees and name not in skip and record.type != "place" and (not wanted or record.type in wanted):
                    return (name,)
        return ()


def _morph(token: Token, name: str, default: str = "") -> str:
    return ",".join(token.morph.get(name, [])) or default


def _agreement(verb: Token, name: str, default: str = "") -> str:
    """Person or number of the finite form: «están» in «están siguiendo»."""
    helpers = (c for c in verb.children if c.dep_ in ("aux", "cop") and _morph(c, "VerbForm") == "Fin")
    return _morph(next(helpers, verb), name) or _morph(verb, name, default)


def _finite(verb: Token) -> bool:
    if _morph(verb, "VerbForm") == "Fin":
        return True
    return any(c.dep_ in ("aux", "cop") and _morph(c, "VerbForm") == "Fin" for c in verb.children)


def _impersonal(verb: Token) -> bool:
    return verb.lemma_ in words("impersonal") or any(
        c.dep_ in ("expl:impers", "expl:pass", "csubj", "nsubj") for c in verb.children)


def _governor(token: Token) -> Token | None:
    """The verb above."""
    head = token.head
    while head.i != head.head.i and head.pos_ not in ("VERB", "AUX"):
        head = head.head
    return head if head.pos_ in ("VERB", "AUX") and head.i != token.i else None
