"""Assemble the pipeline that is shipped from its trained parts, and write it small.

Dropped on the way: the vocabulary's lexemes and lookups, strings that no label, lemma or rule needs.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import spacy
from spacy.language import Language

from kg import language as _language  # noqa: F401  (registers the components)

__all__ = ["COMPONENTS", "assemble", "write"]

VERSION = "0.4.0"
COMPONENTS = {"lemmatizer": "kg_lemmatizer", "roles": "kg_roles", "ner": "kg_recogniser"}  # name → factory, in their order


def assemble(syntax: Path, parts: dict[str, Path], out: Path) -> Language:
    """Join the trained syntax pipeline and the `parts` (`COMPONENTS` → what they read), and write the result to `out`."""
    nlp = spacy.load(syntax)
    for name, factory in COMPONENTS.items():
        component = nlp.add_pipe(factory, name=name)
        component.from_disk(parts[name])  # type: ignore[attr-defined]  # all of ours have it
    nlp.meta.update(lang="es", name="kg_news", version=VERSION, description="Spanish news: syntax, lemmas, roles, names")
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
