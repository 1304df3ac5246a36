"""A parsed text as plain Python objects, made once for each article and asked by all of extraction.

Each attribute of a spaCy `Token` is made anew whenever it is asked for, and its children are searched for; rules ask some
hundred times for each word. Here they are read out of the `Doc` once, under the same names, so that a rule reads as it
would on spaCy's own tokens and asking costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Generic, TypeVar

import numpy as np
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, MORPH, ORTH, POS, SENT_START, SPACY
from spacy.lang.lex_attrs import is_punct
from spacy.strings import StringStore
from spacy.tokens import Doc

from kg.model import Span
from kg.nominals import fold

__all__ = ["Text", "Token"]

_READ = [ORTH, LEMMA, POS, DEP, ENT_TYPE, MORPH, SPACY, ENT_IOB, SENT_START, HEAD]
_ENT_INSIDE, _ENT_BEGINS = 1, 3
"""Values of ENT_IOB."""


class Token:
    """A word, mark or stretch of white space; attributes mean what they mean in spaCy."""

    __slots__ = ("capital", "children", "dep_", "doc", "ent_type_", "folded", "head", "i", "idx", "is_punct", "is_space",
                 "lemma", "lemma_", "lower_", "morph", "pos_", "relation", "sentence", "text")

    doc: Text
    i: int
    idx: int
    text: str
    lower_: str
    folded: str
    """The word as lists of nouns have it, without case and accents (`kg.nominals.fold`)."""
    capital: bool
    """Whether it is written with a capital, its first letter or, as in «eBay», its second."""
    is_punct: bool
    is_space: bool
    lemma_: str
    lemma: str
    """`lemma_` in lower case, the word itself where it has none."""
    pos_: str
    dep_: str
    relation: str
    """`dep_` without its subtype."""
    ent_type_: str
    morph: Mapping[str, list[str]]
    """Features and their values, as in `morph.get("Number", [])`."""
    head: Token
    """The governor; a root is its own."""
    children: list[Token]
    """Dependents in the order of the text."""
    sentence: tuple[int, int]
    """Indices (half open) of its sentence."""

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return f"{self.text}/{self.i}"

    @property
    def lefts(self) -> list[Token]:
        """Dependents before it."""
        return [child for child in self.children if child.i < self.i]

    @property
    def rights(self) -> list[Token]:
        """Dependents behind it."""
        return [child for child in self.children if child.i > self.i]

    @property
    def is_sent_start(self) -> bool:
        return self.i == self.sentence[0]

    @property
    def is_digit(self) -> bool:
        return self.text.isdigit()

    @property
    def is_title(self) -> bool:
        return self.text.istitle()

    @property
    def is_upper(self) -> bool:
        return self.text.isupper()

    @property
    def ancestors(self) -> Iterator[Token]:
        """Its governors, the nearest first."""
        above = self
        while above.head is not above:
            above = above.head
            yield above

    @property
    def subtree(self) -> list[Token]:
        """The word and all below it, in the order of the text."""
        found = [self]
        for token in found:
            found.extend(token.children)
        return sorted(found, key=attrgetter("i"))

    @property
    def left_edge(self) -> Token:
        """First word of `subtree`."""
        return self.subtree[0]

    @property
    def right_edge(self) -> Token:
        """Last word of `subtree`."""
        return self.subtree[-1]

    def is_ancestor(self, other: Token) -> bool:
        """Whether `other` hangs below it."""
        return any(above is self for above in other.ancestors)


class Text(list[Token]):
    """The tokens of an article; offsets in characters count in `text`.

    Raises nothing of its own: whatever `kg.language.parse` yields can be read.
    """

    def __init__(self, doc: Doc) -> None:
        super().__init__([Token() for _ in range(len(doc))])
        self.source = doc
        table = doc.to_array(_READ)
        *words, marks, starts, _ = table.T.tolist()
        bounds = [0, *(n for n, start in enumerate(starts) if start == 1 and n), len(doc)]
        self.sentences = list(pairwise(bounds)) if len(doc) else []
        """Indices (half open) of each sentence."""
        self._read(doc.vocab.strings, *words)
        self._link((table[:, -1].view(np.int64) + np.arange(len(doc))).tolist())
        self.entities = list(self._entities(marks))
        """Named entities: indices (half open) and label."""

    def _read(self, strings: StringStore, forms: list[int], lemmas: list[int], tags: list[int], relations: list[int],
              labels: list[int], morphs: list[int], spaces: list[int]) -> None:
        """Make the tokens, not yet tied to each other, and the text."""
        form_of, lemma_of, names, relation_of, features_of = _memories(strings)
        columns = (map(form_of.__getitem__, forms), lemmas, map(names.__getitem__, tags), map(relation_of.__getitem__, relations),
                   map(names.__getitem__, labels), map(features_of.__getitem__, morphs), spaces,
                   [sentence for sentence in self.sentences for _ in range(*sentence)])
        idx = 0
        for i, (token, form, lemma, pos, relation, label, morph, space, sentence) in enumerate(zip(self, *columns, strict=True)):
            token.doc, token.i, token.idx, token.sentence = self, i, idx, sentence
            token.text, token.lower_, token.folded, token.capital, token.is_punct, token.is_space = form
            token.lemma_, token.lemma = lemma_of[lemma] if lemma else ("", token.lower_)
            token.pos_, token.ent_type_, token.morph = pos, label, morph
            token.dep_, token.relation = relation
            token.head, token.children = token, []
            idx += len(token.text) + space
        self.text = "".join([token.text + " " if space else token.text for token, space in zip(self, spaces, strict=True)])

    def _link(self, heads: list[int]) -> None:
        for token, head in zip(self, heads, strict=True):
            if head != token.i:
                token.head = governor = self[head]
                governor.children.append(token)

    def _entities(self, marks: list[int]) -> Iterator[tuple[int, int, str]]:
        for start, mark in enumerate(marks):
            if mark == _ENT_BEGINS and self[start].ent_type_:
                end = start + 1
                while end < len(marks) and marks[end] == _ENT_INSIDE:
                    end += 1
                yield start, end, self[start].ent_type_

    def span(self, start: int, end: int) -> Span:
        """The words `start`–`end` (half open) as a stretch of the text."""
        first, last = self[start].idx, self[end - 1].idx + len(self[end - 1].text)
        return Span(first, last, self.text[first:last])

    def root(self, start: int, end: int) -> Token:
        """The highest of the words `start`–`end` (half open): a root of the tree, else the first with the shortest way to one."""
        words = self[start:end]
        tops = []
        for token in words:
            if token.head is token:
                return token
            if not start <= token.head.i < end:
                tops.append(token)
        return tops[0] if len(tops) == 1 else min(tops, key=_depth, default=words[0])


def _depth(token: Token) -> int:
    return sum(1 for _ in token.ancestors)


_Form = tuple[str, str, str, bool, bool, bool]
T = TypeVar("T")


class _Memory(dict[int, T], Generic[T]):
    """What is made of a string, by its key in the store: made once."""

    def __init__(self, strings: StringStore, make: Callable[[str], T]) -> None:
        self._strings, self._make = strings, make

    def __missing__(self, key: int) -> T:
        made = self[key] = self._make(self._strings[key] if key else "")
        return made


@lru_cache(maxsize=4)
def _memories(strings: StringStore) -> tuple[
        _Memory[_Form], _Memory[tuple[str, str]], _Memory[str], _Memory[tuple[str, str]], _Memory[Mapping[str, list[str]]]]:
    """Of forms, lemmas, tags and labels, relations, features; they grow with the store, which keeps every string it saw."""
    return (_Memory(strings, _form), _Memory(strings, _lemma), _Memory(strings, str), _Memory(strings, _relation),
            _Memory(strings, _features))


def _form(text: str) -> _Form:
    """The word, in lower case, folded, whether it has a capital, is punctuation, is white space."""
    capital = text[:1].isalpha() and (text[:1].isupper() or text[1:2].isupper())
    return text, text.lower(), fold(text), capital, is_punct(text), text.isspace()


def _lemma(text: str) -> tuple[str, str]:
    """The lemma as it is and in lower case."""
    return text, text.lower()


def _relation(text: str) -> tuple[str, str]:
    """The relation with its subtype and without: `nsubj:pass`, `nsubj`."""
    return text, text.partition(":")[0]


def _features(written: str) -> Mapping[str, list[str]]:
    """`Gender=Masc|Number=Sing` → values by feature."""
    pairs = (part.partition("=") for part in written.split("|") if "=" in part)
    return {name: values.split(",") for name, _, values in pairs}
