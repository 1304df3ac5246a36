"""The parser of the bundled pipeline: the parses are those of spaCy's own loop, however many texts there are."""

from __future__ import annotations

import pytest
import spacy
from spacy.attrs import DEP, HEAD
from spacy.language import Language
from spacy.pipeline.dep_parser import DependencyParser
from spacy.tokens import Doc

from kg import language
from kg.parser import Parser

TEXTS = [
    "La ministra de Exteriores viajó ayer a Kiev. Allí pidió a Rusia que retirara sus tropas.",
    "«No habrá acuerdo», dijo.",
    "Francia y Alemania, que habían vetado la propuesta, la apoyan ahora.",
    "",
    "¿Quién rompió la tregua?",
    "El portavoz negó que el Gobierno hubiera enviado armas, aunque reconoció contactos con la oposición siria.",
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return language.load()


def _read(nlp: Language, count: int) -> list[Doc]:
    docs = [nlp.make_doc(text) for text in (TEXTS * 4)[:count]]
    for name in ("tok2vec", "morphologizer"):
        docs = [nlp.get_pipe(name)(doc) for doc in docs]  # type: ignore[operator]
    return docs


def _parsed(parser: Parser, docs: list[Doc], states: list[object]) -> list[list[list[int]]]:
    parser.set_annotations(docs, states)
    return [doc.to_array([HEAD, DEP]).tolist() for doc in docs]


@pytest.mark.parametrize("count", [1, 3, 4, 6, 24])
def test_parses_are_those_of_spacys_loop(nlp: Language, count: int) -> None:
    parser = nlp.get_pipe("parser")
    assert isinstance(parser, Parser)
    own, theirs = _read(nlp, count), _read(nlp, count)
    assert _parsed(parser, own, parser.greedy_parse(own)) == _parsed(
        parser, theirs, DependencyParser.greedy_parse(parser, theirs)
    )
    assert {token.dep_ for doc in own for token in doc} >= {"nsubj", "det"}


def test_texts_without_words_are_parsed(nlp: Language) -> None:
    docs = [nlp.make_doc("") for _ in range(5)]
    assert [len(doc) for doc in nlp.get_pipe("parser").pipe(docs)] == [0] * 5  # type: ignore[attr-defined]


def test_a_parser_that_knows_nothing_yet_is_spacys() -> None:
    nlp = spacy.blank("es")
    parser = nlp.add_pipe("kg_parser")
    assert isinstance(parser, Parser)
    parser.add_label("nsubj")
    nlp.initialize()
    docs = list(nlp.pipe(["Llueve mucho.", "Nieva.", "Graniza hoy.", "Truena."]))
    assert all(doc.has_annotation("DEP") for doc in docs)
