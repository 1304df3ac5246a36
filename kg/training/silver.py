"""More sentences for the parser: those of raw text on which two parsers of different make agree.

Tri-training's idea (Zhou & Li 2005) with two teachers: where both give every word but punctuation the same head, relation
and part of speech, the tree is right far more often than either parser is.
"""

from __future__ import annotations

import lzma
import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from kg import language
from kg.training.conllu import text_key
from kg.training.corpora import SEED, evaluation_keys

__all__ = ["agreed", "mix"]

SOURCES = {  # raw text → sentences taken from it
    "ljzac_news": 22_000, "nc11_commentary": 14_000, "misc_news": 12_000, "institutional": 3_000, "luciotorres_co": 3_000,
}
_LENGTH = range(36, 260)  # of a sentence, in characters
_FEWEST = 6  # words
_GROUP = 5  # sentences in one training text
_GOLD = 2  # times that the treebanks' sentences stand in the mixture
_KEPT = ["HEAD", "DEP", "LEMMA", "POS", "MORPH", "SENT_START"]


def mix(data: Path, runs: Path, second: str) -> dict[str, int]:
    """Write `runs/mixed-train.spacy`: the treebanks' texts twice and agreed ones, shuffled; returns words of each kind.

    The first parser is the one in `runs/syntax`, `second` a folder or package of another.
    """
    teachers = (spacy.load(runs / "syntax" / "model-best"), language.load(second))
    found = list(agreed(*teachers, lines(data)))
    draw = random.Random(SEED)
    draw.shuffle(found)
    grouped = [Doc.from_docs(found[i : i + _GROUP], ensure_whitespace=True) for i in range(0, len(found), _GROUP)]
    gold = list(DocBin().from_disk(runs / "syntax-train.spacy").get_docs(teachers[0].vocab))
    mixed = [doc for doc in [*gold * _GOLD, *grouped] if doc is not None]
    draw.shuffle(mixed)
    DocBin(docs=mixed, attrs=_KEPT).to_disk(runs / "mixed-train.spacy")
    return {"treebanks": sum(map(len, gold)), "agreed": sum(map(len, found))}


def lines(data: Path) -> list[str]:
    """Sentences of the raw texts below `data`, normalised and in random order; none of the evaluation part."""
    forbidden, draw, found = evaluation_keys(data), random.Random(SEED), list[str]()
    for name, count in SOURCES.items():
        with lzma.open(data / "raw" / f"{name}.txt.xz", "rt", encoding="utf-8") as text:
            whole = [line for raw in text if _whole(line := raw.strip())]
        draw.shuffle(whole)
        found += whole[:count]
    draw.shuffle(found)
    return [language.normalise(line) for line in found if text_key(line) not in forbidden]


def _whole(line: str) -> bool:
    return len(line) in _LENGTH and line[0].isupper() and line[-1] in '.!?"»”'


def agreed(first: Language, second: Language, texts: Iterable[str]) -> Iterator[Doc]:
    """The sentences of `texts` that both pipelines parse alike, as `first` parses them."""
    made = [first.make_doc(text) for text in texts]
    pairs = zip(first.pipe(made), second.pipe(second.make_doc(doc.text) for doc in made), strict=True)
    return (one for one, other in pairs if len(one) >= _FEWEST and _alike(one, other))


def _alike(one: Doc, other: Doc) -> bool:
    if len(one) != len(other) or any(t.is_space for t in one) or sum(t.head.i == t.i for t in one) != 1:
        return False
    return all(
        a.pos == b.pos and (a.dep_ == "punct" or (a.head.i == b.head.i and a.dep == b.dep))
        for a, b in zip(one, other, strict=True)
    )  # fmt: skip
