"""Word classes from raw text: words that occur between the same neighbours share a class.

The exchange algorithm of Kneser & Ney (1993) for the class bigram model: each word in turn moves to the class that makes
the text most probable, until few words move. Words keep their capitals, since the classes are there to tell names.
"""

from __future__ import annotations

import lzma
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import spacy
from numpy.typing import NDArray

from kg.language import normalise
from kg.recogniser import Tables
from kg.training.errors import DataError

__all__ = ["CLASSES", "Bigrams", "count", "exchange", "tables"]

CLASSES = (150, 500)  # coarse and fine
_RARE = 10  # words with fewer occurrences have no class
_ROUNDS = 12
_SETTLED = 0.01  # share of the words that move in the last round
_CAPITALS = 8  # occurrences inside sentences that a word needs before its capitals tell anything
_CHUNK = 8_000_000  # words whose pairs are counted at once
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Bigrams:
    """Pairs of neighbours: word numbers (0 is any rare word and the edge of a line) and how often they occur."""

    words: list[str]
    first: Ints
    second: Ints
    counts: Ints


def lines(data: Path) -> Iterator[list[str]]:
    """Words of each line of the raw texts below `data`, with the tokens of spaCy's Spanish tokenizer."""
    files = sorted((data / "raw").glob("*.txt.xz"))
    if not files:
        raise DataError("no raw text", where=str(data / "raw"), remedy="see README.md for where to get it")
    tokenizer = spacy.blank("es").tokenizer
    for path in files:
        with lzma.open(path, "rt", encoding="utf-8") as text:
            for line in text:
                if words := [token.text for token in tokenizer(normalise(line.strip())) if not token.is_space]:
                    yield words


def tables(corpus: Iterable[list[str]], sizes: Iterable[int] = CLASSES) -> Tables:
    """What `kg.recogniser` wants to know of words: their classes, and how often they are capitalised."""
    read = list(corpus)
    pairs = count(read)
    sets = [exchange(pairs, size) for size in sizes]
    classes = {word: [int(of[n + 1]) for of in sets] for n, word in enumerate(pairs.words)}
    return Tables(classes, _capitals(read))


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


# ---------------------------------------------------------------- classes


def count(corpus: list[list[str]]) -> Bigrams:
    """Neighbours in `corpus`, by the most frequent words first."""
    frequency = Counter(word for words in corpus for word in words)
    words = [w for w, n in sorted(frequency.items(), key=lambda item: (-item[1], item[0])) if n >= _RARE]
    if not words:
        raise DataError("too little raw text", remedy=f"no word occurs {_RARE} times")
    number = {word: n for n, word in enumerate(words, 1)}
    keys, counts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for chunk in _chunks(corpus):
        ids = [np.array([0, *(number.get(w, 0) for w in line), 0], dtype=np.int64) for line in chunk]
        keys, counts = _add(keys, counts, np.concatenate([a[:-1] * (len(words) + 1) + a[1:] for a in ids]))
    return Bigrams(words, keys // (len(words) + 1), keys % (len(words) + 1), counts)


def _chunks(corpus: list[list[str]]) -> Iterator[list[list[str]]]:
    chunk, size = list[list[str]](), 0
    for line in corpus:
        chunk.append(line)
        size += len(line)
        if size >= _CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _add(keys: Ints, counts: Ints, new: Ints) -> tuple[Ints, Ints]:
    found, times = np.unique(new, return_counts=True)
    merged, where = np.unique(np.concatenate([keys, found]), return_inverse=True)
    weights = np.concatenate([counts, times])
    return merged, np.bincount(where, weights=weights).astype(np.int64)


def exchange(pairs: Bigrams, size: int) -> Ints:
    """Class (1 … `size`) of each word number of `pairs`; the rare words' number 0 stays in class 0."""
    text = _ClassedText(pairs, size)
    for _ in range(_ROUNDS):
        if sum(text.move(word) for word in range(1, len(text.classes))) < _SETTLED * len(text.classes):
            break
    return text.classes


class _ClassedText:
    """Counts of pairs of classes, kept up to date while words move."""

    def __init__(self, pairs: Bigrams, size: int) -> None:
        n = len(pairs.words) + 1
        self.size = size
        self.weight = np.bincount(pairs.first, weights=pairs.counts, minlength=n).astype(np.int64)
        self.classes = np.concatenate([[0], np.arange(n - 1) % size + 1])
        self.table = np.zeros((size + 1, size + 1), dtype=np.int64)
        np.add.at(self.table, (self.classes[pairs.first], self.classes[pairs.second]), pairs.counts)
        self.totals = np.bincount(self.classes, weights=self.weight, minlength=size + 1).astype(np.int64)
        self.after = _rows(n, pairs.first, pairs.second, pairs.counts)
        self.before = _rows(n, pairs.second, pairs.first, pairs.counts)

    def move(self, word: int) -> bool:
        """Put `word` into its best class; whether that is another one."""
        before, _ = self._beside(word, self.before)
        after, twice = self._beside(word, self.after)
        old = int(self.classes[word])
        self._add(old, -before, -after, -twice, -int(self.weight[word]))
        new = int(np.argmax(self._gains(before, after, twice, int(self.weight[word])))) + 1
        self._add(new, before, after, twice, int(self.weight[word]))
        self.classes[word] = new
        return new != old

    def _beside(self, word: int, rows: tuple[Ints, Ints, Ints]) -> tuple[Ints, int]:
        """Occurrences of each class beside `word`, and of the word beside itself."""
        starts, others, counts = rows
        part = slice(int(starts[word]), int(starts[word + 1]))
        own = others[part] == word
        found = np.bincount(self.classes[others[part]], weights=np.where(own, 0, counts[part]), minlength=self.size + 1)
        return found.astype(np.int64), int(counts[part][own].sum())

    def _add(self, of: int, before: Ints, after: Ints, twice: int, weight: int) -> None:
        self.table[:, of] += before
        self.table[of, :] += after
        self.table[of, of] += twice
        self.totals[of] += weight

    def _gains(self, before: Ints, after: Ints, twice: int, weight: int) -> NDArray[np.float64]:
        """Growth of the log-likelihood for each class 1 … `size`."""
        gain = -2 * _growth(self.totals, weight)
        for beside, table in ((before, self.table), (after, self.table.T)):
            active = np.flatnonzero(beside)
            terms = _growth(table[active], beside[active][:, None])
            gain += terms.sum(axis=0)
            gain[active] -= terms[np.arange(len(active)), active]  # the class itself: once for both sides, below
        gain += _growth(self.table.diagonal(), before + after + twice)
        return np.asarray(gain[1:])


def _growth(counts: Ints, more: Ints | int) -> NDArray[np.float64]:
    """x log x at `counts + more`, less that at `counts`."""
    return _entropy(counts + more) - _entropy(counts)


def _entropy(counts: Ints) -> NDArray[np.float64]:
    return np.asarray(counts * np.log(np.maximum(counts, 1)))


def _rows(n: int, by: Ints, other: Ints, counts: Ints) -> tuple[Ints, Ints, Ints]:
    """Where each word's neighbours begin, the neighbours in the order of `by`, and their counts."""
    order = np.argsort(by, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(by, minlength=n))]).astype(np.int64)
    return starts, other[order], counts[order]
