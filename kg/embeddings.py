"""Embeddings of single words, remembered: a pipeline makes them once for each word and not once for each occurrence.

What a pipeline's first layer knows of a word (its form, prefix, suffix, shape and vector) does not depend on the words
beside it. Making it takes a third of the time of the whole encoder. Nor does what the word adds to the sums of the next layer,
at its own place and at those beside it: a matrix product less.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vectors import Vectors  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.vocab import Vocab
from thinc.api import Model

from kg.word_tables import WordTables, keys

__all__ = ["remember"]

Floats = NDArray[np.float32]
Layer = Model[Any, Any]

_OF_WORDS = frozenset({"ORTH", "NORM", "LOWER", "PREFIX", "SUFFIX", "SHAPE"})  # attributes that the word alone decides
_REMEMBERED = 20_000  # words that are kept: 77 MB in the bundled pipeline


def remember(nlp: Language) -> None:
    """Let the shared encoder of `nlp` remember the embeddings of words; one of another make stays as it is.

    Words get the features of their own, not those that a rule of the tokenizer may give to single tokens.
    """
    _in_floats(nlp.vocab)
    settings = nlp.config["components"].get("tok2vec", {}).get("model", {})
    if _fits(settings.get("embed", {}), settings.get("encode", {})):
        encoder: Any = nlp.get_pipe("tok2vec")
        embed, blocks = encoder.model.layers[0], encoder.model.layers[1].layers[0].layers
        known = _Known(embed, _maxout(blocks[0])[0].get_param("W"), nlp.vocab)
        encoder.model.layers[0], blocks[0] = _numbering(embed, known), _summing(blocks[0], known)


def _fits(embed: dict[str, Any], encode: dict[str, Any]) -> bool:
    """Whether words are embedded by themselves, and then looked at with one word on each side, more than once."""
    return (
        embed.get("@architectures") == "spacy.MultiHashEmbed.v2"
        and _OF_WORDS.issuperset(embed["attrs"])
        and encode.get("@architectures") == "spacy.MaxoutWindowEncoder.v2"
        and encode["window_size"] == 1
        and encode["depth"] > 1
    )


def _maxout(block: Layer) -> tuple[Layer, Layer]:
    """Sums and normalisation of a block: residual(window, ((maxout, norm), dropout))."""
    sums, normalised = block.layers[0].layers[1].layers[0].layers
    return sums, normalised


class _Known(WordTables):
    """Embeddings of the words that were met and what they add to sums; row 0 is for what stands between two texts: nothing."""

    def __init__(self, embed: Layer, weights: Any, vocab: Vocab) -> None:
        """`weights` of the first sums: shape (outputs, pieces, 3 widths), the word before, the word, and the word behind."""
        super().__init__(_REMEMBERED)
        self.embed, self.vocab = embed, vocab
        width = weights.shape[2] // 3
        self.weights = weights.reshape(-1, 3, width).transpose(1, 2, 0).copy()

    def make(self, room: int) -> None:
        """Tables of embeddings, and of sums at the place behind the word, its own, and the one before."""
        _, width, outputs = self.weights.shape
        self.embeddings = np.zeros((room + 1, width), np.float32)
        self.sums = np.zeros((3, room + 1, outputs), np.float32)

    def fill(self, words: list[str], rows: slice) -> None:
        """Work out these rows, which stand one further down."""
        part = slice(rows.start + 1, rows.stop + 1)
        made = self.embed.predict([Doc(self.vocab, words=words)])[0]
        self.embeddings[part] = made
        for place, weights in enumerate(self.weights):
            self.sums[place, part] = made @ weights

    def numbers(self, docs: list[Doc]) -> list[NDArray[np.int64]]:
        """Where the words of each text are in the tables."""
        return [rows + 1 for rows in self.rows(list(map(keys, docs)), self.vocab.strings.__getitem__)]


def _numbering(embed: Layer, known: _Known) -> Layer:
    """The first layer, which gives rows of `known` instead of embeddings, but for training."""

    def forward(model: Layer, docs: list[Doc], is_train: bool) -> tuple[Any, Callable[[Any], Any]]:
        return embed(docs, is_train) if is_train else (known.numbers(docs), list)

    return Model("numbering", forward, layers=[embed])


def _summing(block: Layer, known: _Known) -> Layer:
    """The second layer, which takes rows of `known` or, in training, embeddings."""
    maxout, normalised = _maxout(block)
    weights: Any = maxout.get_param("W")
    outputs, pieces, _ = weights.shape

    def forward(model: Layer, given: Any, is_train: bool) -> tuple[Floats, Callable[[Any], Any]]:
        if is_train or given.dtype == np.float32:
            return block(given, is_train)
        before, own, behind = (known.sums[place] for place in range(3))
        sums = own.take(given, axis=0)
        sums += maxout.get_param("b").reshape((-1,))
        sums[1:] += before.take(given[:-1], axis=0)
        sums[:-1] += behind.take(given[1:], axis=0)
        best, _ = model.ops.maxout(sums.reshape((-1, outputs, pieces)))
        return known.embeddings.take(given, axis=0) + normalised.predict(best), list

    return Model("summing", forward, layers=[block])


def _in_floats(vocab: Vocab) -> None:
    """Put floret vectors that are stored in half precision, as the bundled pipeline's, in full."""
    old = vocab.vectors
    if str(old.mode) == "floret" and old.data.dtype != np.float32:
        settings = {name: getattr(old, name) for name in ("hash_count", "hash_seed", "minn", "maxn", "bow", "eow", "attr")}
        data = old.data.astype(np.float32)
        floats = Vectors(strings=vocab.strings, data=data, name=old.name, mode="floret", **settings)
        vocab._vectors = floats  # type: ignore[attr-defined]  # the public setter wants to walk over keys
