"""Reading does not slow down with what it does not need: counted in calls, not in seconds."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import FrameType

import pytest
from benchmark_reading import enlarged
from spanish_docs import parsed

from kg import knowledge, language, ontology, pipeline
from kg.actors import resolve
from kg.articles import parse_text
from kg.dates import _rules, _value, find_times, fold
from kg.errors import ModelError
from kg.knowledge import Knowledge
from kg.names import word_likeness

NAMES = ("El/DET/2/det presidente/NOUN/6/nsubj ruso/ADJ/2/amod Vladimir/PROPN/2/appos Putin/PROPN/4/flat vio|ver/VERB/0/ROOT "
         "a/ADP/8/case Saja/PROPN/6/obj Kallas/PROPN/8/flat ,/PUNCT/12/punct a/ADP/12/case Dimitri/PROPN/8/conj "
         "Pieskov/PROPN/12/flat y/CCONJ/16/cc a/ADP/16/case Jens/PROPN/8/conj Stoltnberg/PROPN/16/flat")


def calls(known: Knowledge) -> int:
    """Calls of Python functions while the names are linked; what is compiled at the first use has been."""
    resolve(parsed(NAMES), known, "2022-10-12")
    word_likeness.cache_clear()
    count: Counter[str] = Counter()

    def profile(frame: FrameType, event: str, argument: object) -> None:
        count[event] += 1

    text = parsed(NAMES)
    sys.setprofile(profile)
    try:
        resolve(text, known, "2022-10-12")
    finally:
        sys.setprofile(None)
    return count["call"] + count["c_call"]


def test_linking_does_not_slow_down_with_more_actors() -> None:
    index, digest = ontology.actor_index()
    larger = Knowledge(enlarged(dict(index)), digest)
    assert len(larger) == 10 * len(knowledge.load())
    assert calls(larger) < 2.5 * calls(knowledge.load())


def test_times_are_found_as_if_all_rules_were_tried_everywhere() -> None:
    text = ("El 3 de mayo de 2015, y también ayer por la tarde; el martes 12 de junio, en mayo. La mayoría: "
            + "relleno " * 40 + "hace tres días, desde 1998 hasta 2004, la semana pasada, a finales de año y pasado mañana.")
    folded = fold(text)
    everywhere = {(m.start(), m.end()) for _, pattern, rule in _rules() for m in pattern.finditer(folded)
                  if _value(rule, m, None) is not None}
    assert {(start, end) for start, end, _ in find_times(text, None)} <= everywhere
    assert len(find_times(text, "2015-05-13")) >= 8


def test_articles_read_together_are_read_as_alone(seeds: Path = Path(__file__).parents[1] / "seeds") -> None:
    try:
        engine = pipeline.Engine()
    except ModelError as error:
        pytest.skip(f"no bundled pipeline: {error}")
    texts = ("Peskov niega todo.", "", "El ministro ruso, Sergei Lavrov, visitó «Kiev».\n\nNo hubo acuerdo.")
    batch = [parse_text(text, id=str(n)) for n, text in enumerate(texts) if text]
    assert engine.read_together(batch) == [engine.read(article) for article in batch]
    docs = language.parse(engine.nlp, texts)
    assert [doc.text for doc in docs] == list(texts)
