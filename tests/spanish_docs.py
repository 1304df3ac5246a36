"""Parsed sentences built by hand, so that rule tests need no model, and a cast that knows the names in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import spacy
from spacy.tokens import Doc, Span

from kg.model import Actor
from kg.tokens import Text, Token

VOCAB = spacy.blank("es").vocab


def parsed(text: str, names: Sequence[tuple[int, int, str]] = ()) -> Text:
    """A text from words written `form|lemma/POS/head/relation/Feature=Value,…`, heads counted from 1, 0 for the root.

    The lemma may be left out where it is the form in lower case; sentences follow each other after ` ## `. `names` are
    tokens (half open) and label of recognised names.
    """
    columns: dict[str, list] = {key: [] for key in ("words", "lemmas", "pos", "heads", "deps", "morphs", "sent_starts")}
    for sentence in text.split(" ## "):
        base = len(columns["words"])
        for number, item in enumerate(sentence.split()):
            parts = item.split("/")
            form, _, lemma = parts[0].partition("|")
            head = int(parts[2])
            columns["words"].append(form)
            columns["lemmas"].append(lemma or form.lower())
            columns["pos"].append(parts[1])
            columns["heads"].append(base + (head - 1 if head else number))
            columns["deps"].append(parts[3] if head else "ROOT")
            columns["morphs"].append("|".join(sorted(parts[4].split(","))) if len(parts) > 4 else "")
            columns["sent_starts"].append(number == 0)
    doc = Doc(VOCAB, **columns)
    doc.ents = tuple(Span(doc, start, end, label) for start, end, label in names)
    return Text(doc)


class NamedCast:
    """The actors of a hand-built sentence: names by their first word, and what pronouns and dropped subjects stand for."""

    def __init__(
        self,
        names: str,
        *,
        subjects: Mapping[str, str] | None = None,
        adjectives: Mapping[str, str] | None = None,
        owners: Mapping[str, str] | None = None,
    ) -> None:
        self.names = {name: name for name in names.split()}
        self.subjects, self.states, self.owners = subjects or {}, adjectives or {}, owners or {}

    @property
    def actors(self) -> tuple[Actor, ...]:
        return tuple(Actor(name, name, "state") for name in self.names)

    def denoted(self, token: Token) -> tuple[str, ...]:
        if token.lower_ in ("que", "quien") and token.pos_ == "PRON":
            return self.denoted(token.head.head) if token.head.dep_ == "acl" else ()
        return (token.text,) if token.text in self.names else ()

    def subject(self, verb: Token) -> tuple[str, ...]:
        return (self.subjects[verb.text],) if verb.text in self.subjects else ()

    def adjective(self, token: Token) -> str | None:
        return self.states.get(token.text)

    def adjectives(self, token: Token) -> tuple[str, ...]:
        return (self.states[token.text],) if token.text in self.states else ()

    def possessor(self, token: Token) -> tuple[str, ...]:
        return (self.owners[token.text],) if token.text in self.owners else ()

    def place(self, token: Token) -> bool:
        return False
