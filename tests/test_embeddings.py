"""The remembered embeddings of words are those that the encoder makes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from kg import embeddings, language

WORDS = ["Lavrov", "advirtió", "a", "la", "OTAN", "de", "que", "Rusia", "responderá"]


@pytest.fixture(scope="module")
def bundled() -> Language:
    """The bundled pipeline."""
    return language.load()


def first_layer(nlp: Language) -> Any:
    """First layer of the encoder."""
    encoder: Any = nlp.get_pipe("tok2vec")
    return encoder.model.layers[0]


def encoded(nlp: Language, texts: list[list[str]]) -> list[Any]:
    """What the encoder makes of the words of each text."""
    encoder: Any = nlp.get_pipe("tok2vec")
    return list(encoder.predict([Doc(nlp.vocab, words=words) for words in texts]))


TEXTS = [WORDS, ["Rusia"], [], WORDS[::-1], ["Rusia", "Rusia"]]


@pytest.mark.parametrize("room", [20_000, 5])
def test_the_encoder_gives_what_it_gives_without(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, remembering = small("NORM", "SHAPE"), small("NORM", "SHAPE")
    monkeypatch.setattr(embeddings, "_REMEMBERED", room)
    embeddings.remember(remembering)
    assert first_layer(remembering).name != first_layer(plain).name
    for _ in range(2):
        for texts in (TEXTS, TEXTS[1:2], TEXTS[3:]):
            for found, expected in zip(encoded(remembering, texts), encoded(plain, texts), strict=True):
                assert found.shape == expected.shape
                assert np.allclose(found, expected, atol=1e-5)


def test_the_bundled_encoder_gives_what_it_gives_without(bundled: Language) -> None:
    plain = spacy.load(language.BUNDLED)
    embeddings._in_floats(plain.vocab)
    assert first_layer(bundled).name != first_layer(plain).name
    for found, expected in zip(encoded(bundled, TEXTS), encoded(plain, TEXTS), strict=True):
        assert np.allclose(found, expected, atol=1e-4)


def test_what_was_read_before_does_not_matter(bundled: Language) -> None:
    text = "El ministro de Exteriores ruso, Sergei Lavrov, acusó a la OTAN de «escalar» el conflicto."
    fresh = language.load()
    list(language.parse(fresh, ["Otro texto.", "Rusia acusó al ministro de Exteriores de escalar."]))
    first, second = (next(language.parse(nlp, [text])) for nlp in (fresh, language.load()))
    assert first.to_bytes() == second.to_bytes()
    assert np.array_equal(first.tensor, second.tensor)


def small(*attrs: str, depth: int = 2) -> Language:
    """An untrained pipeline that knows these attributes of a word."""
    spacy.util.fix_random_seed(3)
    nlp = spacy.blank("es")
    embed = {"@architectures": "spacy.MultiHashEmbed.v2", "width": 8, "attrs": list(attrs), "rows": [50] * len(attrs),
             "include_static_vectors": False}
    encode = {"@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 8, "depth": depth, "window_size": 1, "maxout_pieces": 2}
    nlp.add_pipe("tok2vec", config={"model": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}})
    nlp.initialize(lambda: [Example.from_dict(nlp.make_doc("Sí."), {})])
    return nlp


@pytest.mark.parametrize("nlp", [small("NORM", "SPACY"), small("NORM", depth=1)])
def test_an_encoder_of_another_make_is_left_alone(nlp: Language) -> None:
    layer = first_layer(nlp)
    embeddings.remember(nlp)
    assert first_layer(nlp) is layer


def test_training_goes_through_the_layers_themselves() -> None:
    nlp = small("NORM", "SHAPE")
    embeddings.remember(nlp)
    encoder: Any = nlp.get_pipe("tok2vec")
    docs = [nlp.make_doc("Rusia niega la movilización"), nlp.make_doc("")]
    trained, backprop = encoder.model(docs, is_train=True)
    assert np.allclose(trained[0], encoder.model.predict(docs)[0], atol=1e-5)
    assert backprop([np.ones_like(rows) for rows in trained]) is not None
