"""Embeddings of single words, remembered: a pipeline makes them once for each word and not once for each occurrence.

What a pipeline's first layer knows of a word (its form, prefix, suffix, shape and vector) does not depend on the words
beside it. Making it takes a third of the time of the whole encoder.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import ORTH
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vectors import Vectors  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.vocab import Vocab
from thinc.api import Model

__all__ = ["remember"]

Floats = NDArray[np.float32]
Embed = Model[list[Doc], list[Floats]]

_OF_WORDS = frozenset({"ORTH", "NORM", "LOWER", "PREFIX", "SUFFIX", "SHAPE"})  # attributes that the word alone decides
_REMEMBERED = 100_000  # words whose embeddings are kept: 40 MB at 96 numbers each


def remember(nlp: Language) -> None:
    """Let the shared encoder of `nlp` remember the embeddings of words; one with other features stays as it is.

    Words get the features of their own, not those that a rule of the tokenizer may give to single tokens.
    """
    _in_floats(nlp.vocab)
    settings = nlp.config["components"].get("tok2vec", {}).get("model", {}).get("embed", {})
    if settings.get("@architectures") == "spacy.MultiHashEmbed.v2" and _OF_WORDS.issuperset(settings["attrs"]):
        encoder: Any = nlp.get_pipe("tok2vec")
        encoder.model.layers[0] = _remembering(encoder.model.layers[0], nlp.vocab)


def _in_floats(vocab: Vocab) -> None:
    """Put floret vectors that are stored in half precision, as the bundled pipeline's, in full."""
    old = vocab.vectors
    if str(old.mode) == "floret" and old.data.dtype != np.float32:
        settings = {name: getattr(old, name) for name in ("hash_count", "hash_seed", "minn", "maxn", "bow", "eow", "attr")}
        data = old.data.astype(np.float32)
        floats = Vectors(strings=vocab.strings, data=data, name=old.name, mode="floret", **settings)
        vocab._vectors = floats  # type: ignore[attr-defined]  # the public setter wants to walk over keys


def _remembering(embed: Embed, vocab: Vocab) -> Embed:
    known: dict[int, Floats] = {}

    def forward(model: Embed, docs: list[Doc], is_train: bool) -> tuple[list[Floats], Callable[[Any], Any]]:
        return (embed(docs, is_train) if is_train else (_looked_up(docs, embed, known, vocab), list))

    return Model("remembering", forward, layers=[embed])


def _looked_up(docs: list[Doc], embed: Embed, known: dict[int, Floats], vocab: Vocab) -> list[Floats]:
    """Embeddings of the words of each text, one row each; the new ones are made and kept in `known`."""
    keys = [np.asarray(doc.to_array([ORTH])).reshape(-1) for doc in docs]
    unique, where = np.unique(np.concatenate(keys), return_inverse=True)
    wanted: list[int] = unique.tolist()
    if len(known) > _REMEMBERED:
        known.clear()
    new = [key for key in wanted if key not in known]
    if new:
        made = embed.predict([Doc(vocab, words=[vocab.strings[key] for key in new])])[0]
        known.update(zip(new, made, strict=True))
    return np.split(np.stack([known[key] for key in wanted])[where], np.cumsum([len(of) for of in keys])[:-1])
