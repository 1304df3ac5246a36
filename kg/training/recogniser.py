"""Train the name recogniser: a CRF on the name corpora, with word classes from raw text.

CoNLL-2002 and CESS-ESP do not agree on what a country or a company is. CESS's texts therefore carry their features
twice, once as they are and once marked as CESS's (Daumé 2007), so that what is peculiar to them is learnt apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pycrfsuite
import spacy
from spacy.tokens import Doc

from kg.recogniser import Recogniser, Tables, features
from kg.training.corpora import name_docs

__all__ = ["sequences", "train"]

# Name corpus → mark of its own features; none for the one whose labels we want.
CORPORA = {"conll": "", "cess": "cess|", "cess_dev": "cess|"}
SETTINGS = {
    "c1": 0.1, "c2": 0.01, "max_iterations": 100, "feature.minfreq": 2, "feature.possible_transitions": True,
}
_PECULIAR = ("w=", "w-1=", "w1=", "s=", "c1=", "c0-1=", "c01=", "before", "after", "head:", "tail:")


def sequences(docs: Iterable[Doc]) -> Iterator[tuple[list[str], list[str]]]:
    """Words and BIO tags of each text."""
    for doc in docs:
        yield [t.text for t in doc], [f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O" for t in doc]


def train(data: Path, tables: Tables, out: Path) -> Recogniser:
    """A recogniser trained on the corpora below `data`; its weights are written to `out` on the way."""
    recogniser = Recogniser(tables)
    trainer = pycrfsuite.Trainer(params=SETTINGS, verbose=False)
    for corpus, mark in CORPORA.items():
        docs = name_docs(spacy.blank("es"), data, corpus)
        for words, tags in sequences(docs):
            trainer.append(_marked(features([recogniser.look(word) for word in words]), mark), tags)
    out.mkdir(parents=True, exist_ok=True)
    trainer.train(str(out / "weights.crf"))
    recogniser.set(tables, (out / "weights.crf").read_bytes())
    recogniser.to_disk(out)
    return recogniser


def _marked(found: list[list[str]], mark: str) -> list[list[str]]:
    if not mark:
        return found
    return [[*of, mark, *(mark + name for name in of if name.startswith(_PECULIAR))] for of in found]
