"""Tables with a row for each word that was met, so that what a word says by itself is worked out once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import ORTH
from spacy.tokens import Doc

__all__ = ["WordTables", "keys"]


def keys(doc: Doc, attribute: int = ORTH) -> list[int]:
    """Key of the string that each word of `doc` has as `attribute`; much quicker than asking the tokens."""
    found: list[int] = np.asarray(doc.to_array([attribute])).reshape(-1).tolist()
    return found


class WordTables(ABC):
    """Rows are numbered as words are met; when there is no room for more, all are forgotten."""

    def __init__(self, room: int) -> None:
        """`room`: words that are kept; more when a batch has more."""
        self._least, self._room = room, -1  # the tables are made with the first batch, be it empty
        self._known: dict[int, int] = {}

    @abstractmethod
    def make(self, room: int) -> None:
        """Put empty tables with so many rows in the place of those there are."""

    @abstractmethod
    def fill(self, words: list[str], rows: slice) -> None:
        """Work out these rows."""

    def rows(self, texts: list[list[int]], word: Callable[[int], str]) -> list[NDArray[np.int64]]:
        """Rows of the words of each text, given as `keys`, each of which stands for a `word`."""
        known, wanted = self._known, set().union(*texts)
        new = wanted - known.keys()
        if len(known) + len(new) > self._room:
            known.clear()
            new, self._room = wanted, max(self._least, len(wanted))
            self.make(self._room)
        if new:
            added = sorted(new)
            rows = range(len(known), len(known) + len(added))
            self.fill([word(key) for key in added], slice(rows.start, rows.stop))
            known.update(zip(added, rows, strict=True))
        return [np.array([known[key] for key in of], np.int64) for of in texts]
