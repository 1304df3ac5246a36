"""Train the name recogniser on the name corpora, beginning with the vectors of words from raw text (`kg.training.words`).

CoNLL-2002 and CESS-ESP do not agree on what a country or a company is, nor does CoNLL-2002 with itself: its annotators
changed their habits («OV2086» is no name, then MISC; a country is LOC, then as often ORG). Every text therefore tells where
it is from, CESS or one of `SECTIONS` parts of CoNLL-2002, and names are found as in the last of these.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import spacy
import torch
from numpy.typing import NDArray
from spacy.tokens import Doc

from kg.recogniser import TAGS, Recogniser, Vocabulary
from kg.training.corpora import name_docs
from kg.training.network import Labeller, Optimisers, Reader, padded, weights
from kg.training.words import Words

__all__ = ["sequences", "train"]

SECTIONS = 10
CORPORA = {"conll": range(SECTIONS), "cess": [SECTIONS], "cess_dev": [SECTIONS]}  # name corpus → domains, in its order
EPOCHS = 15
RATE, DROP_IN, DROP_OUT, FORGET, DECAY = 2e-3, 0.35, 0.4, 0.05, 0.01
_DATELINE = {"EFE", "(", "may"}  # «Melbourne (Australia), 25 may (EFE).»: words that begin an article of CoNLL-2002
_SENTENCES = (1, 1, 1, 2, 3, 4)  # sentences of a text that are read at once
_LONGEST, _BATCH, _SORTED = 150, 800, 600  # words of a text, words of a batch, texts sorted by length at once
_SEED = 1


class _Text(NamedTuple):
    rows: NDArray[np.int64]
    tags: NDArray[np.int64]
    domain: int


def sequences(docs: Iterable[Doc]) -> Iterator[tuple[list[str], list[str]]]:
    """Words and BIO tags of each text."""
    for doc in docs:
        yield [t.text for t in doc], [f"{t.ent_iob_}-{t.ent_type_}" if t.ent_type_ else "O" for t in doc]


def train(data: Path, words: Words, out: Path, epochs: int = EPOCHS) -> Recogniser:
    """A recogniser trained on the corpora below `data`; it is written to the folder `out`."""
    torch.set_num_threads(1)
    torch.manual_seed(_SEED)
    labeller = Labeller(Reader(words.vectors, SECTIONS + 1, DROP_IN, FORGET), DROP_OUT)
    articles = [of for corpus, domains in CORPORA.items() for of in _articles(data, corpus, domains, words.vocabulary)]
    _learn(labeller, articles, epochs)
    recogniser = Recogniser(words.vocabulary, weights(labeller, SECTIONS - 1))
    recogniser.to_disk(out)
    return recogniser


def _articles(data: Path, corpus: str, domains: Sequence[int], vocabulary: Vocabulary) -> list[list[_Text]]:
    """The sentences of a corpus, its domains in equal parts, by articles where datelines tell them."""
    number = {tag: n for n, tag in enumerate(TAGS)}
    sentences = [of for of in sequences(name_docs(spacy.blank("es"), data, corpus)) if of[0]]
    found: list[list[_Text]] = [[]]
    for n, (words, tags) in enumerate(sentences):
        if set(words[:25]) >= _DATELINE:
            found.append([])
        rows = np.array([vocabulary.look(word) for word in words])
        found[-1].append(_Text(rows, np.array([number[tag] for tag in tags]), domains[n * len(domains) // len(sentences)]))
    return found


def _learn(labeller: Labeller, articles: list[list[_Text]], epochs: int) -> None:
    draw = random.Random(_SEED)
    plan = [_batches(articles, draw) for _ in range(epochs)]
    optimisers = Optimisers(labeller, RATE, DECAY, sum(map(len, plan)))
    for batch in (batch for batches in plan for batch in batches):
        (rows, lengths), (tags, _) = padded([t.rows for t in batch]), padded([t.tags for t in batch])
        optimisers.step(labeller(rows, lengths, torch.tensor([t.domain for t in batch]), tags))


def _batches(articles: list[list[_Text]], draw: random.Random) -> list[list[_Text]]:
    """All texts in a new order and with new bounds, those of a batch of like length."""
    texts = [text for article in articles for text in _cut(article, draw)]
    draw.shuffle(texts)
    found: list[list[_Text]] = []
    for start in range(0, len(texts), _SORTED):
        batch: list[_Text] = []
        for text in sorted(texts[start : start + _SORTED], key=lambda text: len(text.rows)):
            if batch and (len(batch) + 1) * len(text.rows) > _BATCH:
                found.append(batch)
                batch = []
            batch.append(text)
        found.append(batch)
    draw.shuffle(found)
    return found


def _cut(article: list[_Text], draw: random.Random) -> Iterator[_Text]:
    """The article in pieces of a few sentences."""
    start = 0
    while start < len(article):
        part = article[start : start + draw.choice(_SENTENCES)]
        start += len(part)
        rows, tags = np.concatenate([t.rows for t in part]), np.concatenate([t.tags for t in part])
        yield _Text(rows[:_LONGEST], tags[:_LONGEST], part[0].domain)
