"""The text side of the language module, the checks of a pipeline, and what every parsed text guarantees."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from kg import language
from kg.errors import ModelError

ODD = "aá 1\n\t.,«»“”‘’–—-\u00a0\u2009\u200b\u2028ñZ"


@given(st.text(alphabet=ODD))
def test_normalised_text_has_the_same_length(text: str) -> None:
    assert len(language.normalise(text)) == len(text)


@given(st.text(alphabet=ODD))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = language.normalise(text)
    assert language.normalise(once) == once


@pytest.mark.parametrize(("text", "plain"), [
    ("«No», dijo", '"No", dijo'),
    ("“No”", '"No"'),
    ("10\u00a0000\u2009euros", "10 000 euros"),
    ("-dijo el ministro-", "—dijo el ministro—"),
    ("franco-alemán 2010-2014 -3", "franco-alemán 2010-2014 -3"),
])
def test_odd_characters_become_plain(text: str, plain: str) -> None:
    assert language.normalise(text) == plain


def test_blank_lines_break_and_wrapped_lines_do_not() -> None:
    wrapped = "El presidente de la República anunció este martes en el palacio\nde gobierno una visita.\n\nOtro párrafo."
    assert language.paragraph_breaks(wrapped) == [wrapped.index("Otro")]


def test_a_title_on_a_line_of_its_own_breaks() -> None:
    assert language.paragraph_breaks("Cumbre en Madrid\nLos aliados llegan hoy.") == [17]


def test_a_blank_pipeline_is_told_what_it_lacks() -> None:
    lacking = language.missing(spacy.blank("es"))
    assert "a dependency parser" in lacking
    assert "named-entity recognition" in lacking


def test_parsers_without_universal_relations_are_told() -> None:
    nlp = spacy.blank("es")
    parser = nlp.add_pipe("parser")
    for label in ("nsubj", "dobj", "pobj"):
        parser.add_label(label)  # type: ignore[attr-defined]
    assert any("obj, obl" in words for words in language.missing(nlp))


def test_an_unknown_pipeline_is_an_error_with_a_remedy() -> None:
    with pytest.raises(ModelError, match="install it"):
        language.load("no_such_pipeline")


@pytest.fixture(scope="module")
def nlp() -> Language:
    if not (language.BUNDLED / "meta.json").is_file():
        pytest.skip("the bundled pipeline is not built: python -m kg.training")
    return language.load()


TEXT = "\n \nEl presidente  de Francia viajó a Kiev.\n\n«Peskov niega una movilización»,\u00a0dijo la OTAN.\n"


def test_offsets_and_text_are_kept(nlp: Language) -> None:
    (doc,) = language.parse(nlp, [TEXT])
    assert doc.text == TEXT
    assert all(TEXT[t.idx : t.idx + len(t)] == t.text for t in doc)


def test_white_space_is_never_a_head(nlp: Language) -> None:
    (doc,) = language.parse(nlp, [TEXT])
    assert not any(t.head.is_space for t in doc)
    assert all(t.pos_ == "SPACE" and t.dep_ == "dep" for t in doc if t.is_space)


def test_paragraphs_are_sentences(nlp: Language) -> None:
    (doc,) = language.parse(nlp, [TEXT])
    assert [next(t.text for t in s if t.is_alpha) for s in doc.sents] == ["El", "Peskov"]


def test_curly_quotes_parse_as_straight_ones(nlp: Language) -> None:
    curly, straight = language.parse(nlp, ["«Peskov niega todo», dijo Ana.", '"Peskov niega todo", dijo Ana.'])
    assert [(t.dep_, t.head.i, t.pos_) for t in curly] == [(t.dep_, t.head.i, t.pos_) for t in straight]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "Hola"])
def test_small_texts(nlp: Language, text: str) -> None:
    (doc,) = language.parse(nlp, [text])
    assert doc.text == text


def test_the_digest_is_stable(nlp: Language) -> None:
    assert language.digest(nlp) == language.digest(language.load())
