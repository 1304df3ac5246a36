"""Pinned floors: the figures on the project's own gold may rise, not fall.

`tests/floors.json` belongs to one state of the annotations (their digest). After a change for the better, or of the
annotations, pin anew with `python tests/test_floors.py --pin`; lowering a floor takes `--lower` as well.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from kg import articles
from kg.evaluation import Scores, digest, evaluate, load_gold
from kg.language import BUNDLED
from kg.model import Reading
from kg.pipeline import Engine

HERE = Path(__file__).parent
FLOORS = HERE / "floors.json"
MARGIN = 0.005
"""Rounding of the floors."""


def measure() -> Scores:
    """Figures of the bundled pipeline on the annotated sample articles."""
    gold = load_gold(HERE / "gold")
    wanted = {document["article"] for document in gold}
    engine = Engine()
    outcomes = [engine.read(a) for a in articles.load([HERE.parent / "seeds"]).articles if a.id in wanted]
    readings = [o for o in outcomes if isinstance(o, Reading)]
    assert len(readings) == len(gold)
    return evaluate(gold, {r.article.id: r.to_json() for r in readings})


def figures(scores: Scores) -> dict[str, float]:
    """The figures that are pinned."""
    matched = scores.agreements["matched"] or 1
    return {
        "class F1": scores.events["no-SAY", "class"].f1,
        "class precision": scores.events["no-SAY", "class"].precision,
        "pair F1": scores.events["no-SAY", "pair"].f1,
        "actors F1": scores.actors.f1,
        "offices F1": scores.offices.f1,
        **{name: round(scores.agreements[name] / matched, 3) for name in ("polarity", "modality", "attribution")},
    }


@pytest.mark.skipif(not BUNDLED.is_dir(), reason="the bundled pipeline is not there")
def test_no_figure_falls_below_its_floor() -> None:
    pinned = json.loads(FLOORS.read_text("utf-8"))
    assert pinned["gold"] == digest(load_gold(HERE / "gold")), "the annotations changed: pin the floors anew"
    reached = figures(measure())
    fallen = {name: (reached[name], floor) for name, floor in pinned["floors"].items() if reached[name] < floor - MARGIN}
    assert not fallen


def pin(lower: bool) -> None:
    """Write the floors that are reached now."""
    gold, reached = digest(load_gold(HERE / "gold")), figures(measure())
    old = json.loads(FLOORS.read_text("utf-8"))["floors"] if FLOORS.is_file() else {}
    fallen = {name: (reached[name], floor) for name, floor in old.items() if reached[name] < floor - MARGIN}
    if fallen and not lower:
        sys.exit(f"these floors would fall: {fallen}; say --lower if you mean it")
    FLOORS.write_text(json.dumps({"gold": gold, "floors": reached}, indent=1) + "\n", "utf-8")


if __name__ == "__main__" and "--pin" in sys.argv:
    pin("--lower" in sys.argv)
