"""A parsed text as plain Python objects, made once for each article and asked by all of extraction.

Each attribute of a spaCy `Token` is made anew whenever it is asked for, and its children are searched for; rules ask some
hundred times for each word. Here they are read out of the `Doc` once, under the same names, so that a rule reads as it
would on spaCy's own tokens and asking costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np
from spacy.attrs import DEP, ENT_TYPE, HEAD, LEMMA, MORPH, ORTH, POS, SENT_START, SPACY
from spacy.lang.lex_attrs import is_punct
from spacy.tokens import Doc

from kg.model import Span

__all__ = ["Text", "Token"]

_READ = [ORTH, LEMMA, POS, DEP, ENT_TYPE, MORPH, SENT_START, SPACY, HEAD]


class Token:
    """A word, mark or stretch of white space; attributes mean what they mean in spaCy."""

    __slots__ = ("children", "dep_", "doc", "ent_type_", "head", "i", "idx", "is_punct", "is_sent_start", "is_space", "lefts",
                 "lemma_", "lower_", "morph", "pos_", "relation", "rights", "sentence", "text")

    doc: Text
    head: Token
    """The governor; a root is its own."""
    children: tuple[Token, ...]
    """Dependents in the order of the text, those before it (`lefts`) and those behind it (`rights`)."""
    lefts: tuple[Token, ...]
    rights: tuple[Token, ...]
    sentence: tuple[int, int]
    """Indices (half open) of its sentence."""
    is_sent_start: bool

    def __init__(self, i: int, idx: int, form: tuple[str, str, bool, bool], lemma: str, pos: str, dep: str, ent_type: str,
                 morph: Mapping[str, list[str]]) -> None:
        self.i, self.idx = i, idx
        self.text, self.lower_, self.is_punct, self.is_space = form
        self.lemma_, self.pos_, self.dep_, self.ent_type_ = lemma, pos, dep, ent_type
        self.children = self.lefts = self.rights = ()
        self.relation = dep.partition(":")[0]
        """`dep_` without its subtype."""
        self.morph = morph
        """Features and their values, as in `morph.get("Number", [])`."""

    def __len__(self) -> int:
        return len(self.text)

    def __repr__(self) -> str:
        return f"{self.text}/{self.i}"

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
        return sorted(found, key=lambda t: t.i)

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
        self.source, self.text = doc, doc.text
        self.entities = [(ent.start, ent.end, ent.label_) for ent in doc.ents]
        """Named entities: indices (half open) and label."""
        self.sentences: list[tuple[int, int]] = []
        """Indices (half open) of each sentence."""
        table = doc.to_array(_READ)
        columns = table.T.tolist()
        super().__init__(_tokens(doc, columns))
        self._link((table[:, -1].view(np.int64) + np.arange(len(doc))).tolist())
        self._divide([n for n, start in enumerate(columns[_READ.index(SENT_START)]) if start == 1 and n])

    def _link(self, heads: list[int]) -> None:
        lefts: dict[int, list[Token]] = {}
        rights: dict[int, list[Token]] = {}
        for i, (token, head) in enumerate(zip(self, heads, strict=True)):
            token.doc, token.head = self, self[head]
            if head != i:
                (lefts if head > i else rights).setdefault(head, []).append(token)
        for i, found in lefts.items():
            self[i].lefts = self[i].children = tuple(found)
        for i, found in rights.items():
            token = self[i]
            token.rights = tuple(found)
            token.children = token.lefts + token.rights

    def _divide(self, starts: list[int]) -> None:
        first = 0
        for end in (*starts, len(self)):
            if end > first:
                self.sentences.append((first, end))
            for token in self[first:end]:
                token.sentence, token.is_sent_start = (first, end), token.i == first
            first = end

    def span(self, start: int, end: int) -> Span:
        """The words `start`–`end` (half open) as a stretch of the text."""
        first, last = self[start].idx, self[end - 1].idx + len(self[end - 1].text)
        return Span(first, last, self.text[first:last])

    def root(self, start: int, end: int) -> Token:
        """The highest of the words `start`–`end` (half open): a root of the tree, else the first with the shortest way to one."""
        words = self[start:end]
        own = next((t for t in words if t.head is t), None)
        return own or min((t for t in words if not start <= t.head.i < end), key=_depth, default=words[0])


def _depth(token: Token) -> int:
    return sum(1 for _ in token.ancestors)


def _tokens(doc: Doc, columns: list[list[int]]) -> Iterator[Token]:
    """The tokens in order, not yet tied to each other."""
    strings = doc.vocab.strings
    forms = {key: _form(strings[key]) for key in set(columns[0])}
    names = {key: strings[key] if key else "" for column in columns[1:5] for key in set(column)}
    features = {key: _features(strings[key]) if key else {} for key in set(columns[5])}
    idx = 0
    for i, (orth, lemma, pos, dep, ent, morph, _, space, _) in enumerate(zip(*columns, strict=True)):
        form = forms[orth]
        yield Token(i, idx, form, names[lemma], names[pos], names[dep], names[ent], features[morph])
        idx += len(form[0]) + space


@lru_cache(maxsize=100_000)
def _form(text: str) -> tuple[str, str, bool, bool]:
    """The word, in lower case, whether it is punctuation, and whether it is white space."""
    return text, text.lower(), is_punct(text), text.isspace()


@lru_cache(maxsize=10_000)
def _features(written: str) -> Mapping[str, list[str]]:
    """`Gender=Masc|Number=Sing` → values by feature."""
    pairs = (part.partition("=") for part in written.split("|") if "=" in part)
    return {name: values.split(",") for name, _, values in pairs}
