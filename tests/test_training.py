"""Conversion of treebanks and name corpora; the lemma table; the figures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import spacy

from kg.lemmatizer import Lemmatizer
from kg.training import conllu, corpora, evaluate, lemmas, names
from kg.training.errors import DataError

SHARED = Path(os.environ.get("KG_SHARED", Path(__file__).parents[2] / "shared"))
# «Viajó al país para celebrarlos.»
ROWS = """\
1\tViajó\tviajar\tVERB\t_\t_\t0\troot\t_\t_
2-3\tal\t_\t_\t_\t_\t_\t_\t_\t_
2\ta\ta\tADP\t_\t_\t4\tcase\t_\t_
3\tel\tel\tDET\t_\t_\t4\tdet\t_\t_
4\tpaís\tpaís\tNOUN\t_\tNumForm=Digit|Number=Sing\t1\tobl:arg\t_\t_
5\tpara\tpara\tADP\t_\t_\t6\tmark\t_\t_
6-7\tcelebrarlos\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
6\tcelebrar\tcelebrar\tVERB\t_\tVerbForm=Inf\t1\tadvcl\t_\t_
7\tlos\tél\tPRON\t_\t_\t6\tobj\t_\t_
8\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\t_

"""


@pytest.fixture
def sentence(tmp_path: Path) -> conllu.Sentence:
    path = tmp_path / "a.conllu"
    path.write_text(ROWS, encoding="utf-8")
    return next(conllu.read(path))


def test_contractions_and_clitics_are_one_word(sentence: conllu.Sentence) -> None:
    merged = conllu.merge(sentence)
    assert [(w.form, w.lemma, w.upos, w.head, w.relation) for w in merged] == [
        ("Viajó", "viajar", "VERB", 0, "root"), ("al", "a", "ADP", 2, "case"), ("país", "país", "NOUN", 0, "obl"),
        ("para", "para", "ADP", 4, "mark"), ("celebrarlos", "celebrar", "VERB", 0, "advcl"),
        (".", ".", "PUNCT", 0, "punct"),
    ]  # fmt: skip


def test_space_after_is_restored(sentence: conllu.Sentence) -> None:
    assert sentence.text == "Viajó al país para celebrarlos."


def test_texts_have_several_sentences_and_spacys_tokens(sentence: conllu.Sentence) -> None:
    nlp = spacy.blank("es")
    (doc,) = corpora.treebank_docs(nlp, [sentence, sentence])
    assert [t.text for t in doc] == [t.text for t in nlp.make_doc(doc.text)]
    assert [s.root.text for s in doc.sents] == ["Viajó", "Viajó"]
    assert str(doc[2].morph) == "Number=Sing"


def test_a_broken_row_is_an_error_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "b.conllu"
    path.write_text("1\tuno\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"b\.conllu:1: 2 columns"):
        list(conllu.read(path))


def test_names_are_spans_of_the_rebuilt_text() -> None:
    sentence = [("La", "O"), ("Unión", "B-ORG"), ("Europea", "I-ORG"), (",", "O"), ("dijo", "O"), ("Ana", "B-PER")]
    (doc,) = names.docs(spacy.blank("es"), [sentence])
    assert doc.text == "La Unión Europea, dijo Ana"
    assert [(e.text, e.label_) for e in doc.ents] == [("Unión Europea", "ORG"), ("Ana", "PER")]


def test_the_lemma_table_gives_back_what_it_learnt() -> None:
    chosen = {("firmó", "VERB"): "firmar", ("habló", "VERB"): "hablar", ("fue", "VERB"): "ir", ("fue", "AUX"): "ser"}
    lemmatizer = Lemmatizer(spacy.blank("es"), lemmas._compress(chosen))
    assert {key: lemmatizer.lemma(*key) for key in chosen} == chosen
    assert lemmatizer.lemma("Pactó", "VERB") == "pactar"


def test_a_pipeline_that_agrees_with_the_gold_gets_everything(sentence: conllu.Sentence) -> None:
    docs = list(corpora.treebank_docs(spacy.blank("es"), [sentence]))
    assert {f.value for f in evaluate.syntax_figures(docs, docs)} == {100.0}


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="no training data: set KG_SHARED to the folder that has data/")
def test_no_evaluation_sentence_is_trained_on() -> None:
    parts = corpora.split(SHARED / "data", ["ancora"])
    forbidden = corpora.evaluation_keys(SHARED / "data")
    trained = {conllu.text_key(s.text) for d in [*parts.train, *parts.development] for s in d}
    assert not trained & forbidden
    assert not trained & {""}
