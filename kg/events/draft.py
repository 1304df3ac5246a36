"""An event while it is being made: participants as actor ids, positions in the document, and the reasons so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kg.events.frames import Sense
from kg.tokens import Token

__all__ = ["NOBODY", "Draft", "Facts", "Found"]


class Found(NamedTuple):
    """Actors found for a role and, in plain English, how."""

    ids: tuple[str, ...] = ()
    why: str = ""
    token: Token | None = None
    """Head of the phrase that names them."""

    def __bool__(self) -> bool:
        return bool(self.ids)


class Facts(NamedTuple):
    """Whether an event is so, and whose word it is."""

    polarity: str = "affirmed"
    modality: str = "actual"
    speaker: str | None = None
    why_polarity: str = ""
    why_modality: str = ""
    why_speaker: str = ""


NOBODY = Found()
"""What is found where nobody is named."""
UNKNOWN = Facts()
"""What is known of a draft at first."""


@dataclass(slots=True)
class Draft:
    """One predicate with its participants; becomes an event for each pair of source and target."""

    sense: Sense
    rule: str
    source: Found
    target: Found = NOBODY
    topic: tuple[int, int] | None = None
    """Word indices (half open) of the phrase that says what it is about."""
    content: tuple[Token, ...] = ()
    """Heads of what it embeds: clauses, event nouns."""
    cls: str = ""
    """Class, that of the frame unless the content says more."""
    why_class: str = ""
    facts: Facts = UNKNOWN

    @property
    def trigger(self) -> Token:
        """The predicate's head word."""
        return self.sense.head
