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


def test_a_word_gets_the_embedding_that_it_has_alone(bundled: Language) -> None:
    remembering = first_layer(bundled)
    made = remembering.layers[0]
    docs = [Doc(bundled.vocab, words=WORDS), Doc(bundled.vocab, words=["Rusia"]), Doc(bundled.vocab, words=WORDS[::-1])]
    for _ in range(2):
        for found, doc in zip(remembering.predict(docs), docs, strict=True):
            assert np.array_equal(found, made.predict([doc])[0])


def test_what_was_read_before_does_not_matter(bundled: Language) -> None:
    text = "El ministro de Exteriores ruso, Sergei Lavrov, acusó a la OTAN de «escalar» el conflicto."
    fresh = language.load()
    list(language.parse(fresh, ["Otro texto.", "Rusia acusó al ministro de Exteriores de escalar."]))
    first, second = (next(language.parse(nlp, [text])) for nlp in (fresh, language.load()))
    assert first.to_bytes() == second.to_bytes()
    assert np.array_equal(first.tensor, second.tensor)


def small(*attrs: str) -> Language:
    """An untrained pipeline that knows these attributes of a word."""
    nlp = spacy.blank("es")
    embed = {"@architectures": "spacy.MultiHashEmbed.v2", "width": 8, "attrs": list(attrs), "rows": [50] * len(attrs),
             "include_static_vectors": False}
    encode = {"@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 8, "depth": 1, "window_size": 1, "maxout_pieces": 2}
    nlp.add_pipe("tok2vec", config={"model": {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}})
    nlp.initialize(lambda: [Example.from_dict(nlp.make_doc("Sí."), {})])
    return nlp


def test_an_encoder_that_looks_at_more_than_the_word_is_left_alone() -> None:
    nlp = small("NORM", "SPACY")
    layer = first_layer(nlp)
    embeddings.remember(nlp)
    assert first_layer(nlp) is layer


def test_training_goes_through_the_layer_itself() -> None:
    nlp = small("NORM", "SHAPE")
    embeddings.remember(nlp)
    layer = first_layer(nlp)
    docs = [nlp.make_doc("Rusia niega la movilización"), nlp.make_doc("")]
    trained, backprop = layer(docs, is_train=True)
    assert np.array_equal(trained[0], layer.predict(docs)[0])
    assert backprop([np.ones_like(rows) for rows in trained]) is not None
