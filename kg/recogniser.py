"""Name recogniser of the bundled pipeline: a recurrent network reads a paragraph from both ends and labels its words.

Two long short-term memories (Hochreiter & Schmidhuber 1997), one from the left and one from the right, read what each word
tells by itself (`Vocabulary.look`), above all its vector from much unlabelled text (Mikolov et al. 2013); a linear-chain
conditional random field on top labels the words with BIO tags (Huang, Xu & Yu 2015). `kg.training.recogniser` trains it.

It runs in NumPy, one step for the words at the same place of all texts of a batch. What a word tells the network does not depend
on its place, so it is worked out once and remembered.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import srsly
from numpy.typing import NDArray
from spacy.attrs import MORPH
from spacy.language import Language
from spacy.strings import StringStore, get_string_id
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from kg.word_tables import WordTables, keys

__all__ = ["LABELS", "TABLES", "TAGS", "Network", "Recogniser", "Vocabulary", "spans"]

LABELS = ("PER", "ORG", "LOC", "MISC")
TAGS = ("O", *(f"{part}-{label}" for label in LABELS for part in "BI"))
_INSIDE = np.array([TAGS.index(f"I-{label}") for label in LABELS if label != "MISC"])
_NEVER = -1e6
_REMEMBERED = 16_384  # words whose part of the network is kept: 3 KB each
_BATCH = 48  # sentences read at once: with more, OpenBLAS multiplies more slowly
_ENOUGH = 30  # words of a piece: long texts are read in pieces, so that many are read at once
_ENDS = frozenset({".", "?", "!", "…", "..."})

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
_NONE = np.zeros(0, np.int64)


# ---------------------------------------------------------------- words

_CAPITALS, _SHAPES, _SHORT, _LONG = 6, 128, 512, 2048  # rows of tables; those of shapes and affixes are shared by chance
TABLES = {
    "capitals": (_CAPITALS, 8), "shape": (_SHAPES, 16),
    "prefix2": (_SHORT, 8), "prefix3": (_LONG, 16), "prefix4": (_LONG, 12),
    "suffix2": (_SHORT, 8), "suffix3": (_LONG, 16), "suffix4": (_LONG, 12),
}  # fmt: skip
"""What is looked at beside the word itself → rows and width of its table of numbers."""
_UNKNOWN = 5  # row of `capitals` for a word that the vocabulary lacks


@dataclass(frozen=True)
class Vocabulary:
    """The words of much unlabelled text."""

    words: dict[str, int]
    """A word as it is written → its row, from 1; row 0 is for all others."""
    capitals: dict[str, int]
    """A word in lower case → quarters of its occurrences inside sentences that are capitalised (1–4; 0 is left out)."""

    @classmethod
    def of(cls, words: Iterable[str], capitals: dict[str, int]) -> Self:
        """The vocabulary of these words, in the order of their rows."""
        return cls({word: row for row, word in enumerate(words, 1)}, capitals)

    def look(self, word: str) -> list[int]:
        """Rows of the word and, in the order of `TABLES`, of what else it tells by itself.

        A rare spelling has the row of the usual one.

        >>> Vocabulary({"Rusia": 1, "acuerdo": 2}, {"rusia": 4}).look("RUSIA")[:2]
        [1, 4]
        """
        form = word.lower()
        row = self.words.get(word) or self.words.get(form) or self.words.get(word.capitalize()) or 0
        capitals = self.capitals.get(form) or (0 if form in self.words else _UNKNOWN)
        parts = (form[:2], form[:3], form[:4], form[-2:], form[-3:], form[-4:])
        affixes = [_hashed(part, rows) for part, rows in zip(parts, (_SHORT, _LONG, _LONG) * 2, strict=True)]
        return [row, capitals, _hashed(_shape(word), _SHAPES), *affixes]


def _hashed(text: str, rows: int) -> int:
    return zlib.crc32(text.encode()) % rows


_REPEATED = re.compile(r"(.)\1{2,}")


class _Kinds(dict[int, str]):
    """Code of a letter or sign → how a shape shows it, filled when asked."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        self[code] = "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c
        return self[code]


_KINDS = _Kinds()


def _shape(word: str) -> str:
    """Letters by case, digits, other signs as they are; no sign more than twice in a row.

    >>> _shape("OTAN"), _shape("Stoltenberg"), _shape("F-16")
    ('XX', 'Xxx', 'X-dd')
    """
    return _REPEATED.sub(r"\1\1", word.translate(_KINDS))


# ---------------------------------------------------------------- network


@dataclass(frozen=True)
class Network:
    """Weights, with H cells each way."""

    words: NDArray[np.int8]
    """Shape (words + 1, width): what each word of the vocabulary says, in units of `scale`."""
    scale: Floats
    """Shape (width)."""
    tables: list[Floats]
    """Those of `TABLES`."""
    gates: Floats
    """Shape (all widths, 8 H): from what a word tells to the gates (input, forget, output, cell) each way."""
    bias: Floats
    """Shape (8 H)."""
    again: Floats
    """Shape (2, H, 4 H): from the state before to the gates."""
    own: Floats
    """Shape (2, H, hidden): from the states after a word, each way, …"""
    context: Floats
    """… and from those before it."""
    hidden: Floats
    """Shape (hidden)."""
    out: Floats
    """Shape (hidden, tags)."""
    out_bias: Floats
    """Shape (tags)."""
    first: Floats
    """Shape (tags): of the first word."""
    follow: Floats
    """Shape (tags, tags): a tag, and one behind it."""

    def told(self, rows: Ints) -> Floats:
        """What words tell the gates, from their rows in all tables (shape (words, tables)), as places in `_SIGMOID`.

        Shape (2, words, 4 H).
        """
        parts = [self.words[rows[:, 0]] * self.scale, *(t[rows[:, n]] for n, t in enumerate(self.tables, 1))]
        found: Floats = _placed(np.concatenate(parts, axis=1) @ self.gates + self.bias)
        return found.reshape(len(rows), 2, -1).transpose(1, 0, 2)

    def tags(self, told: Floats, texts: list[Ints], barred: list[NDArray[np.bool_]]) -> list[Ints]:
        """Numbers of the likeliest `TAGS` of texts: indices of their words in `told`, the longest first, none empty.

        Words that are `barred` do not go on with a name, but with a title (`MISC`) they may.
        """
        batch = _Batch.of(texts)
        places = [batch.starts[: len(text)] + n for n, text in enumerate(texts)]
        scores = self._scores(batch, *self._states(batch, told))
        scores[np.ix_(np.concatenate([own[out] for own, out in zip(places, barred, strict=True)]), _INSIDE)] = _NEVER
        found = self._likeliest(batch, scores)
        return [found[own] for own in places]

    def _states(self, batch: _Batch, told: Floats) -> tuple[Floats, Floats]:
        """States after each word, from the left and from the right; a row of zeros at the end."""
        again, size = self.again * np.float32(_STEPS), self.again.shape[1]
        words = batch.words, batch.words[batch.mirror]
        found = np.zeros((2, len(batch.words) + 1, size), np.float32)
        gates = np.empty((2, batch.sizes[0], 4 * size), np.float32)
        states, cells = (np.zeros((2, batch.sizes[0], size), np.float32) for _ in range(2))
        for start, count in zip(batch.starts.tolist(), batch.sizes.tolist(), strict=False):
            here = slice(start, start + count)
            for way in range(2):
                np.matmul(states[way, :count], again[way], out=gates[way, :count])
                gates[way, :count] += told[way].take(words[way][here], axis=0)
            states, cells = _step(gates[:, :count], cells[:, :count], size)
            found[:, here] = states
        left, right = found
        right[:-1] = right[batch.mirror]
        return left, right

    def _scores(self, batch: _Batch, left: Floats, right: Floats) -> Floats:
        """How well each tag fits each word; shape (words, tags)."""
        hidden = left[:-1] @ self.own[0] + right[:-1] @ self.own[1] + self.hidden
        hidden += (left @ self.context[0])[batch.before] + (right @ self.context[1])[batch.behind]
        found: Floats = np.tanh(hidden) @ self.out + self.out_bias
        return found

    def _likeliest(self, batch: _Batch, scores: Floats) -> Ints:
        """Tags of the likeliest sequence of each text (Viterbi 1967)."""
        steps = list(zip(batch.starts.tolist(), batch.sizes.tolist(), strict=False))
        best = scores[: batch.sizes[0]] + self.first
        came = np.zeros(scores.shape, np.int64)
        for start, count in steps[1:]:
            ways = best[:count, :, None] + self.follow
            came[start : start + count] = ways.argmax(axis=1)
            best[:count] = ways.max(axis=1) + scores[start : start + count]
        tags = np.empty(len(scores), np.int64)
        at = best.argmax(axis=1)
        for start, count in reversed(steps):
            tags[start : start + count] = at[:count]
            at[:count] = came[np.arange(start, start + count), at[:count]]
        return tags


_STEPS, _REACH = 256, 16  # places of a function's table from one whole number to the next, and how far it reaches
_ARGUMENTS = np.arange(-_REACH * _STEPS, _REACH * _STEPS + 1) / _STEPS
_TANH = np.tanh(_ARGUMENTS).astype(np.float32)  # looked up: NumPy's own tanh would take half of the time of a step
_SIGMOID = (1 / (1 + np.exp(-_ARGUMENTS))).astype(np.float32)


def _placed(values: Floats) -> Floats:
    """Where `values` are in the tables, before the fraction is cut off."""
    return values * np.float32(_STEPS) + np.float32(_REACH * _STEPS + 0.5)


def _step(gates: Floats, cells: Floats, size: int) -> tuple[Floats, Floats]:
    """States and cells after one more word; `gates` are places in the tables."""
    places = gates.astype(np.intp)
    opened = _SIGMOID.take(places[..., : 3 * size], mode="clip")
    new = _TANH.take(places[..., 3 * size :], mode="clip")
    cells = cells * opened[..., size : 2 * size] + new * opened[..., :size]
    return opened[..., 2 * size :] * _TANH.take(_placed(cells).astype(np.intp), mode="clip"), cells


@dataclass(frozen=True)
class _Batch:
    """Texts side by side, the longest first: all first words, then all second words, and so on."""

    words: Ints
    starts: Ints
    """Where the words of each place begin in `words`, and where the last ones end."""
    sizes: Ints
    """Texts that reach each place."""
    mirror: Ints
    """Of each word the one as far from the end of its text as it is from the beginning."""
    before: Ints
    """Neighbours of each word; one more than the last where there is none."""
    behind: Ints

    @classmethod
    def of(cls, texts: list[Ints]) -> Self:
        """A batch of texts that are sorted by length, downwards."""
        lengths = np.array([len(text) for text in texts])
        sizes = (lengths > np.arange(lengths[0])[:, None]).sum(axis=1)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        place = np.repeat(np.arange(len(sizes)), sizes)
        column = np.arange(starts[-1]) - starts[place]
        words = np.empty(starts[-1], np.int64)
        for n, text in enumerate(texts):
            words[starts[: len(text)] + n] = text
        mirror = starts[lengths[column] - 1 - place] + column
        before = np.where(place > 0, starts[place - 1] + column, starts[-1])
        behind = np.where(place + 1 < lengths[column], starts[place + 1] + column, starts[-1])
        return cls(words, starts, sizes, mirror, before, behind)


def spans(tags: Ints) -> list[tuple[int, int, str]]:
    """Indices (half open) and label of each name in numbers of `TAGS`; an `I-` without a beginning begins one.

    >>> spans(np.array([TAGS.index(tag) for tag in ["B-PER", "I-PER", "O", "I-ORG", "B-ORG"]]))
    [(0, 2, 'PER'), (3, 4, 'ORG'), (4, 5, 'ORG')]
    """
    found: list[tuple[int, int, str]] = []
    for i in np.flatnonzero(tags).tolist():
        part, _, label = TAGS[int(tags[i])].partition("-")
        if part == "I" and found and found[-1][1:] == (i, label):
            found[-1] = (found[-1][0], i + 1, label)
        else:
            found.append((i, i + 1, label))
    return found


# ---------------------------------------------------------------- component


class _Words(WordTables):
    """What the network is told of the words that were met, and where sentences and names may end."""

    def __init__(self, vocabulary: Vocabulary, network: Network) -> None:
        super().__init__(_REMEMBERED)
        self.vocabulary, self.network = vocabulary, network

    def make(self, room: int) -> None:
        """Tables of what is told (`Network.told`), of full stops, and of words with a capital."""
        self.told = np.empty((2, room, self.network.again.shape[2]), np.float32)
        self.end, self.capital = np.empty(room, bool), np.empty(room, bool)

    def fill(self, words: list[str], rows: slice) -> None:
        """Work out these rows."""
        self.told[:, rows] = self.network.told(np.array([self.vocabulary.look(word) for word in words], np.int64))
        self.end[rows] = [word in _ENDS for word in words]
        self.capital[rows] = [word[:1].isupper() for word in words]

    def pieces(self, rows: Ints) -> Iterator[slice]:
        """Parts of a text, cut behind full stops where `_ENOUGH` words have come together, but not behind a name («S. A.»)."""
        start = 0
        for end in np.flatnonzero(self.end[rows]).tolist():
            if end + 1 - start >= _ENOUGH and end and not self.capital[rows[end - 1]]:
                yield slice(start, end + 1)
                start = end + 1
        if start < len(rows):
            yield slice(start, len(rows))


class Recogniser:
    """Pipeline component that sets the named entities of a `Doc` (`PER`, `ORG`, `LOC`, `MISC`)."""

    labels = LABELS

    def __init__(self, vocabulary: Vocabulary | None = None, network: Network | None = None) -> None:
        self.set(vocabulary or Vocabulary({}, {}), network)

    def set(self, vocabulary: Vocabulary, network: Network | None) -> None:
        """Use these words and weights (without any, no name is found)."""
        self.vocabulary, self.network = vocabulary, network
        self._words = _Words(vocabulary, network) if network else None
        self._finite: dict[int, bool] = {}  # key of a word's features → whether it is a finite verb

    def __call__(self, doc: Doc) -> Doc:
        """Set the entities of `doc`; where words have features, no name goes on over a finite verb without a capital."""
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Set the entities of many texts, `batch_size` of them at once."""
        for docs in minibatch(stream, batch_size):  # type: ignore[no-untyped-call]
            strings = docs[0].vocab.strings
            finite = [self._are_finite(keys(doc, MORPH), strings) for doc in docs]
            found = self._tags(list(map(keys, docs)), finite, strings.__getitem__)
            for doc, tags in zip(docs, found, strict=True):
                doc.set_ents([Span(doc, start, end, label=label) for start, end, label in spans(tags)])
                yield doc

    def tag(self, texts: list[list[str]]) -> list[list[str]]:
        """BIO tags of the words of each text."""
        named = {get_string_id(word): word for words in texts for word in words}
        none = [np.zeros(len(words), bool) for words in texts]
        found = self._tags([list(map(get_string_id, words)) for words in texts], none, named.__getitem__)
        return [[TAGS[tag] for tag in tags.tolist()] for tags in found]

    def _are_finite(self, features: list[int], strings: StringStore) -> NDArray[np.bool_]:
        """Which words are finite verbs, by the keys of their features."""
        known = self._finite
        for key in set(features) - known.keys():
            known[key] = "VerbForm=Fin" in strings[key]
        return np.array([known[key] for key in features], bool)

    def _tags(self, texts: list[list[int]], finite: list[NDArray[np.bool_]], word: Callable[[int], str]) -> list[Ints]:
        """Numbers of the tags of texts, given as the keys of their words; long ones are read in pieces."""
        if not self._words:
            return [np.zeros(len(text), np.int64) for text in texts]
        pieces, barred = list[Ints](), list[NDArray[np.bool_]]()
        for rows, verbs in zip(self._words.rows(texts, word), finite, strict=True):
            out = verbs & ~self._words.capital[rows]
            for part in self._words.pieces(rows):
                pieces.append(rows[part])
                barred.append(out[part])
        tags = _read(self._words, pieces, barred)
        return np.split(np.concatenate([*tags, _NONE]), np.cumsum([len(text) for text in texts]))[:-1]

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:
        """Words and weights as bytes; the latter in half precision."""
        arrays = _cast(asdict(self.network), np.float32, np.float16) if self.network else None
        return bytes(srsly.msgpack_dumps([list(self.vocabulary.words), self.vocabulary.capitals, arrays]))

    def from_bytes(self, data: bytes, exclude: Iterable[str] = ()) -> Recogniser:
        """What `to_bytes` made."""
        words, capitals, arrays = srsly.msgpack_loads(data)
        network = Network(**_cast(arrays, np.float16, np.float32)) if arrays else None
        self.set(Vocabulary.of(words, capitals), network)
        return self

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Write words and weights to the folder `path`."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / _FILE).write_bytes(self.to_bytes())

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> Recogniser:
        """Read what `to_disk` wrote."""
        return self.from_bytes((Path(path) / _FILE).read_bytes())


def _read(words: _Words, pieces: list[Ints], barred: list[NDArray[np.bool_]]) -> list[Ints]:
    """Numbers of the tags of pieces, `_BATCH` of like length at once."""
    order = sorted(range(len(pieces)), key=lambda n: -len(pieces[n]))
    found = [_NONE] * len(pieces)
    for start in range(0, len(order), _BATCH):
        part = order[start : start + _BATCH]
        tags = words.network.tags(words.told, [pieces[n] for n in part], [barred[n] for n in part])
        for n, of in zip(part, tags, strict=True):
            found[n] = of
    return found


_FILE = "names.msg"


def _cast(arrays: Any, old: type[np.floating[Any]], new: type[np.floating[Any]]) -> Any:
    """The arrays, in whatever lists and dictionaries, with those of type `old` in type `new`."""
    if isinstance(arrays, dict):
        return {name: _cast(of, old, new) for name, of in arrays.items()}
    if isinstance(arrays, list):
        return [_cast(of, old, new) for of in arrays]
    return arrays.astype(new) if arrays.dtype == old else arrays


@Language.factory("kg_recogniser", assigns=["doc.ents", "token.ent_iob", "token.ent_type"])
def _create(nlp: Language, name: str) -> Recogniser:
    return Recogniser()
