"""The table of confidences: measured, written, read back, and checked on load."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from kg import pipeline
from kg.calibration import ENOUGH, Reliability, confidence, read, reliability, write
from kg.errors import OntologyError
from kg.resources import ontology_dir


def _document(events: list[dict[str, Any]]) -> dict[str, Any]:
    actors = [{"id": "r", "label": "Rusia", "aliases": []}, {"id": "u", "label": "Ucrania", "aliases": []}]
    return {"article": "a", "actors": actors, "events": events}


def _event(cls: str, rule: str) -> dict[str, Any]:
    return {"source": "r", "class": cls, "target": "u", "topic": None, "polarity": "affirmed", "modality": "actual",
            "attributed_to": None, "evidence": {"rule": rule}}


def test_share_of_right_events() -> None:
    gold = _document([_event("ASSAULT", "")])
    predicted = _document([_event("ASSAULT", "verb.active"), _event("AID", "noun.de-a")])
    assert reliability([gold], {"a": predicted}) == [Reliability("noun", 0, 1), Reliability("verb", 1, 1)]


def test_rules_seen_often_stand_for_themselves() -> None:
    predicted = _document([_event("AID", "verb.active") for _ in range(ENOUGH)])
    assert [row.rule for row in reliability([_document([])], {"a": predicted})] == ["verb", "verb.active"]


def test_written_table_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "confidence.tsv"
    write([Reliability("verb", 6, 8)], path)
    assert read(path) == {"verb": 0.7}


@pytest.mark.parametrize("line", ["verb\tmuch\t1\t2", "verb\t1.5\t1\t2", "verb\t0.5"])
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "confidence.tsv"
    path.write_text("rule\tconfidence\tright\tevents\n" + line + "\n", encoding="utf-8")
    with pytest.raises(OntologyError, match=r"confidence\.tsv:2"):
        read(path)


def test_every_rule_has_a_confidence() -> None:
    assert 0 < confidence("verb.active") < 1
    assert confidence("noun.never-seen") == confidence("noun")


def test_readings_are_made_anew_after_another_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ontology_dir(), tmp_path / "ontology", ignore=shutil.ignore_patterns("actors"))
    monkeypatch.setattr(pipeline, "ontology_dir", lambda: tmp_path / "ontology")
    before = pipeline._code_digest.__wrapped__()
    assert pipeline._code_digest.__wrapped__() == before
    table = tmp_path / "ontology" / "confidence.tsv"
    table.write_text(table.read_text("utf-8").replace("0.", "0.1", 1), "utf-8")
    assert pipeline._code_digest.__wrapped__() != before
