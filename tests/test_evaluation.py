"""The measures: hand-counted cases, and agreement with the reference scorer to the last digit."""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg.errors import EvaluationError
from kg.evaluation import evaluate, load_gold

GOLD: dict[str, Any] = {
    "article": "t",
    "actors": [
        {"id": "s", "label": "Jens Stoltenberg", "aliases": ["Stoltenberg"]},
        {"id": "r", "label": "Rusia", "aliases": ["Moscú"]},
        {"id": "u", "label": "Ucrania", "aliases": ["Kiev"]},
    ],
    "events": [
        {"source": "s", "class": "THREATEN", "target": "r"},
        {"source": "r", "class": "ASSAULT", "target": "u", "attributed_to": "s"},
        {"source": "r", "class": "CONSULT", "target": "u", "required": False},
        {"source": "s", "class": "SAY", "target": None, "topic": "la victoria rusa"},
    ],
    "offices": [{"person": "s", "office": "secretario general", "of": "u"}],
}


def test_gold_against_itself_is_perfect() -> None:
    scores = evaluate([GOLD], {"t": GOLD})
    assert scores.events["all", "full"].f1 == 1.0
    assert scores.actors.f1 == scores.offices.f1 == 1.0


def test_hits_surplus_and_misses_are_counted_by_level() -> None:
    predicted = {
        "article": "t",
        "actors": [{"id": n, "label": label} for n, label in (("0", "Stoltenberg"), ("1", "Moscú"), ("2", "Kiev"))],
        "events": [
            {"source": "0", "class": "ACCUSE", "target": "1"},  # right quadrant, wrong class
            {"source": "2", "class": "ASSAULT", "target": "1"},  # turned round
            {"source": "2", "class": "CONSULT", "target": "1"},  # optional and symmetric: neither for nor against
            {"source": "0", "class": "SAY", "target": None, "topic": "victoria de Rusia"},
        ],
    }
    scores = evaluate([GOLD], {"t": predicted})
    by_class, by_quadrant = scores.events["all", "class"], scores.events["all", "quad"]
    assert (by_class.tp, by_class.fp, by_class.fn) == (1, 2, 2)
    assert (by_quadrant.tp, by_quadrant.fp) == (2, 1)
    assert scores.events["no-SAY", "class"].tp == 0
    assert scores.offices.fn == 1


def test_a_missing_prediction_counts_as_empty() -> None:
    assert evaluate([GOLD], {}).events["all", "pair"].recall == 0.0


def test_a_folder_without_gold_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=tmp_path.name):
        load_gold(tmp_path)


def disturbed(document: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A prediction made of gold: some events dropped, turned, relabelled, some actors renamed."""
    result = copy.deepcopy(document)
    result["events"] = [e for e in result["events"] if rng.random() < 0.8]
    for event in result["events"]:
        if rng.random() < 0.2:
            event["class"] = rng.choice(["SAY", "ACCUSE", "REQUEST", "AID", "CONSULT"])
        if rng.random() < 0.2 and event["target"]:
            event["source"], event["target"] = event["target"], event["source"]
        if rng.random() < 0.2:
            event["polarity"] = "negated"
        if rng.random() < 0.2:
            event["target"], event["topic"] = None, event.get("topic") or "una cosa"
    for actor in result["actors"]:
        if rng.random() < 0.3:
            actor["label"] = actor["label"].split()[-1]
            actor["aliases"] = actor["aliases"][: rng.randrange(3)]
    result["offices"] = [o for o in result["offices"] if rng.random() < 0.7]
    return result


@pytest.mark.shared
def test_agrees_with_the_reference_scorer_to_the_last_digit(shared: Path, tmp_path: Path) -> None:
    gold = load_gold(shared / "gold" / "dev")
    rng = random.Random(7)
    predictions = {g["article"]: disturbed(g, rng) for g in gold}
    file = tmp_path / "predictions.jsonl"
    file.write_text("\n".join(json.dumps(p) for p in predictions.values()), "utf-8")
    command = [sys.executable, str(shared / "gold" / "score.py"), str(shared / "gold" / "dev"), str(file), "--json"]
    reference = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert evaluate(gold, predictions).as_dict() == reference
