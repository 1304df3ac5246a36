"""Lemmatiser of the bundled pipeline: a table of suffix rules for each part of speech.

A rule is «cut *n* letters, add these»: `1ar` turns «firmó» into «firmar». The longest suffix of a word that the table
knows for its part of speech decides; `^` marks a whole word, so irregular forms and frequent words are suffixes like
the others. The table is learnt by `kg.training.lemmas`; it needs no network of weights and no second look at the context
beyond the part of speech.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import srsly
from spacy.attrs import LEMMA, ORTH, POS
from spacy.language import Language
from spacy.parts_of_speech import NAMES as IDS_TO_NAMES  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.tokens import Doc

__all__ = ["Lemmatizer", "apply_rule", "find_rule"]

Table = dict[str, dict[str, str]]  # part of speech → suffix (`^word` for a whole word) → rule
_LONGEST = 30
_AS_WRITTEN = {"PROPN", "SYM", "X", "PUNCT", "SPACE"}  # the lemma is the form as it stands


def apply_rule(word: str, rule: str) -> str:
    """`word` with the rule applied.

    >>> apply_rule("firmaron", "4ar"), apply_rule("paz", "0"), apply_rule("naciones", "4ón")
    ('firmar', 'paz', 'nación')
    """
    digits = len(rule) - len(rule.lstrip("0123456789"))
    cut = int(rule[:digits])
    return (word[:-cut] if cut else word) + rule[digits:]


def find_rule(rules: dict[str, str], word: str) -> str:
    """The rule of the longest known suffix of `^word`; the rule that changes nothing when there is none."""
    marked = "^" + word
    for i in range(max(0, len(marked) - _LONGEST), len(marked) + 1):
        rule = rules.get(marked[i:])
        if rule is not None:
            return rule
    return "0"


class Lemmatizer:
    """Pipeline component that sets the lemma of every token from its form and its part of speech."""

    def __init__(self, nlp: Language, table: Table | None = None) -> None:
        self.vocab = nlp.vocab
        self.table: Table = table or {}
        self._known: dict[tuple[int, int], int] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set the lemmas of `doc`, whose parts of speech must be set."""
        known = self._known
        lemmas = []
        for orth, pos in doc.to_array([ORTH, POS]).tolist():
            lemma = known.get((orth, pos))
            if lemma is None:
                strings = doc.vocab.strings
                lemma = known[orth, pos] = strings.add(self.lemma(strings[orth], IDS_TO_NAMES[pos]))
            lemmas.append([lemma])
        column = np.array(lemmas, dtype=np.uint64).reshape(-1, 1)
        return doc.from_array([LEMMA], column)  # type: ignore[arg-type]  # thinc's own array type

    def lemma(self, form: str, upos: str) -> str:
        """Lemma of `form` as the part of speech `upos`."""
        if upos in _AS_WRITTEN:
            return form
        word = form.lower()
        return apply_rule(word, find_rule(self.table.get(upos, {}), word)) or word

    def initialize(
        self, get_examples: Callable[[], Iterable[object]], *, nlp: Language | None = None, table: Path | None = None
    ) -> None:
        """Take the table from a file that `kg.training.lemmas` wrote."""
        if table is not None:
            self.from_disk(Path(table))

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Write the table as one JSON file."""
        srsly.write_json(path, self.table)

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> Lemmatizer:
        """Read the table that `to_disk` wrote."""
        self.table = srsly.read_json(path)
        self._known.clear()
        return self

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:
        """The table as bytes."""
        return bytes(srsly.msgpack_dumps(self.table))

    def from_bytes(self, data: bytes, exclude: Iterable[str] = ()) -> Lemmatizer:
        """The table from `to_bytes`."""
        self.table = srsly.msgpack_loads(data)
        self._known.clear()
        return self


@Language.factory("kg_lemmatizer", assigns=["token.lemma"], requires=["token.pos"])
def _create(nlp: Language, name: str) -> Lemmatizer:
    return Lemmatizer(nlp)
