"""Assemble the pipeline that is shipped from its trained parts, and write it small.

Dropped on the way: the vocabulary's lexemes and lookups, strings that no label, lemma or rule needs.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import spacy
from spacy.language import Language

from kg.lemmatizer import Lemmatizer
from kg.recogniser import Recogniser

__all__ = ["assemble", "write"]

VERSION = "0.2.0"


def assemble(syntax: Path, names: Path, lemmas: Path, out: Path) -> Language:
    """Join the trained syntax pipeline, the name recogniser and the lemma table, and write the result to `out`."""
    nlp = spacy.load(syntax)
    nlp.add_pipe("kg_lemmatizer", name="lemmatizer")
    nlp.add_pipe("kg_recogniser", name="ner")
    for name, kind, path in (("lemmatizer", Lemmatizer, lemmas), ("ner", Recogniser, names)):
        component = nlp.get_pipe(name)
        assert isinstance(component, kind)
        component.from_disk(path)
    nlp.meta.update(lang="es", name="kg_news", version=VERSION, description="Spanish news: syntax, lemmas, names")
    nlp.meta["performance"] = {}
    write(nlp, out)
    return nlp


def write(nlp: Language, out: Path) -> None:
    """Write `nlp` to `out` in one step: the folder is complete or it is the old one."""
    fresh = out.with_name(out.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    nlp.meta["weights"] = weights_digest(nlp)
    # Half the size, and no figure changes; `kg.language.load` widens them again.
    nlp.vocab.vectors.data = nlp.vocab.vectors.data.astype("float16")
    nlp.to_disk(fresh, exclude=["lookups"])
    old = out.with_name(out.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def weights_digest(nlp: Language) -> str:
    """SHA-256 of the components' bytes, for `kg.language.digest`."""
    total = hashlib.sha256()
    for name, component in nlp.pipeline:
        total.update(name.encode())
        total.update(component.to_bytes())  # type: ignore[attr-defined]
    return total.hexdigest()
