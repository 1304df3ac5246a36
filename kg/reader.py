"""One article, parsed → its `Reading`. The whole of extraction in one place."""

from __future__ import annotations

from collections.abc import Collection

from spacy.tokens import Doc

from kg.actors import resolve
from kg.events import extract_events
from kg.knowledge import Knowledge
from kg.lexicon import Lexicon
from kg.model import Article, Reading
from kg.offices import find_offices
from kg.tokens import Text

__all__ = ["PARTS", "read"]


PARTS = ("dropped_subjects", "nominal_events", "attribution", "similarity")
"""Parts of the extraction that can be left out, to measure what each is worth."""


def read(article: Article, doc: Doc, knowledge: Knowledge, lexicon: Lexicon, without: Collection[str] = ()) -> Reading:
    """Find actors, events and offices in `doc`, the parse of `article.text`; parts named in `without` are left out."""
    text = Text(doc)
    cast = resolve(text, knowledge, article.date)
    events = extract_events(text, cast, lexicon, article.date, **dict.fromkeys(without, False))
    offices = find_offices(text, cast, knowledge, article.date)
    return Reading(article, cast.actors, events, offices)
