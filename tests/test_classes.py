"""The table of event classes and its checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.classes import QUADRANTS, event_classes, load_classes
from kg.errors import OntologyError
from kg.resources import ontology_dir

HEADER = "class\tquadrant\tscore\tproperty\tlabel_es\tlabel_en\tphrase_es\tphrase_en\tsymmetric\n"
GOOD = "ACCUSE\tverbal_conflict\t-3\taccuses\tacusación\taccusation\tacusa a\taccuses\tno\n"


def test_eighteen_classes_whose_sign_agrees_with_their_quadrant() -> None:
    classes = event_classes()
    assert len(classes) == 18
    assert {c.quadrant for c in classes.values()} == set(QUADRANTS)
    for each in classes.values():
        for score in (each.intensity, *each.modes.values()):
            if each.quadrant.endswith("cooperation"):
                assert score > 0
            elif each.name != "REQUEST":  # asking for help is mildly friendly in PLOVER
                assert score <= 0


def test_mode_without_own_score_takes_that_of_the_class() -> None:
    accuse = event_classes()["ACCUSE"]
    assert accuse.score("disapprove") == -2
    assert accuse.score("something") == accuse.score() == -3


@pytest.mark.parametrize(("table", "message"), [
    ("class\tscore\n", "wrong columns"),
    (HEADER + GOOD + GOOD, "given twice"),
    (HEADER + GOOD.replace("-3", "-30"), "not between"),
    (HEADER + GOOD.replace("-3", "much"), "not between"),
    (HEADER + GOOD.replace("verbal_conflict", "anger"), "unknown quadrant"),
    (HEADER + GOOD.replace("\tno", "\tperhaps"), "yes or no"),
    (HEADER + "ACCUSE\n", "filled cells"),
])
def test_a_broken_line_is_named(tmp_path: Path, table: str, message: str) -> None:
    (tmp_path / "classes.tsv").write_text(table, encoding="utf-8")
    (tmp_path / "modes.tsv").write_text("class\tmode\tscore\n", encoding="utf-8")
    with pytest.raises(OntologyError, match=message) as caught:
        load_classes(tmp_path)
    assert "classes.tsv:" in str(caught.value)


def test_modes_of_unknown_classes_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "classes.tsv").write_text(HEADER + GOOD, encoding="utf-8")
    with pytest.raises(OntologyError, match="cannot read"):
        load_classes(tmp_path)
    (tmp_path / "modes.tsv").write_text("class\tmode\tscore\nASK\tx\t1\n", encoding="utf-8")
    with pytest.raises(OntologyError, match="unknown classes"):
        load_classes(tmp_path)


def test_bundled_tables_are_found() -> None:
    assert (ontology_dir() / "classes.tsv").is_file()
