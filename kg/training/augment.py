"""Augmentation while training: variants of a text that news has and treebanks lack, with the same annotation.

Quotes, dashes and white space need none: `kg.language.normalise` and `parse` make them plain before the model sees them.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator

from spacy import registry
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from kg import parser as _parser  # noqa: F401  (registers the parser of the configuration)

__all__ = ["news_variants", "strip_accents"]

Augmenter = Callable[[Language, Example], Iterator[Example]]


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
