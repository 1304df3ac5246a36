"""Who is meant, in context: a table of mentions with dates, through the bundled pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from kg import knowledge, language
from kg.actors import Cast, resolve
from kg.errors import ModelError
from kg.nominals import fold
from kg.tokens import Text

TABLE = Path(__file__).parent / "data" / "mentions_in_context.tsv"
FLOOR = 0.95


@dataclass(frozen=True)
class Case:
    date: str | None
    text: str
    start: int
    end: int
    asked: str
    expected: str


def cases() -> list[Case]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [_case(line) for line in lines[1:]]


def _case(line: str) -> Case:
    date, marked, asked, expected = line.split("\t")
    start, end = marked.index("["), marked.index("]") - 1
    return Case(date or None, marked.replace("[", "").replace("]", ""), start, end, asked, expected)


@cache
def pipeline() -> Language:
    try:
        return language.load()
    except ModelError as error:
        pytest.skip(f"no bundled pipeline: {error}")


def answer(case: Case, doc: Doc, cast: Cast) -> str:
    span = doc.char_span(case.start, case.end, alignment_mode="expand")
    assert span is not None
    labels = {actor.id: actor.label for actor in cast.actors}
    return " + ".join(labels[i] for i in _ids(case, span, cast)) or "-"


def _ids(case: Case, span: Span, cast: Cast) -> tuple[str, ...]:
    if case.asked == "place":
        return () if cast.place(span.root) else cast.denoted(span.root)
    if case.asked == "dropped":
        return cast.subject(span.root)
    if case.asked == "possessive":
        return cast.possessor(span[0])
    if case.asked == "adjective":
        return tuple(i for t in span if (i := cast.adjective(t)))
    return _denoted(span, cast)


def _denoted(span: Span, cast: Cast) -> tuple[str, ...]:
    tokens: list[Token] = [span.root, *span]
    return next((ids for t in tokens if (ids := cast.denoted(t))), ())


def wrong(found: str, case: Case) -> bool:
    return sorted(fold(found).split(" + ")) != sorted(fold(case.expected).split(" + "))


def test_table_has_enough_cases() -> None:
    assert len(cases()) >= 150


def test_mentions_denote_the_right_actor() -> None:
    table = cases()
    docs = language.parse(pipeline(), [case.text for case in table])
    known = knowledge.load()
    faults = []
    for case, doc in zip(table, docs, strict=True):
        found = answer(case, doc, resolve(Text(doc), known, case.date))
        if wrong(found, case):
            faults.append(f"{case.text[case.start:case.end]!r} in {case.text!r}: {found}, not {case.expected}")
    share = 1 - len(faults) / len(table)
    assert share >= FLOOR, "\n".join([f"{share:.1%} right", *faults])
