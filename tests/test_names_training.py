"""Training of the name recogniser, from raw text and labelled sentences to weights."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import numpy as np
import pytest

from kg.recogniser import TAGS, Recogniser, Vocabulary
from kg.training import __main__ as command
from kg.training import vectors, words
from kg.training.errors import DataError
from tests.test_training import ROWS

PEOPLE = ["Ana", "Luis", "Eva", "Juan", "Marta", "Pedro"]
PLACES = ["Lima", "Quito", "Roma", "Oslo", "Berna", "Praga"]


def _lines(count: int) -> list[list[str]]:
    draw = random.Random(7)
    lines = []
    for _ in range(count):
        who, where = draw.choice(PEOPLE), draw.choice(PLACES)
        lines.append(draw.choice([f"ayer {who} viajó a {where} .", f"ayer llegó a {where} la señora {who} ."]).split())
    return lines


# ---------------------------------------------------------------- words


def test_the_vocabulary_has_what_is_not_rare_the_most_frequent_first() -> None:
    found = words.vocabulary([*_lines(300), ["Qwerty"] * 9])
    assert list(found.words)[:3] == [".", "a", "ayer"]
    assert "Qwerty" not in found.words
    assert found.capitals == dict.fromkeys(sorted(w.lower() for w in PEOPLE + PLACES), 4) | {"qwerty": 4}


def test_words_without_a_vector_get_one_by_chance() -> None:
    known = {"Ana": np.arange(64, dtype=np.float32), "Zoé": np.ones(64, np.float32)}
    table = words.table(Vocabulary({"Ana": 1, "Luis": 2}, {}), known)
    unit = np.std(list(known.values()))
    assert np.allclose(table[1] * unit, known["Ana"])
    assert not table[0].any() and table[2].any()


def test_no_raw_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no raw text"):
        list(words.lines(tmp_path))
    with pytest.raises(DataError, match="too little raw text"):
        words.vocabulary([["hola"]])


def test_words_keep_their_capitals_and_hyphens() -> None:
    assert vectors.words("La F-16 de Ana.") == ["La", "F-16", "de", "Ana", "."]


@pytest.mark.parametrize(("module", "lacking"), [("recogniser", "torch"), ("roles", "pycrfsuite")])
def test_what_training_lacks_is_named(module: str, lacking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("kg.training.recogniser", "kg.training.network"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "kg.training.roles", raising=False)
    monkeypatch.setitem(sys.modules, lacking, None)
    with pytest.raises(DataError, match=r"is not installed.*geopolitical-kg\[train\]"):
        command._needed(module)


# ---------------------------------------------------------------- network


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


def _words() -> words.Words:
    found = words.vocabulary(_lines(800))
    draw = np.random.default_rng(7)
    return words.Words(found, words.table(found, {word: draw.normal(size=words.WIDTH) for word in found.words}))


def test_a_trained_recogniser_tells_kinds_by_context_the_same_every_time(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed")
    from kg.training import recogniser as training

    monkeypatch.setattr(training, "FORGET", 0.4)
    trained = training.train(data, _words(), tmp_path, epochs=16)
    sentence = ["ayer", "Berta", "viajó", "a", "Tokio", "."]  # both names are new to it
    assert trained.tag([sentence]) == [["O", "B-PER", "O", "O", "B-LOC", "O"]]
    assert Recogniser().from_disk(tmp_path).tag([sentence]) == trained.tag([sentence])
    first, second = (training.train(data, _words(), tmp_path, epochs=1).to_bytes() for _ in range(2))
    assert first == second


def test_the_weights_say_what_the_trained_network_says() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from kg.training.network import Labeller, Reader, padded, weights

    torch.manual_seed(3)
    vectors = np.random.default_rng(3).normal(0, 1, (20, words.WIDTH)).astype(np.float32)
    labeller = Labeller(Reader(vectors, 2, 0.0, 0.0), 0.0).eval()
    with torch.no_grad():
        for parameter in labeller.parameters():
            parameter += 0.2 * torch.randn(parameter.shape)
    known = Vocabulary({f"w{n}": n for n in range(1, 20)}, {})
    texts = [[f"w{n % 20}" for n in range(size, 3 * size)] for size in (1, 4, 9)]
    rows, lengths = padded([np.array([known.look(word) for word in text]) for text in texts])
    for domain in (0, 1):
        found = Recogniser(known, weights(labeller, domain)).tag(texts)
        tags, _ = padded([np.array([TAGS.index(tag) for tag in of]) for of in found])
        best = _loss(labeller, rows, lengths, domain, tags)
        for text, place in ((0, 0), (1, 2), (2, 5)):  # any other tag is less likely
            for other in set(range(len(TAGS))) - {int(tags[text, place])}:
                changed = tags.clone()
                changed[text, place] = other
                assert _loss(labeller, rows, lengths, domain, changed) > best - 1e-3


def _loss(labeller, rows, lengths, domain, tags) -> float:  # type: ignore[no-untyped-def]
    import torch

    with torch.no_grad():
        return float(labeller(rows, lengths, torch.full((len(rows),), domain), tags))
