"""Floret vectors (fastText n-grams in a small hashed table) from raw news text."""

from __future__ import annotations

import lzma
import random
import re
import subprocess
import sys
from pathlib import Path

from kg.training.errors import DataError

__all__ = ["train", "words"]

SETTINGS = {
    "model": "cbow", "mode": "floret", "dim": 96, "bucket": 40_000, "minn": 4, "maxn": 5, "hashCount": 2, "ws": 4,
    "epoch": 4, "minCount": 8, "neg": 8, "lr": 0.05, "thread": 1,
}
_WORD = re.compile(r"\w+(?:[-'’/]\w+)*|[^\w\s]")
_SEED = 7


def words(line: str) -> list[str]:
    """Lower-case words and punctuation marks of `line`, close to what spaCy's tokenizer makes of it.

    >>> words("«Franco-alemán», dijo.")
    ['«', 'franco-alemán', '»', ',', 'dijo', '.']
    """
    return _WORD.findall(line.lower())


def train(data: Path, runs: Path) -> None:
    """Write `runs/vectors`, a blank pipeline with the vectors of the texts under `data/raw`."""
    try:
        import floret
    except ImportError as error:
        raise DataError("floret is not installed", remedy="pip install floret") from error
    corpus, table = runs / "floret.txt", runs / "vectors.floret"
    _write_corpus(data, corpus)
    floret.train_unsupervised(str(corpus), **SETTINGS).save_floret_vectors(str(table))
    command = [sys.executable, "-m", "spacy", "init", "vectors", "es", str(table), str(runs / "vectors")]
    subprocess.run([*command, "--mode", "floret", "--attr", "LOWER"], check=True)


def _write_corpus(data: Path, corpus: Path) -> None:
    """All lines in one fixed random order, so that the learning rate falls evenly over all sources."""
    files = sorted((data / "raw").glob("*.txt.xz"))
    if not files:
        raise DataError("no raw text", where=str(data / "raw"), remedy="see README.md for where to get it")
    lines = []
    for path in files:
        with lzma.open(path, "rt", encoding="utf-8") as text:
            lines += [" ".join(found) + "\n" for line in text if (found := words(line))]
    random.Random(_SEED).shuffle(lines)
    corpus.write_text("".join(lines), encoding="utf-8")
