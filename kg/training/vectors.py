"""Vectors from raw news text: floret's (fastText n-grams in a small hashed table) and those of whole words."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.training.corpora import raw_lines
from kg.training.errors import DataError

__all__ = ["of_words", "train", "words"]

SETTINGS = {
    "model": "cbow", "mode": "floret", "dim": 96, "bucket": 40_000, "minn": 4, "maxn": 5, "hashCount": 2, "ws": 4,
    "epoch": 4, "minCount": 8, "neg": 8, "lr": 0.05, "thread": 1,
}
OF_WORDS = {  # of whole words as they are written, for the names
    "model": "skipgram", "minn": 0, "maxn": 0, "ws": 3, "epoch": 3, "minCount": 5, "neg": 6, "lr": 0.05, "t": 1e-4, "thread": 1,
}  # fmt: skip
_WORD = re.compile(r"\w+(?:[-'’/]\w+)*|[^\w\s]")
_SEED = 7


def words(line: str) -> list[str]:
    """Words and punctuation marks of `line`, close to what spaCy's tokenizer makes of it.

    >>> words("«franco-alemán», dijo.")
    ['«', 'franco-alemán', '»', ',', 'dijo', '.']
    """
    return _WORD.findall(line)


def train(data: Path, runs: Path) -> None:
    """Write `runs/vectors`, a blank pipeline with the vectors of the texts under `data/raw`."""
    table = runs / "vectors.floret"
    corpus = _corpus(data, runs / "floret.txt", cased=False)
    _floret().train_unsupervised(str(corpus), **SETTINGS).save_floret_vectors(str(table))
    command = [sys.executable, "-m", "spacy", "init", "vectors", "es", str(table), str(runs / "vectors")]
    subprocess.run([*command, "--mode", "floret", "--attr", "LOWER"], check=True)


def of_words(data: Path, runs: Path, size: int) -> dict[str, NDArray[np.float32]]:
    """Vectors of `size` numbers of the words of the texts under `data/raw`, as they are written."""
    corpus = _corpus(data, runs / "cased.txt", cased=True)
    found = _floret().train_unsupervised(str(corpus), dim=size, **OF_WORDS)
    return {word: found.get_word_vector(word) for word in found.get_words()}


def _floret() -> Any:
    try:
        import floret
    except ImportError as error:
        raise DataError("floret is not installed", remedy="pip install floret") from error
    return floret


def _corpus(data: Path, corpus: Path, cased: bool) -> Path:
    """All lines in one fixed random order, so that the learning rate falls evenly over all sources."""
    cut = (words(line if cased else line.lower()) for line in raw_lines(data))
    lines = [" ".join(found) + "\n" for found in cut if found]
    random.Random(_SEED).shuffle(lines)
    corpus.write_text("".join(lines), encoding="utf-8")
    return corpus
