"""Measure a pipeline: the table of figures, from raw text, on the parts that it never saw.

Syntax: `ud/ancora-eval.conllu`, relations reduced as `kg.training.conllu` says, tokens those of spaCy's tokenizer (its
gold is made as the training data is; see `retokenise`), text put together by documents and parsed by
`kg.language.parse`. Attachment scores leave out punctuation. Names: the last 1,250 sentences of CoNLL-2002's training
part, exact spans with labels, each sentence a text of its own. The evaluation sentences are never trained on. Speed: the
texts of the syntax, after those of the names, as in a batch of articles; and the latter, with nothing read before them.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token

from kg import language
from kg.training.conllu import documents, read
from kg.training.corpora import EVALUATION, name_development, treebank_docs
from kg.training.errors import DataError

__all__ = ["Figure", "evaluate", "f1", "format_table", "names_figures", "syntax_figures"]

MUSTS = {
    "UAS": 89.0, "LAS": 85.0, "subject and object F1": 82.0, "UPOS": 97.5, "lemma": 96.0, "names F1": 83.0,
    "sentence F1": 96.0, "words/s": 8000.0, "MB": 45.0,
}


@dataclass(frozen=True)
class Figure:
    """One row of the table: a percentage unless the name says otherwise."""

    name: str
    value: float


def evaluate(nlp: Language, data: Path) -> list[Figure]:
    """All figures of `nlp` on the evaluation parts under `data`."""
    gold = [d for doc in documents(read(data / EVALUATION)) for d in treebank_docs(spacy.blank("es"), doc)]
    named = name_development(spacy.blank("es"), data)
    names, cold = _timed(nlp, named)
    parsed, warm = _timed(nlp, gold)
    rows = syntax_figures(gold, parsed) + names_figures(named, names)
    rows += [Figure("words/s", warm), Figure("words/s, just loaded", cold)]
    return [*rows, Figure("MB", _zipped(nlp.path) / 1e6)] if nlp.path else rows


def _timed(nlp: Language, docs: list[Doc]) -> tuple[list[Doc], float]:
    """The texts of `docs` parsed, and words a second of processor time."""
    start = time.process_time()
    parsed = list(language.parse(nlp, (d.text for d in docs)))
    return parsed, sum(map(len, docs)) / (time.process_time() - start)


def _zipped(folder: Path) -> int:
    """Bytes that a pipeline takes in a wheel."""
    with tempfile.TemporaryDirectory() as scratch:
        return Path(shutil.make_archive(str(Path(scratch) / "pipeline"), "zip", folder)).stat().st_size


# ---------------------------------------------------------------- syntax


def syntax_figures(gold: list[Doc], parsed: list[Doc]) -> list[Figure]:
    """Attachment, subjects and objects, tags, lemmas and sentences; both sides must have the same tokens."""
    pairs = [pair for g, p in zip(gold, parsed, strict=True) for pair in _aligned(g, p)]
    words = [(g, p) for g, p in pairs if g.dep_ != "punct"]
    return [
        Figure("UAS", _share(words, lambda g, p: g.head.i == p.head.i)),
        Figure("LAS", _share(words, lambda g, p: g.head.i == p.head.i and g.dep == p.dep)),
        Figure("subject and object F1", f1(_arguments(gold), _arguments(parsed))),
        *(Figure(f"{r} F1", f1(_arguments(gold, {r}), _arguments(parsed, {r}))) for r in ("nsubj", "obj")),
        Figure("UPOS", _share(pairs, lambda g, p: g.pos == p.pos)),
        Figure("features", _share(pairs, lambda g, p: g.morph == p.morph)),
        Figure("lemma", _share(pairs, lambda g, p: g.lemma == p.lemma)),
        Figure("sentence F1", f1(_sentences(gold), _sentences(parsed))),
    ]


def _aligned(gold: Doc, parsed: Doc) -> Iterable[tuple[Token, Token]]:
    if [t.text for t in gold] != [t.text for t in parsed]:
        raise DataError("the pipeline's tokens are not those of spaCy's Spanish tokenizer", where=gold.text[:60])
    return zip(gold, parsed, strict=True)


def _share(pairs: list[tuple[Token, Token]], equal: Callable[[Token, Token], bool]) -> float:
    return 100 * sum(equal(g, p) for g, p in pairs) / max(1, len(pairs))


def _arguments(docs: list[Doc], relations: Iterable[str] = ("nsubj", "obj")) -> set[tuple[int, int, int, str]]:
    wanted = set(relations)
    return {(n, t.i, t.head.i, t.dep_) for n, d in enumerate(docs) for t in d if t.dep_ in wanted}


def _sentences(docs: list[Doc]) -> set[tuple[int, int, int]]:
    return {(n, s.start, s.end) for n, d in enumerate(docs) for s in d.sents}


# ---------------------------------------------------------------- names


def names_figures(gold: list[Doc], parsed: list[Doc]) -> list[Figure]:
    """F1 of exact spans with labels, over all kinds and for each."""
    kinds = ("PER", "ORG", "LOC", "MISC")
    all_kinds = Figure("names F1", f1(_names(gold, kinds), _names(parsed, kinds)))
    return [all_kinds, *(Figure(f"{k} F1", f1(_names(gold, (k,)), _names(parsed, (k,)))) for k in kinds)]


def _names(docs: list[Doc], kinds: Iterable[str]) -> set[tuple[int, int, int, str]]:
    wanted = set(kinds)
    return {(n, e.start_char, e.end_char, e.label_) for n, d in enumerate(docs) for e in d.ents if e.label_ in wanted}


def f1(gold: set[Any], found: set[Any]) -> float:
    """Balanced F-score of two sets, in percent.

    >>> f1({1, 2}, {2, 3})
    50.0
    """
    return 200 * len(gold & found) / (len(gold) + len(found)) if gold or found else 100.0


# ---------------------------------------------------------------- output


def format_table(rows: list[Figure]) -> str:
    """A Markdown table: figure, value, what it must reach."""
    lines = ["| figure | value | must |", "|---|---|---|"]
    for row in rows:
        must = MUSTS.get(row.name)
        lines.append(f"| {row.name} | {row.value:,.1f} | {'' if must is None else f'{must:,g}'} |")
    return "\n".join(lines)
