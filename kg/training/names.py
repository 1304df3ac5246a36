"""Name corpora (BIO columns) to spaCy `Doc`s with entities, on raw text rebuilt from the tokens."""

from __future__ import annotations

from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span

from kg.language import normalise
from kg.training.conllu import open_text
from kg.training.errors import DataError

__all__ = ["LABELS", "Tagged", "docs", "read", "text"]

LABELS = ("PER", "ORG", "LOC", "MISC")
Tagged = list[tuple[str, str]]  # the words of a sentence with their BIO tags

_NO_SPACE_BEFORE = set(",.;:!?)]}%") | {"...", "…", "»", "”"}
_NO_SPACE_AFTER = set("([{¿¡") | {"«", "“"}


def read(path: Path) -> list[Tagged]:
    """Sentences of a BIO file: word first, tag last in each row; `DataError` for an unknown tag."""
    sentences: list[Tagged] = [[]]
    with open_text(path) as lines:
        for number, line in enumerate(lines, 1):
            columns = line.split()
            if not columns:
                sentences.append([])
            elif columns[-1] != "O" and columns[-1][2:] not in LABELS:
                raise DataError(f"unknown tag «{columns[-1]}»", where=f"{path}:{number}")
            else:
                sentences[-1].append((columns[0], columns[-1]))
    return [s for s in sentences if s]


def text(sentence: Tagged) -> str:
    """The raw text that the words most likely come from (quotes alternate between opening and closing).

    >>> text([(w, "O") for w in '« Sí » , dijo ( " no " ) .'.split()])
    '«Sí», dijo ("no").'
    """
    return _rebuild(sentence)[0]


def _rebuild(sentence: Tagged) -> tuple[str, list[int]]:
    """Text and the offset of every word."""
    built, starts, glued, quoted = "", list[int](), True, False
    for word, _ in sentence:
        closing = word == '"' and quoted
        if not (glued or word in _NO_SPACE_BEFORE or closing):
            built += " "
        starts.append(len(built))
        built += word
        if word == '"':
            quoted = not quoted
        glued = word in _NO_SPACE_AFTER or (word == '"' and quoted)
    return built, starts


def docs(nlp: Language, sentences: list[Tagged]) -> list[Doc]:
    """A text with entities for each sentence."""
    return [_doc(nlp, sentence) for sentence in sentences]


def _doc(nlp: Language, sentence: Tagged) -> Doc:
    built, starts = _rebuild(sentence)
    doc = nlp.make_doc(normalise(built))
    doc.set_ents(_entities(doc, _spans(sentence, starts)))
    return doc


def _spans(sentence: Tagged, starts: list[int]) -> list[tuple[int, int, str]]:
    spans: list[tuple[int, int, str]] = []
    previous = "O"
    for (word, tag), start in zip(sentence, starts, strict=True):
        if tag != "O":
            end, label = start + len(word), tag[2:]
            if tag[0] == "I" and previous[2:] == label:
                spans[-1] = (spans[-1][0], end, label)
            else:
                spans.append((start, end, label))
        previous = tag
    return spans


def _entities(doc: Doc, spans: list[tuple[int, int, str]]) -> list[Span]:
    found: list[Span] = []
    for start, end, label in spans:
        span = doc.char_span(start, end, label=label, alignment_mode="expand")
        if span is not None and (not found or span.start >= found[-1].end):
            found.append(span)
    return found
