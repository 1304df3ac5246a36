"""Dependency parser of the bundled pipeline: spaCy's, whose texts take their steps side by side under Python's lock.

The weights, the transitions and what comes out are spaCy's. Its own loop gives the global lock up and, as version 3.8 is
compiled, takes it back at every sum inside a step, only to ask whether there was an error: more than half of its time.
The same step asked for from Python keeps the lock, and its cost is shared by the texts of the batch.
"""

from __future__ import annotations

from typing import Any

from spacy.language import Language
from spacy.pipeline.dep_parser import DEFAULT_PARSER_MODEL, DependencyParser  # type: ignore[import-not-found]  # compiled, without stubs
from spacy.tokens import Doc
from thinc.api import Model, NumpyOps

__all__ = ["Parser"]

_FEW = 4  # texts; for fewer, spaCy's own loop is faster


class Parser(DependencyParser):  # type: ignore[misc]
    """spaCy's greedy transition-based parser, faster for many texts at once."""

    def greedy_parse(self, docs: list[Doc], drop: float = 0.0) -> list[Any]:
        """Final parser states of `docs`."""
        if drop or len(docs) < _FEW or not _plain(self.model):
            return list(super().greedy_parse(docs, drop=drop))
        batch: list[Any] = self.moves.init_batch(docs)
        steps: Any = self.model.predict(docs)
        weights, bias = steps.vec2scores.get_param("W").T.copy(), steps.vec2scores.get_param("b")
        going = [state for state in batch if not state.is_final()]
        while going:
            hidden, _ = steps.state2vec(steps.get_token_ids(going), False)
            going = self.transition_states(going, hidden @ weights + bias)
        steps.clear_memory()
        return batch


def _plain(model: Model[Any, Any]) -> bool:
    """Whether the model is of the usual form, with a layer above the states and no label that it never saw."""
    return bool(model.attrs["has_upper"] and not model.attrs["unseen_classes"] and isinstance(model.ops, NumpyOps))


_DEFAULTS = {
    "model": DEFAULT_PARSER_MODEL, "moves": None, "update_with_oracle_cut_size": 100, "learn_tokens": False,
    "min_action_freq": 30, "scorer": {"@scorers": "spacy.parser_scorer.v1"},
}  # fmt: skip


@Language.factory(
    "kg_parser", assigns=["token.dep", "token.head", "token.is_sent_start", "doc.sents"], default_config=_DEFAULTS
)
def _create(
    nlp: Language, name: str, model: Model[Any, Any], moves: Any, update_with_oracle_cut_size: int, learn_tokens: bool,
    min_action_freq: int, scorer: Any,
) -> Parser:  # fmt: skip
    return Parser(
        nlp.vocab, model, name, moves, update_with_oracle_cut_size=update_with_oracle_cut_size, learn_tokens=learn_tokens,
        min_action_freq=min_action_freq, scorer=scorer,
    )  # fmt: skip
