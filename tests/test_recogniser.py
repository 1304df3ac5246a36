"""The name recogniser: its features, its training from raw text to weights, and the names it finds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from kg import language
from kg.recogniser import Recogniser, Tables, features, spans
from kg.training import recogniser as training
from kg.training import word_classes
from kg.training.errors import DataError
from tests.test_training import ROWS

PEOPLE = ["Ana", "Luis", "Eva", "Juan", "Marta", "Pedro"]
PLACES = ["Lima", "Quito", "Roma", "Oslo", "Berna", "Praga"]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return language.load()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("El presidente ruso, Vladímir Putin, viajó ayer a Pekín.", {("Vladímir Putin", "PER"), ("Pekín", "LOC")}),
        ("La OTAN rechazó la propuesta. Stoltenberg lo explicó en Bruselas.",
         {("OTAN", "ORG"), ("Stoltenberg", "PER"), ("Bruselas", "LOC")}),
        ("Según la Organización de las Naciones Unidas, no hubo víctimas.", {("Organización de las Naciones Unidas", "ORG")}),
        ("No hubo acuerdo entre las partes.", set()),
    ],
)  # fmt: skip
def test_the_bundled_pipeline_finds_names(nlp: Language, text: str, expected: set[tuple[str, str]]) -> None:
    (doc,) = language.parse(nlp, [text])
    assert {(ent.text, ent.label_) for ent in doc.ents} == expected


def test_words_of_a_stretch_see_what_stands_around_it() -> None:
    words = ["dijo", "el", "Ministerio", "de", "Exteriores", "de", "Rusia", "ayer"]
    found = features(list(map(Recogniser().look, words)))
    assert all("beside=el ayer" in found[i] for i in range(2, 7))
    assert not any(name.startswith("beside=") for i in (0, 1, 7) for name in found[i])
    assert ("first" in found[2], "inner" in found[3], "last" in found[6]) == (True, True, True)


def test_features_know_the_edges_and_the_neighbours() -> None:
    first, last = features(list(map(Recogniser(Tables({"Ana": [3, 7]}, {"ana": 4})).look, ["Habló", "Ana"])))
    assert {"start", "w-1=<>", "w=habló", "w1=ana", "c01=3", "capitals=unknown True"} <= set(first)
    assert {"w-1=habló", "c0=3", "c1=7", "capitals=4 True"} <= set(last)
    assert "start" not in last


def test_a_rare_spelling_has_the_classes_of_the_usual_one() -> None:
    tables = Tables({"Rusia": [2, 9], "acuerdo": [5, 6]}, {})
    assert [tables.of(w) for w in ("RUSIA", "Acuerdo", "Qwerty")] == [[2, 9], [5, 6], [0, 0]]


def test_a_word_behind_a_full_stop_begins_a_sentence() -> None:
    words = ["Vino", "el", "Sr.", "Paz", ".", "Habló", "Ana"]
    found = features(list(map(Recogniser().look, words)))
    assert [word for word, of in zip(words, found, strict=True) if "start" in of] == ["Vino", "Habló"]


def test_tags_of_another_kind_begin_a_name() -> None:
    assert spans(["I-PER", "I-ORG", "I-ORG", "O"]) == [(0, 1, "PER"), (1, 3, "ORG")]


def test_without_weights_there_are_no_names() -> None:
    nlp = spacy.blank("es")
    nlp.add_pipe("kg_recogniser")
    assert nlp("Ana viajó a Lima.").ents == ()


def test_a_text_and_its_words_get_the_same_names(nlp: Language) -> None:
    recogniser = nlp.get_pipe("ner")
    assert isinstance(recogniser, Recogniser)
    (doc,) = language.parse(nlp, ["Berlín y París piden a Moscú que libere a Navalni."])
    assert [(e.start, e.end, e.label_) for e in doc.ents] == spans(recogniser.tag([t.text for t in doc]))
    assert len(doc.ents) == 4


# ---------------------------------------------------------------- training


def _lines(count: int) -> list[list[str]]:
    draw = random.Random(7)
    lines = []
    for _ in range(count):
        who, where = draw.choice(PEOPLE), draw.choice(PLACES)
        lines.append(draw.choice([f"ayer {who} viajó a {where} .", f"ayer llegó a {where} la señora {who} ."]).split())
    return lines


def test_words_between_the_same_neighbours_share_a_class() -> None:
    tables = word_classes.tables(_lines(800), sizes=(6, 8))
    coarse = {word: classes[0] for word, classes in tables.classes.items()}
    assert len({coarse[p] for p in PEOPLE}) == len({coarse[p] for p in PLACES}) == 1
    assert coarse["Ana"] != coarse["Lima"] != coarse["viajó"]
    assert tables.capitals == dict.fromkeys(sorted(w.lower() for w in PEOPLE + PLACES), 4)


def test_classes_are_the_same_every_time() -> None:
    assert word_classes.tables(_lines(300), sizes=(4,)) == word_classes.tables(_lines(300), sizes=(4,))


def test_no_raw_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no raw text"):
        list(word_classes.lines(tmp_path))
    with pytest.raises(DataError, match="too little raw text"):
        word_classes.tables([["hola"]])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    kinds = dict.fromkeys(PEOPLE, "B-PER") | dict.fromkeys(PLACES, "B-LOC")
    for name, count in (("conll2002-train", 1700), ("cess_ancora_train", 100), ("cess_ancora_dev", 20)):
        path = folder / "ner" / f"{name}.bio"
        path.parent.mkdir(exist_ok=True)
        lines = [[*line, f"nº{n}"] for n, line in enumerate(_lines(count))]  # no sentence twice
        path.write_text("\n\n".join("\n".join(f"{w} {kinds.get(w, 'O')}" for w in line) for line in lines), encoding="utf-8")
    (folder / "ud").mkdir()
    (folder / "ud" / "ancora-eval.conllu").write_text(ROWS, encoding="utf-8")
    return folder


def test_a_trained_recogniser_tells_kinds_by_context_and_survives_the_disk(data: Path, tmp_path: Path) -> None:
    tables = word_classes.tables(_lines(800), sizes=(6, 8))
    trained = training.train(data, tables, tmp_path)
    words = ["ayer", "Berta", "viajó", "a", "Tokio", "."]  # both names are new to it
    assert trained.tag(words) == ["O", "B-PER", "O", "O", "B-LOC", "O"]
    for copy in (Recogniser().from_disk(tmp_path), Recogniser().from_bytes(trained.to_bytes())):
        assert (copy.tag(words), copy.tables) == (trained.tag(words), tables)
