"""What raw text tells of words, for the names: which there are, how often they have a capital, and their vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import spacy
import srsly
from numpy.typing import NDArray

from kg.language import normalise
from kg.recogniser import Vocabulary
from kg.training import vectors
from kg.training.corpora import raw_lines
from kg.training.errors import DataError

__all__ = ["WIDTH", "Words", "lines", "train", "vocabulary"]

WIDTH = 64  # numbers in a vector
_RARE = 10  # words with fewer occurrences are unknown
_CAPITALS = 8  # occurrences inside sentences that a word needs before its capitals tell anything
_SPREAD = 0.3  # standard deviation of the vectors of words that got none; that of the others is 1
_SEED = 7


@dataclass(frozen=True)
class Words:
    """The vocabulary of raw text with vectors."""

    vocabulary: Vocabulary
    vectors: NDArray[np.float32]
    """Shape (words + 1, `WIDTH`), by the rows of the vocabulary."""

    @classmethod
    def read(cls, runs: Path) -> Self:
        """What `train` wrote to `runs`."""
        found = srsly.read_json(runs / "words.json")
        return cls(Vocabulary.of(found["words"], found["capitals"]), np.load(runs / "words.npy"))


def train(data: Path, runs: Path) -> None:
    """Write `runs/words.json` and `runs/words.npy` from the raw texts below `data`."""
    found = vocabulary(list(lines(data)))
    srsly.write_json(runs / "words.json", {"words": list(found.words), "capitals": found.capitals})
    np.save(runs / "words.npy", table(found, vectors.of_words(data, runs, WIDTH)))


def table(of: Vocabulary, known: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    """A vector for each row of a vocabulary; words of which none is known get one by chance, row 0 zeros."""
    found = np.random.default_rng(_SEED).normal(0, _SPREAD, (len(of.words) + 1, WIDTH)).astype(np.float32)
    found[0] = 0
    unit = np.std(list(known.values()))
    for word, vector in known.items():
        if row := of.words.get(word):
            found[row] = vector / unit
    return found


def lines(data: Path) -> Iterator[list[str]]:
    """Words of each line of the raw texts below `data`, with the tokens of spaCy's Spanish tokenizer."""
    tokenizer = spacy.blank("es").tokenizer
    for line in raw_lines(data):
        if words := [token.text for token in tokenizer(normalise(line.strip())) if not token.is_space]:
            yield words


def vocabulary(corpus: Iterable[list[str]]) -> Vocabulary:
    """The words that are not rare, the most frequent first, and how often words are capitalised."""
    read = list(corpus)
    frequency = Counter(word for words in read for word in words)
    words = [w for w, n in sorted(frequency.items(), key=lambda item: (-item[1], item[0])) if n >= _RARE]
    if not words:
        raise DataError("too little raw text", remedy=f"no word occurs {_RARE} times")
    return Vocabulary.of(words, _capitals(read))


def _capitals(corpus: list[list[str]]) -> dict[str, int]:
    """Quarters of the occurrences of a word, not at the start of a line, that begin with a capital; 0 is left out."""
    capital, small = Counter[str](), Counter[str]()
    for words in corpus:
        capital.update(w.lower() for w in words[1:] if w[0].isupper() and not (len(w) > 1 and w.isupper()))
        small.update(w for w in words[1:] if w.islower())
    found = {}
    for word, n in sorted(capital.items()):
        total = n + small[word]
        if total >= _CAPITALS and (quarters := round(4 * n / total)):
            found[word] = quarters
    return found
