"""Whole constructions, from the sentence to the event, read with the bundled pipeline: what rules and parse give together."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kg import knowledge, language, lexicon
from kg.model import Article, Reading
from kg.reader import read

LEAST = 0.9
"""Share that must be found: a parse goes wrong now and then, a lost rule loses more."""


@cache
def cases() -> tuple[tuple[str, str, str, str | None], ...]:
    lines = (Path(__file__).with_name("constructs.tsv")).read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")][1:]
    return tuple((text, source, cls, None if target == "-" else target) for text, source, cls, target in rows)


def told(reading: Reading) -> set[tuple[str, str, str | None]]:
    """Events by the names of their participants; a meeting has no direction."""
    names = {actor.id: actor.label for actor in reading.actors}
    found = {(names[e.source], e.cls, names[e.target] if e.target else None) for e in reading.events}
    return found | {(b, cls, a) for a, cls, b in found if cls in ("CONSULT", "AGREE", "COOPERATE") and b is not None}


def test_constructions_are_read() -> None:
    nlp, known, frames = language.load(), knowledge.load(), lexicon.load()
    docs = language.parse(nlp, (text for text, *_ in cases()))
    missed = []
    for number, ((text, *event), doc) in enumerate(zip(cases(), docs, strict=True)):
        reading = read(Article(str(number), text, "2023-05-10"), doc, known, frames)
        if tuple(event) not in told(reading):
            missed.append((text, event, sorted(told(reading), key=str)))
    assert len(missed) <= (1 - LEAST) * len(cases()), "\n".join(map(str, missed))
