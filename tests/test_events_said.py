"""Said is not done: what is denied, supposed, planned, wished or claimed must not become a direct edge."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kg import knowledge, language, lexicon
from kg.actors import resolve
from kg.events import extract_events
from kg.model import Event
from kg.tokens import Text

SENTENCES = Path(__file__).parent / "data" / "said_is_not_done.tsv"
ANY = "*"
LEAST_FOUND = 0.6
"""Share of the sentences whose event must be found at all, with its qualification: silence proves nothing."""


class Case(NamedTuple):
    kind: str
    cls: str
    source: str
    target: str
    sentence: str


class Told(NamedTuple):
    """An event with the names of its participants."""

    event: Event
    source: str
    target: str | None


def cases() -> list[Case]:
    lines = (line for line in SENTENCES.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return [Case(*row.values()) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.fixture(scope="module")
def told() -> dict[str, list[Told]]:
    """Events of each sentence, by the bundled model and knowledge base."""
    nlp, known, words = language.load(), knowledge.load(), lexicon.load()
    sentences = [case.sentence for case in cases()]
    found: dict[str, list[Told]] = {}
    for sentence, doc in zip(sentences, language.parse(nlp, sentences), strict=True):
        text = Text(doc)
        cast = resolve(text, known, "2024-05-15")
        labels = {actor.id: actor.label for actor in cast.actors}
        events = extract_events(text, cast, words, "2024-05-15")
        found[sentence] = [Told(e, labels[e.source], labels.get(e.target or "")) for e in events]
    return found


def direct(event: Event) -> bool:
    """Whether the graph draws the plain edge: affirmed, actual, and asserted by the article or of the actor itself."""
    return (event.polarity, event.modality) == ("affirmed", "actual") and event.attributed_to in (None, event.source)


def about(case: Case, told: list[Told]) -> Iterator[Told]:
    """Events of the class and participants that the case speaks of."""
    for item in told:
        if item.event.cls == case.cls and case.source in (ANY, item.source) and case.target in (ANY, item.target):
            yield item


def test_there_are_enough_sentences() -> None:
    assert len(cases()) >= 120
    assert {case.kind for case in cases()} == {"denial", "negation", "hypothesis", "plan", "wish", "claim"}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.sentence[:50])
def test_no_direct_edge(case: Case, told: dict[str, list[Told]]) -> None:
    wrong = [item for item in about(case, told[case.sentence]) if direct(item.event)]
    assert not wrong, [(item.source, item.event.cls, item.target, item.event.evidence.reasons) for item in wrong]


def test_most_are_found_with_their_qualification(told: dict[str, list[Told]]) -> None:
    found = [case for case in cases() if any(about(case, told[case.sentence]))]
    assert len(found) >= LEAST_FOUND * len(cases())
