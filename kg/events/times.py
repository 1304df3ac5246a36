"""When an event happened or should happen: the time expression that belongs to its clause."""

from __future__ import annotations

from kg.dates import find_times
from kg.events.tree import chain, verbal
from kg.tokens import Text, Token

__all__ = ["Times"]


class Times:
    """The time expressions of a document by the words that they belong to."""

    def __init__(self, doc: Text, published: str | None) -> None:
        self._by_word: dict[int, str] = {}
        for start, end, value in find_times(doc.text, published):
            span = doc.source.char_span(start, end, alignment_mode="expand")
            if span is not None:
                for word in _owners(doc[span.root.i]):
                    self._by_word.setdefault(word.i, value)

    def of(self, trigger: Token) -> str | None:
        """The time of an event, its own or, for what it is part of («empezó a *atacar* ayer»), that of its governor."""
        if trigger.i in self._by_word:
            return self._by_word[trigger.i]
        if trigger.dep_ in ("xcomp", "obj") and verbal(trigger.head):
            return self._by_word.get(trigger.head.i)
        return None


def _owners(root: Token) -> list[Token]:
    """The words that a time expression dates: every noun up to the nearest verb, and that verb."""
    owners = []
    for above in chain(root):
        owners.append(above)
        if verbal(above):
            break
    return owners
