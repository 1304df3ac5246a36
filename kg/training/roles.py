"""Train the second opinion on subjects and objects: preferences from parsed text, a maximum-entropy model from gold trees.

The model never sees what the parser thinks of the argument itself, neither here nor in the pipeline: the parser has learnt the
same trees by heart, so that its opinion of them is worth more than its opinion of other text. What it does see of the parse is
which words are arguments of what, their prepositions, and the relations of all else that hangs on the predicate.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pycrfsuite
import spacy
from spacy.tokens import Doc

from kg.lemmatizer import Lemmatizer
from kg.names import CONTRACTIONS
from kg.roles import ROLES, Preferences, Roles, Weights, arguments
from kg.training.conllu import open_text
from kg.training.corpora import split, treebank_docs

__all__ = ["examples", "fit", "preferences", "train"]

SILVER = "silver/nc11_es_silver.conll.xz"
SETTINGS = {"c1": 1.0, "c2": 0.05, "max_iterations": 50, "feature.minfreq": 2}
_FUNCTIONS = frozenset({"suj", "cd", "ci", "cc", "creg", "cag", "cpred", "atr"})  # AnCora's, of arguments and adjuncts
_ENOUGH = 3  # occurrences below which a word has no preferences

Row = tuple[str, str, str, int, str]  # form, lemma, EAGLES tag, distance to the head, function
Counts = dict[str, Counter[str]]


# ---------------------------------------------------------------- preferences


def preferences(data: Path) -> Preferences:
    """What verbs, verbs with a preposition, and nouns prefer in the silver parses below `data`.

    The characters of a code are shares, from 0 to one less than the number of steps, or `?` where too little was seen.
    Verbs: subjects among the bare nominals behind it (6 steps), objects among objects and subjects (4), «se» (4), adjuncts
    among adjuncts and objects behind it (4). Verb and preposition: complements (6), direct and indirect objects (4 each).
    Nouns: adjuncts (4), subjects among subjects and objects (5).
    """
    verbs, cases, nouns = _counts(_sentences(data / SILVER))
    return Preferences(
        {v: _verb_code(c) for v, c in sorted(verbs.items()) if c.total() - c["se"] >= _ENOUGH},
        {k: _case_code(c) for k, c in sorted(cases.items()) if c.total() >= _ENOUGH},
        {n: _noun_code(c) for n, c in sorted(nouns.items()) if c.total() >= _ENOUGH},
    )


def _sentences(path: Path) -> Iterator[list[Row]]:
    rows: list[Row] = []
    with open_text(path) as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if len(columns) >= 5:
                form, lemma, tag, distance, function = columns[:5]
                rows.append((form.lower(), form.lower() if lemma == "=" else lemma, tag, int(distance), function))
            elif rows:
                yield rows
                rows = []
    yield rows


def _counts(sentences: Iterable[list[Row]]) -> tuple[Counts, Counts, Counts]:
    """Functions under each verb (with the side), verb and preposition, and of each noun."""
    verbs: Counts = defaultdict(Counter)
    cases: Counts = defaultdict(Counter)
    nouns: Counts = defaultdict(Counter)
    for rows in sentences:
        for i, (form, lemma, tag, distance, function) in enumerate(rows):
            head = rows[i + distance] if distance and 0 <= i + distance < len(rows) else None
            if head is None or not head[2].startswith(("VM", "VS", "VA")):
                continue
            if form == "se":
                verbs[head[1]]["se"] += 1
            elif function in _FUNCTIONS and tag.startswith("SP"):
                cases[f"{head[1]} {CONTRACTIONS.get(form, form)}"][function] += 1
            elif function in _FUNCTIONS and tag.startswith(("N", "P", "Z", "W")):
                if not tag.startswith(("PR", "PP", "P0")):
                    verbs[head[1]][function + ("<" if distance > 0 else ">")] += 1
                if tag.startswith("NC"):
                    nouns[lemma][function] += 1
    return verbs, cases, nouns


def _verb_code(c: Counter[str]) -> str:
    subjects, objects = c["suj<"] + c["suj>"], c["cd<"] + c["cd>"]
    return (
        _share(c["suj>"], c["cd>"], 6) + _share(objects, subjects, 4) + _share(c["se"], subjects, 4)
        + _share(c["cc>"], c["cd>"], 4)
    )  # fmt: skip


def _case_code(c: Counter[str]) -> str:
    return "".join(_share(c[function], c.total() - c[function], steps) for function, steps in (("creg", 6), ("cd", 4), ("ci", 4)))


def _noun_code(c: Counter[str]) -> str:
    return _share(c["cc"], c.total() - c["cc"], 4) + _share(c["suj"], c["cd"], 5)


def _share(one: int, other: int, steps: int) -> str:
    """In which of `steps` equal parts the share of `one` lies, drawn a little to the middle.

    >>> _share(9, 1, 4), _share(0, 9, 4), _share(1, 0, 4)
    ('3', '0', '?')
    """
    total = one + other
    return str(int(steps * (one + 0.5) / (total + 1))) if total > 1 else "?"


# ---------------------------------------------------------------- model


def examples(roles: Roles, docs: Iterable[Doc]) -> Iterator[tuple[list[str], str]]:
    """Features and relation of every nominal argument of `docs`, which have gold trees and lemmas."""
    for doc in docs:
        yield from ((features, doc[i].dep_) for i, features in arguments(roles, doc))


def train(data: Path, treebanks: list[str], lemmas: Path, out: Path) -> Roles:
    """Roles trained on the training parts of `treebanks` with the lemma table `lemmas`; written to `out`."""
    nlp = spacy.blank("es")
    lemmatizer = Lemmatizer(nlp).from_disk(lemmas)
    roles = Roles(preferences(data))
    docs = (lemmatizer(gold) for document in split(data, treebanks).train for gold in treebank_docs(nlp, document))
    roles.set(roles.preferences, fit(examples(roles, docs)))
    roles.to_disk(out)
    return roles


def fit(items: Iterable[tuple[list[str], str]]) -> Weights:
    """A maximum-entropy model of `items`: a CRF whose sequences have one item each, so that it has no transitions."""
    trainer = pycrfsuite.Trainer(params=SETTINGS, verbose=False)
    for features, role in items:
        trainer.append([features], [role])
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "weights.crf"
        trainer.train(str(path))
        tagger = pycrfsuite.Tagger()
        tagger.open(str(path))
        learnt: dict[tuple[str, str], float] = tagger.info().state_features
        tagger.close()
    weights: dict[str, list[float]] = {}
    for (feature, role), weight in sorted(learnt.items()):
        weights.setdefault(feature, [0.0] * len(ROLES))[ROLES.index(role)] = weight
    return Weights.of(weights)
