"""Name recogniser of the bundled pipeline: a conditional random field over words, their shapes, word classes and context.

A linear-chain CRF (Lafferty, McCallum & Pereira 2001) labels the words of a paragraph with BIO tags. Its features are the
usual local ones of the CoNLL-2002 task (Carreras, Màrquez & Padró 2002) and, against the thinness of hand-labelled names,
classes of words that occur in the same places of much unlabelled text (Brown et al. 1992; Agerri & Rigau 2016 for names).
Words in a stretch of capitals («Ministerio de Exteriores de Rusia») also see what stands before and behind the stretch.
`kg.training.recogniser` trains it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pycrfsuite
import srsly
from spacy.attrs import ORTH
from spacy.language import Language
from spacy.tokens import Doc, Span

__all__ = ["Recogniser", "Tables", "features", "spans"]

LABELS = ("PER", "ORG", "LOC", "MISC")
_ENDS = frozenset(".?!…") | {"...", "<>"}  # what a word that begins a sentence has before it
_LINKS = frozenset({"de", "del", "la", "las", "los", "el"})  # words that a name may have inside, at most two at a time
_REMEMBERED = 100_000  # words whose features are kept


@dataclass(frozen=True)
class Tables:
    """What is known of words beforehand, from unlabelled text."""

    classes: dict[str, list[int]]
    """A word as it is written → its classes, coarse and fine."""
    capitals: dict[str, int]
    """A word in lower case → quarters of its occurrences inside sentences that are capitalised (1–4; 0 is left out)."""

    @classmethod
    def read(cls, path: Path) -> Self:
        """The tables of a file that `write` made."""
        return cls(**srsly.read_json(path))

    def write(self, path: Path) -> None:
        """Write the tables as one JSON file."""
        srsly.write_json(path, {"classes": self.classes, "capitals": self.capitals})

    def of(self, word: str) -> list[int]:
        """Classes of `word`; those of its usual spelling when this one is rare; zeros for an unknown word."""
        return self.classes.get(word) or self.classes.get(word.lower()) or self.classes.get(word.capitalize()) or _UNKNOWN

    def capital(self, form: str) -> str:
        """How often the word of this lower-case form is capitalised, or that it is unknown."""
        quarters = self.capitals.get(form)
        return str(quarters) if quarters else "small" if form in self.classes else "unknown"


_UNKNOWN = [0, 0]


# ---------------------------------------------------------------- features


@dataclass(frozen=True, slots=True)
class _Told:
    """What a word tells of itself and of its neighbours."""

    shape: str
    classes: tuple[str, ...]
    beside: dict[int, tuple[str, ...]]
    """Distance at which the word stands (−2 … 2) → features."""


class _Word:
    """A word as it is written; the rest is put together when it is first asked for, as few words stand near a name."""

    __slots__ = ("_tables", "_told", "capital", "form", "upper", "word")

    def __init__(self, word: str, tables: Tables) -> None:
        self.word, self.form, self._tables = word, word.lower(), tables
        self.capital = word[:1].isupper()  # begins with a capital, …
        self.upper = self.form != word  # … or has one anywhere
        self._told: _Told | None = None

    @property
    def told(self) -> _Told:
        """What the word tells."""
        if self._told is None:
            self._told = _tell(self.word, self.form, self._tables)
        return self._told


_FAR = ["far"]  # all that is told of a word without a capital in it or beside it: names have one, and it saves half the time


def features(seen: list[_Word]) -> list[list[str]]:
    """Features of each word of a text, from what `Recogniser.look` sees in each."""
    padded = [_EDGE, _EDGE, *seen, _EDGE, _EDGE]
    near = [before.upper or word.upper or after.upper for before, word, after in zip(padded[1:], seen, padded[3:], strict=False)]
    found = [_local(*padded[i : i + 5]) if near[i] else _FAR for i in range(len(seen))]
    for start, end in _stretches(seen):
        shared = _around(padded[start], padded[start + 1], padded[end + 2], seen[start], seen[end - 1], end - start)
        for i in range(start, end):
            found[i] += shared
            found[i].append("first" if i == start else "last" if i == end - 1 else "inner")
    return found


def _local(b2: _Word, b1: _Word, word: _Word, a1: _Word, a2: _Word) -> list[str]:
    """Features of a word with two neighbours on each side."""
    before, own, after = b1.told, word.told, a1.told
    pairs = [
        f"w-1,0={b1.form} {word.form}", f"w0,1={word.form} {a1.form}", f"w-2,-1={b2.form} {b1.form}",
        f"w1,2={a1.form} {a2.form}", f"s-1,0={before.shape} {own.shape}", f"s0,1={own.shape} {after.shape}",
        f"s-1,0,1={before.shape} {own.shape} {after.shape}",
    ]  # fmt: skip
    for n, (b, c, a) in enumerate(zip(before.classes, own.classes, after.classes, strict=True)):
        pairs += [f"c{n}-1,0={b} {c}", f"c{n}0,1={c} {a}", f"c{n}-1,1={b} {a}"]
    if b1.form in _ENDS:
        pairs.append("start")
    return [*own.beside[0], *b2.told.beside[-2], *before.beside[-1], *after.beside[1], *a2.told.beside[2], *pairs]


def _around(b2: _Word, before: _Word, after: _Word, first: _Word, last: _Word, length: int) -> list[str]:
    """Features that all words of a stretch of capitals share."""
    b, a, f, e = (word.told.classes[0] for word in (before, after, first, last))
    return [
        f"before={before.form}", f"after={after.form}", f"beside={before.form} {after.form}", f"length={min(length, 5)}",
        f"head={first.form}", f"tail={last.form}", f"before2={b2.form} {before.form}", f"before:{b}", f"after:{a}",
        f"head:{f}", f"tail:{e}", f"beside:{b} {a}", f"in:{before.form} {f}", f"out:{f} {a}",
    ]  # fmt: skip


def _stretches(words: list[_Word]) -> Iterator[tuple[int, int]]:
    """Longest runs of capitalised words, with up to two small words between them."""
    start = 0
    while start < len(words):
        end = start + 1
        if words[start].capital:
            while (reach := _goes_on(words, end)) > end:
                end = reach
            yield start, end
        start = end


def _goes_on(words: list[_Word], end: int) -> int:
    """Where a stretch that has come to `end` ends with its next word; `end` when there is none."""
    for i, word in enumerate(words[end : end + 3], end):
        if word.capital:
            return i + 1
        if word.form not in _LINKS:
            break
    return end


def _tell(word: str, form: str, tables: Tables) -> _Told:
    shape, classes = _shape(word), [str(n) for n in tables.of(word)]
    own = [f"w={form}", f"s={shape}", f"capitals={tables.capital(form)} {word[:1].isupper()}"]
    own += [f"p{n}={form[:n]}" for n in (1, 2, 3, 4) if len(form) > n]
    own += [f"e{n}={form[-n:]}" for n in (1, 2, 3, 4) if len(form) > n]
    own += [name for name, found in _SIGNS.items() if found(word)]
    own += [f"c{n}={c}" for n, c in enumerate(classes)]
    beside = {0: tuple(own)}
    for at in (-2, -1, 1, 2):
        beside[at] = (f"w{at}={form}", f"s{at}={shape}", *(f"c{n}{at}={c}" for n, c in enumerate(classes)))
    return _Told(shape, tuple(classes), beside)


class _Edge(_Word):
    """What stands before the first and after the last word."""

    def __init__(self) -> None:
        super().__init__("<>", Tables({}, {}))
        self._told = _Told("", ("<>", "<>"), {n: (f"w{n}=<>",) for n in (-2, -1, 1, 2)})


_EDGE = _Edge()
_SIGNS: dict[str, Callable[[str], bool]] = {
    "capitals": lambda word: len(word) > 1 and word.isupper(),
    "capital": lambda word: word[:1].isupper(),
    "digit": lambda word: any(map(str.isdigit, word)),
    "hyphen": lambda word: "-" in word,
}
_LONG = re.compile(r"(.)\1{2,}")


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
    return _LONG.sub(r"\1\1", word.translate(_KINDS))


def spans(tags: Iterable[str]) -> list[tuple[int, int, str]]:
    """Indices (half open) and label of each name in BIO tags; an `I-` without a beginning begins one.

    >>> spans(["B-PER", "I-PER", "O", "I-ORG", "B-ORG"])
    [(0, 2, 'PER'), (3, 4, 'ORG'), (4, 5, 'ORG')]
    """
    found: list[tuple[int, int, str]] = []
    for i, tag in enumerate(tags):
        if tag[0] == "I" and found and found[-1][1:] == (i, tag[2:]):
            found[-1] = (found[-1][0], i + 1, tag[2:])
        elif tag != "O":
            found.append((i, i + 1, tag[2:]))
    return found


# ---------------------------------------------------------------- component


class Recogniser:
    """Pipeline component that sets the named entities of a `Doc` (`PER`, `ORG`, `LOC`, `MISC`)."""

    labels = LABELS

    def __init__(self, tables: Tables | None = None, weights: bytes = b"") -> None:
        self.set(tables or Tables({}, {}), weights)

    def set(self, tables: Tables, weights: bytes) -> None:
        """Use these tables and weights (a model of CRFsuite; empty: no name is found)."""
        self.tables, self.weights = tables, weights
        self._tagger = pycrfsuite.Tagger()
        if weights:
            self._tagger.open_inmemory(weights)
        self._known: dict[int, _Word] = {}

    def look(self, word: str) -> _Word:
        """The word's part of `features`."""
        return _Word(word, self.tables)

    def __call__(self, doc: Doc) -> Doc:
        """Set the entities of `doc`, which need not have any other annotation."""
        if self.weights:
            found = spans(self._tagger.tag(features(self._seen(doc))))
            doc.set_ents([Span(doc, start, end, label=label) for start, end, label in found])
        return doc

    def _seen(self, doc: Doc) -> list[_Word]:
        """`look` at each word, remembered."""
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        known = self._known
        keys: list[int] = doc.to_array([ORTH]).reshape(-1).tolist()  # type: ignore[assignment]  # of thinc's own array type
        for key in set(keys):
            if key not in known:
                known[key] = self.look(doc.vocab.strings[key])
        return [known[key] for key in keys]

    def tag(self, words: list[str]) -> list[str]:
        """BIO tags of the words of a text."""
        return list(self._tagger.tag(features([self.look(word) for word in words]))) if self.weights else ["O"] * len(words)

    def to_disk(self, path: Path, exclude: Iterable[str] = ()) -> None:
        """Write the weights and the tables to the folder `path`."""
        Path(path).mkdir(parents=True, exist_ok=True)
        (Path(path) / "weights.crf").write_bytes(self.weights)
        self.tables.write(Path(path) / "words.json")

    def from_disk(self, path: Path, exclude: Iterable[str] = ()) -> Recogniser:
        """Read what `to_disk` wrote."""
        self.set(Tables.read(Path(path) / "words.json"), (Path(path) / "weights.crf").read_bytes())
        return self

    def to_bytes(self, exclude: Iterable[str] = ()) -> bytes:
        """Weights and tables as bytes."""
        return bytes(srsly.msgpack_dumps([self.weights, self.tables.classes, self.tables.capitals]))

    def from_bytes(self, data: bytes, exclude: Iterable[str] = ()) -> Recogniser:
        """What `to_bytes` made."""
        weights, classes, capitals = srsly.msgpack_loads(data)
        self.set(Tables(classes, capitals), weights)
        return self


@Language.factory("kg_recogniser", assigns=["doc.ents", "token.ent_iob", "token.ent_type"])
def _create(nlp: Language, name: str) -> Recogniser:
    return Recogniser()
