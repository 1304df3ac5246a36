"""What the training loop is fed: variants of a text that news has and treebanks lack, and batches with both kinds of text.

Quotes, dashes and white space need none: `kg.language.normalise` and `parse` make them plain before the model sees them.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from spacy import registry
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.training.batchers import minibatch_by_words

__all__ = ["mixed_batches", "news_variants", "strip_accents"]

Augmenter = Callable[[Language, Example], Iterator[Example]]
Batcher = Callable[[Iterable[Example]], Iterator[list[Example]]]


def strip_accents(word: str) -> str:
    """`word` without acute accents and diaereses, as in careless headlines; «ñ» stays.

    >>> strip_accents("Según el año pingüino")
    'Segun el año pinguino'
    """
    loose = unicodedata.normalize("NFD", word.replace("ñ", "\0").replace("Ñ", "\1"))
    bare = "".join(c for c in loose if not unicodedata.combining(c))
    return bare.replace("\0", "ñ").replace("\1", "Ñ")


@registry.augmenters("kg.news_variants.v1")  # type: ignore[untyped-decorator]  # spaCy's
def news_variants(capitals: float = 0.03, accents: float = 0.03, seed: int = 7) -> Augmenter:
    """Replace a text by its ALL-CAPS form with probability `capitals`, by its form without accents with `accents`."""
    dice = random.Random(seed)

    def augment(nlp: Language, example: Example) -> Iterator[Example]:
        throw = dice.random()
        if throw < capitals:
            yield _rewritten(nlp, example, str.upper)
        elif throw < capitals + accents:
            yield _rewritten(nlp, example, strip_accents)
        else:
            yield example

    return augment


def _rewritten(nlp: Language, example: Example, change: Callable[[str], str]) -> Example:
    """The example with every word changed; token boundaries and annotation stay as they are."""
    gold = example.reference
    words = [change(t.text) for t in gold]
    spaces = [bool(t.whitespace_) for t in gold]
    data = example.to_dict()
    data["token_annotation"]["ORTH"] = words
    data["token_annotation"]["SPACY"] = spaces
    return Example.from_dict(Doc(nlp.vocab, words=words, spaces=spaces), data)


@registry.batchers("kg.mixed_batches.v1")  # type: ignore[untyped-decorator]  # spaCy's
def mixed_batches(words: int = 1000) -> Batcher:
    """Batches of about `words` words with treebank texts and name texts in the proportion of the whole.

    The encoder takes its gradient when the last component has had its turn: a batch without anything for the parser
    would teach it nothing.
    """

    def batches(examples: Iterable[Example]) -> Iterator[list[Example]]:
        parsed, others = list[Example](), list[Example]()
        for example in examples:
            (parsed if example.reference.has_annotation("DEP") else others).append(example)
        yield from minibatch_by_words(_interleaved(parsed, others), size=words)

    return batches


def _interleaved(one: list[Example], other: list[Example]) -> list[Example]:
    """Both lists in one, each spread evenly."""
    placed = [((i + 0.5) / len(part), n, e) for n, part in enumerate((one, other)) for i, e in enumerate(part)]
    return [e for *_, e in sorted(placed, key=lambda p: p[:2])]
