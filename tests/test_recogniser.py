"""The name recogniser: what it sees in words, the sums of its network, and the names it finds."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
import spacy
from numpy.typing import NDArray
from spacy.language import Language

from kg import language, recogniser
from kg.recogniser import TABLES, TAGS, Network, Recogniser, Vocabulary, spans

WORDS = ["Ana", "Rusia", "viajó", "a", "acuerdo", "."]
VOCABULARY = Vocabulary({word: n for n, word in enumerate(WORDS, 1)}, {"ana": 4, "rusia": 4})
CELLS, HIDDEN, WIDTH = 3, 4, 5


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


def test_no_name_goes_on_over_a_finite_verb(nlp: Language) -> None:
    (doc,) = language.parse(nlp, ["El Grupo Wagner abandonó Malí."])
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("Grupo Wagner", "ORG"), ("Malí", "LOC")]


def test_a_rare_spelling_has_the_row_of_the_usual_one() -> None:
    assert [VOCABULARY.look(word)[0] for word in ("RUSIA", "Acuerdo", "Qwerty", "rusia")] == [2, 5, 0, 2]


def test_capitals_tell_small_words_from_unknown_ones() -> None:
    assert [VOCABULARY.look(word)[1] for word in ("Ana", "acuerdo", "Qwerty")] == [4, 0, 5]


def test_what_a_word_tells_fits_the_tables() -> None:
    for word in ("", "Ñandú", "F-16", "«", "🙂", "EE.UU."):
        assert all(0 <= row < rows for row, (rows, _) in zip(VOCABULARY.look(word)[1:], TABLES.values(), strict=True))


def test_tags_of_another_kind_begin_a_name() -> None:
    assert spans(np.array([TAGS.index(tag) for tag in ("I-PER", "I-ORG", "I-ORG", "O")])) == [(0, 1, "PER"), (1, 3, "ORG")]


def test_without_weights_there_are_no_names() -> None:
    nlp = spacy.blank("es")
    nlp.add_pipe("kg_recogniser")
    assert nlp("Ana viajó a Lima.").ents == ()


# ---------------------------------------------------------------- network


def _network(seed: int = 3) -> Network:
    draw = np.random.default_rng(seed)

    def some(*shape: int) -> NDArray[np.float32]:
        return draw.normal(0, 0.7, shape).astype(np.float16).astype(np.float32)

    told = WIDTH + sum(width for _, width in TABLES.values())
    return Network(
        words=draw.integers(-127, 128, (len(WORDS) + 1, WIDTH)).astype(np.int8), scale=some(WIDTH) / 64,
        tables=[some(*shape) for shape in TABLES.values()], gates=some(told, 8 * CELLS), bias=some(8 * CELLS),
        again=some(2, CELLS, 4 * CELLS), own=some(2, CELLS, HIDDEN), context=some(2, CELLS, HIDDEN), hidden=some(HIDDEN),
        out=some(HIDDEN, len(TAGS)), out_bias=some(len(TAGS)), first=some(len(TAGS)), follow=some(len(TAGS), len(TAGS)),
    )  # fmt: skip


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-x))


def _states(network: Network, told: NDArray[np.float64], way: int) -> list[NDArray[np.float64]]:
    """An LSTM as in the textbook, word by word."""
    state, cell, found = np.zeros(CELLS), np.zeros(CELLS), []
    for word in told if way == 0 else told[::-1]:
        into, keep, out, new = np.split(word + state @ network.again[way], 4)
        cell = _sigmoid(keep) * cell + _sigmoid(into) * np.tanh(new)
        state = _sigmoid(out) * np.tanh(cell)
        found.append(state)
    return found if way == 0 else found[::-1]


def _scores(network: Network, words: list[str]) -> NDArray[np.float64]:
    rows = [VOCABULARY.look(word) for word in words]
    parts = [network.words[[r[0] for r in rows]] * network.scale]
    parts += [table[[r[n] for r in rows]] for n, table in enumerate(network.tables, 1)]
    told = (np.concatenate(parts, axis=1).astype(float) @ network.gates + network.bias).reshape(len(words), 2, -1)
    none = np.zeros(CELLS)
    left, right = [none, *_states(network, told[:, 0], 0)], [*_states(network, told[:, 1], 1), none]
    scores = []
    for i in range(len(words)):
        hidden = left[i + 1] @ network.own[0] + right[i] @ network.own[1] + network.hidden
        hidden += left[i] @ network.context[0] + right[i + 1] @ network.context[1]
        scores.append(np.tanh(hidden) @ network.out + network.out_bias)
    return np.array(scores)


def _likeliest(network: Network, words: list[str]) -> list[str]:
    """The best of all sequences of tags."""
    scores = _scores(network, words)

    def total(tags: tuple[int, ...]) -> float:
        follow = sum(network.follow[a, b] for a, b in pairwise(tags))
        return float(network.first[tags[0]] + follow + sum(scores[i, tag] for i, tag in enumerate(tags)))

    return [TAGS[tag] for tag in max(product(range(len(TAGS)), repeat=len(words)), key=total)]


SENTENCES = [["Ana", "viajó", "a", "Rusia"], ["Qwerty"], ["acuerdo", "F-16", "Ana"], ["a", "RUSIA"], ["Ana", ".", "a", "a"]]


@pytest.mark.parametrize("seed", range(6))
def test_the_tags_are_the_likeliest_of_all_sequences(seed: int) -> None:
    network = _network(seed)
    found = Recogniser(VOCABULARY, network).tag([s for s in SENTENCES if "." not in s])
    assert found == [_likeliest(network, s) for s in SENTENCES if "." not in s]


@pytest.mark.parametrize("seed", range(6))
def test_barred_words_are_inside_no_name_but_a_title(seed: int) -> None:
    network, rows = _network(seed), np.array([VOCABULARY.look(word) for word in SENTENCES[0]])
    for place in range(1, 4):
        barred = np.arange(4) == place
        (found,) = network.tags(network.told(rows), [np.arange(4)], [barred])
        assert TAGS[found[place]] not in {"I-PER", "I-ORG", "I-LOC"}


def test_long_texts_are_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "_ENOUGH", 1)
    reader = Recogniser(VOCABULARY, _network())
    whole = ["Ana", "viajó", ".", "Rusia", "a", "Ana", ".", "acuerdo", ".", "Qwerty"]  # no cut behind a name
    apart = [["Ana", "viajó", "."], ["Rusia", "a", "Ana", ".", "acuerdo", "."], ["Qwerty"]]
    assert reader.tag([whole]) == [[tag for words in apart for tag in reader.tag([words])[0]]]


def test_texts_are_tagged_alike_alone_and_together(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*SENTENCES, [], *SENTENCES[::-1]]
    alone = [Recogniser(VOCABULARY, _network()).tag([words])[0] for words in texts]
    assert Recogniser(VOCABULARY, _network()).tag(texts) == alone
    monkeypatch.setattr(recogniser, "_BATCH", 2)
    assert Recogniser(VOCABULARY, _network()).tag(texts) == alone


def test_words_that_are_forgotten_are_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = Recogniser(VOCABULARY, _network()).tag(SENTENCES)
    monkeypatch.setattr(recogniser, "_REMEMBERED", 3)
    reader = Recogniser(VOCABULARY, _network())
    assert [reader.tag([words])[0] for words in SENTENCES for _ in range(2)] == [tags for tags in expected for _ in range(2)]


def test_a_recogniser_survives_the_disk(tmp_path: Path) -> None:
    first = Recogniser(VOCABULARY, _network())
    first.to_disk(tmp_path)
    for copy in (Recogniser().from_disk(tmp_path), Recogniser().from_bytes(first.to_bytes())):
        assert (copy.tag(SENTENCES), copy.vocabulary) == (first.tag(SENTENCES), first.vocabulary)
    empty = Recogniser(VOCABULARY).to_bytes()
    assert Recogniser().from_bytes(empty).tag([["Ana"]]) == [["O"]]


def test_a_text_and_its_words_get_the_same_names(nlp: Language) -> None:
    own = nlp.get_pipe("ner")
    assert isinstance(own, Recogniser)
    (doc,) = language.parse(nlp, ["Berlín y París piden a Moscú que libere a Navalni."])
    tags = own.tag([[t.text for t in doc]])[0]
    assert [(e.start, e.end, e.label_) for e in doc.ents] == spans(np.array([TAGS.index(tag) for tag in tags]))
    assert len(doc.ents) == 4
