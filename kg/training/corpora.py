"""Prepare the corpora: treebanks to `.spacy` files, name corpora to texts, cleaned of evaluation and development text.

Everything is written for the text that the pipeline will see, that is after `kg.language.normalise`, and with the tokens
of spaCy's Spanish tokenizer.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from kg.language import normalise
from kg.training import names
from kg.training.conllu import Sentence, Word, documents, merge, open_text, read, retokenise, text_key
from kg.training.errors import DataError

__all__ = [
    "HELD_OUT", "TREEBANKS", "evaluation_keys", "name_development", "name_docs", "prepare", "raw_lines",
    "treebank_docs",
]

EVALUATION = "ud/ancora-eval.conllu"
TREEBANKS = {  # corpus name → files
    "ancora": ["ud/ancora-train.conllu"],
    "cess": ["ud/cess2ud-train.conllu.gz"],
    "catalan": ["ud/ca_ancora-dev.conllu.gz", "ud/ca_ancora-test.conllu.gz"],
    "gsd": ["ud/gsd-dev.conllu", "ud/gsd-test.conllu"],
    "pud": ["ud/pud.conllu"],
}
NAMES = {
    "conll": "ner/conll2002-train.bio",
    "cess": "ner/cess_ancora_train.bio",
    "cess_dev": "ner/cess_ancora_dev.bio",
    "mxnews": "ner/mxnews_4class.bio",
}
HELD_OUT = 1250  # sentences at the end of CoNLL-2002's training part: development part of the names
DEVELOPMENT = 9  # every ninth AnCora document: development part of the syntax
GROUP = 10  # sentences in one training text, so that the parser learns where sentences end
SEED = 7


def evaluation_keys(data: Path) -> set[str]:
    """Keys (`text_key`) of the sentences that must never be trained on."""
    return {text_key(s.text) for s in read(data / EVALUATION)}


@dataclass(frozen=True)
class Split:
    """Training and development sentences of the treebanks, by document."""

    train: list[list[Sentence]]
    development: list[list[Sentence]]


def split(data: Path, corpora: Iterable[str]) -> Split:
    """Documents of the named treebanks without evaluation sentences; every ninth AnCora document is for development."""
    forbidden = evaluation_keys(data)
    train: list[list[Sentence]] = []
    development: list[list[Sentence]] = []
    for corpus in corpora:
        for number, document in enumerate(_documents(data, corpus)):
            kept = [s for s in document if text_key(s.text) not in forbidden]
            held = corpus == "ancora" and number % DEVELOPMENT == 0
            (development if held else train).append(kept)
    keys = {text_key(s.text) for d in development for s in d}
    return Split([[s for s in d if text_key(s.text) not in keys] for d in train], development)


def _documents(data: Path, corpus: str) -> Iterator[list[Sentence]]:
    if corpus not in TREEBANKS:
        raise DataError(f"unknown treebank «{corpus}»", remedy=f"one of {', '.join(TREEBANKS)}")
    for name in TREEBANKS[corpus]:
        yield from documents(read(data / name))


# ---------------------------------------------------------------- treebanks


def treebank_docs(nlp: Language, document: list[Sentence], group: int = GROUP) -> Iterator[Doc]:
    """Texts of up to `group` sentences of one document, as gold `Doc`s."""
    for i in range(0, len(document), group):
        yield _doc(nlp, document[i : i + group])


def _doc(nlp: Language, sentences: list[Sentence]) -> Doc:
    text, words, starts, ends = "", list[Word](), list[int](), list[int]()
    for sentence in sentences:
        own = merge(sentence)
        base = len(words)
        for word, space in zip(own, sentence.spaces, strict=True):
            starts.append(len(text))
            text += word.form + " " * space
            words.append(_moved(word, base))
        text = text.rstrip() + " "
        ends.append(len(words))
    return annotate(nlp, normalise(text.rstrip()), words, starts, ends)


def _moved(word: Word, base: int) -> Word:
    return Word(word.form, word.lemma, word.upos, word.feats, word.head + base, word.relation, word.surface + base)


def annotate(nlp: Language, text: str, words: list[Word], starts: list[int], ends: list[int]) -> Doc:
    """Gold `Doc` of `text`; `ends` are the numbers of words before the end of each sentence."""
    made = nlp.make_doc(text)
    spans = [(t.idx, t.idx + len(t)) for t in made if not t.is_space]
    fitted = retokenise(words, starts, spans, text)
    begins = {starts[e] for e in ends[:-1]}
    doc = Doc(
        nlp.vocab, words=[text[a:b] for a, b in spans], spaces=_spaces(spans, len(text)),
        heads=[w.head for w in fitted], deps=[w.relation if w.head != i else "ROOT" for i, w in enumerate(fitted)],
        pos=[w.upos for w in fitted], morphs=[w.feats for w in fitted], lemmas=[w.lemma for w in fitted],
    )
    missed = begins - {s[0] for s in spans}
    if missed:
        raise DataError("a sentence starts inside a token", where=text[min(missed) - 20 : min(missed) + 20])
    return doc


def _spaces(spans: list[tuple[int, int]], length: int) -> list[bool]:
    following = [s for s, _ in spans[1:]] + [length]
    return [after > end for (_, end), after in zip(spans, following, strict=True)]


# ---------------------------------------------------------------- raw text


def raw_lines(data: Path) -> Iterator[str]:
    """Lines of all raw texts below `data`, as they stand there."""
    files = sorted((data / "raw").glob("*.txt.xz"))
    if not files:
        raise DataError("no raw text", where=str(data / "raw"), remedy="see README.md for where to get it")
    for path in files:
        with open_text(path) as lines:
            yield from lines


# ---------------------------------------------------------------- command


def prepare(data: Path, out: Path, corpora: list[str]) -> dict[str, int]:
    """Write `syntax-train.spacy` and `syntax-dev.spacy` to `out`; returns their words."""
    out.mkdir(parents=True, exist_ok=True)
    nlp = spacy.blank("es")
    parts = split(data, corpora)
    files = {
        "syntax-train": [d for doc in parts.train for d in treebank_docs(nlp, doc)],
        "syntax-dev": [d for doc in parts.development for d in treebank_docs(nlp, doc)],
    }
    for name, docs in files.items():
        random.Random(SEED).shuffle(docs)
        DocBin(docs=docs, attrs=["HEAD", "DEP", "LEMMA", "POS", "MORPH"]).to_disk(out / f"{name}.spacy")
    return {name: sum(map(len, docs)) for name, docs in files.items()}


def name_docs(nlp: Language, data: Path, corpus: str) -> list[Doc]:
    """Training sentences of a corpus of names, in their order; without those of evaluation and development."""
    sentences = names.read(data / NAMES[corpus])
    forbidden = evaluation_keys(data) | {text_key(names.text(s)) for s in _held_out(data)}
    kept = sentences[:-HELD_OUT] if corpus == "conll" else sentences
    return names.docs(nlp, [s for s in kept if text_key(names.text(s)) not in forbidden])


def name_development(nlp: Language, data: Path) -> list[Doc]:
    """The last `HELD_OUT` sentences of CoNLL-2002's training part, each a text."""
    return names.docs(nlp, _held_out(data))


def _held_out(data: Path) -> list[names.Tagged]:
    return names.read(data / NAMES["conll"])[-HELD_OUT:]
