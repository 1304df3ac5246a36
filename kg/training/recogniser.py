"""Train the name recogniser: a CRF on the name corpora, with word classes from raw text.

CoNLL-2002 and CESS-ESP do not agree on what a country or a company is. CESS's texts therefore carry their features
twice, once as they are and once marked as CESS's (Daumé 2007), so that what is peculiar to them is learnt apart.
"""

from __future__ import annotations

from pathlib import Path

import pycrfsuite
import spacy
from spacy.tokens import Doc

from kg.recogniser import Recogniser, Tables, features
from kg.training.corpora import name_docs

__all__ = ["paragraphs", "train"]

# Name corpus → mark of its own features; none for the one whose labels we want.
CORPORA = {"conll": "", "cess": "cess|", "cess_dev": "cess|"}
SETTINGS = {
    "c1": 0.1, "c2": 0.01, "max_iterations": 100, "feature.minfreq": 2, "feature.possible_transitions": True,
}
_PECULIAR = ("w=", "w-1=", "w1=", "s=", "c1=", "c0-1=", "c01=", "before", "after", "head:", "tail:")


Tagged = tuple[list[str], list[str]]  # words and BIO tags of a paragraph


def paragraphs(doc: Doc) -> list[Tagged]:
    """Words and tags of each paragraph of a text; paragraphs are apart by a token of white space."""
    found: list[Tagged] = [([], [])]
    for token in doc:
        if token.is_space:
            found.append(([], []))
        else:
            found[-1][0].append(token.text)
            found[-1][1].append(f"{token.ent_iob_}-{token.ent_type_}" if token.ent_type_ else "O")
    return found


def train(data: Path, tables: Tables, out: Path) -> Recogniser:
    """A recogniser trained on the corpora below `data`; its weights are written to `out` on the way."""
    recogniser = Recogniser(tables)
    trainer = pycrfsuite.Trainer(params=SETTINGS, verbose=False)
    for corpus, mark in CORPORA.items():
        for article in map(paragraphs, name_docs(spacy.blank("es"), data, corpus)):
            told = features([[recogniser.look(word) for word in words] for words, _ in article])
            for found, (_, tags) in zip(told, article, strict=True):
                trainer.append(_marked(found, mark), tags)
    out.mkdir(parents=True, exist_ok=True)
    trainer.train(str(out / "weights.crf"))
    recogniser.set(tables, (out / "weights.crf").read_bytes())
    recogniser.to_disk(out)
    return recogniser


def _marked(found: list[list[str]], mark: str) -> list[list[str]]:
    if not mark:
        return found
    return [[*of, mark, *(mark + name for name in of if name.startswith(_PECULIAR))] for of in found]
